// Arbitrary bytes as an .npz file. What is read must be what its list says of it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/npz.hpp>

#include "memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace halfpixel;
  const fuzz::MemoryFile file(data, size);
  try {
    const io::NpzReader reader(file.path());
    for (const std::string& name : reader.names()) {
      try {
        const Shape shape = reader.shape(name);
        constexpr std::int64_t kMostElements = 1 << 24;  // deflate may make a thousand of one
        if (shape.num_elements() > kMostElements) continue;
        const Tensor whole = reader.read(name);
        if (whole.shape() != shape || whole.dtype() != reader.dtype(name)) std::abort();
      } catch (const Error&) {
      }
    }
  } catch (const Error&) {
  }
  return 0;
}
