// libyuv's ScalePlane on planes of bytes; it works on one thread.
#include <libyuv/scale.h>
#include <libyuv/version.h>

#include "planes.hpp"

namespace halfpixel::bench {
namespace {

using M = tf::image::ResizeMethod;

class LibYuv : public Engine {
 public:
  LibYuv(const Task& task, libyuv::FilterMode filter, const char* note)
      : filter_(filter),
        note_(note),
        from_(task.plan.input_shape(), task.workload.data_format, DType::uint8),
        to_(task.plan.output_shape(), task.workload.data_format, DType::uint8) {
    from_.split(task.input.data());
  }
  void run() override {
    for (std::int64_t i = 0; i < from_.count(); ++i) {
      libyuv::ScalePlane(from_.plane(i), static_cast<int>(from_.stride()), from_.width(),
                         from_.height(), to_.plane(i), static_cast<int>(to_.stride()), to_.width(),
                         to_.height(), filter_);
    }
  }
  void read_result(const TensorView& out) const override { Planes(to_).join(out.data()); }
  std::string note() const override { return note_; }

 private:
  libyuv::FilterMode filter_;
  const char* note_;
  Planes from_;
  Planes to_;
};

}  // namespace

std::string libyuv_version() {
  return std::to_string(LIBYUV_VERSION);
}

std::unique_ptr<Engine> make_libyuv(const Task& task) {
  const Workload& w = task.workload;
  if (task.threads > 1) return nullptr;
  if (w.dtype != DType::uint8 || task.plan.output_dtype() != DType::uint8) return nullptr;
  if (is_antialiased_resize(w)) {
    return std::make_unique<LibYuv>(task, libyuv::kFilterBox, "as planes; a box filter");
  }
  if (!is_plain_resize(w)) return nullptr;
  if (w.method == M::nearest_neighbor) {
    return std::make_unique<LibYuv>(task, libyuv::kFilterNone, "");
  }
  if (w.method == M::bilinear) {
    return std::make_unique<LibYuv>(task, libyuv::kFilterBilinear,
                                    "as planes; corners aligned, fixed point");
  }
  return nullptr;
}

}  // namespace halfpixel::bench
