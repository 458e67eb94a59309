// Operations that pick: x[…], slices, take.
#include <algorithm>
#include <array>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/gather.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/take_along.hpp"
#include "operations/sizes.hpp"

namespace halfpixel::keras {
namespace {

using graph::Extent;
using Integers = std::vector<std::int64_t>;

// One item of x[item, item, …].
struct Index {
  enum class Kind { slice, at, new_axis, ellipsis } kind = Kind::slice;
  Argument::Slice slice = {};
  std::int64_t at = 0;
  int at_input = -1;     // >= 0: the input that says `at`
  bool is_open = false;  // the extent that a slice leaves is not known yet

  bool has_tensors() const {
    return at_input >= 0 || slice.inputs != std::array<int, 3>{-1, -1, -1};
  }
};

// What tensors say of indices, as far as it is known.
std::vector<Index> with_numbers(std::vector<Index> indices, const std::string& who,
                                const Builder& b, std::span<const ValueId> inputs) {
  for (Index& index : indices) {
    if (index.at_input >= 0)
      index.at = Sizes::of_input(index.at_input, who).one(b, inputs).value_or(0);
    const std::array bounds = {&index.slice.start, &index.slice.stop, &index.slice.step};
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      if (index.slice.inputs[i] < 0) continue;
      *bounds[i] = Sizes::of_input(index.slice.inputs[i], who).one(b, inputs);
      index.is_open = index.is_open || !*bounds[i];
    }
  }
  return indices;
}

Index index_of(const Argument& item, const CallArguments& arguments, std::string_view key) {
  if (const auto* slice = item.get_if<Argument::Slice>()) return {Index::Kind::slice, *slice, 0};
  if (const auto* input = item.get_if<Argument::Input>())
    return {.kind = Index::Kind::at, .at_input = input->index};
  if (item.get_if<Argument::Ellipsis>() != nullptr) return {Index::Kind::ellipsis, {}, 0};
  if (const auto* plain = item.get_if<Config::Value>()) {
    if (plain->is_none()) return {Index::Kind::new_axis, {}, 0};
    if (const auto* at = plain->get_if<std::int64_t>()) return {Index::Kind::at, {}, *at};
  }
  if (const auto* tensor = item.get_if<Tensor>()) {
    if (tensor->size() == 1 && is_integer(tensor->dtype())) {
      return {Index::Kind::at, {}, tensor->astype(DType::int64).span<std::int64_t>()[0]};
    }
  }
  arguments.refuse_call(
      key,
      " must hold integers, slices, None and an ellipsis; tensors and lists as indices are "
      "not supported");
}

std::vector<Index> indices_of(const Argument& key_argument, const CallArguments& arguments,
                              std::string_view key) {
  std::vector<Index> indices;
  if (const auto* items = key_argument.get_if<Argument::List>()) {
    for (const Argument& item : *items) indices.push_back(index_of(item, arguments, key));
    return indices;
  }
  if (const auto* plain = key_argument.get_if<Config::Value>()) {
    if (const auto* items = plain->get_if<Config::List>()) {
      for (const Config::Value& item : *items) indices.push_back(index_of({item}, arguments, key));
      return indices;
    }
  }
  return {index_of(key_argument, arguments, key)};
}

ValueId get_item(Builder& b, ValueId x, const std::vector<Index>& indices) {
  const Shape shape = b.shape(x);
  int used = 0, ellipses = 0;
  for (const Index& index : indices) {
    used += index.kind == Index::Kind::slice || index.kind == Index::Kind::at ? 1 : 0;
    ellipses += index.kind == Index::Kind::ellipsis ? 1 : 0;
  }
  if (ellipses > 1 || used > shape.rank()) {
    fail(ErrorCode::invalid_argument, "[getitem] ",
         ellipses > 1 ? "one ellipsis is possible" : "too many indices", " for shape ", shape,
         "; got ", ellipses > 1 ? ellipses : used);
  }
  std::vector<graph::SliceRange> ranges;
  std::vector<Extent> extents;
  std::vector<int> open;  // axes of the result
  bool reshapes = false;
  int axis = 0;
  const auto keep = [&](int count) {
    for (int i = 0; i < count; ++i) extents.push_back(Extent::same_as(axis++));
  };
  for (const Index& index : indices) {
    switch (index.kind) {
      case Index::Kind::ellipsis:
        keep(shape.rank() - used);
        break;
      case Index::Kind::new_axis:
        extents.push_back(Extent::of(1));
        reshapes = true;
        break;
      case Index::Kind::slice:
        if (index.is_open) {
          open.push_back(static_cast<int>(extents.size()));
        } else if (index.slice.start || index.slice.stop || index.slice.step) {
          ranges.push_back(
              {axis, index.slice.start, index.slice.stop, index.slice.step.value_or(1)});
        }
        keep(1);
        break;
      case Index::Kind::at: {
        const std::int64_t extent = shape[axis];
        if (extent != kUnknown && (index.at >= extent || index.at < -extent)) {
          fail(ErrorCode::invalid_argument, "[getitem] index must lie inside axis ", axis,
               " of shape ", shape, "; got ", index.at);
        }
        graph::SliceRange range{axis, index.at, std::nullopt, 1};
        if (index.at != -1) range.end = index.at + 1;
        ranges.push_back(range);
        ++axis;
        reshapes = true;
        break;
      }
    }
  }
  keep(shape.rank() - axis);
  if (!ranges.empty()) x = b.add1(graph::make_slice(std::move(ranges)), {x});
  if (reshapes) x = b.add1(graph::make_reshape(std::move(extents)), {x});
  if (open.empty()) return x;
  Shape result = b.shape(x);
  for (const int at : open) result[at] = kUnknown;
  return later(b, x, result);
}

LayerPtr getitem(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const std::string_view key = tf ? "slice_spec" : "key";
  const CallArguments arguments(name, call, layer_name, {tf ? "tensor" : "x", key, "var"});
  // x[None] has a key that is None.
  static const Argument kNone = plain(nullptr);
  const Argument* given = arguments.argument(key);
  if (given == nullptr) given = &kNone;
  const std::vector<Index> indices = indices_of(*given, arguments, key);
  const bool tensors = std::any_of(indices.begin(), indices.end(),
                                   [](const Index& index) { return index.has_tensors(); });
  if (tensors) {
    return make_unsaveable(
        name, layer_name,
        [indices, who = arguments.who()](Builder& b, std::span<const ValueId> inputs) {
          return std::vector{get_item(b, inputs[0], with_numbers(indices, who, b, inputs))};
        });
  }
  OperationCall form = keras_form({});
  form.args.push_back(*given);
  return make_recorded(
      "GetItem", kNumpyOps, std::move(form), layer_name,
      on_first([indices](Builder& b, ValueId x) { return get_item(b, x, indices); }));
}

// tf.slice and ops.slice: -1 takes the rest.
LayerPtr slice(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const auto arguments =
      tf ? CallArguments(name, call, layer_name, {"input_", "begin", "size", "name"})
         : CallArguments(name, call, layer_name, {"inputs", "start_indices"});
  const auto begin = Sizes::of(arguments, tf ? "begin" : "start_indices"),
             size = Sizes::of(arguments, tf ? "size" : "shape");
  if (!begin || !size) arguments.refuse(tf ? "begin" : "start_indices", "integers, as size must");
  std::string_view written, module;
  OperationCall form;
  if (begin->is_constant() && size->is_constant()) {
    written = "Slice", module = kCoreOps;
    form = keras_form({{"shape", Config::list_of(size->constant())}});
    form.args.push_back(plain(Config::list_of(begin->constant())));
  }
  return make_recorded(
      written.empty() ? name : written, module, std::move(form), layer_name,
      [begin = *begin, size = *size, who = arguments.who()](Builder& b,
                                                            std::span<const ValueId> inputs) {
        const Sizes::Known begins = begin.in(b, inputs), sizes = size.in(b, inputs);
        const Shape shape = b.shape(inputs[0]);
        if (begins.size() != shape.size() || sizes.size() != shape.size()) {
          fail(ErrorCode::invalid_argument, "[", who, "] begin and size must be numbers for shape ",
               shape, "; got ", begins.size(), " and ", sizes.size());
        }
        std::vector<Index> indices(shape.size());
        Shape known;
        for (std::size_t i = 0; i < shape.size(); ++i) {
          const std::int64_t extent = shape[static_cast<int>(i)];
          const bool rest = sizes[i] == -1;
          known.push_back(rest || !sizes[i] ? kUnknown : *sizes[i]);
          indices[i].is_open = !begins[i] || !sizes[i] || extent == kUnknown;
          if (indices[i].is_open) continue;
          const std::int64_t from = *begins[i], count = rest ? extent - from : *sizes[i];
          if (from < 0 || from > extent || count < 0 || count > extent - from) {
            fail(ErrorCode::invalid_argument, "[", who, "] begin ", from, " and size ", *sizes[i],
                 " must lie inside axis ", i, " of shape ", shape);
          }
          indices[i].slice.start = from;
          indices[i].slice.stop = from + count;
        }
        ValueId x = get_item(b, inputs[0], indices);
        Shape result = b.shape(x);
        if (result.is_known()) return std::vector{x};
        for (int i = 0; i < result.rank(); ++i) {
          if (result[i] == kUnknown) result[i] = known[i];
        }
        return std::vector{later(b, x, result)};
      });
}

LayerPtr strided_slice(std::string_view name, const OperationCall& call,
                       const std::string& layer_name) {
  const CallArguments arguments(
      name, call, layer_name,
      {"input_", "begin", "end", "strides", "begin_mask", "end_mask", "ellipsis_mask",
       "new_axis_mask", "shrink_axis_mask", "var", "name"});
  const auto begin = Sizes::of(arguments, "begin"), end = Sizes::of(arguments, "end"),
             strides = Sizes::of(arguments, "strides");
  if (!begin || !end) arguments.refuse(begin ? "end" : "begin", "integers");
  struct Masks {
    std::int64_t begin, end, ellipsis, new_axis, shrink;
  };
  const Masks masks = {arguments.integer("begin_mask", 0), arguments.integer("end_mask", 0),
                       arguments.integer("ellipsis_mask", 0), arguments.integer("new_axis_mask", 0),
                       arguments.integer("shrink_axis_mask", 0)};
  return make_unsaveable(
      name, layer_name,
      [begin = *begin, end = *end, strides, masks, who = arguments.who()](
          Builder& b, std::span<const ValueId> inputs) {
        const Sizes::Known begins = begin.in(b, inputs), ends = end.in(b, inputs);
        const Sizes::Known steps =
            strides ? strides->in(b, inputs) : Sizes::Known(begins.size(), 1);
        if (ends.size() != begins.size() || steps.size() != begins.size() ||
            begins.size() > static_cast<std::size_t>(2 * kMaxRank)) {
          fail(ErrorCode::invalid_argument, "[", who,
               "] begin, end and strides must be as many; got ", begins.size(), ", ", ends.size(),
               " and ", steps.size());
        }
        std::vector<Index> indices(begins.size());
        for (std::size_t i = 0; i < indices.size(); ++i) {
          const auto marked = [i](std::int64_t mask) { return ((mask >> i) & 1) != 0; };
          Index& index = indices[i];
          if (marked(masks.ellipsis)) {
            index.kind = Index::Kind::ellipsis;
          } else if (marked(masks.new_axis)) {
            index.kind = Index::Kind::new_axis;
          } else if (marked(masks.shrink)) {
            index.kind = Index::Kind::at;
            index.at = begins[i].value_or(0);
          } else {
            const bool from_start = marked(masks.begin), to_end = marked(masks.end);
            if (!from_start) index.slice.start = begins[i];
            if (!to_end) index.slice.stop = ends[i];
            index.slice.step = steps[i];
            index.is_open = (!from_start && !begins[i]) || (!to_end && !ends[i]) || !steps[i];
          }
        }
        return std::vector{get_item(b, inputs[0], indices)};
      });
}

// Indices given as a plain list or number become a constant.
std::optional<Tensor> constant_indices(const CallArguments& arguments, std::string_view key) {
  const Argument* const given = arguments.argument(key);
  if (given == nullptr) arguments.refuse(key, "integers");
  if (given->get_if<Argument::Input>() != nullptr) return {};
  if (const auto* tensor = given->get_if<Tensor>()) return *tensor;
  const auto list = arguments.integers(key);
  const bool scalar = arguments.find<std::int64_t>(key) != nullptr;
  return Tensor(scalar ? Shape{} : Shape{static_cast<std::int64_t>(list->size())},
                std::span<const std::int64_t>(*list));
}

// tf.gather with batch_dims: each of a batch has positions of its own. They become one axis at the
// place of `axis`, along which take_along looks up.
ValueId take_of_each(Builder& b, ValueId x, ValueId at, int batch, int axis) {
  using graph::Extent;
  const Shape table = b.shape(x), positions = b.shape(at);
  std::vector<Extent> extents;
  for (int i = 0; i < batch; ++i) extents.push_back(Extent::same_as(i));
  for (int i = batch; i < axis; ++i) extents.push_back(Extent::of(1));
  extents.push_back(Extent::rest());
  for (int i = axis + 1; i < table.rank(); ++i) extents.push_back(Extent::of(1));
  at = b.add1(graph::make_reshape(std::move(extents)), {at});
  at = b.add1(graph::make_cast(DType::int64), {at});
  x = b.add1(graph::make_take_along(axis), {x, at});
  if (positions.rank() == batch + 1) return x;
  std::vector<Extent> result;
  for (int i = 0; i < axis; ++i) result.push_back(Extent::same_as(i));
  for (int i = batch; i < positions.rank(); ++i)
    result.push_back(positions[i] == kUnknown ? Extent::rest() : Extent::of(positions[i]));
  for (int i = axis + 1; i < table.rank(); ++i) result.push_back(Extent::same_as(i));
  return b.add1(graph::make_reshape(std::move(result)), {x});
}

LayerPtr take(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const auto arguments =
      tf ? CallArguments(name, call, layer_name,
                         {"params", "indices", "validate_indices", "axis", "batch_dims", "name"})
         : CallArguments(name, call, layer_name, {"x", "indices", "axis"});
  const std::int64_t batch = arguments.integer("batch_dims", 0);
  if (batch < 0 || batch >= kMaxRank) arguments.refuse("batch_dims", "0 to 7");
  std::optional<std::int64_t> axis;
  if (arguments.has("axis")) axis = arguments.integer("axis");
  if (tf && !axis) axis = batch;
  const std::string_view table = tf ? "params" : "x";
  const std::optional<Tensor> indices = constant_indices(arguments, "indices");
  const Argument* const data = arguments.argument(table);
  const auto* const constant = data != nullptr ? data->get_if<Tensor>() : nullptr;
  const int source = constant != nullptr ? 0 : arguments.input(table);
  const int positions = indices ? 0 : arguments.input("indices");
  OperationCall form;
  form.config.set("axis", axis ? Config::Value(*axis) : Config::Value(nullptr));
  form.args = {*data, *arguments.argument("indices")};
  const Emit emit = [axis, batch, indices, source, positions, who = arguments.who(),
                     constant = constant != nullptr ? std::optional(*constant) : std::nullopt](
                        Builder& b, std::span<const ValueId> inputs) {
    ValueId x = constant ? b.constant(*constant) : inputs[static_cast<std::size_t>(source)];
    const ValueId at = indices ? b.constant(*indices) : inputs[static_cast<std::size_t>(positions)];
    if (!axis) x = b.add1(graph::make_reshape({Extent::rest()}), {x});
    const int along = graph::checked_axis("take", axis.value_or(0), b.shape(x).rank());
    if (batch == 0) return std::vector<ValueId>{b.add1(graph::make_gather(along), {x, at})};
    if (along < batch || b.shape(at).rank() < batch)
      fail(ErrorCode::invalid_argument, "[", who, "] batch_dims must be at most axis and the ",
           "axes of indices; got ", batch, " for axis ", along, " and shape ", b.shape(at));
    return std::vector<ValueId>{take_of_each(b, x, at, static_cast<int>(batch), along)};
  };
  if (batch > 0) return make_unsaveable(name, layer_name, emit);
  return make_recorded("Take", kNumpyOps, std::move(form), layer_name, emit);
}

}  // namespace

std::span<const OperationRow> indexing_operations() {
  static constexpr std::array kRows = {
      OperationRow{"GetItem", getitem},
      OperationRow{"__operators__.getitem", getitem},
      OperationRow{"Slice", slice},
      OperationRow{"slice", slice},
      OperationRow{"strided_slice", strided_slice},
      OperationRow{"Take", take},
      OperationRow{"gather", take},
      OperationRow{"compat.v1.gather", take},
  };
  return kRows;
}

}  // namespace halfpixel::keras
