// IN and OUT: .npy and .npz files or pictures.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <halfpixel/npy.hpp>
#include <halfpixel/npz.hpp>
#include <halfpixel/tensor.hpp>

#include "pictures.hpp"

namespace halfpixel::cli {

// ASCII capitals become small letters.
std::string lower(std::string text);

bool is_npy_path(const std::filesystem::path& path);
bool is_npz_path(const std::filesystem::path& path);
inline bool is_array_path(const std::filesystem::path& path) {
  return is_npy_path(path) || is_npz_path(path);
}
// By its first bytes or its ending.
bool is_npz_file(const std::filesystem::path& path);

// One work of a command.
struct Paths {
  std::string in;
  std::string out = {};          // empty: there is none
  bool explain = false;          // print what is done and how; without OUT do nothing
  std::string position = {};     // "2 of 5: ", for progress
  bool suspect = false;          // OUT may be a second IN, by the look of the names
  std::string array = "arr_0";   // the name that the result has in an .npz OUT: NumPy's own
  io::NpzWriter* npz = nullptr;  // OUT, when it is an .npz

  std::string from_array = {};  // of an .npz IN: the array that is worked
  // IN as messages call it.
  std::string label() const {
    return from_array.empty() ? in : in + " (array '" + from_array + "')";
  }
  bool has_out() const { return !out.empty(); }
  bool has_picture() const { return is_picture_path(in) || is_picture_path(out); }
};

// Throws UsageError when the ending of OUT says no known format.
void check_ending(const std::string& out);

// IN, open. Content decides what it is, except that .npy and .npz promise arrays. Of an .npz it is
// the one that options.array names, or the only one.
class Input {
 public:
  // out: where the result goes; empty: nowhere. Throws Error.
  Input(const std::filesystem::path& path, const PictureOptions& options,
        const std::filesystem::path& out);
  const Shape& shape() const {
    return npz_ ? npz_shape_ : npy_ ? npy_->shape() : picture_->shape();
  }
  DType dtype() const { return npz_ ? npz_dtype_ : npy_ ? npy_->dtype() : picture_->dtype(); }
  io::NpyReader* npy() { return npy_ ? &*npy_ : nullptr; }
  Picture* picture() { return picture_ ? &*picture_ : nullptr; }
  const Picture* picture() const { return picture_ ? &*picture_ : nullptr; }
  Tensor whole() { return npz_ ? npz_->read(name_) : npy_ ? npy_->read_all() : picture_->pixels(); }

 private:
  void open_npz(const std::filesystem::path& path, const std::string& array);

  std::optional<io::NpzReader> npz_;
  std::string name_;  // of its array
  Shape npz_shape_;
  DType npz_dtype_ = DType::float32;
  std::optional<io::NpyReader> npy_;
  std::optional<Picture> picture_;
};

// "'a', 'b'": of many names, the first.
std::string listed_names(const std::vector<std::string>& names);

// A result that is an array, to OUT.
void write_array(const Paths& paths, const Tensor& result);

// Values as samples of a picture: rounded half to even and clamped. NaN gives 0.
Tensor to_samples(const Tensor& values, DType dtype);

// Values as another dtype: to floats as they are, to samples as to_samples().
Tensor as_dtype(const Tensor& values, DType dtype);

// The dtype of the samples of a picture that is made from an array of `dtype`: uint8 and uint16
// stay, in a TIFF int8, int16, int32 and uint32 too; floating values are samples of uint8. Throws
// Error for others, which names IN and says how to convert it.
DType samples_of(DType dtype, const Paths& paths);

}  // namespace halfpixel::cli
