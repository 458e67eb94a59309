// Everything that was installed. Each part also has its own header.
#pragma once

#include <halfpixel/cpu.hpp>
#include <halfpixel/dtype.hpp>
#include <halfpixel/error.hpp>
#include <halfpixel/executor.hpp>
#include <halfpixel/go.hpp>
#include <halfpixel/identify.hpp>
#include <halfpixel/image_rs.hpp>
#include <halfpixel/jax.hpp>
#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/layer.hpp>
#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/litert.hpp>
#include <halfpixel/memory.hpp>
#include <halfpixel/mlx.hpp>
#include <halfpixel/npy.hpp>
#include <halfpixel/npz.hpp>
#include <halfpixel/onnx.hpp>
#include <halfpixel/opencv.hpp>
#include <halfpixel/paddle.hpp>
#include <halfpixel/pillow.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>
#include <halfpixel/tf_image.hpp>
#include <halfpixel/tfjs.hpp>
#include <halfpixel/torch.hpp>
#include <halfpixel/version.hpp>
#include <halfpixel/vips.hpp>

#if __has_include(<halfpixel/image.hpp>)
#include <halfpixel/image.hpp>
#endif
#if __has_include(<halfpixel/keras/model.hpp>)
#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/keras/ops.hpp>
#include <halfpixel/tf_bands.hpp>
#include <halfpixel/tf_function.hpp>
#endif
