// OpenCV's cv::resize, image by image; planes where channels come first.
#include <algorithm>
#include <optional>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "peers.hpp"

namespace halfpixel::bench {
namespace {

using M = tf::image::ResizeMethod;

// Nearest copies samples of eight bytes whatever they mean.
std::optional<int> depth_of(const Workload& w) {
  switch (w.dtype) {
    case DType::float32:
      return CV_32F;
    case DType::uint8:
      return CV_8U;
    case DType::int64:
      if (w.method == M::nearest_neighbor) return CV_64F;
      break;
    default:
      break;
  }
  return std::nullopt;
}

struct Filter {
  int interpolation;
  const char* note;
};

std::optional<Filter> filter_of(const Workload& w) {
  constexpr Filter kArea{cv::INTER_AREA, "INTER_AREA: the mean of what is covered"};
  if (is_antialiased_resize(w)) return kArea;
  if (!is_plain_resize(w)) return std::nullopt;
  switch (w.method) {
    case M::nearest_neighbor:
      return Filter{cv::INTER_NEAREST, ""};
    case M::bilinear:
      return Filter{cv::INTER_LINEAR, ""};
    case M::bicubic:
      return Filter{cv::INTER_CUBIC, "INTER_CUBIC: a = -0.75"};
    case M::lanczos3:
      return Filter{cv::INTER_LANCZOS4, "INTER_LANCZOS4: radius 4"};
    case M::area:
      return Filter{cv::INTER_AREA, ""};
    default:
      return std::nullopt;
  }
}

class OpenCv : public Engine {
 public:
  OpenCv(const Task& task, const Filter& filter, int depth)
      : filter_(filter),
        threads_(task.threads),
        output_(task.plan.output_shape(), task.plan.output_dtype()) {
    const bool planar = task.workload.data_format == DataFormat::channels_first;
    const Extents from = extents_of(task.plan.input_shape(), task.workload.data_format);
    const Extents to = extents_of(task.plan.output_shape(), task.workload.data_format);
    const std::int64_t images = planar ? from.n * from.c : from.n;
    const int type = CV_MAKETYPE(depth, planar ? 1 : static_cast<int>(from.c));
    const auto header = [&](const void* data, std::int64_t bytes, const Extents& e,
                            std::int64_t i) {
      char* at = static_cast<char*>(const_cast<void*>(data)) + i * (bytes / images);
      return cv::Mat(static_cast<int>(e.h), static_cast<int>(e.w), type, at);
    };
    for (std::int64_t i = 0; i < images; ++i) {
      from_.push_back(header(task.input.data(), task.input.size_bytes(), from, i));
      to_.push_back(header(output_.data(), output_.size_bytes(), to, i));
    }
  }
  void run() override {
    if (cv::getNumThreads() != threads_) cv::setNumThreads(threads_);
    for (std::size_t i = 0; i < from_.size(); ++i) {
      cv::resize(from_[i], to_[i], to_[i].size(), 0, 0, filter_.interpolation);
    }
  }
  void read_result(const TensorView& out) const override {
    std::copy_n(static_cast<const char*>(output_.data()), output_.size_bytes(),
                static_cast<char*>(out.data()));
  }
  std::string note() const override { return filter_.note; }

 private:
  Filter filter_;
  int threads_;
  Tensor output_;
  std::vector<cv::Mat> from_;
  std::vector<cv::Mat> to_;
};

}  // namespace

std::string opencv_version() {
  return cv::getVersionString();
}

std::unique_ptr<Engine> make_opencv(const Task& task) {
  const auto filter = filter_of(task.workload);
  const auto depth = depth_of(task.workload);
  if (!filter || !depth || task.plan.output_dtype() != task.workload.dtype) return nullptr;
  const bool planar = task.workload.data_format == DataFormat::channels_first;
  const int most = filter->interpolation == cv::INTER_AREA ? 4 : CV_CN_MAX;
  if (!planar && task.workload.images[3] > most) return nullptr;
  return std::make_unique<OpenCv>(task, *filter, *depth);
}

}  // namespace halfpixel::bench
