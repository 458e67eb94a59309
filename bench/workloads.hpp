// The workloads that halfpixel is measured on: one table, one row for each.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <halfpixel/executor.hpp>
#include <halfpixel/keras/layer.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>
#include <halfpixel/tf_image.hpp>

namespace halfpixel::bench {

enum class Operation {
  resize,       // tf.image.resize
  resize_v1,    // tf.compat.v1.image.resize
  up_sampling,  // keras.layers.UpSampling2D
  resizing,     // keras.layers.Resizing: integers stay integers
  gradient,     // what the tape returns for tf.image.resize
};
std::string_view name_of(Operation operation) noexcept;

struct Workload {
  const char* name;
  const char* what;
  Operation operation;
  tf::image::ResizeMethod method;
  Shape images;  // of the resize; a gradient's input has the shape of the resize's output
  DType dtype;
  Size to;  // height and width after the resize
  bool antialias = false;
  bool align_corners = false;
  DataFormat data_format = DataFormat::channels_last;
  bool only_when_named = false;  // needs many GiB
};

std::span<const Workload> workloads();
// Throws Error that lists the names.
const Workload& find_workload(std::string_view name);

resample::Plan plan_of(const Workload& workload);
std::int64_t bytes_in(const resample::Plan& plan);
std::int64_t bytes_out(const resample::Plan& plan);
// Values that every peer understands, the same ones each time.
Tensor make_input(const resample::Plan& plan);
// Everything that another program has to know to do the same work.
keras::Config describe(const Workload& workload, const resample::Plan& plan);

// One pool for each number of threads, kept; one thread means the calling one.
Executor& executor_for(int threads);

}  // namespace halfpixel::bench
