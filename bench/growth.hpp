// Cost as the work grows: rows, channels, scale and threads. A good curve has no cliff.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <halfpixel/tf_image.hpp>

namespace halfpixel::bench {

struct GrowthPoint {
  double x;               // rows, channels, factor or threads
  std::int64_t elements;  // of the result
  std::int64_t bytes;     // of input and result
  double seconds;
};

struct GrowthCurve {
  std::string name;      // "rows", "channels", "scale" or "threads"
  std::string workload;  // "bilinear x2 (1, x, 64, 32)"
  std::vector<GrowthPoint> points;
};

// Each of the four for nearest, bilinear and bicubic; `done` sees each curve as it gets ready.
// All but the curve of threads are measured on one.
std::vector<GrowthCurve> measure_growth(int max_threads, int repetitions,
                                        const std::function<void(const GrowthCurve&)>& done);

}  // namespace halfpixel::bench
