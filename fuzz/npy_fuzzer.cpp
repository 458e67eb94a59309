// Arbitrary bytes as an .npy file. What is read must say the same of itself when it is written
// again.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/npy.hpp>

#include "io/npy_header.hpp"
#include "memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace halfpixel;
  const fuzz::MemoryFile file(data, size);
  try {
    io::NpyReader reader(file.path());
    const Tensor whole = reader.read_all();
    if (whole.shape() != reader.shape() || whole.size_bytes() > static_cast<std::int64_t>(size))
      std::abort();
    if (!reader.fortran_order() && whole.size() > 0) {
      std::vector<char> last(size_of(whole.dtype()));
      reader.read(whole.size() - 1, 1, last.data());
    }
    const std::string header = io::print_npy_header(whole.shape(), whole.dtype());
    if (header.size() % 64 != 0) std::abort();
    const io::NpyPreamble preamble = io::parse_npy_preamble(header, "[fuzz]");
    const io::NpyHeader again = io::parse_npy_dict(
        std::string_view(header).substr(static_cast<std::size_t>(preamble.dict_begin)), "[fuzz]");
    if (!(again.shape == whole.shape()) || again.dtype != whole.dtype()) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
