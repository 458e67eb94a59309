// What --size of resize says: a size, or how to find one from that of IN.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <halfpixel/shape.hpp>

namespace halfpixel::cli {

class TargetSize {
 public:
  // 480x640 (height, width) | 480x | x640 | 50% | 1.5x | fit:640x480 | fill:640x480 (width, height,
  // as boxes on screens and paper are told). Throws UsageError.
  explicit TargetSize(std::string_view text);

  // It does not depend on IN.
  bool is_exact() const { return kind_ == Kind::exact; }
  // The middle of IN alone fills the box.
  bool crops() const { return kind_ == Kind::fill; }
  // Height and width for IN of these; sides are 1 at least. Throws Error when they are too long.
  Size of(std::int64_t height, std::int64_t width) const;

  static bool is_size(std::string_view text);
  // What `text`, which is no size, was to be: "480x640" of "480 × 640" and "480*640". Empty where
  // nobody knows.
  static std::string meant(std::string_view text);

 private:
  TargetSize() = default;
  enum class Kind { exact, height, width, factor, fit, fill };
  bool parse(std::string_view text);

  Kind kind_ = Kind::exact;
  std::int64_t height_ = 0, width_ = 0;
  double factor_ = 1;
};

}  // namespace halfpixel::cli
