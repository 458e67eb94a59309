// tf::BandedFunction: how high bands are, and running them.
#include <halfpixel/tf_bands.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>

#include "core/access.hpp"
#include "core/checked.hpp"
#include "graph/passes/pass.hpp"
#include "graph/row_bands.hpp"
#include "model/concrete_function.hpp"
#include "model/execute.hpp"
#include "model/model_impl.hpp"

namespace halfpixel::tf {

// What a BandedFunction holds.
struct Banded {
  keras::CompiledCall call;
  TensorSpec input, output;
  std::int64_t height = 0;  // of a band
  std::vector<graph::RowBands::Band> bands;
};

struct BandedFunction::Impl : Banded {
  explicit Impl(Banded&& banded) : Banded(std::move(banded)) {}
};

namespace {

using graph::Graph;
using graph::RowBands;

constexpr std::int64_t kProbe = 64;  // a multiple of what models' strides come to

Shape with_height(Shape shape, std::int64_t height) {
  shape[1] = height;
  return shape;
}

std::size_t bytes_of(const Shape& shape, DType dtype) {
  return static_cast<std::size_t>(shape.num_elements()) * size_of(dtype);
}

// What a run of a band takes.
std::size_t memory_of(const keras::CompiledCall& call, const Shape& input) {
  std::size_t bytes = call.executable().arena_bytes() + bytes_of(input, DType::float32);
  for (const graph::Spec& output : call.outputs())
    bytes += bytes_of(output.shape, output.dtype) * 2;  // computed, then cut
  return bytes;
}

// The same operations between the same values, in the same tiles, whatever their extents.
bool same_nodes(const Graph& a, const Graph& b) {
  return std::equal(
      a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(),
      [&](const graph::Node& x, const graph::Node& y) {
        return x.op->kind() == y.op->kind() && x.inputs == y.inputs && x.outputs == y.outputs &&
               x.op->row_tile(args_of(a, x)).size == y.op->row_tile(args_of(b, y)).size;
      });
}

class Planner {
 public:
  Planner(const keras::Model& model, const TensorSpec& input, const BandedOptions& options)
      : model_(keras::impl_of(model)), input_(input), options_(options) {
    graph::check_pass_names(options.function.without);
    const Shape& shape = input.shape;
    if (!shape.is_known() || shape.rank() < 3 || shape[0] != 1 || shape.num_elements() == 0) {
      fail(ErrorCode::invalid_argument,
           "[bands] input must be one image of known extents, (1, height, width, channels); got ",
           shape.str());
    }
  }

  std::shared_ptr<Banded> plan() {
    const auto lock = model_.lock();
    const std::int64_t height = input_.shape[1];
    const std::array<graph::Spec, 1> given = {spec(height)};
    model_.ensure_built(given);
    const Graph whole = model_.recorded(given);
    std::int64_t step = height;
    if (height > kProbe) step = RowBands(whole, recorded(height - kProbe)).step();
    if (step >= height) return whole_image();

    // The lowest band that gives all rows, or nearly; then one as high as the memory allows, which
    // grows with the height.
    std::shared_ptr<Banded> chosen;
    for (std::int64_t rows = std::max(2 * step, kProbe); chosen == nullptr; rows *= 2) {
      auto impl = at(band_of(std::min(rows, height), step), whole);
      const bool last = impl->height == height;
      if (!impl->bands.empty() || last) chosen = std::move(impl);
    }
    const std::size_t takes = memory_of(chosen->call, with_height(input_.shape, chosen->height));
    if (takes > options_.memory_bytes) {
      fail(ErrorCode::out_of_memory, "[bands] a band of ", chosen->height, " rows of ",
           input_.shape.str(), " takes ", takes, " bytes; memory_bytes allows ",
           options_.memory_bytes);
    }
    const double room = 0.95 * static_cast<double>(options_.memory_bytes) /
                        static_cast<double>(takes) * static_cast<double>(chosen->height);
    const std::int64_t most =
        room < static_cast<double>(height) ? static_cast<std::int64_t>(room) : height;
    const std::int64_t higher = band_of(most, step);
    if (higher <= chosen->height) return chosen;
    auto impl = at(higher, whole);
    const bool fits =
        memory_of(impl->call, with_height(input_.shape, higher)) <= options_.memory_bytes;
    return fits && !impl->bands.empty() ? impl : chosen;
  }

 private:
  // The most rows up to `rows` with which the last band, at the image's end, begins at a step.
  std::int64_t band_of(std::int64_t rows, std::int64_t step) const {
    const std::int64_t rest = input_.shape[1] % step;
    return std::max<std::int64_t>((rows - rest) / step * step, step) + rest;
  }
  graph::Spec spec(std::int64_t height) const {
    return {with_height(input_.shape, height), input_.dtype};
  }
  // The whole's graph as it would run.
  const Graph& optimised() {
    if (!optimised_) optimised_ = compiled(input_.shape[1]);
    return optimised_->call.executable().graph();
  }
  Graph recorded(std::int64_t height) {
    const std::array<graph::Spec, 1> given = {spec(height)};
    return model_.recorded(given);
  }
  std::shared_ptr<Banded> compiled(std::int64_t height) {
    const std::array<graph::Spec, 1> given = {spec(height)};
    auto impl = std::make_shared<Banded>(
        Banded{keras::CompiledCall(model_, given, compile_options(options_.function)),
               input_,
               {},
               height,
               {}});
    return impl;
  }
  std::shared_ptr<Banded> at(std::int64_t height, const Graph& whole) {
    auto impl = compiled(height);
    const RowBands rows(whole, recorded(height));
    // What is worth rewriting may depend on the height: then the bits would, too.
    if (same_nodes(impl->call.executable().graph(), optimised())) impl->bands = rows.cover();
    impl->output = {whole.spec(whole.outputs[0]).shape, impl->call.outputs()[0].dtype};
    return impl;
  }
  std::shared_ptr<Banded> whole_image() {
    auto impl = compiled(input_.shape[1]);
    const graph::Spec output = impl->call.outputs().at(0);
    if (impl->call.outputs().size() != 1 || output.shape.rank() < 2 || output.shape[1] == 0) {
      fail(ErrorCode::unsupported, "[bands] a model of one result that has rows is needed; got ",
           impl->call.outputs().size(), " of shape ", output.shape);
    }
    if (memory_of(impl->call, input_.shape) > options_.memory_bytes) {
      fail(ErrorCode::unsupported, "[bands] an image of ", input_.shape.str(),
           " is too low for bands of this model");
    }
    impl->output = {output.shape, output.dtype};
    impl->bands = {{0, 0, 0, output.shape[1]}};
    return impl;
  }

  keras::ModelImpl& model_;
  const TensorSpec& input_;
  const BandedOptions& options_;
  std::shared_ptr<Banded> optimised_;
};

// `count` rows of an image from `begin` on, where they lie.
ConstTensorView rows_of(const ConstTensorView& x, std::int64_t begin, std::int64_t count) {
  std::vector<std::int64_t> strides;
  for (int axis = 0; axis < x.shape().rank(); ++axis) strides.push_back(x.stride(axis));
  const std::int64_t bytes = begin * x.stride(1) * static_cast<std::int64_t>(size_of(x.dtype()));
  return {static_cast<const std::byte*>(x.data()) + bytes, x.dtype(), with_height(x.shape(), count),
          strides};
}

void check_image(const ConstTensorView& x, const TensorSpec& wanted) {
  if (x.shape() == wanted.shape) return;
  fail(ErrorCode::invalid_argument, "[bands] x must have shape ", wanted.shape.str(), "; got ",
       x.shape().str());
}

}  // namespace

BandedFunction::BandedFunction(const keras::Model& model, const TensorSpec& input,
                               const BandedOptions& options)
    : impl_(std::make_shared<const Impl>(std::move(*Planner(model, input, options).plan()))) {}

TensorSpec BandedFunction::input() const {
  return impl_->input;
}
TensorSpec BandedFunction::output() const {
  return impl_->output;
}
std::int64_t BandedFunction::bands() const {
  return static_cast<std::int64_t>(impl_->bands.size());
}
std::int64_t BandedFunction::band_height() const {
  return impl_->height;
}
std::size_t BandedFunction::arena_bytes() const {
  return impl_->call.executable().arena_bytes();
}

BandedFunction::Rows BandedFunction::rows(std::int64_t band) const {
  if (band < 0 || band >= bands())
    fail(ErrorCode::invalid_argument, "[bands] band must be in [0, ", bands(), "); got ", band);
  const RowBands::Band& rows = impl_->bands[static_cast<std::size_t>(band)];
  return {rows.begin, rows.end};
}

Tensor BandedFunction::run_band(std::int64_t band, const ConstTensorView& x) const {
  const auto [begin, end] = rows(band);
  check_image(x, impl_->input);
  const RowBands::Band& place = impl_->bands[static_cast<std::size_t>(band)];
  const std::vector<ConstTensorView> in = {rows_of(x, place.input, impl_->height)};
  const std::vector<Tensor> results = impl_->call(in);
  Tensor cut(with_height(impl_->output.shape, end - begin), impl_->output.dtype);
  const std::size_t row = cut.size_bytes() / static_cast<std::size_t>(end - begin);
  if (end - place.output > results[0].shape()[1] ||
      row * static_cast<std::size_t>(results[0].shape()[1]) !=
          static_cast<std::size_t>(results[0].size_bytes())) {
    fail(ErrorCode::internal, "[bands] a band of shape ", results[0].shape().str(),
         " is none of a result of shape ", impl_->output.shape.str());
  }
  std::memcpy(cut.data(),
              static_cast<const std::byte*>(results[0].data()) +
                  static_cast<std::size_t>(begin - place.output) * row,
              static_cast<std::size_t>(cut.size_bytes()));
  return cut;
}

void BandedFunction::run(const ConstTensorView& x, const TensorView& out) const {
  check_image(x, impl_->input);
  if (out.shape() != impl_->output.shape || out.dtype() != impl_->output.dtype ||
      !out.is_contiguous()) {
    fail(ErrorCode::invalid_argument, "[bands] out must be contiguous with shape ",
         impl_->output.shape.str(), " and dtype ", impl_->output.dtype, "; got shape ",
         out.shape().str(), " and dtype ", out.dtype());
  }
  auto* to = static_cast<std::byte*>(out.data());
  for (std::int64_t band = 0; band < bands(); ++band) {
    const Tensor rows = run_band(band, x);
    std::memcpy(to, rows.data(), static_cast<std::size_t>(rows.size_bytes()));
    to += rows.size_bytes();
  }
}

}  // namespace halfpixel::tf
