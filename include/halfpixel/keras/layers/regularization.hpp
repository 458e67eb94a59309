// Layers that act during training alone and hand their input on at inference. Component
// halfpixel::model. Random augmentation layers (RandomFlip, RandomZoom …) exist in model files and
// behave alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <halfpixel/keras/tensor.hpp>

namespace halfpixel::keras::layers {

struct DropoutOptions {
  double rate = 0.5;
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Hands its input on.
class HALFPIXEL_EXPORT Dropout : public GraphLayer {
 public:
  explicit Dropout(const DropoutOptions& options = {});
  explicit Dropout(double rate) : Dropout(DropoutOptions{.rate = rate}) {}
};
// Hands its input on.
class HALFPIXEL_EXPORT AlphaDropout : public GraphLayer {
 public:
  explicit AlphaDropout(const DropoutOptions& options = {});
};
// Hands its input on.
class HALFPIXEL_EXPORT GaussianDropout : public GraphLayer {
 public:
  explicit GaussianDropout(const DropoutOptions& options = {});
};
// Hands its input on; rank 3.
class HALFPIXEL_EXPORT SpatialDropout1D : public GraphLayer {
 public:
  explicit SpatialDropout1D(const DropoutOptions& options = {});
};
// Hands its input on; rank 4.
class HALFPIXEL_EXPORT SpatialDropout2D : public GraphLayer {
 public:
  explicit SpatialDropout2D(const DropoutOptions& options = {});
};
// Hands its input on; rank 5.
class HALFPIXEL_EXPORT SpatialDropout3D : public GraphLayer {
 public:
  explicit SpatialDropout3D(const DropoutOptions& options = {});
};

struct GaussianNoiseOptions {
  double stddev = 1.0;
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Hands its input on.
class HALFPIXEL_EXPORT GaussianNoise : public GraphLayer {
 public:
  explicit GaussianNoise(const GaussianNoiseOptions& options = {});
};

struct ActivityRegularizationOptions {
  double l1 = 0.0;
  double l2 = 0.0;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Hands its input on.
class HALFPIXEL_EXPORT ActivityRegularization : public GraphLayer {
 public:
  explicit ActivityRegularization(const ActivityRegularizationOptions& options = {});
};

}  // namespace halfpixel::keras::layers
