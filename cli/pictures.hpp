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
std::string picture_endings();                            // for messages

// How pictures are to be read.
struct PictureOptions {
  std::string page;             // "": the first one; a number from 0; "all"
  bool straight_alpha = false;  // alpha is a channel like the others
  bool no_orientation = false;  // rows and columns as they are stored

  void add_to(CLI::App& app);
  void check() const;  // throws UsageError
};

// A picture file that is open, and one of its pages, or all of them as a batch.
class Picture {
 public:
  // Throws Error. Says on stderr what is left out. `out`: where the result goes, or nothing; a file
  // of several pages is not written over by one of them.
  Picture(const std::filesystem::path& path, const PictureOptions& options,
          const std::filesystem::path& out);
  ~Picture();

  int pages() const noexcept;  // how many are to be worked
  void read_page(int page);    // from 0; the first one is read already
  // All pages as one batch. Throws Error when they differ in shape or dtype.
  void read_batch();

  const Tensor& pixels() const noexcept { return pixels_; }  // (N, H, W, C)
  // Colours must be weighted: there is alpha, and not all of it is full.
  bool blends() const;
  // Colours as they count for interpolation, float32, and back to the samples' dtype.
  Tensor premultiplied() const;
  Tensor unpremultiplied(const Tensor& result) const;

 private:
  friend class PictureFile;
  struct State;
  std::unique_ptr<State> state_;
  Tensor pixels_;
};

// A picture file that is written, of one or more pages.
class PictureFile {
 public:
  PictureFile(const std::filesystem::path& path, int pages);
  ~PictureFile();

  // (H, W, C) or (1, H, W, C). Profile, EXIF and so on come from the page that `like` is at.
  void write(const Tensor& pixels, const Picture* like);
  void finish();  // it appears; says on stderr what it cannot hold

 private:
  struct State;
  std::unique_ptr<State> state_;
};

void write_picture(const std::filesystem::path& path, const Tensor& pixels,
                   const Picture* like = nullptr);

}  // namespace halfpixel::cli
