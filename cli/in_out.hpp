// IN and OUT: .npy files or pictures.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <halfpixel/npy.hpp>
#include <halfpixel/tensor.hpp>

#include "pictures.hpp"

namespace halfpixel::cli {

// ASCII capitals become small letters.
std::string lower(std::string text);

bool is_npy_path(const std::filesystem::path& path);

// One work of a command.
struct Paths {
  std::string in;
  std::string out = {};       // empty: there is none
  bool explain = false;       // print what is done and how; without OUT do nothing
  std::string position = {};  // "2 of 5: ", for progress
  bool suspect = false;       // OUT may be a second IN, by the look of the names

  bool has_out() const { return !out.empty(); }
  bool has_picture() const { return is_picture_path(in) || is_picture_path(out); }
};

// Throws UsageError when the ending of OUT says no known format.
void check_ending(const std::string& out);

// IN, open. Content decides what it is, except that .npy promises an array.
class Input {
 public:
  // out: where the result goes; empty: nowhere. Throws Error.
  Input(const std::filesystem::path& path, const PictureOptions& options,
        const std::filesystem::path& out);
  const Shape& shape() const { return npy_ ? npy_->shape() : picture_->shape(); }
  DType dtype() const { return npy_ ? npy_->dtype() : picture_->dtype(); }
  io::NpyReader* npy() { return npy_ ? &*npy_ : nullptr; }
  Picture* picture() { return picture_ ? &*picture_ : nullptr; }
  const Picture* picture() const { return picture_ ? &*picture_ : nullptr; }
  Tensor whole() { return npy_ ? npy_->read_all() : picture_->pixels(); }

 private:
  std::optional<io::NpyReader> npy_;
  std::optional<Picture> picture_;
};

// Values as samples of a picture: rounded half to even and clamped. NaN gives 0.
Tensor to_samples(const Tensor& values, DType dtype);

// The dtype of the samples of a picture that is made from an array of `dtype`: uint8 and uint16
// stay, floating values are samples of uint8. Throws Error for others, which names `in` and says
// how to convert it.
DType samples_of(DType dtype, const std::string& in);

}  // namespace halfpixel::cli
