// halfpixel resize: tf.image.resize, and other programs' resizes with --dialect.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/tf_image.hpp>

#include "arrays.hpp"
#include "commands.hpp"
#include "dialects.hpp"
#include "files.hpp"
#include "guess.hpp"
#include "in_out.hpp"
#include "target_size.hpp"
#include "usage.hpp"
#include "work.hpp"

namespace halfpixel::cli {
namespace {

using tf::image::ResizeMethod;
namespace v1 = tf::compat::v1::image;

struct ResizeOptions {
  Files files;
  std::string dialect = "tf2";
  Words words;
  PictureOptions pictures;
  CommonOptions common;
};

constexpr const char* kResizeExamples = R"(Examples:
  halfpixel resize photo.jpg small.png --size 480x640 --method lanczos3 --antialias
                                                           480 rows, 640 columns
  halfpixel resize photo.jpg half.png --size 50% --antialias
  halfpixel resize photo.jpg fit.png --size fit:1920x1080 --antialias
                                                           the largest that fits, width first
  halfpixel resize *.jpg -o thumbnails --size fill:200x200 --antialias
                                                           squares from the middles, to a folder
  cat photo.jpg | halfpixel resize - - --format png --size x640 > small.png
                                                           640 columns, rows to match
  halfpixel resize x.npy y.npy --size 128x128 --method bicubic
                                                           (N, H, W, C) or (H, W, C)
  halfpixel resize x.npz y.npz --size 128x128              each of its arrays; or --array NAME
  halfpixel resize x.npy y.npy --size 128x128 --dialect tf1 --align-corners
                                                           as tf.compat.v1.image.resize
  halfpixel resize x.npy y.npy --size 128x128 --dialect tf1 --half-pixel-centers
                                                           as tf.compat.v1.image.resize_bilinear
  halfpixel resize photo.jpg small.png --size 480x640 --dialect pillow --resample LANCZOS
                                                           the numbers of Pillow 13
  halfpixel resize x.npy --size 128x128 --explain          what would be done, and how

An .npy result has the dtype that TensorFlow gives: float32, with nearest the dtype of IN. A
picture keeps the integer type, profile and EXIF of its source; its colours are weighted by alpha.
An array that becomes a picture is (H, W, C) or (1, H, W, C) with 1 to 4 channels; floats are
samples from 0 to 255, rounded half to even and clamped. A picture that becomes an array is
(1, H, W, C), alpha a channel like the others.
Arrays and pictures larger than memory are worked in bands, with the same bits.)";

bool is_v1_method(ResizeMethod method) {
  const auto methods = v1::resize_methods();
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

// What TensorFlow's two dialects are asked for.
struct TensorFlowWords {
  explicit TensorFlowWords(const ResizeOptions& options)
      : size(options.words.text("--size")),
        method(options.words.text("--method", "bilinear")),
        dialect(options.dialect),
        antialias(options.words.has("--antialias")),
        preserve_aspect_ratio(options.words.has("--preserve-aspect-ratio")),
        align_corners(options.words.has("--align-corners")),
        half_pixel_centers(options.words.has("--half-pixel-centers")) {}
  std::string size, method, dialect;
  bool antialias, preserve_aspect_ratio, align_corners, half_pixel_centers;
};

// Flags that do not go together. Status 2.
void check_flags(const TensorFlowWords& options, ResizeMethod method) {
  if (options.dialect != "tf1") return;
  if (!is_v1_method(method)) {
    const std::string line = fmt::format("--method of --dialect tf1 must be {}; got '{}'",
                                         one_of(v1::resize_methods(), ""), options.method);
    throw UsageError(line + guess_from(options.method, line));
  }
  if (!options.half_pixel_centers) return;
  if (options.align_corners)
    throw UsageError("--align-corners and --half-pixel-centers exclude each other");
  if (method == ResizeMethod::area) throw UsageError("--method area has no --half-pixel-centers");
  if (options.preserve_aspect_ratio) {
    throw UsageError("--preserve-aspect-ratio and --half-pixel-centers exclude each other");
  }
}

// resize_<method>, a kernel by its name.
resample::Plan half_pixel_plan(const Shape& shape, DType dtype, const Size& size,
                               ResizeMethod method) {
  const v1::ResizeKernelOptions options{.half_pixel_centers = true};
  switch (method) {
    case ResizeMethod::bilinear:
      return v1::plan_resize_bilinear(shape, dtype, size, options);
    case ResizeMethod::bicubic:
      return v1::plan_resize_bicubic(shape, dtype, size, options);
    default:
      return v1::plan_resize_nearest_neighbor(shape, dtype, size, options);
  }
}

Operation operation_for(const TensorFlowWords& options, const TargetSize& target,
                        ResizeMethod method, const Shape& in_shape, DType dtype) {
  Operation operation;
  operation.name = "resize";
  operation.copies = method == ResizeMethod::nearest_neighbor;
  operation.batch_axes = in_shape.rank() - 3;
  operation.first_spatial_axis = in_shape.rank() - 3;
  const auto returns = [&](const tf::image::Resized& result) {
    operation.output_shape = result.shape;
    operation.output_dtype = result.dtype;
  };
  const int rows = operation.first_spatial_axis;
  const Size size = target.of(in_shape[rows], in_shape[rows + 1]);
  operation.source = filling(target, in_shape, rows);
  const Shape shape = operation.worked(in_shape);
  if (options.half_pixel_centers) {
    // Shape and dtype are those of tf.image.resize.
    returns(tf::image::resized(shape, dtype, size, {.method = method}));
    operation.plan = [=](const Shape& x, DType type) {
      return half_pixel_plan(x, type, size, method);
    };
  } else if (options.dialect == "tf1") {
    const v1::ResizeOptions chosen{.method = method,
                                   .align_corners = options.align_corners,
                                   .preserve_aspect_ratio = options.preserve_aspect_ratio};
    returns(v1::resized(shape, dtype, size, chosen));
    operation.plan = [=](const Shape& x, DType type) {
      return v1::plan_resize(x, type, size, chosen);
    };
  } else {
    const tf::image::ResizeOptions chosen{.method = method,
                                          .preserve_aspect_ratio = options.preserve_aspect_ratio,
                                          .antialias = options.antialias};
    returns(tf::image::resized(shape, dtype, size, chosen));
    operation.plan = [=](const Shape& x, DType type) {
      return tf::image::plan_resize(x, type, size, chosen);
    };
  }
  return operation;
}

// One IN to its OUT.
void run_one(const ResizeOptions& given, const PictureOptions& pictures,
             const TensorFlowWords& options, const Paths& paths, const TargetSize& target,
             ResizeMethod method) {
  Input in(paths.in, pictures, paths.out);
  const int rank = in.shape().rank();
  if (rank != 3 && rank != 4) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("[resize] {} must be (H, W, C) or (N, H, W, C); got shape {}", paths.in,
                            in.shape().str()));
  }
  if (options.half_pixel_centers && rank != 4) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("[resize] {} must be (N, H, W, C) with --half-pixel-centers; got shape {}",
                    paths.in, in.shape().str()));
  }
  carry_out([&](const Shape& shape,
                DType dtype) { return operation_for(options, target, method, shape, dtype); },
            in, paths, given.common.quiet);
}

void run_dialect(const ResizeOptions& options, const Dialect& dialect) {
  DialectWork work = dialect.work(options.words);
  work.input_dtype = input_dtype(options.words);
  const std::string size = options.words.text("--size");
  if (size.starts_with("fill:")) {
    if (options.words.has("--box"))
      throw UsageError("only one of --box and --size fill: can be given");
    work.fill = TargetSize(size);
  }
  options.common.apply();
  options.pictures.check();
  options.files.for_each(options.files.works(size), options.common.quiet, [&](const Paths& all) {
    for_arrays(all, options.pictures, [&](const Paths& paths, const PictureOptions& pictures) {
      Input in(paths.in, pictures, paths.out);
      carry_out_dialect(work, in, paths, options.common.quiet);
    });
  });
}

void run(const ResizeOptions& options) {
  // Status 2: all that can be judged without opening IN.
  const Dialect& dialect = find_dialect(options.dialect);
  options.words.check(options.dialect);
  if (!dialect.in_bands) return run_dialect(options, dialect);
  if (!options.words.has("--size")) {
    // 50% and 480x640 among the files.
    for (const std::string& word : options.files.given) {
      const std::string size = TargetSize::is_size(word) ? word : TargetSize::meant(word);
      if (!size.empty() && !std::filesystem::exists(word))
        throw UsageError(fmt::format("--size is required; did you mean --size {}?", size));
    }
    throw UsageError("--size is required");
  }
  const TensorFlowWords words(options);
  const TargetSize target(words.size);
  if (words.preserve_aspect_ratio && !target.is_exact()) {
    throw UsageError("--preserve-aspect-ratio needs --size HxW; '" + words.size +
                     "' keeps the shape by itself");
  }
  const auto method = parsed_name(words.method, tf::image::to_resize_method);
  check_flags(words, method);
  options.common.apply();
  options.pictures.check();

  options.files.for_each(
      options.files.works(words.size), options.common.quiet, [&](const Paths& all) {
        for_arrays(all, options.pictures, [&](const Paths& paths, const PictureOptions& pictures) {
          run_one(options, pictures, words, paths, target, method);
        });
      });
}

}  // namespace

Action add_resize(CLI::App& app) {
  const auto options = std::make_shared<ResizeOptions>();
  options->files.add_to(app, true);
  options->words.add_to(app);
  app.add_option("--dialect", options->dialect, dialect_names("tf2"))->type_name("NAME");
  options->pictures.add_to(app);
  options->common.add_to(app);
  app.footer(kResizeExamples);
  return [options] { run(*options); };
}

}  // namespace halfpixel::cli
