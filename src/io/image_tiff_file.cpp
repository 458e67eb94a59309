#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <limits>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "io/image_cut.hpp"
#include "io/image_tiff.hpp"

namespace halfpixel::io {

struct TiffCallbacks {
  static TiffReader& self(thandle_t handle) { return *static_cast<TiffReader*>(handle); }

  static tmsize_t read(thandle_t handle, void* to, tmsize_t count) {
    TiffReader& tiff = self(handle);
    const std::int64_t left = std::max<std::int64_t>(0, tiff.file_.size() - tiff.position_);
    const auto got = std::min<std::int64_t>(left, count);
    tiff.ended_ = tiff.ended_ || got < count;
    try {
      tiff.file_.read_at(tiff.position_, to, got);
    } catch (const Error& error) {  // must not pass through C
      tiff.error_ = error.what();
      return -1;
    }
    tiff.position_ += got;
    return static_cast<tmsize_t>(got);
  }
  static tmsize_t write(thandle_t, void*, tmsize_t) { return -1; }
  static toff_t seek(thandle_t handle, toff_t offset, int whence) {
    TiffReader& tiff = self(handle);
    std::int64_t from = 0;
    if (whence == SEEK_CUR) from = tiff.position_;
    if (whence == SEEK_END) from = tiff.file_.size();
    std::int64_t target = 0;
    if (__builtin_add_overflow(from, static_cast<std::int64_t>(offset), &target) || target < 0) {
      return static_cast<toff_t>(-1);
    }
    tiff.position_ = target;
    return static_cast<toff_t>(target);
  }
  static int close(thandle_t) { return 0; }
  static toff_t size(thandle_t handle) { return static_cast<toff_t>(self(handle).file_.size()); }
  static int map(thandle_t, void**, toff_t*) { return 0; }
  static void unmap(thandle_t, void*, toff_t) {}

  static int error(TIFF*, void* reader, const char*, const char* format, std::va_list arguments) {
    char text[400];
    std::vsnprintf(text, sizeof text, format, arguments);
    auto& kept = static_cast<TiffReader*>(reader)->error_;
    if (kept.empty()) kept = text;  // the first is the cause
    return 1;
  }
  static int warning(TIFF*, void*, const char*, const char*, std::va_list) { return 1; }
};

TiffReader::TiffReader(const InputFile& file, const std::string& where)
    : file_(file), where_(where) {
  using Call = TiffCallbacks;
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                             TIFFOpenOptionsFree);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), Call::error, this);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), Call::warning, this);
  // No mapping: a file that shrinks while it is mapped would end the program.
  tiff_ = TIFFClientOpenExt("picture", "rm", this, Call::read, Call::write, Call::seek, Call::close,
                            Call::size, Call::map, Call::unmap, options.get());
  if (tiff_ == nullptr) damaged();
}

TiffReader::~TiffReader() {
  if (tiff_ != nullptr) TIFFClose(tiff_);
}

std::string TiffReader::error() const {
  std::string line = error_.empty() ? "libtiff gives no reason" : error_;
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

void TiffReader::damaged() const {
  if (ended_) refuse_cut(where_, error_);
  fail(ErrorCode::malformed_file, where_, ": ", error());
}

}  // namespace halfpixel::io
