// The calls that identify() tries.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <halfpixel/identify.hpp>
#include <halfpixel/resample.hpp>

namespace halfpixel::identification {

// Where a program has the axes of an image.
enum class Axes { nhwc, nchw, hwc };

struct Sides {
  std::int64_t height, width;
};

struct Candidate {
  std::string dialect;
  Match::Options options;  // without the size
  Axes axes;
  // The plan for a shape of these axes, from images to images. Throws Error when the program
  // refuses it.
  std::function<resample::Plan(const Shape& shape, DType dtype, const Sides& out)> plan;
  // How the size is told: "size", "sizes" … and its text.
  std::function<std::pair<std::string, std::string>(const Shape& shape, const Sides& out)> size =
      {};
  bool batches = false;   // the command takes no images without N
  bool upsample = false;  // the command is `upsample`
  // The program computes bytes in another way than floats.
  bool bytes_differ = false;
  // Where a call is more than one plan: there is none, or it is refused as unsupported.
  std::function<Tensor(const ConstTensorView& image, const Sides& out)> run = {};
};

// For images of height x width that became `out`.
std::vector<Candidate> candidates(const Sides& in, const Sides& out);

}  // namespace halfpixel::identification
