#include "io/inflate.hpp"

#include <vector>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

#ifdef HALFPIXEL_HAS_ZLIB
#include <zlib.h>
#endif

namespace halfpixel::io {

#ifdef HALFPIXEL_HAS_ZLIB

bool inflate(const ByteSource& source, const ByteSink& sink, const std::string& where) {
  constexpr std::size_t kBuffer = 1 << 16;
  constexpr int kRaw = -15;  // without zlib's header; the largest window
  z_stream stream{};
  if (::inflateInit2(&stream, kRaw) != Z_OK)
    fail(ErrorCode::out_of_memory, where, " cannot be inflated: no memory");
  struct End {
    z_stream& stream;
    ~End() { ::inflateEnd(&stream); }
  } const end{stream};
  std::vector<unsigned char> in(kBuffer), out(kBuffer);
  for (bool ended = false;;) {
    if (stream.avail_in == 0 && !ended) {
      const std::size_t count = source(in.data(), in.size());
      ended = count < in.size();
      stream.next_in = in.data();
      stream.avail_in = static_cast<uInt>(count);
    }
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    const int status = ::inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = out.size() - stream.avail_out;
    if (made > 0 && !sink(out.data(), made)) return false;
    if (status == Z_STREAM_END) return true;
    if (status == Z_MEM_ERROR)
      fail(ErrorCode::out_of_memory, where, " cannot be inflated: no memory");
    if (status != Z_OK && status != Z_BUF_ERROR) {
      fail(ErrorCode::malformed_file, where, " is damaged: its deflated data ",
           stream.msg != nullptr ? stream.msg : "make no sense");
    }
    if (made == 0 && stream.avail_in == 0 && ended)
      fail(ErrorCode::malformed_file, where, " is damaged: its deflated data end too early");
  }
}

#else

bool inflate(const ByteSource&, const ByteSink&, const std::string& where) {
  fail(ErrorCode::unsupported, where,
       " is compressed, and this build has no zlib; numpy.savez writes it uncompressed");
}

#endif

}  // namespace halfpixel::io
