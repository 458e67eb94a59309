// Operations that pick, cut and join: x[…], split, stack, concatenate, take.
#include <algorithm>
#include <array>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/gather.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/split.hpp"
#include "operations/operation_rows.hpp"

namespace halfpixel::keras {
namespace {

using graph::Extent;
using Integers = std::vector<std::int64_t>;

// One item of x[item, item, …].
struct Index {
  enum class Kind { slice, at, new_axis, ellipsis } kind = Kind::slice;
  Argument::Slice slice = {};
  std::int64_t at = 0;
};

Index index_of(const Argument& item, const CallArguments& arguments, std::string_view key) {
  if (const auto* slice = item.get_if<Argument::Slice>()) return {Index::Kind::slice, *slice, 0};
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
        if (index.slice.start || index.slice.stop || index.slice.step) {
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
  return x;
}

LayerPtr getitem(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const std::string_view key = tf ? "slice_spec" : "key";
  const CallArguments arguments(name, call, layer_name, {tf ? "tensor" : "x", key, "var"});
  // x[None] has a key that is None.
  static const Argument kNone = plain(nullptr);
  const Argument* given = arguments.argument(key);
  if (given == nullptr) given = &kNone;
  OperationCall form = keras_form({});
  form.args.push_back(*given);
  return make_recorded("GetItem", kNumpyOps, std::move(form), layer_name,
                       on_first([indices = indices_of(*given, arguments, key)](
                                    Builder& b, ValueId x) { return get_item(b, x, indices); }));
}

// The tensors of a list argument, or of the positional arguments when they were not wrapped.
OperationCall list_form(const CallArguments& arguments, std::string_view key, std::int64_t axis) {
  const Argument* const given = arguments.argument(key);
  const auto* const items = given != nullptr ? given->get_if<Argument::List>() : nullptr;
  if (items == nullptr || items->empty()) arguments.refuse(key, "a list of tensors");
  OperationCall form;
  form.config.set("axis", axis);
  form.args.push_back(*given);
  return form;
}

// Values of a list argument in a graph; its constants too, in the dtype of the tensors beside them.
std::vector<ValueId> values_of(Builder& b, const Argument::List& items,
                               std::span<const ValueId> inputs) {
  std::vector<ValueId> values;
  const DType dtype = inputs.empty() ? DType::float32 : b.spec(inputs[0]).dtype;
  for (const Argument& item : items) {
    if (const auto* input = item.get_if<Argument::Input>()) {
      values.push_back(inputs[static_cast<std::size_t>(input->index)]);
    } else if (const auto* tensor = item.get_if<Tensor>()) {
      values.push_back(b.constant(tensor->dtype() == dtype ? *tensor : tensor->astype(dtype)));
    } else if (const auto* plain = item.get_if<Config::Value>()) {
      const auto* i = plain->get_if<std::int64_t>();
      const auto* d = plain->get_if<double>();
      if (i == nullptr && d == nullptr)
        fail(ErrorCode::invalid_argument, "[stack] items must be tensors; got ", plain->json());
      values.push_back(
          b.constant(full(Shape{}, i != nullptr ? static_cast<double>(*i) : *d, dtype)));
    } else {
      fail(ErrorCode::invalid_argument, "[stack] items must be tensors");
    }
  }
  return values;
}

// Concatenate and Stack: a list of tensors and an axis.
template <bool kStack>
LayerPtr join(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const std::string_view key = tf ? "values" : kStack ? "x" : "xs";
  const CallArguments arguments(name, call, layer_name, {key, "axis", "name"});
  const std::int64_t axis = arguments.integer("axis", 0);
  OperationCall form = list_form(arguments, key, axis);
  const Argument::List items = *form.args[0].get_if<Argument::List>();
  return make_recorded(
      kStack ? "Stack" : "Concatenate", kNumpyOps, std::move(form), layer_name,
      [items, axis](Builder& b, std::span<const ValueId> inputs) {
        const std::vector<ValueId> values = values_of(b, items, inputs);
        const int rank = b.shape(values[0]).rank() + (kStack ? 1 : 0);
        const int at = graph::checked_axis(kStack ? "stack" : "concatenate", axis, rank);
        return b.add(kStack ? graph::make_stack(at) : graph::make_concat(at), values);
      });
}

LayerPtr split(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const auto arguments =
      tf ? CallArguments(name, call, layer_name,
                         {"value", "num_or_size_splits", "axis", "num", "name"})
         : CallArguments(name, call, layer_name, {"x", "indices_or_sections", "axis"});
  const std::string_view key = tf ? "num_or_size_splits" : "indices_or_sections";
  const bool sections = arguments.find<std::int64_t>(key) != nullptr;
  Integers cuts;
  if (const auto list = arguments.integers(key)) {
    cuts = *list;
  } else {
    arguments.refuse(key, "an integer or a list of integers");
  }
  if (tf && !sections) {  // sizes become positions; one may be -1
    Integers positions;
    std::int64_t at = 0;
    bool from_end = false;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      from_end = from_end || cuts[i] < 0;
      at += cuts[i];
      positions.push_back(at);
    }
    if (from_end) arguments.refuse(key, "sizes without -1 (but the last)");
    cuts = positions;
  }
  const std::int64_t axis = arguments.integer("axis", 0);
  if (sections && (cuts[0] < 1 || cuts[0] > INT32_MAX)) arguments.refuse(key, "positive");
  return make_recorded(
      "Split", kNumpyOps,
      keras_form(
          {{"indices_or_sections", sections ? Config::Value(cuts[0]) : Config::list_of(cuts)},
           {"axis", axis}}),
      layer_name, [cuts, sections, axis](Builder& b, std::span<const ValueId> inputs) {
        const int at = graph::checked_axis("split", axis, b.shape(inputs[0]).rank());
        const graph::OpPtr op = sections ? graph::make_split(at, static_cast<int>(cuts[0]))
                                         : graph::make_split_at(at, cuts);
        return b.add(op, inputs.first(1));
      });
}

LayerPtr unstack(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {is_tf_function(name) ? "value" : "x", "num", "axis", "name"});
  const auto num = arguments.integers("num");
  const std::int64_t axis = arguments.integer("axis", 0);
  return make_recorded(
      "Unstack", kCoreOps,
      keras_form(
          {{"num", num ? Config::Value(num->front()) : Config::Value(nullptr)}, {"axis", axis}}),
      layer_name, [num, axis](Builder& b, std::span<const ValueId> inputs) {
        const Shape& shape = b.shape(inputs[0]);
        const int at = graph::checked_axis("unstack", axis, shape.rank());
        const std::int64_t count = num ? num->front() : shape[at];
        if (count < 1 || count > INT32_MAX) {
          fail(ErrorCode::invalid_argument, "[unstack] num must be known and positive; got shape ",
               shape);
        }
        return b.add(graph::make_unstack(at, static_cast<int>(count)), inputs.first(1));
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

LayerPtr take(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const auto arguments =
      tf ? CallArguments(name, call, layer_name,
                         {"params", "indices", "validate_indices", "axis", "batch_dims", "name"})
         : CallArguments(name, call, layer_name, {"x", "indices", "axis"});
  if (arguments.integer("batch_dims", 0) != 0) arguments.refuse("batch_dims", "0");
  std::optional<std::int64_t> axis;
  if (arguments.has("axis")) axis = arguments.integer("axis");
  if (tf && !axis) axis = 0;
  const std::string_view table = tf ? "params" : "x";
  const std::optional<Tensor> indices = constant_indices(arguments, "indices");
  const Argument* const data = arguments.argument(table);
  const auto* const constant = data != nullptr ? data->get_if<Tensor>() : nullptr;
  const int source = constant != nullptr ? 0 : arguments.input(table);
  const int positions = indices ? 0 : arguments.input("indices");
  OperationCall form;
  form.config.set("axis", axis ? Config::Value(*axis) : Config::Value(nullptr));
  form.args = {*data, *arguments.argument("indices")};
  return make_recorded(
      "Take", kNumpyOps, std::move(form), layer_name,
      [axis, indices, source, positions,
       constant = constant != nullptr ? std::optional(*constant) : std::nullopt](
          Builder& b, std::span<const ValueId> inputs) {
        ValueId x = constant ? b.constant(*constant) : inputs[static_cast<std::size_t>(source)];
        const ValueId at =
            indices ? b.constant(*indices) : inputs[static_cast<std::size_t>(positions)];
        if (!axis) x = b.add1(graph::make_reshape({Extent::rest()}), {x});
        const int along = graph::checked_axis("take", axis.value_or(0), b.shape(x).rank());
        return std::vector<ValueId>{b.add1(graph::make_gather(along), {x, at})};
      });
}

}  // namespace

std::span<const OperationRow> indexing_operations() {
  static constexpr std::array kRows = {
      OperationRow{"GetItem", getitem},
      OperationRow{"__operators__.getitem", getitem},
      OperationRow{"Concatenate", join<false>},
      OperationRow{"concat", join<false>},
      OperationRow{"Stack", join<true>},
      OperationRow{"stack", join<true>},
      OperationRow{"Split", split},
      OperationRow{"split", split},
      OperationRow{"Unstack", unstack},
      OperationRow{"unstack", unstack},
      OperationRow{"Take", take},
      OperationRow{"gather", take},
      OperationRow{"compat.v1.gather", take},
  };
  return kRows;
}

}  // namespace halfpixel::keras
