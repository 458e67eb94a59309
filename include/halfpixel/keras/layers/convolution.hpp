// Convolutions and dense layers. Component halfpixel::model.
//
// Kernels start with Keras' glorot uniform values, biases with zeros.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/keras/layers/activation.hpp>
#include <halfpixel/keras/layers/padding.hpp>
#include <halfpixel/keras/tensor.hpp>

namespace halfpixel::keras::layers {

// Options of Conv1D.
struct Conv1DOptions {
  std::int64_t filters = 0;  // must be given
  Size kernel_size = 0;      // must be given
  Size strides = 1;
  Padding padding = Padding::valid;
  std::optional<DataFormat> data_format = {};  // unset: keras::config::image_data_format()
  Size dilation_rate = 1;                      // strides or dilation_rate must be 1
  std::int64_t groups = 1;
  keras::Activation activation = keras::Activation::linear;
  bool use_bias = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, steps, C) -> (N, …, filters); kernel (…kernel_size…, C / groups, filters).
class HALFPIXEL_EXPORT Conv1D : public GraphLayer {
 public:
  explicit Conv1D(const Conv1DOptions& options = {});
};

// Options of Conv2D.
struct Conv2DOptions {
  std::int64_t filters = 0;  // must be given
  Size kernel_size = 0;      // must be given
  Size strides = 1;
  Padding padding = Padding::valid;
  std::optional<DataFormat> data_format = {};  // unset: keras::config::image_data_format()
  Size dilation_rate = 1;                      // strides or dilation_rate must be 1
  std::int64_t groups = 1;
  keras::Activation activation = keras::Activation::linear;
  bool use_bias = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, H, W, C) -> (N, …, filters); kernel (…kernel_size…, C / groups, filters).
class HALFPIXEL_EXPORT Conv2D : public GraphLayer {
 public:
  explicit Conv2D(const Conv2DOptions& options = {});
};

// Options of Conv3D.
struct Conv3DOptions {
  std::int64_t filters = 0;  // must be given
  Size kernel_size = 0;      // must be given
  Size strides = 1;
  Padding padding = Padding::valid;
  std::optional<DataFormat> data_format = {};  // unset: keras::config::image_data_format()
  Size dilation_rate = 1;                      // strides or dilation_rate must be 1
  std::int64_t groups = 1;
  keras::Activation activation = keras::Activation::linear;
  bool use_bias = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, D, H, W, C) -> (N, …, filters); kernel (…kernel_size…, C / groups, filters).
class HALFPIXEL_EXPORT Conv3D : public GraphLayer {
 public:
  explicit Conv3D(const Conv3DOptions& options = {});
};

// Options of Conv1DTranspose.
struct Conv1DTransposeOptions {
  std::int64_t filters = 0;
  Size kernel_size = 0;
  Size strides = 1;
  Padding padding = Padding::valid;
  std::optional<Size> output_padding = {};  // unset: Keras' default extents
  std::optional<DataFormat> data_format = {};
  Size dilation_rate = 1;
  keras::Activation activation = keras::Activation::linear;
  bool use_bias = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, steps, C) -> (N, …, filters), strides times larger; kernel (…kernel_size…, filters, C).
class HALFPIXEL_EXPORT Conv1DTranspose : public GraphLayer {
 public:
  explicit Conv1DTranspose(const Conv1DTransposeOptions& options = {});
};

// Options of Conv2DTranspose.
struct Conv2DTransposeOptions {
  std::int64_t filters = 0;
  Size kernel_size = 0;
  Size strides = 1;
  Padding padding = Padding::valid;
  std::optional<Size> output_padding = {};  // unset: Keras' default extents
  std::optional<DataFormat> data_format = {};
  Size dilation_rate = 1;
  keras::Activation activation = keras::Activation::linear;
  bool use_bias = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, H, W, C) -> (N, …, filters), strides times larger; kernel (…kernel_size…, filters, C).
class HALFPIXEL_EXPORT Conv2DTranspose : public GraphLayer {
 public:
  explicit Conv2DTranspose(const Conv2DTransposeOptions& options = {});
};

// Options of Conv3DTranspose.
struct Conv3DTransposeOptions {
  std::int64_t filters = 0;
  Size kernel_size = 0;
  Size strides = 1;
  Padding padding = Padding::valid;
  std::optional<Size> output_padding = {};  // unset: Keras' default extents
  std::optional<DataFormat> data_format = {};
  Size dilation_rate = 1;
  keras::Activation activation = keras::Activation::linear;
  bool use_bias = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, D, H, W, C) -> (N, …, filters), strides times larger; kernel (…kernel_size…, filters, C).
class HALFPIXEL_EXPORT Conv3DTranspose : public GraphLayer {
 public:
  explicit Conv3DTranspose(const Conv3DTransposeOptions& options = {});
};

// Options of DepthwiseConv1D.
struct DepthwiseConv1DOptions {
  Size kernel_size = 0;
  Size strides = 1;
  Padding padding = Padding::valid;
  std::int64_t depth_multiplier = 1;
  std::optional<DataFormat> data_format = {};
  Size dilation_rate = 1;
  keras::Activation activation = keras::Activation::linear;
  bool use_bias = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, steps, C) -> (N, …, C * depth_multiplier), each channel by itself.
class HALFPIXEL_EXPORT DepthwiseConv1D : public GraphLayer {
 public:
  explicit DepthwiseConv1D(const DepthwiseConv1DOptions& options = {});
};

// Options of DepthwiseConv2D.
struct DepthwiseConv2DOptions {
  Size kernel_size = 0;
  Size strides = 1;
  Padding padding = Padding::valid;
  std::int64_t depth_multiplier = 1;
  std::optional<DataFormat> data_format = {};
  Size dilation_rate = 1;
  keras::Activation activation = keras::Activation::linear;
  bool use_bias = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, H, W, C) -> (N, …, C * depth_multiplier), each channel by itself.
class HALFPIXEL_EXPORT DepthwiseConv2D : public GraphLayer {
 public:
  explicit DepthwiseConv2D(const DepthwiseConv2DOptions& options = {});
};

// Options of SeparableConv1D.
struct SeparableConv1DOptions {
  std::int64_t filters = 0;
  Size kernel_size = 0;
  Size strides = 1;
  Padding padding = Padding::valid;
  std::optional<DataFormat> data_format = {};
  Size dilation_rate = 1;
  std::int64_t depth_multiplier = 1;
  keras::Activation activation = keras::Activation::linear;
  bool use_bias = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// A depthwise convolution, then one over the channels of each position.
class HALFPIXEL_EXPORT SeparableConv1D : public GraphLayer {
 public:
  explicit SeparableConv1D(const SeparableConv1DOptions& options = {});
};

// Options of SeparableConv2D.
struct SeparableConv2DOptions {
  std::int64_t filters = 0;
  Size kernel_size = 0;
  Size strides = 1;
  Padding padding = Padding::valid;
  std::optional<DataFormat> data_format = {};
  Size dilation_rate = 1;
  std::int64_t depth_multiplier = 1;
  keras::Activation activation = keras::Activation::linear;
  bool use_bias = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// A depthwise convolution, then one over the channels of each position.
class HALFPIXEL_EXPORT SeparableConv2D : public GraphLayer {
 public:
  explicit SeparableConv2D(const SeparableConv2DOptions& options = {});
};

// Options of Dense.
struct DenseOptions {
  std::int64_t units = 0;
  keras::Activation activation = keras::Activation::linear;
  bool use_bias = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (…, features) -> (…, units).
class HALFPIXEL_EXPORT Dense : public GraphLayer {
 public:
  explicit Dense(const DenseOptions& options = {});
};

// Options of EinsumDense.
struct EinsumDenseOptions {
  std::string equation = {};
  Shape output_shape = {};
  keras::Activation activation = keras::Activation::linear;
  std::string bias_axes = {};  // letters of the result; none: no bias
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Einstein summation of input and kernel: equation "abc,cd->abd", output_shape without the batch,
// kUnknown where the input decides.
class HALFPIXEL_EXPORT EinsumDense : public GraphLayer {
 public:
  explicit EinsumDense(const EinsumDenseOptions& options = {});
};

using Convolution1D = Conv1D;
using Convolution2D = Conv2D;
using Convolution3D = Conv3D;
using Convolution1DTranspose = Conv1DTranspose;
using Convolution2DTranspose = Conv2DTranspose;
using Convolution3DTranspose = Conv3DTranspose;
using SeparableConvolution1D = SeparableConv1D;
using SeparableConvolution2D = SeparableConv2D;

}  // namespace halfpixel::keras::layers
