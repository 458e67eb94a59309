#include "pictures.hpp"

#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "usage.hpp"

namespace halfpixel::cli {
namespace {

Tensor without_batch(const Tensor& pixels) {
  if (pixels.rank() != 4) return pixels;
  const Shape& shape = pixels.shape();
  return pixels.reshape({shape[1], shape[2], shape[3]});
}

// "[read_image] a.tif: its …" without who spoke: nothing failed.
void tell(const std::string& line) {
  const std::size_t end = line.starts_with("[") ? line.find("] ") : line.npos;
  warn(end == line.npos ? line : line.substr(end + 2));
}

}  // namespace

bool is_picture_path(const std::filesystem::path& path) {
  return io::is_image_path(path);
}

std::string picture_endings() {
  return fmt::format("{}", fmt::join(io::image_endings(), ", "));
}

struct Picture::State {
  State(const std::filesystem::path& path, const PictureOptions& chosen)
      : options(chosen), reader(path, {.upright = !chosen.no_orientation}) {}

  PictureOptions options;
  io::ImageReader reader;
  int first = 0;
  int count = 1;
  io::ImageMetadata metadata;
};

Picture::Picture(const std::filesystem::path& path, const PictureOptions& options,
                 const std::filesystem::path& out)
    : state_(std::make_unique<State>(path, options)) {
  const int there = state_->reader.pages();
  const char* name = state_->reader.animated() ? "frames" : "pages";
  if (options.page == "all") {
    state_->count = there;
  } else if (!options.page.empty()) {
    state_->first = std::atoi(options.page.c_str());
    if (state_->first >= there) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("[halfpixel] --page of {} must be from 0 to {}; got {}",
                              path.native(), there - 1, options.page));
    }
  } else if (there > 1) {
    std::error_code ignored;
    if (!out.empty() && std::filesystem::equivalent(path, out, ignored)) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("[halfpixel] {} has {} {}, and the first one alone would take their "
                              "place; --page all works all of them, --page N one",
                              path.native(), there, name));
    }
    warn(
        fmt::format("{} has {} {}, of which the first one is taken; --page all takes all of them, "
                    "--page N (from 0) one",
                    path.native(), there, name));
  }
  read_page(0);
}

Picture::~Picture() = default;

int Picture::pages() const noexcept {
  return state_->count;
}

void Picture::read_page(int page) {
  io::Image image = state_->reader.read(state_->first + page);
  const Shape& shape = image.pixels.shape();
  pixels_ = image.pixels.reshape({1, shape[0], shape[1], shape[2]});
  state_->metadata = std::move(image.metadata);
  // What holds for the file is said once.
  if (page == 0) {
    for (const std::string& line : state_->metadata.warnings()) tell(line);
  }
}

void Picture::read_batch() {
  if (state_->count == 1) return;
  const Shape one = pixels_.shape();
  const DType dtype = pixels_.dtype();
  Shape all = one;
  all[0] = state_->count;
  Tensor batch(all, dtype);
  const auto bytes = static_cast<std::size_t>(pixels_.size_bytes());
  for (int page = 0; page < state_->count; ++page) {
    if (page > 0) read_page(page);
    if (pixels_.shape() != one || pixels_.dtype() != dtype) {
      throw Error(
          ErrorCode::invalid_argument,
          fmt::format("[halfpixel] pages that become one array must be alike; page {} is {} "
                      "{} and page 0 {} {}",
                      page, pixels_.shape().str(), name_of(pixels_.dtype()), one.str(),
                      name_of(dtype)));
    }
    std::memcpy(static_cast<char*>(batch.data()) + static_cast<std::size_t>(page) * bytes,
                pixels_.data(), bytes);
  }
  pixels_ = std::move(batch);
}

bool Picture::blends() const {
  return !state_->options.straight_alpha && state_->metadata.has_alpha() &&
         !io::is_opaque(pixels_, state_->metadata);
}

Tensor Picture::premultiplied() const {
  return io::premultiply(pixels_, state_->metadata);
}

Tensor Picture::unpremultiplied(const Tensor& result) const {
  return io::unpremultiply(result, pixels_.dtype(), state_->metadata);
}

struct PictureFile::State {
  io::ImageWriter writer;
};

PictureFile::PictureFile(const std::filesystem::path& path, int pages)
    : state_(std::make_unique<State>(State{io::ImageWriter(path, pages)})) {}
PictureFile::~PictureFile() = default;

void PictureFile::write(const Tensor& pixels, const Picture* like) {
  state_->writer.write(without_batch(pixels),
                       like == nullptr ? io::ImageMetadata() : like->state_->metadata);
}

void PictureFile::finish() {
  for (const std::string& line : state_->writer.finish()) tell(line);
}

void write_picture(const std::filesystem::path& path, const Tensor& pixels, const Picture* like) {
  PictureFile file(path, 1);
  file.write(pixels, like);
  file.finish();
}

}  // namespace halfpixel::cli
