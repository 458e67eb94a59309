// halfpixel upsample: Keras' UpSampling1D, 2D and 3D.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/up_sampling.hpp>

#include "arrays.hpp"
#include "commands.hpp"
#include "files.hpp"
#include "guess.hpp"
#include "in_out.hpp"
#include "usage.hpp"
#include "work.hpp"

namespace halfpixel::cli {
namespace {

namespace layers = keras::layers;

struct UpsampleOptions {
  Files files;
  std::string size = "2";
  std::string interpolation = "nearest";
  std::string data_format = "channels_last";
  PictureOptions pictures;
  CommonOptions common;
};

constexpr const char* kUpsampleExamples = R"(Examples:
  halfpixel upsample photo.jpg big.png                     twice as wide and high, pixels repeated
  halfpixel upsample photo.jpg big.png --size 2x3 --interpolation bicubic
                                                           rows times 2, columns times 3, smooth
  halfpixel upsample *.jpg -o big                          each of them, to a folder
  halfpixel upsample *.jpg -o '{name}_x{size}.{ext}' --size 3
                                                           photo_x3.jpg beside photo.jpg
  halfpixel upsample x.npy y.npy --interpolation bilinear  (N, H, W, C) like UpSampling2D
  halfpixel upsample x.npy y.npy --data-format channels_first
                                                           (N, C, H, W)
  halfpixel upsample steps.npy y.npy --size 3              (N, steps, C) like UpSampling1D
  halfpixel upsample volume.npy y.npy --size 2x1x1         (N, D, H, W, C) like UpSampling3D
  halfpixel upsample x.npz y.npz                           each of its arrays; or --array NAME
  halfpixel upsample x.npy --size 4 --explain              what would be done, and how

An .npy result has the dtype that Keras gives: integers stay, floats become float32. A picture
keeps the integer type, profile and EXIF of its source; its colours are weighted by alpha. An array
that becomes a picture is (1, H, W, C) with 1 to 4 channels; floats are samples from 0 to 255,
rounded half to even and clamped. A picture that becomes an array is (1, H, W, C), alpha a channel
like the others.
Arrays and pictures larger than memory are worked in bands, with the same bits.)";

Operation operation_for(const Shape& shape, DType dtype,
                        std::shared_ptr<layers::UpSampling> layer) {
  Operation operation;
  operation.name = "upsample";
  operation.copies = layer->interpolation() == keras::Interpolation::nearest;
  operation.spatial_axes = shape.rank() - 2;
  operation.first_spatial_axis = layer->data_format() == DataFormat::channels_first ? 2 : 1;
  operation.output_shape = layer->compute_output_shape(shape);
  operation.output_dtype = is_floating(dtype) ? DType::float32 : dtype;
  operation.plan = [layer](const Shape& x, DType type) { return layer->plan(x, type); };
  return operation;
}

std::shared_ptr<layers::UpSampling> layer_for(int rank, const std::vector<std::int64_t>& sizes,
                                              DataFormat data_format,
                                              keras::Interpolation interpolation) {
  // Everything is named: the command line does not read keras.json.
  const Size size{std::span(sizes)};
  if (rank == 3) {
    if (data_format == DataFormat::channels_first) {
      throw Error(
          ErrorCode::invalid_argument,
          "[upsample] IN of rank 3 is (N, steps, C) and takes no --data-format channels_first");
    }
    return std::make_shared<layers::UpSampling1D>(
        layers::UpSampling1DOptions{.size = sizes[0], .name = "upsample", .dtype = DType::float32});
  }
  if (rank == 4) {
    return std::make_shared<layers::UpSampling2D>(
        layers::UpSampling2DOptions{.size = size,
                                    .data_format = data_format,
                                    .interpolation = interpolation,
                                    .name = "upsample",
                                    .dtype = DType::float32});
  }
  return std::make_shared<layers::UpSampling3D>(layers::UpSampling3DOptions{
      .size = size, .data_format = data_format, .name = "upsample", .dtype = DType::float32});
}

// One IN to its OUT.
void run_one(const UpsampleOptions& options, const PictureOptions& pictures, const Paths& paths,
             const std::vector<std::int64_t>& sizes, DataFormat data_format,
             keras::Interpolation interpolation) {
  const bool nearest = interpolation == keras::Interpolation::nearest;
  Input in(paths.in, pictures, paths.out);
  const int rank = in.shape().rank();
  if (rank < 3 || rank > 5) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("[upsample] {} must have rank 3, 4 or 5 (UpSampling1D, 2D, 3D); got shape {}",
                    paths.in, in.shape().str()));
  }
  if (rank != 4 && !nearest) {
    throw UsageError(fmt::format("--interpolation of IN with rank {} is nearest only; got '{}'",
                                 rank, options.interpolation));
  }
  // What people call a picture is another layer's input here.
  const std::int64_t channels = in.shape()[rank - 1];
  const bool like_picture = rank == 3 && channels <= 4 && in.shape()[0] > 4 && in.shape()[1] > 4;
  const std::string picture_hint = fmt::format(
      "{} of shape {} is (N, steps, C) here, UpSampling1D; an (H, W, C) picture goes by "
      "halfpixel resize {} {} --size {}% --method nearest",
      paths.label(), in.shape().str(), paths.in, paths.has_out() ? paths.out : "OUT",
      sizes[0] <= 1000 ? 100 * sizes[0] : 200);
  if (rank == 3 && (sizes.size() == 2 || (paths.has_out() && is_picture_path(paths.out)))) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("[upsample] {}; got --size {}", picture_hint, options.size));
  }
  if (like_picture) warn(picture_hint);
  const auto wanted = static_cast<std::size_t>(rank - 2);
  if (sizes.size() != 1 && sizes.size() != wanted) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("[upsample] --size must have 1 or {} numbers for {} of shape {}; got '{}'",
                    wanted, paths.in, in.shape().str(), options.size));
  }
  const auto layer = layer_for(rank, sizes, data_format, interpolation);
  carry_out([&](const Shape& shape, DType dtype) { return operation_for(shape, dtype, layer); }, in,
            paths, options.common.quiet);
}

void run(const UpsampleOptions& options) {
  // Status 2: all that can be judged without opening IN.
  const auto sizes = parse_size(
      options.size, 1, 3,
      "2, 2x3 (rows, columns) or 2x2x2, whole factors; halfpixel resize --size 150% takes others");
  const auto interpolation = parsed_name(options.interpolation, keras::to_interpolation);
  const auto data_format = parsed_name(options.data_format, to_data_format);
  const bool nearest = interpolation == keras::Interpolation::nearest;
  options.common.apply();
  options.pictures.check();
  if (sizes.size() == 3 && !nearest) {
    throw UsageError("--size " + options.size +
                     " means UpSampling3D, which has --interpolation nearest only");
  }
  const std::vector<Paths> works = options.files.works(options.size);
  if (std::any_of(works.begin(), works.end(), [](const Paths& p) { return p.has_picture(); })) {
    if (sizes.size() == 3) {
      throw UsageError("--size of a picture has one or two numbers; got '" + options.size + "'");
    }
    if (data_format == DataFormat::channels_first) {
      throw UsageError("--data-format of a picture is channels_last; got '" + options.data_format +
                       "'");
    }
  }

  options.files.for_each(works, options.common.quiet, [&](const Paths& all) {
    for_arrays(all, options.pictures, [&](const Paths& paths, const PictureOptions& pictures) {
      run_one(options, pictures, paths, sizes, data_format, interpolation);
    });
  });
}

}  // namespace

Action add_upsample(CLI::App& app) {
  const auto options = std::make_shared<UpsampleOptions>();
  options->files.add_to(app, true);
  app.add_option("--size", options->size,
                 "Copies of each row, column …: 2 | 2x3 | 2x2x2 (default: 2)")
      ->type_name("SIZE");
  app.add_option(
         "--interpolation", options->interpolation,
         one_of(keras::interpolations(), options->interpolation) + "; rank 3 and 5: nearest only")
      ->type_name("NAME");
  app.add_option("--data-format", options->data_format, "channels_last (default) or channels_first")
      ->type_name("NAME");
  options->pictures.add_to(app);
  options->common.add_to(app);
  app.footer(kUpsampleExamples);
  return [options] { run(*options); };
}

}  // namespace halfpixel::cli
