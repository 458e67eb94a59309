#include "io/image_vips.hpp"
#include "core/checked.hpp"

#include <mutex>

#include <halfpixel/executor.hpp>

namespace halfpixel::io {

void start_vips() {
  static std::once_flag once;
  static bool started = false;
  std::call_once(once, [] {
    // Everything worth saying reaches the caller in an Error; a library does not print.
    g_log_set_handler(
        "VIPS", static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK | G_LOG_FLAG_RECURSION),
        [](const gchar*, GLogLevelFlags, const gchar*, gpointer) {}, nullptr);
    started = vips_init("halfpixel") == 0;
  });
  if (!started) fail(ErrorCode::internal, "[image] libvips does not start: ", take_vips_error());
  vips_concurrency_set(num_threads());
}

std::string take_vips_error() {
  // The same complaint often comes once for every layer that it passed.
  std::string text = vips_error_buffer();
  vips_error_clear();
  std::string line;
  std::string last;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find('\n', begin);
    if (end == text.npos) end = text.size();
    const std::string part = text.substr(begin, end - begin);
    if (!part.empty() && part != last) line += (line.empty() ? "" : "; ") + part;
    last = part;
    begin = end + 1;
  }
  return line.empty() ? "it is damaged, and libvips does not say where" : line.substr(0, 600);
}

bool has_vips_operation(const char* name) {
  start_vips();
  return vips_type_find("VipsOperation", name) != 0;
}

DType dtype_of(VipsBandFormat format, const std::string& where) {
  switch (format) {
    case VIPS_FORMAT_UCHAR:
      return DType::uint8;
    case VIPS_FORMAT_CHAR:
      return DType::int8;
    case VIPS_FORMAT_USHORT:
      return DType::uint16;
    case VIPS_FORMAT_SHORT:
      return DType::int16;
    case VIPS_FORMAT_UINT:
      return DType::uint32;
    case VIPS_FORMAT_INT:
      return DType::int32;
    case VIPS_FORMAT_FLOAT:
      return DType::float32;
    default:
      throw Error(ErrorCode::unsupported,
                  where + ": samples must be integers of 8, 16 or 32 bits or float32; got " +
                      std::string(vips_enum_nick(VIPS_TYPE_BAND_FORMAT, format)));
  }
}

VipsBandFormat band_format_of(DType dtype) {
  switch (dtype) {
    case DType::int8:
      return VIPS_FORMAT_CHAR;
    case DType::uint16:
      return VIPS_FORMAT_USHORT;
    case DType::int16:
      return VIPS_FORMAT_SHORT;
    case DType::uint32:
      return VIPS_FORMAT_UINT;
    case DType::int32:
      return VIPS_FORMAT_INT;
    case DType::float32:
      return VIPS_FORMAT_FLOAT;
    default:
      return VIPS_FORMAT_UCHAR;
  }
}

}  // namespace halfpixel::io
