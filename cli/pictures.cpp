#include "pictures.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "one_line.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

Shape without_batch(const Shape& shape) {
  return shape.rank() == 4 ? Shape{shape[1], shape[2], shape[3]} : shape;
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

bool is_tiff_path(const std::filesystem::path& path) {
  std::string ending = path.extension().native();
  for (char& letter : ending) letter = static_cast<char>(letter | 0x20);
  return is_picture_path(path) && (ending == ".tif" || ending == ".tiff");
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
  int page = 0;  // that is open, of the file
  std::int64_t next_row = 0;
  std::int64_t rows = 0;
  std::size_t told = 0;  // warnings
  io::ImageMetadata metadata;

  // What holds for the file is said once.
  void tell_warnings(const io::ImageMetadata& of) {
    const std::vector<std::string>& lines = of.warnings();
    for (; page == first && told < lines.size(); ++told) tell(lines[told]);
  }
  io::ImageHeader open() {
    const io::ImageHeader header = reader.open(page);
    next_row = 0;
    rows = header.shape[0];
    metadata = header.metadata;
    tell_warnings(metadata);
    return header;
  }
  void read(const TensorView& to) {
    reader.read_rows(to);
    next_row += to.shape()[0];
    // Behind the last row more warnings are known, nothing else. Bands that were read before are
    // being worked in other threads, by the metadata that open() gave.
    if (next_row == rows) tell_warnings(reader.metadata());
  }
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
    if (state_->first >= there && there == 1) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("[halfpixel] {} has one page, which is --page 0; got {}",
                              path.native(), options.page));
    }
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
  open_page(0);
}

Picture::~Picture() = default;

int Picture::pages() const noexcept {
  return state_->count;
}

void Picture::open_page(int page) {
  pixels_ = Tensor();
  state_->page = state_->first + page;
  const io::ImageHeader header = state_->open();
  shape_ = {1, header.shape[0], header.shape[1], header.shape[2]};
  dtype_ = header.dtype;
}

const Tensor& Picture::pixels() {
  if (pixels_.size() > 0) return pixels_;
  if (state_->next_row > 0) state_->open();
  Tensor pixels(shape_, dtype_);
  state_->read(TensorView(pixels.data(), dtype_, without_batch(shape_)));
  pixels_ = std::move(pixels);
  state_->next_row = 0;
  return pixels_;
}

void Picture::read_rows(const TensorView& rows) {
  if (pixels_.size() == 0) return state_->read(rows);
  const std::int64_t row = shape_[2] * shape_[3] * static_cast<std::int64_t>(size_of(dtype_));
  std::memcpy(rows.data(), static_cast<const std::byte*>(pixels_.data()) + state_->next_row * row,
              static_cast<std::size_t>(rows.size_bytes()));
  state_->next_row += rows.shape()[0];
}

void Picture::read_batch() {
  if (state_->count == 1) return;
  const Shape one = pixels().shape();
  const DType dtype = dtype_;
  Shape all = one;
  all[0] = state_->count;
  Tensor batch(all, dtype);
  const auto bytes = static_cast<std::size_t>(pixels_.size_bytes());
  for (int page = 0; page < state_->count; ++page) {
    if (page > 0) open_page(page);
    if (shape_ != one || dtype_ != dtype) {
      throw Error(
          ErrorCode::invalid_argument,
          fmt::format("[halfpixel] pages that become one array must be alike; page {} is {} "
                      "{} and page 0 {} {}",
                      page, shape_.str(), name_of(dtype_), one.str(), name_of(dtype)));
    }
    std::memcpy(static_cast<char*>(batch.data()) + static_cast<std::size_t>(page) * bytes,
                pixels().data(), bytes);
  }
  pixels_ = std::move(batch);
  shape_ = all;
}

bool Picture::blends() {
  return !state_->options.straight_alpha && sees_through();
}

bool Picture::sees_through() {
  if (!state_->metadata.has_alpha()) return false;
  // Frames cannot be decoded twice without all that are before them.
  if (state_->reader.animated()) return !io::is_opaque(pixels(), state_->metadata);
  bool opaque = true;
  constexpr std::int64_t kAtOnce = 64;
  Tensor some({std::min(kAtOnce, shape_[1]), shape_[2], shape_[3]}, dtype_);
  while (opaque && state_->next_row < state_->rows) {
    const std::int64_t count = std::min(kAtOnce, state_->rows - state_->next_row);
    const TensorView rows(some.data(), dtype_, {count, shape_[2], shape_[3]});
    state_->read(rows);
    opaque = io::is_opaque(rows, state_->metadata);
  }
  state_->open();
  return !opaque;
}

bool Picture::needs_no_alpha(const std::filesystem::path& out) {
  const io::ImageMetadata& metadata = state_->metadata;
  const std::int64_t channels = shape_[3];
  const bool alone = (channels == 2 || channels == 4) && metadata.has_alpha() &&
                     metadata.alpha_channel() == channels - 1 &&
                     metadata.colour_channels() == channels - 1;
  return alone && !io::holds_alpha(out) && !sees_through();
}

bool Picture::sees_through(const ConstTensorView& pixels) const {
  return !io::is_opaque(pixels, state_->metadata);
}

Tensor Picture::premultiplied(const ConstTensorView& rows) const {
  return io::premultiply(rows, state_->metadata);
}

Tensor Picture::unpremultiplied(const Tensor& result) const {
  return io::unpremultiply(result, dtype_, state_->metadata);
}

struct PictureFile::State {
  io::ImageWriter writer;
  std::string path;
  bool without_alpha = false;  // of the page that is written
};

PictureFile::PictureFile(const std::filesystem::path& path, int pages)
    : state_(std::make_unique<State>(State{io::ImageWriter(path, pages), path.native()})) {}
PictureFile::~PictureFile() = default;

void PictureFile::begin(const Shape& shape, DType dtype, const Picture* like, bool without_alpha) {
  Shape one = without_batch(shape);
  if (without_alpha) one[2] -= 1;
  state_->without_alpha = without_alpha;
  state_->writer.begin(one, dtype, like == nullptr ? io::ImageMetadata() : like->state_->metadata);
}

void PictureFile::write_rows(const ConstTensorView& rows) {
  if (!state_->without_alpha) return state_->writer.write_rows(rows);
  const Shape& shape = rows.shape();
  const std::int64_t strides[] = {rows.stride(0), rows.stride(1), rows.stride(2)};
  state_->writer.write_rows(
      ConstTensorView(rows.data(), rows.dtype(), {shape[0], shape[1], shape[2] - 1}, strides));
}

void PictureFile::write(const Tensor& pixels, const Picture* like, bool without_alpha) {
  begin(pixels.shape(), pixels.dtype(), like, without_alpha);
  write_rows(ConstTensorView(pixels.data(), pixels.dtype(), without_batch(pixels.shape())));
}

void PictureFile::finish(const std::string& name) {
  for (const std::string& line : state_->writer.finish())
    tell(name.empty() ? line : renamed(line, state_->path, name));
}

void write_picture(const std::filesystem::path& path, const Tensor& pixels, const Picture* like,
                   const std::string& name) {
  PictureFile file(path, 1);
  file.write(pixels, like);
  file.finish(name);
}

}  // namespace halfpixel::cli
