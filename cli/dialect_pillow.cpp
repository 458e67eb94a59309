// resize --dialect pillow: PIL.Image.resize.
#include <halfpixel/pillow.hpp>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

DialectWork pillow_work(const Words& words) {
  pillow::ResizeOptions options;
  options.resample = parsed_name(words.text("--resample", "BICUBIC"), pillow::to_resampling);
  options.reducing_gap = words.number("--reducing-gap");
  if (options.reducing_gap && !(*options.reducing_gap >= 1))
    throw UsageError("--reducing-gap must be 1.0 or greater; got '" + words.text("--reducing-gap") +
                     "'");
  if (words.has("--mode-name"))
    options.mode = parsed_name(words.text("--mode-name"), pillow::to_mode);
  // What arrays of LAB hold is not what Pillow filters.
  if (options.mode == pillow::Mode::LAB && options.resample != pillow::Resampling::nearest)
    throw UsageError("--mode-name LAB goes with --resample NEAREST alone");
  const std::string version = words.text("--pillow-version", "13");
  if (version != "12" && version != "13")
    throw UsageError("--pillow-version must be 12 or 13; got '" + version + "'");
  options.version = version == "12" ? 12 : 13;
  const std::vector<double> box = words.numbers("--box", ',', "X0,Y0,X1,Y1");
  if (!box.empty()) {
    if (box.size() != 4)
      throw UsageError("--box must be X0,Y0,X1,Y1; got '" + words.text("--box") + "'");
    if (box[0] < 0 || box[1] < 0 || box[2] < box[0] || box[3] < box[1])
      throw UsageError("--box must be left, upper, right and lower edges inside of IN; got '" +
                       words.text("--box") + "'");
    options.box = {{box[0], box[1], box[2], box[3]}};
  }
  const SpatialSize size(words);
  if (!size) throw UsageError("--size is required");
  const auto target = [size](const Shape& shape) -> Size {
    const Size sides = image_sides(size, shape);
    return {sides[1], sides[0]};
  };
  DialectWork work;
  work.layout = ArrayLayout::image;
  work.plan = [=](const Shape& shape, DType dtype) {
    return pillow::plan_resize(shape, dtype, target(shape), options);
  };
  if (options.reducing_gap) {
    work.run = [=](const ConstTensorView& image) {
      return pillow::resize(image, target(image.shape()), options);
    };
  }
  return work;
}

}  // namespace halfpixel::cli
