// Pooling: the largest or the average value of windows, or of everything. Component
// halfpixel::model.
#pragma once

#include <optional>
#include <string>

#include <halfpixel/keras/layers/padding.hpp>
#include <halfpixel/keras/tensor.hpp>

namespace halfpixel::keras::layers {

// Options of MaxPooling1D.
struct MaxPooling1DOptions {
  Size pool_size = 2;
  std::optional<Size> strides = {};            // unset: pool_size
  Padding padding = Padding::valid;            // or same
  std::optional<DataFormat> data_format = {};  // unset: keras::config::image_data_format()
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, steps, C): the largest value of each window.
class HALFPIXEL_EXPORT MaxPooling1D : public GraphLayer {
 public:
  explicit MaxPooling1D(const MaxPooling1DOptions& options = {});
};

// Options of MaxPooling2D.
struct MaxPooling2DOptions {
  Size pool_size = 2;
  std::optional<Size> strides = {};            // unset: pool_size
  Padding padding = Padding::valid;            // or same
  std::optional<DataFormat> data_format = {};  // unset: keras::config::image_data_format()
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, H, W, C): the largest value of each window.
class HALFPIXEL_EXPORT MaxPooling2D : public GraphLayer {
 public:
  explicit MaxPooling2D(const MaxPooling2DOptions& options = {});
};

// Options of MaxPooling3D.
struct MaxPooling3DOptions {
  Size pool_size = 2;
  std::optional<Size> strides = {};            // unset: pool_size
  Padding padding = Padding::valid;            // or same
  std::optional<DataFormat> data_format = {};  // unset: keras::config::image_data_format()
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, D, H, W, C): the largest value of each window.
class HALFPIXEL_EXPORT MaxPooling3D : public GraphLayer {
 public:
  explicit MaxPooling3D(const MaxPooling3DOptions& options = {});
};

// Options of AveragePooling1D.
struct AveragePooling1DOptions {
  Size pool_size = 2;
  std::optional<Size> strides = {};            // unset: pool_size
  Padding padding = Padding::valid;            // or same
  std::optional<DataFormat> data_format = {};  // unset: keras::config::image_data_format()
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, steps, C): the average of each window, padding left out.
class HALFPIXEL_EXPORT AveragePooling1D : public GraphLayer {
 public:
  explicit AveragePooling1D(const AveragePooling1DOptions& options = {});
};

// Options of AveragePooling2D.
struct AveragePooling2DOptions {
  Size pool_size = 2;
  std::optional<Size> strides = {};            // unset: pool_size
  Padding padding = Padding::valid;            // or same
  std::optional<DataFormat> data_format = {};  // unset: keras::config::image_data_format()
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, H, W, C): the average of each window, padding left out.
class HALFPIXEL_EXPORT AveragePooling2D : public GraphLayer {
 public:
  explicit AveragePooling2D(const AveragePooling2DOptions& options = {});
};

// Options of AveragePooling3D.
struct AveragePooling3DOptions {
  Size pool_size = 2;
  std::optional<Size> strides = {};            // unset: pool_size
  Padding padding = Padding::valid;            // or same
  std::optional<DataFormat> data_format = {};  // unset: keras::config::image_data_format()
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, D, H, W, C): the average of each window, padding left out.
class HALFPIXEL_EXPORT AveragePooling3D : public GraphLayer {
 public:
  explicit AveragePooling3D(const AveragePooling3DOptions& options = {});
};

// Options of GlobalAveragePooling1D.
struct GlobalAveragePooling1DOptions {
  std::optional<DataFormat> data_format = {};
  bool keepdims = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, steps, C) -> (N, C), or 1 for each of the other axes: the average.
class HALFPIXEL_EXPORT GlobalAveragePooling1D : public GraphLayer {
 public:
  explicit GlobalAveragePooling1D(const GlobalAveragePooling1DOptions& options = {});
};

// Options of GlobalAveragePooling2D.
struct GlobalAveragePooling2DOptions {
  std::optional<DataFormat> data_format = {};
  bool keepdims = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, H, W, C) -> (N, C), or 1 for each of the other axes: the average.
class HALFPIXEL_EXPORT GlobalAveragePooling2D : public GraphLayer {
 public:
  explicit GlobalAveragePooling2D(const GlobalAveragePooling2DOptions& options = {});
};

// Options of GlobalAveragePooling3D.
struct GlobalAveragePooling3DOptions {
  std::optional<DataFormat> data_format = {};
  bool keepdims = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, D, H, W, C) -> (N, C), or 1 for each of the other axes: the average.
class HALFPIXEL_EXPORT GlobalAveragePooling3D : public GraphLayer {
 public:
  explicit GlobalAveragePooling3D(const GlobalAveragePooling3DOptions& options = {});
};

// Options of GlobalMaxPooling1D.
struct GlobalMaxPooling1DOptions {
  std::optional<DataFormat> data_format = {};
  bool keepdims = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, steps, C) -> (N, C), or 1 for each of the other axes: the largest value.
class HALFPIXEL_EXPORT GlobalMaxPooling1D : public GraphLayer {
 public:
  explicit GlobalMaxPooling1D(const GlobalMaxPooling1DOptions& options = {});
};

// Options of GlobalMaxPooling2D.
struct GlobalMaxPooling2DOptions {
  std::optional<DataFormat> data_format = {};
  bool keepdims = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, H, W, C) -> (N, C), or 1 for each of the other axes: the largest value.
class HALFPIXEL_EXPORT GlobalMaxPooling2D : public GraphLayer {
 public:
  explicit GlobalMaxPooling2D(const GlobalMaxPooling2DOptions& options = {});
};

// Options of GlobalMaxPooling3D.
struct GlobalMaxPooling3DOptions {
  std::optional<DataFormat> data_format = {};
  bool keepdims = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, D, H, W, C) -> (N, C), or 1 for each of the other axes: the largest value.
class HALFPIXEL_EXPORT GlobalMaxPooling3D : public GraphLayer {
 public:
  explicit GlobalMaxPooling3D(const GlobalMaxPooling3DOptions& options = {});
};

using MaxPool1D = MaxPooling1D;
using AvgPool1D = AveragePooling1D;
using GlobalAvgPool1D = GlobalAveragePooling1D;
using GlobalMaxPool1D = GlobalMaxPooling1D;
using MaxPool2D = MaxPooling2D;
using AvgPool2D = AveragePooling2D;
using GlobalAvgPool2D = GlobalAveragePooling2D;
using GlobalMaxPool2D = GlobalMaxPooling2D;
using MaxPool3D = MaxPooling3D;
using AvgPool3D = AveragePooling3D;
using GlobalAvgPool3D = GlobalAveragePooling3D;
using GlobalMaxPool3D = GlobalMaxPooling3D;

}  // namespace halfpixel::keras::layers
