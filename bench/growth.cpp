#include "growth.hpp"

#include <cmath>
#include <functional>
#include <utility>

#include "sample.hpp"
#include "workloads.hpp"

namespace halfpixel::bench {
namespace {

using tf::image::ResizeMethod;

struct Case {
  double x;
  Shape images;
  Size to;
  int threads = 1;
};

GrowthPoint measure(const Case& at, ResizeMethod method, int repetitions) {
  const resample::Plan plan =
      tf::image::plan_resize(at.images, DType::float32, at.to, {.method = method});
  const Tensor input = make_input(plan);
  Tensor output(plan.output_shape(), plan.output_dtype());
  Executor& executor = executor_for(at.threads);
  plan.run(input, output, executor);
  const ConstTensorView from = input;
  const TensorView to = output;
  const Times times = sample(repetitions, [&] { plan.run(from, to, executor); });
  return {at.x, plan.output_shape().num_elements(), bytes_in(plan) + bytes_out(plan), times.median};
}

struct Family {
  const char* name;
  const char* what;
  std::vector<Case> cases;
};

std::vector<Family> families(int max_threads) {
  Family rows{"rows", "x2 (1, x, 64, 32)", {}};
  for (std::int64_t x = 1; x <= 4096; x *= 2) {
    rows.cases.push_back({static_cast<double>(x), {1, x, 64, 32}, {2 * x, 128}});
  }
  Family channels{"channels", "x2 (1, 64, 64, x)", {}};
  for (const std::int64_t x : {1,  2,  3,  4,  5,  7,  8,  12,  15,  16,  17,  19, 24,
                               31, 32, 33, 48, 64, 65, 96, 128, 192, 256, 384, 512}) {
    channels.cases.push_back({static_cast<double>(x), {1, 64, 64, x}, {128, 128}});
  }
  Family scale{"scale", "(1, 128, 128, 16) times x", {}};
  for (const double x : {1.1, 1.25, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0,
                         9.0, 10.0, 12.0, 14.0, 16.0}) {
    const std::int64_t to = std::llround(128 * x);
    scale.cases.push_back({x, {1, 128, 128, 16}, {to, to}});
  }
  Family threads{"threads", "x2 (1, 256, 256, 64)", {}};
  for (int x = 1; x <= max_threads; ++x) {
    threads.cases.push_back({static_cast<double>(x), {1, 256, 256, 64}, {512, 512}, x});
  }
  return {std::move(rows), std::move(channels), std::move(scale), std::move(threads)};
}

}  // namespace

std::vector<GrowthCurve> measure_growth(int max_threads, int repetitions,
                                        const std::function<void(const GrowthCurve&)>& done) {
  std::vector<GrowthCurve> curves;
  for (const Family& family : families(max_threads)) {
    for (const ResizeMethod method :
         {ResizeMethod::nearest_neighbor, ResizeMethod::bilinear, ResizeMethod::bicubic}) {
      GrowthCurve curve{
          family.name, std::string(tf::image::name_of(method)) + " " + family.what, {}};
      for (const Case& at : family.cases) curve.points.push_back(measure(at, method, repetitions));
      done(curve);
      curves.push_back(std::move(curve));
    }
  }
  return curves;
}

}  // namespace halfpixel::bench
