// Pooling: the largest or the average value of windows, or of everything. Component
// halfpixel::model.
//
// Shapes for one, two and three spatial axes: (N, steps, C), (N, H, W, C), (N, D, H, W, C), or
// channels first.
#pragma once

#include <optional>
#include <string>

#include <halfpixel/keras/layers/padding.hpp>
#include <halfpixel/keras/tensor.hpp>

namespace halfpixel::keras::layers {

// Options of MaxPooling and AveragePooling.
struct PoolingOptions {
  Size pool_size = 2;
  OptionalSize strides = {};                   // unset: pool_size
  Padding padding = Padding::valid;            // or same
  std::optional<DataFormat> data_format = {};  // unset: keras::config::image_data_format()
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
using MaxPooling1DOptions = PoolingOptions;
using MaxPooling2DOptions = PoolingOptions;
using MaxPooling3DOptions = PoolingOptions;
using AveragePooling1DOptions = PoolingOptions;
using AveragePooling2DOptions = PoolingOptions;
using AveragePooling3DOptions = PoolingOptions;

// The largest value of each window.
template <int kRank>
class HALFPIXEL_EXPORT MaxPooling : public GraphLayer {
 public:
  explicit MaxPooling(const PoolingOptions& options = {});
};
using MaxPooling1D = MaxPooling<1>;
using MaxPooling2D = MaxPooling<2>;
using MaxPooling3D = MaxPooling<3>;

// The average of each window, padding left out.
template <int kRank>
class HALFPIXEL_EXPORT AveragePooling : public GraphLayer {
 public:
  explicit AveragePooling(const PoolingOptions& options = {});
};
using AveragePooling1D = AveragePooling<1>;
using AveragePooling2D = AveragePooling<2>;
using AveragePooling3D = AveragePooling<3>;

// Options of GlobalMaxPooling and GlobalAveragePooling.
struct GlobalPoolingOptions {
  std::optional<DataFormat> data_format = {};  // unset: keras::config::image_data_format()
  bool keepdims = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
using GlobalMaxPooling1DOptions = GlobalPoolingOptions;
using GlobalMaxPooling2DOptions = GlobalPoolingOptions;
using GlobalMaxPooling3DOptions = GlobalPoolingOptions;
using GlobalAveragePooling1DOptions = GlobalPoolingOptions;
using GlobalAveragePooling2DOptions = GlobalPoolingOptions;
using GlobalAveragePooling3DOptions = GlobalPoolingOptions;

// The largest value of each channel: (N, C), or 1 for each of the other axes.
template <int kRank>
class HALFPIXEL_EXPORT GlobalMaxPooling : public GraphLayer {
 public:
  explicit GlobalMaxPooling(const GlobalPoolingOptions& options = {});
};
using GlobalMaxPooling1D = GlobalMaxPooling<1>;
using GlobalMaxPooling2D = GlobalMaxPooling<2>;
using GlobalMaxPooling3D = GlobalMaxPooling<3>;

// The average of each channel: (N, C), or 1 for each of the other axes.
template <int kRank>
class HALFPIXEL_EXPORT GlobalAveragePooling : public GraphLayer {
 public:
  explicit GlobalAveragePooling(const GlobalPoolingOptions& options = {});
};
using GlobalAveragePooling1D = GlobalAveragePooling<1>;
using GlobalAveragePooling2D = GlobalAveragePooling<2>;
using GlobalAveragePooling3D = GlobalAveragePooling<3>;

using MaxPool1D = MaxPooling1D;
using MaxPool2D = MaxPooling2D;
using MaxPool3D = MaxPooling3D;
using AvgPool1D = AveragePooling1D;
using AvgPool2D = AveragePooling2D;
using AvgPool3D = AveragePooling3D;
using GlobalMaxPool1D = GlobalMaxPooling1D;
using GlobalMaxPool2D = GlobalMaxPooling2D;
using GlobalMaxPool3D = GlobalMaxPooling3D;
using GlobalAvgPool1D = GlobalAveragePooling1D;
using GlobalAvgPool2D = GlobalAveragePooling2D;
using GlobalAvgPool3D = GlobalAveragePooling3D;

}  // namespace halfpixel::keras::layers
