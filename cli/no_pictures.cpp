// This build has no component image.
#include <string>

#include <halfpixel/error.hpp>

#include "pictures.hpp"

namespace halfpixel::cli {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path) {
  throw Error(ErrorCode::unsupported, "[halfpixel] " + path.native() +
                                          " is not an .npy file, and this build reads no pictures "
                                          "(build with -DHALFPIXEL_IMAGE=ON)");
}

}  // namespace

bool is_picture_path(const std::filesystem::path&) {
  return false;
}
std::string picture_endings() {
  return "no pictures in this build";
}

struct Picture::State {};
Picture::Picture(const std::filesystem::path& path, const PictureOptions&,
                 const std::filesystem::path&) {
  refuse(path);
}
Picture::~Picture() = default;
int Picture::pages() const noexcept {
  return 1;
}
void Picture::open_page(int) {}
void Picture::read_batch() {}
const Tensor& Picture::pixels() {
  return pixels_;
}
void Picture::read_rows(const TensorView&) {}
bool Picture::blends() {
  return false;
}
bool Picture::sees_through() {
  return false;
}
bool Picture::needs_no_alpha(const std::filesystem::path&) {
  return false;
}
bool Picture::sees_through(const ConstTensorView&) const {
  return false;
}
Tensor Picture::premultiplied(const ConstTensorView& rows) const {
  return Tensor(rows);
}
Tensor Picture::unpremultiplied(const Tensor& result) const {
  return result;
}

struct PictureFile::State {};
PictureFile::PictureFile(const std::filesystem::path& path, int) {
  refuse(path);
}
PictureFile::~PictureFile() = default;
void PictureFile::write(const Tensor&, const Picture*, bool) {}
void PictureFile::begin(const Shape&, DType, const Picture*, bool) {}
void PictureFile::write_rows(const ConstTensorView&) {}
void PictureFile::finish(const std::string&) {}
void write_picture(const std::filesystem::path& path, const Tensor&, const Picture*,
                   const std::string&) {
  refuse(path);
}

}  // namespace halfpixel::cli
