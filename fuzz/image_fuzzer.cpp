// Arbitrary bytes as a picture. What is read can be written, with the metadata that came along.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "io/image_limits.hpp"
#include "memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace halfpixel;
  io::set_max_image_samples(1 << 20);
  const fuzz::MemoryFile file(data, size);
  io::Image image;
  try {
    image = io::read_image_with_metadata(file.path());
  } catch (const Error&) {
    return 0;
  }
  const Shape& shape = image.pixels.shape();
  if (shape.rank() != 3 || shape[2] < 1 || shape[2] > 4 || image.pixels.size() > 1 << 20)
    std::abort();
  if (image.pixels.size() > 1 << 14) return 0;
  // JPEG rewrites the EXIF block, PNG takes everything else.
  const bool plain = image.pixels.dtype() == DType::uint8 && shape[2] % 2 == 1;
  const std::string out =
      "/tmp/halfpixel-fuzz-" + std::to_string(::getpid()) + (plain ? ".jpg" : ".png");
  try {
    io::write_image(out, image.pixels, image.metadata);
  } catch (const Error&) {
  }
  ::unlink(out.c_str());
  return 0;
}
