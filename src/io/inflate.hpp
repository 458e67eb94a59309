// Deflated bytes (RFC 1951), which numpy.savez_compressed writes: by zlib, where a build finds it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace halfpixel::io {

// Fills a buffer with the next bytes; fewer than its room only at the end.
using ByteSource = std::function<std::size_t(unsigned char* to, std::size_t room)>;
// Takes the next bytes; false: no more are wanted.
using ByteSink = std::function<bool(const unsigned char* bytes, std::size_t count)>;

// Holds 128 KiB, however much comes out. True: to the end; false: the sink had enough. Throws Error
// for bytes that nothing was deflated to, and in a build without zlib; `where` begins the message.
bool inflate(const ByteSource& source, const ByteSink& sink, const std::string& where);

}  // namespace halfpixel::io
