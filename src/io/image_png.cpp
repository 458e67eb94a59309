#include "io/image_png.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "io/image_left_out.hpp"

namespace halfpixel::io {
namespace {

constexpr std::size_t kSignature = 8;

std::uint32_t number_at(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | static_cast<std::uint32_t>(bytes[at + i]);
  return value;
}

void append_number(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::byte>((value >> shift) & 255u));
}

// Of IEEE 802.3, as PNG has it.
std::uint32_t crc_of(std::span<const std::byte> bytes) {
  static const std::array<std::uint32_t, 256> table = [] {
    std::array<std::uint32_t, 256> made{};
    for (std::uint32_t n = 0; n < 256; ++n) {
      std::uint32_t c = n;
      for (int k = 0; k < 8; ++k) c = (c & 1) != 0 ? 0xedb88320u ^ (c >> 1) : c >> 1;
      made[n] = c;
    }
    return made;
  }();
  std::uint32_t crc = 0xffffffffu;
  for (const std::byte byte : bytes)
    crc = table[(crc ^ static_cast<std::uint32_t>(byte)) & 255u] ^ (crc >> 8);
  return ~crc;
}

bool is_kept(std::string_view name) {
  constexpr std::string_view kKept[] = {"gAMA", "cHRM", "sRGB", "cICP", "mDCV",
                                        "cLLI", "tEXt", "zTXt", "iTXt"};
  return std::find(std::begin(kKept), std::end(kKept), name) != std::end(kKept);
}

// XMP has a field of its own.
bool is_xmp(std::string_view name, const Bytes& data) {
  constexpr std::string_view kKey("XML:com.adobe.xmp\0", 18);
  return name == "iTXt" && data.size() >= kKey.size() &&
         std::memcmp(data.data(), kKey.data(), kKey.size()) == 0;
}

bool is_text(std::string_view name) {
  return name == "tEXt" || name == "zTXt" || name == "iTXt";
}

// What the header says of samples, and whether any may be transparent.
struct PngSamples {
  int depth = 8;
  int colour_type = 2;
  bool alpha = false;
  Bytes palette;
};

// Chunks that say nothing about another picture of the same thing: when the file was changed, how
// often a palette's colours occur, where its own data begin. Critical ones begin with a capital.
bool says_nothing(std::string_view name, const Bytes& data, const PngSamples& samples) {
  constexpr std::string_view kNothing[] = {"iCCP", "eXIf", "tRNS", "acTL", "fcTL", "fdAT",
                                           "tIME", "hIST", "sPLT", "iDOT", "pHYs"};
  if (name[0] >= 'A' && name[0] <= 'Z') return true;
  if (std::find(std::begin(kNothing), std::end(kNothing), name) != std::end(kNothing)) return true;
  const auto all = [&](auto&& is) { return std::all_of(data.begin(), data.end(), is); };
  if (name == "oFFs") return all([](std::byte b) { return b == std::byte{0}; });
  // All bits of the samples are significant.
  const int depth = samples.colour_type == 3 ? 8 : samples.depth;
  return name == "sBIT" && all([&](std::byte b) { return static_cast<int>(b) >= depth; });
}

// The background of a picture with 8 or 16 bits and without a palette; empty for an odd one.
Bytes spread_background(const Bytes& data, const PngSamples& samples) {
  const bool grey = samples.colour_type == 0 || samples.colour_type == 4;
  if (samples.colour_type == 3) {
    const std::size_t at =
        data.size() == 1 ? static_cast<std::size_t>(data[0]) * 3 : ~std::size_t{0} / 2;
    if (at + 3 > samples.palette.size()) return {};
    const Bytes& colours = samples.palette;
    return {{}, colours[at], {}, colours[at + 1], {}, colours[at + 2]};
  }
  if (data.size() != (grey ? 2u : 6u)) return {};
  if (samples.depth >= 8) return data;
  const auto value = static_cast<unsigned>(data[1]) & ((1u << samples.depth) - 1);
  return {{}, static_cast<std::byte>(value * 255 / ((1u << samples.depth) - 1))};
}

Bytes bytes_of(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

}  // namespace

PngContents read_png_chunks(const InputFile& file) {
  PngContents contents;
  constexpr std::size_t kMostKept = std::size_t{64} << 20;
  constexpr std::int64_t kShort = 1024;  // as chunks are whose bytes are looked at
  std::size_t kept = 0;
  std::int64_t at = kSignature;
  PngSamples samples;
  Bytes background;
  const auto take = [&](const std::string& name, Bytes data) {
    if (is_xmp(name, data)) return;
    kept += data.size();
    contents.kept.emplace_back(name, std::move(data));
  };
  while (at + 12 <= file.size()) {
    std::byte head[8];
    file.read_at(at, head, sizeof head);
    const std::int64_t size = number_at(head, 0);
    const std::string name(reinterpret_cast<const char*>(head) + 4, 4);
    if (at + 12 + size > file.size()) break;
    contents.ended = name == "IEND";
    if (contents.ended) break;
    contents.has_profile = contents.has_profile || name == "iCCP";
    samples.alpha = samples.alpha || name == "tRNS";
    const bool fits = is_kept(name) && kept + static_cast<std::size_t>(size) <= kMostKept;
    Bytes data(static_cast<std::size_t>(fits || size <= kShort ? size : 0));
    if (!data.empty()) file.read_at(at + 8, data.data(), size);
    if (name == "IHDR" && size == 13) {
      samples.depth = static_cast<int>(data[8]);
      samples.colour_type = static_cast<int>(data[9]);
      samples.alpha = (samples.colour_type & 4) != 0;
    } else if (name == "acTL" && size == 8) {
      contents.frames = static_cast<int>(std::clamp(number_at(data, 0), 1u, 1u << 20));
      contents.loop = static_cast<int>(std::min(number_at(data, 4), 1u << 20));
    } else if (name == "pHYs" && size == 9) {
      if (data[8] == std::byte{1}) {
        contents.per_metre[0] = number_at(data, 0);
        contents.per_metre[1] = number_at(data, 4);
      } else {
        take(name, std::move(data));
      }
    } else if (name == "PLTE") {
      samples.palette = std::move(data);
    } else if (name == "bKGD") {
      background = spread_background(data, samples);
    } else if (fits) {
      take(name, std::move(data));
    } else if (!says_nothing(name, data, samples)) {
      add_name(contents.left_out, mark_of(std::span(head).subspan(4)));
    }
    at += 12 + size;
  }
  // Behind a picture that covers all of it nobody sees one.
  if (samples.alpha && !background.empty()) take("bKGD", std::move(background));
  return contents;
}

void append_png_chunk(Bytes& out, const std::string& name, std::span<const std::byte> data) {
  append_number(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t begin = out.size();
  for (const char c : name) out.push_back(static_cast<std::byte>(c));
  out.insert(out.end(), data.begin(), data.end());
  append_number(out, crc_of(std::span(out).subspan(begin)));
}

bool has_png_head(std::span<const std::byte> begin, std::size_t* head) {
  std::size_t at = kSignature;
  while (at + 8 <= begin.size()) {
    if (std::memcmp(begin.data() + at + 4, "IDAT", 4) == 0) {
      *head = at;
      return true;
    }
    at += std::size_t{12} + number_at(begin, at);
  }
  return false;
}

// libpng writes gAMA and cHRM itself beside some profiles.
bool holds_chunk(std::span<const std::byte> head, std::string_view name) {
  for (std::size_t at = kSignature; at + 8 <= head.size();
       at += std::size_t{12} + number_at(head, at)) {
    if (std::memcmp(head.data() + at + 4, name.data(), name.size()) == 0) return true;
  }
  return false;
}

// A background is told as samples are.
bool fits_samples(std::string_view name, const Bytes& data, std::span<const std::byte> head) {
  constexpr std::size_t kDepth = kSignature + 8 + 8;
  if (name != "bKGD") return true;
  const bool grey = (head[kDepth + 1] & std::byte{2}) == std::byte{0};
  if (data.size() != (grey ? 2u : 6u)) return false;
  bool small = true;
  for (std::size_t i = 0; i < data.size(); i += 2) small = small && data[i] == std::byte{0};
  return small || head[kDepth] == std::byte{16};
}

Bytes with_png_chunks(std::span<const std::byte> head, const ImageFields& metadata) {
  // IHDR stays first and all else that libpng wrote stays: the profile, the resolution.
  constexpr std::size_t kFirst = kSignature + 12 + 13;
  if (head.size() < kFirst) return {head.begin(), head.end()};
  Bytes out(head.begin(), head.begin() + kFirst);
  for (const auto& [name, data] : metadata.png_chunks) {
    if (!is_text(name) && !holds_chunk(head, name) && fits_samples(name, data, head))
      append_png_chunk(out, name, data);
  }
  out.insert(out.end(), head.begin() + kFirst, head.end());
  if (!metadata.exif.empty()) append_png_chunk(out, "eXIf", metadata.exif);
  if (!metadata.xmp.empty()) {
    Bytes text = bytes_of(std::string_view("XML:com.adobe.xmp\0\0\0\0\0", 22));
    text.insert(text.end(), metadata.xmp.begin(), metadata.xmp.end());
    append_png_chunk(out, "iTXt", text);
  }
  for (const Bytes& comment : metadata.comments) {
    Bytes text = bytes_of(std::string_view("Comment\0", 8));
    for (const std::byte byte : comment) {
      if (byte != std::byte{0}) text.push_back(byte);
    }
    append_png_chunk(out, "tEXt", text);
  }
  for (const auto& [name, data] : metadata.png_chunks) {
    if (is_text(name)) append_png_chunk(out, name, data);
  }
  return out;
}

}  // namespace halfpixel::io
