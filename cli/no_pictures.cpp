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
void Picture::read_page(int) {}
void Picture::read_batch() {}
bool Picture::blends() const {
  return false;
}
Tensor Picture::premultiplied() const {
  return pixels_;
}
Tensor Picture::unpremultiplied(const Tensor& result) const {
  return result;
}

struct PictureFile::State {};
PictureFile::PictureFile(const std::filesystem::path& path, int) {
  refuse(path);
}
PictureFile::~PictureFile() = default;
void PictureFile::write(const Tensor&, const Picture*) {}
void PictureFile::finish() {}
void write_picture(const std::filesystem::path& path, const Tensor&, const Picture*) {
  refuse(path);
}

}  // namespace halfpixel::cli
