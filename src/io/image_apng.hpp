// Frames of an animated PNG: each is a PNG of its own once its chunks are put together, which
// libvips decodes; they are laid over each other here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <halfpixel/tensor.hpp>

#include "io/image_source.hpp"
#include "io/input_file.hpp"

namespace halfpixel::io {

class ApngFrames {
 public:
  // Throws Error for damaged files. `file` stays referred to.
  ApngFrames(const InputFile& file, std::string where);
  ~ApngFrames();

  int count() const;
  int loop() const;
  int delay_ms(int frame) const;
  // The whole canvas as it is seen while the frame is shown: (height, width, channels). Cheapest in
  // ascending order.
  Tensor canvas(int frame);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace halfpixel::io
