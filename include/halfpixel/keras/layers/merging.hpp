// Layers that join several tensors. Component halfpixel::model.
#pragma once

#include <string>
#include <vector>

#include <halfpixel/keras/tensor.hpp>

namespace halfpixel::keras::layers {

struct MergeOptions {
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Element by element; extents of 1 are repeated, as are missing axes behind the batch.
class HALFPIXEL_EXPORT Add : public GraphLayer {
 public:
  explicit Add(const MergeOptions& options = {});
};
// The first minus the second.
class HALFPIXEL_EXPORT Subtract : public GraphLayer {
 public:
  explicit Subtract(const MergeOptions& options = {});
};
// The product of all.
class HALFPIXEL_EXPORT Multiply : public GraphLayer {
 public:
  explicit Multiply(const MergeOptions& options = {});
};
// The mean of all.
class HALFPIXEL_EXPORT Average : public GraphLayer {
 public:
  explicit Average(const MergeOptions& options = {});
};
// The largest of all.
class HALFPIXEL_EXPORT Maximum : public GraphLayer {
 public:
  explicit Maximum(const MergeOptions& options = {});
};
// The smallest of all.
class HALFPIXEL_EXPORT Minimum : public GraphLayer {
 public:
  explicit Minimum(const MergeOptions& options = {});
};

struct ConcatenateOptions {
  int axis = -1;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// One after the other along an axis; the other extents are equal.
class HALFPIXEL_EXPORT Concatenate : public GraphLayer {
 public:
  explicit Concatenate(const ConcatenateOptions& options = {});
};

struct DotOptions {
  std::vector<int> axes = {-1};  // one for both tensors, or one for each
  bool normalize = false;        // cosine proximity
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Sums of products along one axis of each of two tensors.
class HALFPIXEL_EXPORT Dot : public GraphLayer {
 public:
  explicit Dot(const DotOptions& options);
};

}  // namespace halfpixel::keras::layers
