// Operations that change extents and the order of axes.
#include <algorithm>
#include <array>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/gather.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/repeat.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/transpose.hpp"
#include "operations/operands.hpp"
#include "operations/sizes.hpp"

namespace halfpixel::keras {
namespace {

using graph::Extent;
using Integers = std::vector<std::int64_t>;

// Extents of a reshape without tensors; None among them, which Keras 3 writes for a shape's unknown
// extents, is the batch when it comes first, the rest elsewhere.
std::vector<Extent> extents_of(const CallArguments& arguments, std::string_view key) {
  std::vector<Extent> extents;
  int rests = 0;
  const auto add = [&](std::optional<std::int64_t> extent) {
    extents.push_back(extent ? Extent::of(*extent) : Extent::rest());
    rests += extents.back().value == Extent::kRest ? 1 : 0;
  };
  const Argument* const given = arguments.argument(key);
  const auto* const items = given != nullptr ? given->get_if<Argument::List>() : nullptr;
  bool first_is_open = false;
  if (items != nullptr) {
    for (const Argument& item : *items) {
      const auto* const plain = item.get_if<Config::Value>();
      const auto* const number = plain != nullptr ? plain->get_if<std::int64_t>() : nullptr;
      const bool open = plain != nullptr && plain->is_none();
      if (number == nullptr && !open) arguments.refuse(key, "integers");
      if (extents.empty()) first_is_open = open;
      add(open ? std::nullopt : std::optional(*number));
    }
  } else {
    const auto list = arguments.integers(key);
    if (!list) arguments.refuse(key, "integers");
    for (const std::int64_t extent : *list) add(extent);
    const Config::Value* const plain = arguments.value(key);
    const auto* const values = plain != nullptr ? plain->get_if<Config::List>() : nullptr;
    first_is_open = values != nullptr && !values->empty() && values->front().is_none();
  }
  if (rests > 1 && first_is_open) extents[0] = Extent::same_as(0);
  return extents;
}

Integers plain_extents(const std::vector<Extent>& extents) {
  Integers list;
  for (const Extent& extent : extents) list.push_back(extent.from_axis >= 0 ? -1 : extent.value);
  return list;
}

// Where one extent is left open, the number of elements says it.
ValueId reshape_to(Builder& b, ValueId x, const Sizes::Known& sizes, const std::string& who) {
  std::vector<Extent> extents;
  int open = 0;
  for (const auto& size : sizes) {
    const bool is_open = !size || *size == Extent::kRest;
    open += is_open ? 1 : 0;
    extents.push_back(is_open ? Extent::rest() : Extent::of(*size));
  }
  if (open <= 1 || whole(sizes)) return b.add1(graph::make_reshape(std::move(extents)), {x});
  Sizes::Known known = sizes;
  for (auto& size : known) {
    if (size && *size == Extent::kRest) size.reset();
  }
  return later(b, x, shape_of(known, who));
}

LayerPtr reshape(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const auto arguments = tf ? CallArguments(name, call, layer_name, {"tensor", "shape", "name"})
                            : CallArguments(name, call, layer_name, {"x", "newshape"});
  const auto sizes = Sizes::of(arguments, tf ? "shape" : "newshape");
  if (sizes && !sizes->is_constant()) {
    const Operand x = Operand::of(arguments, tf ? "tensor" : "x");
    return make_unsaveable(
        name, layer_name,
        [x, sizes = *sizes, who = arguments.who()](Builder& b, std::span<const ValueId> inputs) {
          return std::vector{reshape_to(b, value_of(b, x, inputs), sizes.in(b, inputs), who)};
        });
  }
  const auto extents = extents_of(arguments, tf ? "shape" : "newshape");
  const graph::OpPtr op = graph::make_reshape(extents);
  return make_recorded(
      "Reshape", kNumpyOps, keras_form({{"newshape", Config::list_of(plain_extents(extents))}}),
      layer_name, on_first([op](Builder& b, ValueId x) { return b.add1(op, {x}); }));
}

LayerPtr transpose(std::string_view name, const OperationCall& call,
                   const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const auto arguments =
      tf ? CallArguments(name, call, layer_name, {"a", "perm", "name", "conjugate"})
         : CallArguments(name, call, layer_name, {"x", "axes"});
  const auto axes = arguments.integers(tf ? "perm" : "axes");
  return make_recorded(
      "Transpose", kNumpyOps,
      keras_form({{"axes", axes ? Config::list_of(*axes) : Config::Value(nullptr)}}), layer_name,
      on_first([axes](Builder& b, ValueId x) {
        const int rank = b.shape(x).rank();
        std::vector<int> order;
        if (axes) {
          for (const std::int64_t axis : *axes)
            order.push_back(graph::checked_axis("transpose", axis, rank));
        } else {
          for (int i = rank - 1; i >= 0; --i) order.push_back(i);
        }
        return b.add1(graph::make_transpose(order), {x});
      }));
}

LayerPtr expand_dims(std::string_view name, const OperationCall& call,
                     const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {is_tf_function(name) ? "input" : "x", "axis", "name"});
  const auto axes = arguments.integers("axis");
  if (!axes) arguments.refuse("axis", "an integer");
  return make_recorded("ExpandDims", kNumpyOps,
                       keras_form({{"axis", axes->size() == 1 ? Config::Value(axes->front())
                                                              : Config::list_of(*axes)}}),
                       layer_name, on_first([axes = *axes](Builder& b, ValueId x) {
                         // Axes are those of the result.
                         const int rank = b.shape(x).rank() + static_cast<int>(axes.size());
                         Integers sorted;
                         for (const std::int64_t axis : axes)
                           sorted.push_back(graph::checked_axis("expand_dims", axis, rank));
                         std::sort(sorted.begin(), sorted.end());
                         for (const std::int64_t axis : sorted) {
                           x = b.add1(graph::make_expand_dims(axis, b.shape(x).rank()), {x});
                         }
                         return x;
                       }));
}

LayerPtr squeeze(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {is_tf_function(name) ? "input" : "x", "axis", "name"});
  const auto axes = arguments.integers("axis");
  Config::Value kept = nullptr;
  if (axes) kept = axes->size() == 1 ? Config::Value(axes->front()) : Config::list_of(*axes);
  return make_recorded("Squeeze", kNumpyOps, keras_form({{"axis", kept}}), layer_name,
                       on_first([axes](Builder& b, ValueId x) {
                         return b.add1(graph::make_squeeze(axes.value_or(Integers{}), b.shape(x)),
                                       {x});
                       }));
}

// Moves axes to new places; the others keep their order.
ValueId move_axes(Builder& b, ValueId x, const Integers& from, const Integers& to) {
  const int rank = b.shape(x).rank();
  if (from.size() != to.size()) {
    fail(ErrorCode::invalid_argument, "[moveaxis] source and destination must be as many; got ",
         from.size(), " and ", to.size());
  }
  std::vector<int> order(static_cast<std::size_t>(rank), -1);
  std::vector<bool> moved(order.size(), false);
  for (std::size_t i = 0; i < from.size(); ++i) {
    const int source = graph::checked_axis("moveaxis", from[i], rank);
    const int target = graph::checked_axis("moveaxis", to[i], rank);
    if (moved[static_cast<std::size_t>(source)] || order[static_cast<std::size_t>(target)] >= 0) {
      fail(ErrorCode::invalid_argument, "[moveaxis] an axis can be moved once; got ", from[i],
           " to ", to[i]);
    }
    order[static_cast<std::size_t>(target)] = source;
    moved[static_cast<std::size_t>(source)] = true;
  }
  int next = 0;
  for (int& place : order) {
    if (place >= 0) continue;
    while (moved[static_cast<std::size_t>(next)]) ++next;
    place = next++;
  }
  return b.add1(graph::make_transpose(order), {x});
}

LayerPtr moveaxis(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x"});
  const auto from = arguments.integers("source"), to = arguments.integers("destination");
  if (!from || !to) arguments.refuse(from ? "destination" : "source", "integers");
  return make_recorded(
      "Moveaxis", kNumpyOps,
      keras_form({{"source", Config::list_of(*from)}, {"destination", Config::list_of(*to)}}),
      layer_name, on_first([from = *from, to = *to](Builder& b, ValueId x) {
        return move_axes(b, x, from, to);
      }));
}

LayerPtr swapaxes(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x"});
  const std::int64_t first = arguments.integer("axis1"), second = arguments.integer("axis2");
  return make_recorded(
      "Swapaxes", kNumpyOps, keras_form({{"axis1", first}, {"axis2", second}}), layer_name,
      on_first([first, second](Builder& b, ValueId x) {
        const int rank = b.shape(x).rank();
        std::vector<int> order;
        for (int i = 0; i < rank; ++i) order.push_back(i);
        std::swap(order[static_cast<std::size_t>(graph::checked_axis("swapaxes", first, rank))],
                  order[static_cast<std::size_t>(graph::checked_axis("swapaxes", second, rank))]);
        return b.add1(graph::make_transpose(order), {x});
      }));
}

LayerPtr ravel(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  CallArguments(name, call, layer_name, {"x"});
  const graph::OpPtr op = graph::make_reshape({Extent::rest()});
  return make_recorded("Ravel", kNumpyOps, keras_form({}), layer_name,
                       on_first([op](Builder& b, ValueId x) { return b.add1(op, {x}); }));
}

LayerPtr broadcast_to(std::string_view name, const OperationCall& call,
                      const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {is_tf_function(name) ? "input" : "x", "shape", "name"});
  const auto sizes = Sizes::of(arguments, "shape");
  if (!sizes) arguments.refuse("shape", "integers");
  if (!sizes->is_constant()) {
    const Operand x = Operand::of(arguments, is_tf_function(name) ? "input" : "x");
    return make_unsaveable(
        name, layer_name,
        [x, sizes = *sizes, who = arguments.who()](Builder& b, std::span<const ValueId> inputs) {
          const Sizes::Known known = sizes.in(b, inputs);
          const ValueId value = value_of(b, x, inputs);
          const Shape shape = shape_of(known, who);
          return std::vector{whole(known) ? b.add1(graph::make_broadcast_to(shape), {value})
                                          : later(b, value, shape)};
        });
  }
  const auto shape = std::optional(sizes->constant());
  const graph::OpPtr op = graph::make_broadcast_to(Shape(std::span<const std::int64_t>(*shape)));
  return make_recorded("BroadcastTo", kNumpyOps, keras_form({{"shape", Config::list_of(*shape)}}),
                       layer_name,
                       on_first([op](Builder& b, ValueId x) { return b.add1(op, {x}); }));
}

LayerPtr identity(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  CallArguments(name, call, layer_name,
                {"variable", "name", "message", "dtype", "dtype_hint", "value", "shape"});
  return make_recorded("StopGradient", kCoreOps, keras_form({}), layer_name,
                       on_first([](Builder&, ValueId x) { return x; }));
}

LayerPtr shape_layer(std::string_view name, const OperationCall& call,
                     const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"input", "out_type", "name", "optimize"});
  const bool wide = arguments.text("out_type", "int32") == "int64";
  const graph::OpPtr op = graph::make_shape_of(wide ? DType::int64 : DType::int32);
  return make_unsaveable(name, layer_name,
                         on_first([op](Builder& b, ValueId x) { return b.add1(op, {x}); }));
}

// How many elements.
LayerPtr size_layer(std::string_view name, const OperationCall& call,
                    const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"input", "out_type", "name"});
  const bool wide = arguments.text("out_type", "int32") == "int64";
  const graph::OpPtr op = graph::make_shape_of(wide ? DType::int64 : DType::int32);
  return make_recorded("Size", kNumpyOps, keras_form({}), layer_name,
                       on_first([op](Builder& b, ValueId x) {
                         x = b.add1(op, {x});
                         return b.add1(graph::make_reduce(graph::Reduction::prod, {}), {x});
                       }));
}

LayerPtr rank_layer(std::string_view name, const OperationCall& call,
                    const std::string& layer_name) {
  CallArguments(name, call, layer_name, {"input", "name"});
  return make_unsaveable(name, layer_name, on_first([](Builder& b, ValueId x) {
                           // By way of the shape, so that what comes of it is known before a run.
                           x = b.add1(graph::make_shape_of(), {x});
                           x = b.add1(graph::make_shape_of(), {x});
                           return b.add1(graph::make_reshape(std::vector<Extent>{}), {x});
                         }));
}

}  // namespace

std::span<const OperationRow> shape_operations() {
  static constexpr std::array kRows = {
      OperationRow{"Reshape", reshape},
      OperationRow{"reshape", reshape},
      OperationRow{"Transpose", transpose},
      OperationRow{"transpose", transpose},
      OperationRow{"compat.v1.transpose", transpose},
      OperationRow{"ExpandDims", expand_dims},
      OperationRow{"expand_dims", expand_dims},
      OperationRow{"Squeeze", squeeze},
      OperationRow{"squeeze", squeeze},
      OperationRow{"compat.v1.squeeze", squeeze},
      OperationRow{"Moveaxis", moveaxis},
      OperationRow{"Swapaxes", swapaxes},
      OperationRow{"SwapAxes", swapaxes},
      OperationRow{"Ravel", ravel},
      OperationRow{"BroadcastTo", broadcast_to},
      OperationRow{"broadcast_to", broadcast_to},
      OperationRow{"StopGradient", identity},
      OperationRow{"Identity", identity},
      OperationRow{"Copy", identity},
      OperationRow{"ConvertToTensor", identity},
      OperationRow{"stop_gradient", identity},
      OperationRow{"identity", identity},
      OperationRow{"shape", shape_layer},
      OperationRow{"compat.v1.shape", shape_layer},
      OperationRow{"Size", size_layer},
      OperationRow{"size", size_layer},
      OperationRow{"compat.v1.size", size_layer},
      OperationRow{"rank", rank_layer},
      OperationRow{"compat.v1.rank", rank_layer},
      OperationRow{"ensure_shape", identity},
  };
  return kRows;
}

}  // namespace halfpixel::keras
