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

struct Picture::Metadata {};

bool is_picture_path(const std::filesystem::path&) {
  return false;
}
std::string picture_endings() {
  return "no pictures in this build";
}

Picture::Picture(const std::filesystem::path& path) {
  refuse(path);
}
Picture::~Picture() = default;
bool Picture::has_alpha() const noexcept {
  return false;
}
Tensor Picture::premultiplied() const {
  return pixels_;
}
Tensor Picture::unpremultiplied(const Tensor& result) const {
  return result;
}
void Picture::write(const std::filesystem::path& path, const Tensor&) const {
  refuse(path);
}
void write_picture(const std::filesystem::path& path, const Tensor&) {
  refuse(path);
}

}  // namespace halfpixel::cli
