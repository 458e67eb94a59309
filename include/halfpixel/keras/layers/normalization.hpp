// Normalisation layers, as at inference. Component halfpixel::model.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <halfpixel/keras/tensor.hpp>

namespace halfpixel::keras::layers {

struct BatchNormalizationOptions {
  int axis = -1;
  double momentum = 0.99;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  bool renorm = false;
  double renorm_momentum = 0.99;
  bool synchronized = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (x - moving_mean) / sqrt(moving_variance + epsilon) * gamma + beta, one of each for every
// position on the axis.
class HALFPIXEL_EXPORT BatchNormalization : public GraphLayer {
 public:
  explicit BatchNormalization(const BatchNormalizationOptions& options = {});
};

struct LayerNormalizationOptions {
  std::vector<int> axis = {-1};
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  bool rms_scaling = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (x - mean) / sqrt(variance + epsilon) * gamma + beta, mean and variance of each sample over the
// axes.
class HALFPIXEL_EXPORT LayerNormalization : public GraphLayer {
 public:
  explicit LayerNormalization(const LayerNormalizationOptions& options = {});
};

struct GroupNormalizationOptions {
  std::int64_t groups = 32;  // -1: as many as channels (instance normalisation)
  int axis = -1;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (x - mean) / sqrt(variance + epsilon) * gamma + beta, mean and variance over each group of
// channels.
class HALFPIXEL_EXPORT GroupNormalization : public GraphLayer {
 public:
  explicit GroupNormalization(const GroupNormalizationOptions& options = {});
};

struct UnitNormalizationOptions {
  std::vector<int> axis = {-1};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Divided by the L2 norm over the axes.
class HALFPIXEL_EXPORT UnitNormalization : public GraphLayer {
 public:
  explicit UnitNormalization(const UnitNormalizationOptions& options = {});
};

struct RMSNormalizationOptions {
  std::vector<int> axis = {-1};
  double epsilon = 1e-6;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Divided by the root of the mean square over the axes, times a variable scale.
class HALFPIXEL_EXPORT RMSNormalization : public GraphLayer {
 public:
  explicit RMSNormalization(const RMSNormalizationOptions& options = {});
};

struct SpectralNormalizationOptions {
  std::int64_t power_iterations = 1;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// At inference the wrapped layer with the kernel that training left.
class HALFPIXEL_EXPORT SpectralNormalization : public GraphLayer {
 public:
  explicit SpectralNormalization(const GraphLayer& layer,
                                 const SpectralNormalizationOptions& options = {});
};

}  // namespace halfpixel::keras::layers
