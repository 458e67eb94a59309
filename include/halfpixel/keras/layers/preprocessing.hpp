// Layers at the entrance of a model: Rescaling, Normalization, AutoContrast, Embedding, CenterCrop,
// Masking.
// Component halfpixel::model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <halfpixel/export.hpp>
#include <halfpixel/keras/tensor.hpp>
#include <halfpixel/shape.hpp>

namespace halfpixel::keras::layers {

struct RescalingOptions {
  std::vector<double> scale = {1.0};  // one number, or one for each channel
  std::vector<double> offset = {0.0};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// x * scale + offset; integers become floating first.
class HALFPIXEL_EXPORT Rescaling : public GraphLayer {
 public:
  explicit Rescaling(const RescalingOptions& options);
  explicit Rescaling(double scale, double offset = 0.0)
      : Rescaling(RescalingOptions{{scale}, {offset}}) {}
};

struct NormalizationOptions {
  std::vector<int> axis = {-1};   // places on these have a mean and a variance of their own
  std::vector<double> mean = {};  // both empty: variables, set by set_weights
  std::vector<double> variance = {};
  bool invert = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (x - mean) / sqrt(variance), or back.
class HALFPIXEL_EXPORT Normalization : public GraphLayer {
 public:
  explicit Normalization(const NormalizationOptions& options = {});
};

struct AutoContrastOptions {
  std::vector<double> value_range = {0, 255};  // what the pixels' values lie in
  std::optional<DataFormat> data_format = {};  // recorded; channels stand last
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, H, W, C): each channel of each image stretched, so that its smallest value becomes
// value_range[0] and its largest value_range[1]. A channel of one value stays as it is.
class HALFPIXEL_EXPORT AutoContrast : public GraphLayer {
 public:
  explicit AutoContrast(const AutoContrastOptions& options = {});
};

struct EmbeddingOptions {
  std::int64_t input_dim = 0;   // required: how many different integers
  std::int64_t output_dim = 0;  // required: numbers for each
  bool mask_zero = false;       // recurrent layers pass over index 0
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (…) -> (…, output_dim). An integer outside [0, input_dim) gives zeros.
class HALFPIXEL_EXPORT Embedding : public GraphLayer {
 public:
  explicit Embedding(EmbeddingOptions options);
};

struct CenterCropOptions {
  std::int64_t height = 0;  // required
  std::int64_t width = 0;   // required
  std::optional<DataFormat> data_format = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// The middle of an image; smaller images are enlarged by bilinear resizing of their middle.
class HALFPIXEL_EXPORT CenterCrop : public GraphLayer {
 public:
  explicit CenterCrop(CenterCropOptions options);
};

struct MaskingOptions {
  double mask_value = 0.0;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Steps in which every feature is mask_value become zeros; recurrent layers pass over them.
class HALFPIXEL_EXPORT Masking : public GraphLayer {
 public:
  explicit Masking(MaskingOptions options = {});
};

}  // namespace halfpixel::keras::layers
