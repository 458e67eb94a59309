#include "workloads.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>

namespace halfpixel::bench {
namespace {

using enum Operation;
using enum DType;
using M = tf::image::ResizeMethod;

constexpr M kNearest = M::nearest_neighbor;
constexpr M kBilinear = M::bilinear;
constexpr M kBicubic = M::bicubic;
constexpr auto kFirst = DataFormat::channels_first;

// Photos are (height, width): 4928x3279 as photographers say it is 3279 rows of 4928.
const Workload kWorkloads[] = {
    {"A", "nearest x2", resize, kNearest, {1, 256, 256, 64}, float32, {512, 512}},
    {"B", "bilinear x2, batch 8", resize, kBilinear, {8, 64, 64, 256}, float32, {128, 128}},
    {"B1", "bilinear x2, batch 1", resize, kBilinear, {1, 64, 64, 256}, float32, {128, 128}},
    {.name = "Cn",
     .what = "nearest x2, channels first",
     .operation = up_sampling,
     .method = kNearest,
     .images = {8, 256, 64, 64},
     .dtype = float32,
     .to = {128, 128},
     .data_format = kFirst},
    {.name = "Cb",
     .what = "bilinear x2, channels first",
     .operation = up_sampling,
     .method = kBilinear,
     .images = {8, 256, 64, 64},
     .dtype = float32,
     .to = {128, 128},
     .data_format = kFirst},
    {"C0", "nearest x2, 3 channels", resize, kNearest, {1, 128, 128, 3}, float32, {256, 256}},
    {"D8", "logits, bilinear x8", resize, kBilinear, {1, 128, 256, 19}, float32, {1024, 2048}},
    {"D4", "logits, bilinear x4", resize, kBilinear, {1, 256, 512, 19}, float32, {1024, 2048}},
    {"F", "bicubic x4, 3 channels", resize, kBicubic, {1, 270, 480, 3}, float32, {1080, 1920}},
    {"F2", "bicubic x2", resize, kBicubic, {4, 64, 64, 64}, float32, {128, 128}},
    {"F3", "lanczos3 x2", resize, M::lanczos3, {4, 64, 64, 64}, float32, {128, 128}},
    {"H", "labels, nearest x4", resize, kNearest, {1, 512, 512, 1}, int64, {2048, 2048}},
    {"H8", "mask, nearest x8", resize, kNearest, {1, 256, 256, 1}, uint8, {2048, 2048}},
    {"I1", "tiny, nearest x2", resize, kNearest, {1, 1, 1, 1}, float32, {2, 2}},
    {"I2", "tiny, bilinear x2", resize, kBilinear, {1, 4, 4, 8}, float32, {8, 8}},
    {"I3", "small, bilinear x2", resize, kBilinear, {1, 7, 7, 256}, float32, {14, 14}},
    {"Lb", "bfloat16 to float32, x2", resize, kBilinear, {1, 128, 128, 128}, bfloat16, {256, 256}},
    {"Lf", "float16 to float32, x2", resize, kBilinear, {1, 128, 128, 128}, float16, {256, 256}},
    {"Lbr", "bfloat16, x2, rounded", resizing, kBilinear, {1, 128, 128, 128}, bfloat16, {256, 256}},
    {"Lfr", "float16, x2, rounded", resizing, kBilinear, {1, 128, 128, 128}, float16, {256, 256}},
    {"M1", "bilinear x1.5 to float32", resize, kBilinear, {1, 540, 960, 3}, uint8, {810, 1440}},
    {"M1r", "bilinear x1.5, rounded", resizing, kBilinear, {1, 540, 960, 3}, uint8, {810, 1440}},
    {.name = "M2",
     .what = "bilinear, corners aligned",
     .operation = resize_v1,
     .method = kBilinear,
     .images = {1, 300, 300, 32},
     .dtype = float32,
     .to = {513, 513},
     .align_corners = true},
    {"M2h", "bilinear x1.71", resize, kBilinear, {1, 300, 300, 32}, float32, {513, 513}},
    {"M3", "area, 256 to 96", resize, M::area, {8, 256, 256, 32}, float32, {96, 96}},
    {"E1", "photo, bilinear", resize, kBilinear, {1, 3279, 4928, 3}, uint8, {567, 852}, true},
    {"E2", "photo, bicubic", resize, kBicubic, {1, 3279, 4928, 3}, uint8, {567, 852}, true},
    {"E3", "photo, lanczos3", resize, M::lanczos3, {1, 3279, 4928, 3}, uint8, {567, 852}, true},
    {"E1r", "E1 rounded", resizing, kBilinear, {1, 3279, 4928, 3}, uint8, {567, 852}, true},
    {"E2r", "E2 rounded", resizing, kBicubic, {1, 3279, 4928, 3}, uint8, {567, 852}, true},
    {"E3r", "E3 rounded", resizing, M::lanczos3, {1, 3279, 4928, 3}, uint8, {567, 852}, true},
    {"K", "16 photos, bilinear", resize, kBilinear, {16, 375, 500, 3}, uint8, {224, 224}, true},
    {"Kr", "K rounded", resizing, kBilinear, {16, 375, 500, 3}, uint8, {224, 224}, true},
    {"GA", "gradient of A", gradient, kNearest, {1, 256, 256, 64}, float32, {512, 512}},
    {"GB", "gradient of B", gradient, kBilinear, {8, 64, 64, 256}, float32, {128, 128}},
    {"GB1", "gradient of B1", gradient, kBilinear, {1, 64, 64, 256}, float32, {128, 128}},
    {"GF2", "gradient of F2", gradient, kBicubic, {4, 64, 64, 64}, float32, {128, 128}},
    {.name = "J",
     .what = "4 GiB, nearest x2",
     .operation = resize,
     .method = kNearest,
     .images = {1, 2048, 2048, 64},
     .dtype = float32,
     .to = {4096, 4096},
     .only_when_named = true},
};

int first_spatial_axis(const Workload& w) {
  return w.data_format == kFirst ? 2 : 1;
}

Shape resized_shape(const Workload& w) {
  Shape shape = w.images;
  shape[first_spatial_axis(w)] = w.to[0];
  shape[first_spatial_axis(w) + 1] = w.to[1];
  return shape;
}

keras::Interpolation interpolation_of(M method) {
  return keras::to_interpolation(tf::image::name_of(method));
}

resample::Plan plan_up_sampling(const Workload& w) {
  const int axis = first_spatial_axis(w);
  const keras::layers::UpSampling2D layer(
      {.size = {w.to[0] / w.images[axis], w.to[1] / w.images[axis + 1]},
       .data_format = w.data_format,
       .interpolation = interpolation_of(w.method)});
  return layer.plan(w.images, w.dtype);
}

resample::Plan plan_resizing(const Workload& w) {
  const keras::layers::Resizing layer({.height = w.to[0],
                                       .width = w.to[1],
                                       .interpolation = interpolation_of(w.method),
                                       .antialias = w.antialias,
                                       .data_format = w.data_format,
                                       .dtype = is_floating(w.dtype) ? w.dtype : float32});
  return layer.plan(w.images, w.dtype);
}

keras::Config::List extents(const Shape& shape) {
  return keras::Config::List(shape.begin(), shape.end());
}

}  // namespace

std::string_view name_of(Operation operation) noexcept {
  constexpr std::string_view kNames[] = {"resize", "resize_v1", "up_sampling", "resizing",
                                         "gradient"};
  return kNames[static_cast<int>(operation)];
}

std::span<const Workload> workloads() {
  return kWorkloads;
}

const Workload& find_workload(std::string_view name) {
  std::string names;
  for (const Workload& workload : kWorkloads) {
    if (name == workload.name) return workload;
    names += (names.empty() ? "" : ", ") + std::string(workload.name);
  }
  throw Error(ErrorCode::invalid_argument,
              "[bench] WORKLOAD must be one of " + names + "; got '" + std::string(name) + "'");
}

resample::Plan plan_of(const Workload& w) {
  switch (w.operation) {
    case up_sampling:
      return plan_up_sampling(w);
    case resizing:
      return plan_resizing(w);
    case gradient:
      return tf::image::plan_resize_gradient(resized_shape(w), w.dtype, w.images,
                                             {.method = w.method, .antialias = w.antialias});
    case resize_v1:
      return tf::compat::v1::image::plan_resize(
          w.images, w.dtype, w.to, {.method = w.method, .align_corners = w.align_corners});
    case resize:
      break;
  }
  return tf::image::plan_resize(w.images, w.dtype, w.to,
                                {.method = w.method, .antialias = w.antialias});
}

std::int64_t bytes_in(const resample::Plan& plan) {
  return plan.input_shape().num_elements() * static_cast<std::int64_t>(size_of(plan.input_dtype()));
}

std::int64_t bytes_out(const resample::Plan& plan) {
  return plan.output_shape().num_elements() *
         static_cast<std::int64_t>(size_of(plan.output_dtype()));
}

Tensor make_input(const resample::Plan& plan) {
  constexpr std::int64_t kSeed = 20;
  const double high = is_floating(plan.input_dtype()) ? 1.0 : 256.0;
  const Tensor values = random::uniform(plan.input_shape(), 0.0, high, float32, kSeed);
  return plan.input_dtype() == float32 ? values : values.astype(plan.input_dtype());
}

keras::Config describe(const Workload& w, const resample::Plan& plan) {
  keras::Config row;
  row.set("name", w.name);
  row.set("what", w.what);
  row.set("operation", name_of(w.operation));
  row.set("method", tf::image::name_of(w.method));
  row.set("antialias", w.antialias);
  row.set("align_corners", w.align_corners);
  row.set("data_format", halfpixel::name_of(w.data_format));
  row.set("images_shape", extents(w.images));
  row.set("size", keras::Config::List{w.to[0], w.to[1]});
  row.set("input_shape", extents(plan.input_shape()));
  row.set("input_dtype", halfpixel::name_of(plan.input_dtype()));
  row.set("output_shape", extents(plan.output_shape()));
  row.set("output_dtype", halfpixel::name_of(plan.output_dtype()));
  row.set("bytes_in", bytes_in(plan));
  row.set("bytes_out", bytes_out(plan));
  row.set("only_when_named", w.only_when_named);
  return row;
}

Executor& executor_for(int threads) {
  if (threads == 1) return serial_executor();
  static std::mutex mutex;
  static std::map<int, std::unique_ptr<Executor>> pools;
  const std::lock_guard lock(mutex);
  std::unique_ptr<Executor>& pool = pools[threads];
  if (!pool) pool = make_thread_pool(threads);
  return *pool;
}

}  // namespace halfpixel::bench
