#include "stream.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/executor.hpp>

#include "channel.hpp"

namespace halfpixel::cli {
namespace {

using resample::Range;

// Bands that are read or written while others are worked; of those that a filter makes large no
// more than the reader needs.
constexpr int kInputs = 4;
constexpr int kLargeInputs = 2;
constexpr int kOutputs = 3;

// Rows of a picture, packed.
struct Band {
  Range rows;
  std::vector<std::byte> samples;
};

struct Rows {
  std::int64_t count, width, channels;
  DType dtype;

  Rows(const Shape& shape, DType type)
      : count(shape[1]), width(shape[2]), channels(shape[3]), dtype(type) {}
  std::int64_t bytes() const {
    return width * channels * static_cast<std::int64_t>(size_of(dtype));
  }
  Shape shape(std::int64_t rows) const { return {rows, width, channels}; }
};

// How a page is cut: what every band of the result is, and what it needs.
class Cut {
 public:
  Cut(const SampleWork& work, double budget, const Rows& from, const Rows& to)
      : work_(work), rows_(to.count) {
    const double input_rows = static_cast<double>(from.count) / static_cast<double>(to.count);
    const double row =
        static_cast<double>(to.bytes()) + input_rows * static_cast<double>(from.bytes());
    // Bands lie on each other by as many rows as the filter reaches, which are filtered twice.
    const Range middle = work.required_rows({to.count / 2, to.count / 2 + 1});
    const auto reach = static_cast<double>(middle.end - middle.begin);
    const double rows = std::max(budget / row, std::min(2 * reach / input_rows, 4 * budget / row));
    band_ = std::clamp<std::int64_t>(static_cast<std::int64_t>(rows), 1, to.count);
  }
  std::int64_t bands() const { return (rows_ + band_ - 1) / band_; }
  Range output(std::int64_t band) const {
    return {band * band_, std::min(rows_, (band + 1) * band_)};
  }
  Range input(std::int64_t band) const { return work_.required_rows(output(band)); }

 private:
  const SampleWork& work_;
  std::int64_t rows_;
  std::int64_t band_;
};

class Pipeline {
 public:
  Pipeline(const SampleWork& work, Picture& in, const TakeRows& out, double budget)
      : work_(work),
        in_(in),
        out_(out),
        from_(in.shape(), in.dtype()),
        to_(work.output_shape(), work.result_dtype()),
        cut_(work, budget, from_, to_) {
    const Range middle = cut_.input(cut_.bands() / 2);
    const auto bytes = static_cast<double>((middle.end - middle.begin) * from_.bytes());
    const int inputs = bytes > 8 * budget ? kLargeInputs : kInputs;
    for (int i = 0; i < inputs; ++i) free_inputs_.push({});
    for (int i = 0; i < kOutputs; ++i) free_outputs_.push({});
  }

  void run(Progress& progress) {
    std::thread reader([this] { guarded([this] { read(); }); });
    std::thread writer;
    guarded([&] {
      writer = std::thread([this] { guarded([this] { write(); }); });
      compute(progress);
    });
    reader.join();
    if (writer.joinable()) writer.join();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  // The first failure ends all three.
  template <class Stage>
  void guarded(const Stage& stage) {
    try {
      stage();
    } catch (...) {
      {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
      }
      for (Channel<Band>* channel : {&free_inputs_, &inputs_, &free_outputs_, &outputs_})
        channel->close(true);
    }
  }

  void read() {
    std::int64_t next = 0;  // row of the file
    std::optional<Band> band = free_inputs_.pop();
    std::int64_t held = 0;  // bytes at the beginning of the band that are there already
    for (std::int64_t i = 0; band; ++i) {
      band->rows = cut_.input(i);
      const Range rows = band->rows;
      const auto bytes = (rows.end - rows.begin) * from_.bytes();
      check_order(held <= bytes && rows.begin >= next - held / from_.bytes());
      band->samples.resize(static_cast<std::size_t>(bytes));
      skip(rows.begin - next);
      next = std::max(next, rows.begin);
      read_rows(rows.end - next, band->samples.data() + held);
      next = std::max(next, rows.end);
      std::optional<Band> following;
      if (i + 1 < cut_.bands()) {
        following = free_inputs_.pop();
        if (!following) return;
        // Rows that both need.
        held = std::max<std::int64_t>(0, rows.end - cut_.input(i + 1).begin) * from_.bytes();
        check_order(held <= bytes);
        following->samples.resize(std::max(following->samples.size(), std::size_t(held)));
        std::memcpy(following->samples.data(), band->samples.data() + (bytes - held),
                    static_cast<std::size_t>(held));
      }
      inputs_.push(std::move(*band));
      band = std::move(following);
    }
    inputs_.close();
    // What no band needs is to be sound, too.
    skip(from_.count - next);
  }

  static void check_order(bool holds) {
    if (!holds) throw Error(ErrorCode::internal, "[halfpixel] bands do not follow each other");
  }

  void read_rows(std::int64_t rows, std::byte* to) {
    if (rows > 0) in_.read_rows(TensorView(to, from_.dtype, from_.shape(rows)));
  }

  void skip(std::int64_t rows) {
    constexpr std::int64_t kAtOnce = 64;
    std::vector<std::byte> unused;
    for (; rows > 0; rows -= kAtOnce) {
      const std::int64_t count = std::min(rows, kAtOnce);
      unused.resize(static_cast<std::size_t>(count * from_.bytes()));
      read_rows(count, unused.data());
    }
  }

  void compute(Progress& progress) {
    for (std::int64_t i = 0; i < cut_.bands(); ++i) {
      // Where the reader is behind, the second processor is better left to it.
      const bool waits = inputs_.empty() && i + 1 < cut_.bands();
      std::optional<Band> from = inputs_.pop();
      std::optional<Band> to = free_outputs_.pop();
      if (!from || !to) return;
      to->rows = cut_.output(i);
      to->samples.resize(static_cast<std::size_t>((to->rows.end - to->rows.begin) * to_.bytes()));
      compute(*from, *to, waits ? 1 : default_executor().concurrency());
      free_inputs_.push(std::move(*from));
      outputs_.push(std::move(*to));
      progress.part(static_cast<double>(i + 1) / static_cast<double>(cut_.bands()));
    }
    outputs_.close();
  }

  struct Share {
    Pipeline& self;
    const Band& from;
    Band& to;
    std::int64_t parts;
  };

  // A part of the band for each thread.
  void compute(const Band& from, Band& to, int threads) {
    const std::int64_t rows = to.rows.end - to.rows.begin;
    Share share{*this, from, to, std::min<std::int64_t>(rows, threads)};
    Executor& executor = share.parts == 1 ? serial_executor() : default_executor();
    executor.parallel_for(
        share.parts,
        [](void* context, std::int64_t part) noexcept {
          const auto& it = *static_cast<const Share*>(context);
          it.self.guarded([&] { it.self.compute_part(it, part); });
        },
        &share);
    if (failed()) throw std::runtime_error("the pipeline was broken off");
  }

  void compute_part(const Share& share, std::int64_t part) const {
    const Range all = share.to.rows;
    const std::int64_t rows = all.end - all.begin;
    const Range mine{all.begin + rows * part / share.parts,
                     all.begin + rows * (part + 1) / share.parts};
    const Range have = share.from.rows;
    const ConstTensorView src(share.from.samples.data(), from_.dtype,
                              from_.shape(have.end - have.begin));
    const TensorView dst(share.to.samples.data() + (mine.begin - all.begin) * to_.bytes(),
                         to_.dtype, to_.shape(mine.end - mine.begin));
    work_.run(src, have.begin, mine, dst);
  }

  void write() {
    while (std::optional<Band> band = outputs_.pop()) {
      const std::int64_t rows = band->rows.end - band->rows.begin;
      out_(ConstTensorView(band->samples.data(), to_.dtype, to_.shape(rows)));
      free_outputs_.push(std::move(*band));
    }
  }

  bool failed() {
    const std::lock_guard lock(mutex_);
    return failure_ != nullptr;
  }

  const SampleWork& work_;
  Picture& in_;
  const TakeRows& out_;
  Rows from_;
  Rows to_;
  Cut cut_;
  Channel<Band> free_inputs_, inputs_, free_outputs_, outputs_;
  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace

void stream_page(const SampleWork& work, Picture& in, const TakeRows& out, double budget,
                 Progress& progress) {
  Pipeline(work, in, out, budget).run(progress);
}

}  // namespace halfpixel::cli
