#include "io/inflate.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::io {
namespace {

constexpr int kMostBits = 15;             // of a code
constexpr std::size_t kWindow = 1 << 16;  // twice as far as matches reach

class Bits {
 public:
  Bits(const ByteSource& source, const std::string& where)
      : source_(source), where_(where), buffer_(kWindow) {}

  // At least `wanted` bits, with zeros behind the end; not all may be there.
  std::uint64_t peek(int wanted) {
    while (count_ < wanted) {
      if (at_ == size_) {
        size_ = ended_ ? 0 : source_(buffer_.data(), buffer_.size());
        ended_ = size_ < buffer_.size();
        at_ = 0;
        if (size_ == 0) return bits_;
      }
      bits_ |= std::uint64_t{buffer_[at_++]} << count_;
      count_ += 8;
    }
    return bits_;
  }
  void drop(int used) {
    if (used > count_) damaged("ends too early");
    bits_ >>= used;
    count_ -= used;
  }
  unsigned take(int wanted) {
    const auto value = static_cast<unsigned>(peek(wanted) & ((std::uint64_t{1} << wanted) - 1));
    drop(wanted);
    return value;
  }
  void to_whole_byte() { drop(count_ % 8); }
  [[noreturn]] void damaged(const char* what) const {
    fail(ErrorCode::malformed_file, where_, " is damaged: its deflated data ", what);
  }

 private:
  const ByteSource& source_;
  const std::string& where_;
  std::vector<unsigned char> buffer_;
  std::size_t at_ = 0, size_ = 0;
  bool ended_ = false;
  std::uint64_t bits_ = 0;  // the next one is the lowest
  int count_ = 0;
};

// A table that the next bits are looked up in. Those that are no code have length 0.
class Code {
 public:
  // The lengths of the codes of 0, 1, …
  void make(std::span<const unsigned char> lengths, const Bits& bits) {
    std::array<unsigned, kMostBits + 2> counts{}, next{};
    for (const unsigned char length : lengths) ++counts[length];
    counts[0] = 0;
    width_ = kMostBits;
    while (width_ > 1 && counts[static_cast<std::size_t>(width_)] == 0) --width_;
    unsigned code = 0;
    for (std::size_t length = 1; length <= kMostBits; ++length) {
      code = (code + counts[length - 1]) << 1;
      next[length] = code;
      if (code + counts[length] > 1u << length) bits.damaged("has a code that cannot be");
    }
    table_.assign(std::size_t{1} << width_, 0);
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      const unsigned length = lengths[symbol];
      if (length == 0) continue;
      unsigned reversed = 0, left = next[length]++;
      for (unsigned i = 0; i < length; ++i, left >>= 1) reversed = reversed << 1 | (left & 1);
      for (std::size_t at = reversed; at < table_.size(); at += std::size_t{1} << length)
        table_[at] = static_cast<std::uint16_t>(symbol << 4 | length);
    }
  }
  unsigned read(Bits& bits) const {
    const auto at = static_cast<std::size_t>(bits.peek(width_)) & (table_.size() - 1);
    const unsigned entry = table_[at];
    if (entry == 0) bits.damaged("has a code that says nothing");
    bits.drop(static_cast<int>(entry & 15));
    return entry >> 4;
  }

 private:
  int width_ = 1;
  std::vector<std::uint16_t> table_;  // symbol << 4 | length
};

// What came out last.
class Window {
 public:
  explicit Window(const ByteSink& sink) : sink_(sink), bytes_(kWindow) {}

  void put(unsigned char byte) {
    bytes_[at_++] = byte;
    if (at_ == kWindow) flush();
  }
  bool reaches(std::size_t distance) const { return distance <= (wrapped_ ? kWindow : at_); }
  void repeat(std::size_t distance, std::size_t length) {
    std::size_t from = (at_ - distance) & (kWindow - 1);
    if (from < at_ && at_ + length < kWindow && distance >= length) {
      std::memcpy(bytes_.data() + at_, bytes_.data() + from, length);
      at_ += length;
      return;
    }
    for (; length > 0; --length, from = (from + 1) & (kWindow - 1)) put(bytes_[from]);
  }
  void flush() {
    if (at_ > 0 && wanted_) wanted_ = sink_(bytes_.data(), at_);
    wrapped_ = wrapped_ || at_ == kWindow;
    at_ = 0;
  }
  bool wanted() const { return wanted_; }

 private:
  const ByteSink& sink_;
  std::vector<unsigned char> bytes_;
  std::size_t at_ = 0;
  bool wrapped_ = false, wanted_ = true;
};

struct Codes {
  Code literals, distances;
};

// Of literals and lengths 288, of distances 30.
void make_fixed(Codes& codes, const Bits& bits) {
  std::array<unsigned char, 288> lengths;
  for (std::size_t i = 0; i < lengths.size(); ++i)
    lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  codes.literals.make(lengths, bits);
  std::array<unsigned char, 30> fives;
  fives.fill(5);
  codes.distances.make(fives, bits);
}

void read_dynamic(Codes& codes, Bits& bits) {
  const std::size_t literals = bits.take(5) + 257, distances = bits.take(5) + 1;
  const std::size_t given = bits.take(4) + 4;
  if (literals > 286 || distances > 30) bits.damaged("has more codes than there are");
  constexpr unsigned char kOrder[] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                      11, 4,  12, 3, 13, 2, 14, 1, 15};
  std::array<unsigned char, 19> of_lengths{};
  for (std::size_t i = 0; i < given; ++i)
    of_lengths[kOrder[i]] = static_cast<unsigned char>(bits.take(3));
  Code code;
  code.make(of_lengths, bits);
  std::array<unsigned char, 286 + 30> lengths{};
  const std::size_t all = literals + distances;
  for (std::size_t i = 0; i < all;) {
    const unsigned symbol = code.read(bits);
    if (symbol < 16) {
      lengths[i++] = static_cast<unsigned char>(symbol);
      continue;
    }
    if (symbol == 16 && i == 0) bits.damaged("repeats what is not there");
    const unsigned char value = symbol == 16 ? lengths[i - 1] : 0;
    const std::size_t times = symbol == 16   ? bits.take(2) + 3
                              : symbol == 17 ? bits.take(3) + 3
                                             : bits.take(7) + 11;
    if (times > all - i) bits.damaged("has more codes than it says");
    std::fill_n(lengths.begin() + static_cast<std::ptrdiff_t>(i), times, value);
    i += times;
  }
  codes.literals.make({lengths.data(), literals}, bits);
  codes.distances.make({lengths.data() + literals, distances}, bits);
}

void copy_stored(Bits& bits, Window& window) {
  bits.to_whole_byte();
  const unsigned length = bits.take(16);
  if (bits.take(16) != (~length & 0xFFFF)) bits.damaged("has a stored part whose lengths differ");
  for (unsigned i = 0; i < length && window.wanted(); ++i)
    window.put(static_cast<unsigned char>(bits.take(8)));
}

void decode(const Codes& codes, Bits& bits, Window& window) {
  constexpr std::uint16_t kLengths[] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                        15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                        67, 83, 99, 115, 131, 163, 195, 227, 258};
  constexpr unsigned char kLengthBits[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                           2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
  constexpr std::uint16_t kDistances[] = {
      1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
      193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
  constexpr unsigned kEnd = 256;
  while (window.wanted()) {
    const unsigned symbol = codes.literals.read(bits);
    if (symbol < kEnd) {
      window.put(static_cast<unsigned char>(symbol));
      continue;
    }
    if (symbol == kEnd) return;
    const unsigned length = symbol - kEnd - 1;
    if (length >= std::size(kLengths)) bits.damaged("has a length that cannot be");
    const unsigned count = kLengths[length] + bits.take(kLengthBits[length]);
    const unsigned far = codes.distances.read(bits);
    const int more = far < 4 ? 0 : static_cast<int>(far / 2) - 1;
    const unsigned distance = kDistances[far] + bits.take(more);
    if (!window.reaches(distance)) bits.damaged("points before its beginning");
    window.repeat(distance, count);
  }
}

}  // namespace

bool inflate(const ByteSource& source, const ByteSink& sink, const std::string& where) {
  Bits bits(source, where);
  Window window(sink);
  Codes codes;
  for (bool last = false; !last && window.wanted();) {
    last = bits.take(1) != 0;
    switch (bits.take(2)) {
      case 0:
        copy_stored(bits, window);
        continue;
      case 1:
        make_fixed(codes, bits);
        break;
      case 2:
        read_dynamic(codes, bits);
        break;
      default:
        bits.damaged("has a part of no known kind");
    }
    decode(codes, bits, window);
  }
  if (window.wanted()) window.flush();
  return window.wanted();
}

}  // namespace halfpixel::io
