// Pictures as the commands see them: tensors (N, height, width, channels). Two files have these
// functions: pictures.cpp with the component image, no_pictures.cpp without.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <halfpixel/tensor.hpp>

namespace CLI {
class App;
}

namespace halfpixel::cli {

bool is_picture_path(const std::filesystem::path& path);  // by its ending
bool is_tiff_path(const std::filesystem::path& path);
std::string picture_endings();  // for messages

// How pictures are to be read, and which array of an .npz.
struct PictureOptions {
  std::string array;            // "": all of them, or the only one
  std::string page;             // "": the first one; a number from 0; "all"
  bool straight_alpha = false;  // alpha is a channel like the others
  bool no_orientation = false;  // rows and columns as they are stored

  void add_to(CLI::App& app);
  void check() const;  // throws UsageError
  // What of it a command needs to read the same: " --page 2", or nothing.
  std::string reading_words() const;
};

// A picture file that is open, and one of its pages, or all of them as a batch. Nothing is decoded
// before it is asked for.
class Picture {
 public:
  // Throws Error. Says on stderr what is left out. `out`: where the result goes, or nothing; a file
  // of several pages is not written over by one of them.
  Picture(const std::filesystem::path& path, const PictureOptions& options,
          const std::filesystem::path& out);
  ~Picture();

  int pages() const noexcept;  // how many are to be worked
  void open_page(int page);    // from 0; the first one is open already
  // All pages as one batch. Throws Error when they differ in shape or dtype.
  void read_batch();

  const Shape& shape() const noexcept { return shape_; }  // (N, H, W, C)
  DType dtype() const noexcept { return dtype_; }
  const Tensor& pixels();  // the page, or the batch, whole
  // The next rows of the page, (count, W, C).
  void read_rows(const TensorView& rows);
  // There is alpha, and not all of it is full. Looks through the page, which begins anew behind it.
  bool sees_through();
  // The same, where colours are to be weighted by it.
  bool blends();
  // `out` has no place for alpha, the only further channel here, and all of it is full: nothing is
  // lost without it. Looks through the page, too.
  bool needs_no_alpha(const std::filesystem::path& out);
  // Alpha of the channels of `pixels`, where there is some, is not full everywhere.
  bool sees_through(const ConstTensorView& pixels) const;
  // Colours as they count for interpolation, float32, and back to the samples' dtype. The last
  // extent is that of the channels.
  Tensor premultiplied(const ConstTensorView& rows) const;
  Tensor unpremultiplied(const Tensor& result) const;

 private:
  friend class PictureFile;
  struct State;
  std::unique_ptr<State> state_;
  Shape shape_;
  DType dtype_ = DType::uint8;
  Tensor pixels_;  // empty: not read
};

// A picture file that is written, of one or more pages.
class PictureFile {
 public:
  PictureFile(const std::filesystem::path& path, int pages);
  ~PictureFile();

  // (H, W, C) or (1, H, W, C). Profile, EXIF and so on come from the page that `like` is at.
  // without_alpha: the last channel is not written.
  void write(const Tensor& pixels, const Picture* like, bool without_alpha = false);
  // The same a few rows at a time, each (count, W, C).
  void begin(const Shape& shape, DType dtype, const Picture* like, bool without_alpha = false);
  void write_rows(const ConstTensorView& rows);
  // It appears. Says on stderr what it cannot hold, of the file that `name` is to be ("": this
  // one).
  void finish(const std::string& name = "");

 private:
  struct State;
  std::unique_ptr<State> state_;
};

void write_picture(const std::filesystem::path& path, const Tensor& pixels,
                   const Picture* like = nullptr, const std::string& name = "");

}  // namespace halfpixel::cli
