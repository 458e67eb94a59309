// IN and OUT: .npy files or pictures.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <halfpixel/npy.hpp>
#include <halfpixel/tensor.hpp>

#include "pictures.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace halfpixel::cli {

bool is_npy_path(const std::filesystem::path& path);

// The two positional arguments, and --explain, without which OUT is needed.
struct Paths {
  std::string in;
  std::string out;
  bool explain = false;

  void add_to(CLI::App& app);
  bool has_out() const;
  // Throws UsageError when OUT is missing or its ending says no known format.
  void check_out() const;
  bool has_picture() const { return is_picture_path(in) || is_picture_path(out); }

 private:
  CLI::Option* out_option_ = nullptr;
};

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
// stay, floating values are samples of uint8. Throws Error for others.
DType samples_of(DType dtype);

}  // namespace halfpixel::cli
