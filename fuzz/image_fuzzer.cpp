// Arbitrary bytes as a picture. What is read can be written, with the metadata that came along.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "io/image_limits.hpp"
#include "memory_file.hpp"

namespace {

// TIFF takes all that was read; JPEG, PNG and WebP patch and spell the metadata their own way.
void write(const halfpixel::io::Image& image) {
  using namespace halfpixel;
  const Shape& shape = image.pixels.shape();
  if (shape.rank() != 3 || shape[2] < 1 || image.pixels.size() > 1 << 20) std::abort();
  if (image.pixels.size() > 1 << 14) return;
  for (const char* ending : {".tif", ".jpg", ".png", ".webp"}) {
    const std::string out = "/tmp/halfpixel-fuzz-" + std::to_string(::getpid()) + ending;
    try {
      io::write_image(out, image.pixels, image.metadata);
    } catch (const Error&) {
    }
    ::unlink(out.c_str());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace halfpixel;
  io::set_max_image_samples(1 << 20);
  const fuzz::MemoryFile file(data, size);
  constexpr int kMostPages = 4;
  try {
    io::ImageReader reader(file.path());
    for (int page = 0; page < std::min(reader.pages(), kMostPages); ++page)
      write(reader.read(page));
  } catch (const Error&) {
  }
  return 0;
}
