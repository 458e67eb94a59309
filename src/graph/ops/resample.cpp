// Plans are made for the exact shapes when an executable is compiled. A result that is part of a
// concatenation is written through strides; a crop is read through them; padding goes through
// scratch.
#include "graph/ops/resample.hpp"

#include <algorithm>
#include <array>

#include "core/checked.hpp"
#include "graph/linear_axis.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/pad.hpp"
#include "graph/ops/plan_kernel.hpp"
#include "graph/ops/strided_copy.hpp"
#include "graph/ops/transpose.hpp"
#include "resample/plan_spec.hpp"

namespace halfpixel::graph {
namespace {

namespace layers = keras::layers;

LinearAxis linear(const resample::AxisTable& table) {
  using Kind = resample::AxisTable::Kind;
  LinearAxis axis(table.src_len);
  for (std::int64_t i = 0; i < table.dst_len; ++i) {
    if (table.kind == Kind::copy) axis.add(table.first[i], 1.0F);
    if (table.kind == Kind::lerp) {
      // Weights of 0 too: they make NaN of an infinity, here and there.
      axis.add(table.first[i], 1.0F - table.weights[i]);
      axis.add(table.second[i], table.weights[i]);
    }
    for (std::int64_t k = 0; table.kind == Kind::taps && k < table.count[i]; ++k) {
      axis.add(std::clamp<std::int64_t>(table.first[i] + k, 0, table.src_len - 1),
               table.weights[i * table.taps + k]);
    }
    axis.next();
  }
  return axis;
}

// float32 (N, …spatial…, C) alone.
std::vector<LinearAxis> linear_axes_of(const resample::Plan& plan) {
  const resample::PlanSpec& spec = resample::spec_of(plan);
  const int rank = spec.spatial_rank;
  const bool sums = spec.form == resample::Form::copy || spec.form == resample::Form::separable;
  if (!sums || spec.input_dtype != DType::float32 || spec.output_dtype != DType::float32 ||
      spec.cast_dtype != DType::float32 || spec.input_shape.rank() != rank + 2 ||
      spec.channel_axis != rank + 1 || spec.post_scale != 1.0F) {
    return {};
  }
  std::vector<LinearAxis> axes;
  for (int i = 0; i < rank; ++i) {
    if (spec.spatial_axis[i] != i + 1) return {};
    axes.push_back(linear(spec.axis[i]));
  }
  return axes;
}

// The dtype that keeps a value's own: layers cast floating input to their dtype first.
keras::DTypePolicy own_dtype(DType dtype) {
  return is_floating(dtype) ? dtype : DType::float32;
}

class UpSamplingOp final : public OpWith<UpSamplingOp, keras::UpSamplingGeometry> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "up_sampling"; }
  bool strided_output() const override { return true; }

  std::string attributes() const override {
    std::string text;
    for (int i = 0; i < attr.spatial_rank; ++i) text += concat(i > 0 ? "x" : "", attr.size[i]);
    return concat(text, " ", keras::name_of(attr.interpolation),
                  attr.data_format == DataFormat::channels_first ? " channels_first" : "");
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs(kind(), inputs, 1);
    return {{keras::up_sampled_shape(attr, inputs[0].shape, kind()), inputs[0].dtype}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    return std::make_unique<PlanKernel>(plan(args.inputs[0]), args.inputs[0].shape,
                                        args.row_stride());
  }
  std::vector<LinearAxis> linear_axes(const PrepareArgs& args) const override {
    return linear_axes_of(plan(args.inputs[0]));
  }
  std::optional<resample::Plan> resampling(const PrepareArgs& args) const override {
    return plan(args.inputs[0]);
  }

  InputAxes input_axes(int) const override { return InputAxes::same; }
  OpPtr before_transpose(std::span<const int> order) const override {
    const OpPtr to_first = make_to_channels_first(attr.spatial_rank + 2);
    if (attr.data_format != DataFormat::channels_first ||
        !std::ranges::equal(order, *to_first->transposes())) {
      return nullptr;
    }
    keras::UpSamplingGeometry last = attr;
    last.data_format = DataFormat::channels_last;
    return std::make_shared<UpSamplingOp>(last);
  }

 private:
  // Layers cast before; an op keeps the dtype that it is given.
  resample::Plan plan(const Spec& from) const {
    return keras::up_sampling_plan(attr, from.shape, {from.dtype, from.dtype});
  }
};

class ResizingOp final : public Op {
 public:
  explicit ResizingOp(layers::ResizingOptions options)
      : layer_(with_dtype(std::move(options), DType::float32)) {}
  std::string_view kind() const noexcept override { return "resizing"; }
  std::string attributes() const override {
    const layers::ResizingOptions& o = layer_.options();
    return concat(o.height, "x", o.width, " ", keras::name_of(o.interpolation),
                  o.antialias ? " antialias" : "", o.crop_to_aspect_ratio ? " crop" : "",
                  o.pad_to_aspect_ratio ? " pad" : "",
                  *o.data_format == DataFormat::channels_first ? " channels_first" : "");
  }
  bool strided_output() const override { return true; }
  bool equals(const Op& other) const override {
    const auto* const same = dynamic_cast<const ResizingOp*>(&other);
    return same != nullptr && same->layer_.get_config() == layer_.get_config();
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs(kind(), inputs, 1);
    return {{layer_.compute_output_shape(inputs[0].shape), inputs[0].dtype}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Spec& from = args.inputs[0];
    const layers::Resizing layer(with_dtype(layer_.options(), from.dtype));
    const resample::Window window = layer.source_window(from.shape);
    auto kernel = std::make_unique<PlanKernel>(layer.plan(from.shape, from.dtype), from.shape,
                                               args.row_stride());
    const bool first = *layer.options().data_format == DataFormat::channels_first;
    const int row = from.shape.rank() - (first ? 2 : 3);
    const auto strides = row_major(from.shape);
    std::int64_t offset = 0;
    bool pads = false;
    PadAmounts amounts(from.shape.size());
    for (int i = 0; i < 2; ++i) {
      const auto axis = static_cast<std::size_t>(row + i);
      offset += window[i].begin * strides[axis];
      amounts[axis] = {-window[i].begin, window[i].end - from.shape[row + i]};
      pads = pads || window[i].begin < 0;
    }
    if (pads) {
      const OpPtr pad = make_pad(amounts, PadMode::constant, layer.options().fill_value);
      Spec padded = from;
      for (int i = 0; i < 2; ++i) padded.shape[row + i] = window[i].end - window[i].begin;
      kernel->pad_first(pad->prepare({{from}, {padded}, {nullptr}}));
    } else {
      kernel->read_from(offset);
    }
    return kernel;
  }
  std::vector<LinearAxis> linear_axes(const PrepareArgs& args) const override {
    const auto& [shape, dtype] = args.inputs[0];
    if (layer_.options().crop_to_aspect_ratio || layer_.options().pad_to_aspect_ratio ||
        dtype != DType::float32) {
      return {};
    }
    return linear_axes_of(layer_.plan(shape, dtype));
  }
  std::optional<resample::Plan> resampling(const PrepareArgs& args) const override {
    const auto& [shape, dtype] = args.inputs[0];
    if (layer_.options().crop_to_aspect_ratio || layer_.options().pad_to_aspect_ratio)
      return std::nullopt;
    return layers::Resizing(with_dtype(layer_.options(), dtype)).plan(shape, dtype);
  }

 private:
  static layers::ResizingOptions with_dtype(layers::ResizingOptions options, DType dtype) {
    options.name = "resizing";
    options.dtype = own_dtype(dtype);
    return options;
  }
  layers::Resizing layer_;
};

class TfResizeOp final : public OpWith<TfResizeOp, TfResize> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "tf_resize"; }
  std::string attributes() const override {
    return concat(attr.size[0], "x", attr.size[1], " ", tf::image::name_of(attr.method),
                  attr.antialias ? " antialias" : "", attr.align_corners ? " align_corners" : "",
                  attr.preserve_aspect_ratio ? " preserve_aspect_ratio" : "", attr.v1 ? " v1" : "");
  }
  bool strided_output() const override { return true; }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs(kind(), inputs, 1);
    const auto& [shape, dtype] = inputs[0];
    const auto result = attr.v1
                            ? tf::compat::v1::image::resized(shape, dtype, attr.size, v1_options())
                            : tf::image::resized(shape, dtype, attr.size, v2_options());
    return {{result.shape, result.dtype}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    return std::make_unique<PlanKernel>(plan(args.inputs[0]), args.inputs[0].shape,
                                        args.row_stride());
  }
  std::vector<LinearAxis> linear_axes(const PrepareArgs& args) const override {
    return linear_axes_of(plan(args.inputs[0]));
  }
  std::optional<resample::Plan> resampling(const PrepareArgs& args) const override {
    return plan(args.inputs[0]);
  }

 private:
  tf::compat::v1::image::ResizeOptions v1_options() const {
    return {.method = attr.method,
            .align_corners = attr.align_corners,
            .preserve_aspect_ratio = attr.preserve_aspect_ratio};
  }
  tf::image::ResizeOptions v2_options() const {
    return {.method = attr.method,
            .preserve_aspect_ratio = attr.preserve_aspect_ratio,
            .antialias = attr.antialias};
  }
  resample::Plan plan(const Spec& from) const {
    return attr.v1
               ? tf::compat::v1::image::plan_resize(from.shape, from.dtype, attr.size, v1_options())
               : tf::image::plan_resize(from.shape, from.dtype, attr.size, v2_options());
  }
};

}  // namespace

OpPtr make_up_sampling(const keras::UpSamplingGeometry& g) {
  return std::make_shared<UpSamplingOp>(
      keras::up_sampling_geometry(g.spatial_rank, g.size, g.data_format, g.interpolation));
}

OpPtr make_resizing(const keras::layers::ResizingOptions& options) {
  return std::make_shared<ResizingOp>(options);
}

OpPtr make_tf_resize(const TfResize& options) {
  if (options.size.rank() != 2 || options.size[0] < 1 || options.size[1] < 1) {
    fail(ErrorCode::invalid_argument, "[tf.image.resize] size must be two positive integers; got ",
         options.size);
  }
  return std::make_shared<TfResizeOp>(options);
}

}  // namespace halfpixel::graph
