// Convolutions and dense layers. Component halfpixel::model.
//
// Kernels start with Keras' glorot uniform values, biases with zeros. Shapes for one, two and three
// spatial axes: (N, steps, C), (N, H, W, C), (N, D, H, W, C), or channels first.
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

// Options of Conv1D, Conv2D and Conv3D.
struct ConvOptions {
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
// (N, …, C) -> (N, …, filters); kernel (…kernel_size…, C / groups, filters).
template <int kRank>
class HALFPIXEL_EXPORT Conv : public GraphLayer {
 public:
  explicit Conv(const ConvOptions& options = {});
};
using Conv1D = Conv<1>;
using Conv2D = Conv<2>;
using Conv3D = Conv<3>;
using Conv1DOptions = ConvOptions;
using Conv2DOptions = ConvOptions;
using Conv3DOptions = ConvOptions;

// Options of Conv1DTranspose, Conv2DTranspose and Conv3DTranspose.
struct ConvTransposeOptions {
  std::int64_t filters = 0;  // must be given
  Size kernel_size = 0;      // must be given
  Size strides = 1;
  Padding padding = Padding::valid;
  OptionalSize output_padding = {};  // unset: Keras' default extents
  std::optional<DataFormat> data_format = {};
  Size dilation_rate = 1;
  keras::Activation activation = keras::Activation::linear;
  bool use_bias = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, …, C) -> (N, …, filters), strides times larger; kernel (…kernel_size…, filters, C).
template <int kRank>
class HALFPIXEL_EXPORT ConvTranspose : public GraphLayer {
 public:
  explicit ConvTranspose(const ConvTransposeOptions& options = {});
};
using Conv1DTranspose = ConvTranspose<1>;
using Conv2DTranspose = ConvTranspose<2>;
using Conv3DTranspose = ConvTranspose<3>;
using Conv1DTransposeOptions = ConvTransposeOptions;
using Conv2DTransposeOptions = ConvTransposeOptions;
using Conv3DTransposeOptions = ConvTransposeOptions;

// Options of DepthwiseConv1D and DepthwiseConv2D.
struct DepthwiseConvOptions {
  Size kernel_size = 0;  // must be given
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
// (N, …, C) -> (N, …, C * depth_multiplier), each channel by itself.
template <int kRank>
class HALFPIXEL_EXPORT DepthwiseConv : public GraphLayer {
 public:
  explicit DepthwiseConv(const DepthwiseConvOptions& options = {});
};
using DepthwiseConv1D = DepthwiseConv<1>;
using DepthwiseConv2D = DepthwiseConv<2>;
using DepthwiseConv1DOptions = DepthwiseConvOptions;
using DepthwiseConv2DOptions = DepthwiseConvOptions;

// Options of SeparableConv1D and SeparableConv2D.
struct SeparableConvOptions {
  std::int64_t filters = 0;  // must be given
  Size kernel_size = 0;      // must be given
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
// A depthwise convolution, then one over the channels of each position: (N, …, C) -> (N, …,
// filters).
template <int kRank>
class HALFPIXEL_EXPORT SeparableConv : public GraphLayer {
 public:
  explicit SeparableConv(const SeparableConvOptions& options = {});
};
using SeparableConv1D = SeparableConv<1>;
using SeparableConv2D = SeparableConv<2>;
using SeparableConv1DOptions = SeparableConvOptions;
using SeparableConv2DOptions = SeparableConvOptions;

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
