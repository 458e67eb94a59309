// Operations that repeat, turn round and surround: tile, repeat, flip, roll, rot90, pad.
#include <algorithm>
#include <array>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/pad.hpp"
#include "graph/ops/repeat.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/split.hpp"
#include "graph/ops/transpose.hpp"
#include "operations/operands.hpp"
#include "operations/sizes.hpp"

namespace halfpixel::keras {
namespace {

using Integers = std::vector<std::int64_t>;

// As often as is known yet; at least as many numbers as axes, else they are for the last axes.
ValueId tiled(Builder& b, ValueId x, const Sizes::Known& times) {
  if (const auto all = whole(times)) return b.add1(graph::make_tile(*all), {x});
  const Shape from = b.shape(x);
  const int rank = std::max(from.rank(), static_cast<int>(times.size()));
  Shape to;
  for (int i = 0; i < rank; ++i) {
    const int own = i - (rank - from.rank()), at = i - (rank - static_cast<int>(times.size()));
    const std::int64_t extent = own < 0 ? 1 : from[own];
    const auto n = at < 0 ? std::optional<std::int64_t>(1) : times[static_cast<std::size_t>(at)];
    const bool known = n && extent != kUnknown;
    to.push_back(known ? checked_multiply(extent, std::max<std::int64_t>(*n, 0), "shape")
                       : kUnknown);
  }
  return later(b, x, to);
}

LayerPtr tile(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const auto arguments = tf ? CallArguments(name, call, layer_name, {"input", "multiples", "name"})
                            : CallArguments(name, call, layer_name, {"x", "repeats"});
  const auto sizes = Sizes::of(arguments, tf ? "multiples" : "repeats");
  if (!sizes) arguments.refuse(tf ? "multiples" : "repeats", "integers");
  if (!sizes->is_constant()) {
    const Operand x = Operand::of(arguments, tf ? "input" : "x");
    return make_unsaveable(
        name, layer_name, [x, sizes = *sizes](Builder& b, std::span<const ValueId> inputs) {
          return std::vector{tiled(b, value_of(b, x, inputs), sizes.in(b, inputs))};
        });
  }
  const auto times = std::optional(sizes->constant());
  const graph::OpPtr op = graph::make_tile(*times);
  return make_recorded("Tile", kNumpyOps, keras_form({{"repeats", Config::list_of(*times)}}),
                       layer_name,
                       on_first([op](Builder& b, ValueId x) { return b.add1(op, {x}); }));
}

LayerPtr repeat(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {is_tf_function(name) ? "input" : "x", "repeats", "axis", "name"});
  std::optional<std::int64_t> axis;
  if (arguments.has("axis")) axis = arguments.integer("axis");
  const auto sizes = Sizes::of(arguments, "repeats");
  if (sizes && !sizes->is_constant()) {
    return make_unsaveable(
        name, layer_name, [axis, sizes = *sizes](Builder& b, std::span<const ValueId> inputs) {
          ValueId x = inputs[0];
          if (!axis) x = b.add1(graph::make_reshape({graph::Extent::rest()}), {x});
          Shape shape = b.shape(x);
          const int at = graph::checked_axis("repeat", axis.value_or(0), shape.rank());
          const auto times = sizes.one(b, inputs);
          if (times) return std::vector{b.add1(graph::make_repeat(at, *times), {x})};
          shape[at] = kUnknown;
          return std::vector{later(b, x, shape)};
        });
  }
  const std::int64_t times = arguments.integer("repeats");
  return make_recorded(
      "Repeat", kNumpyOps,
      keras_form(
          {{"repeats", times}, {"axis", axis ? Config::Value(*axis) : Config::Value(nullptr)}}),
      layer_name, on_first([times, axis](Builder& b, ValueId x) {
        if (!axis) x = b.add1(graph::make_reshape({graph::Extent::rest()}), {x});
        return b.add1(
            graph::make_repeat(graph::checked_axis("repeat", axis.value_or(0), b.shape(x).rank()),
                               times),
            {x});
      }));
}

ValueId flip_axes(Builder& b, ValueId x, const std::optional<Integers>& axes) {
  const int rank = b.shape(x).rank();
  std::vector<int> list;
  if (axes) {
    for (const std::int64_t axis : *axes) list.push_back(graph::checked_axis("flip", axis, rank));
  } else {
    for (int i = 0; i < rank; ++i) list.push_back(i);
  }
  return list.empty() ? x : b.add1(graph::make_flip(list), {x});
}

Config::Value axes_value(const std::optional<Integers>& axes) {
  if (!axes) return nullptr;
  return axes->size() == 1 ? Config::Value(axes->front()) : Config::list_of(*axes);
}

LayerPtr make_flip_layer(const std::optional<Integers>& axes, const std::string& layer_name) {
  return make_recorded("Flip", kNumpyOps, keras_form({{"axis", axes_value(axes)}}), layer_name,
                       on_first([axes](Builder& b, ValueId x) { return flip_axes(b, x, axes); }));
}

LayerPtr flip(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {is_tf_function(name) ? "tensor" : "x", "axis", "name"});
  return make_flip_layer(arguments.integers("axis"), layer_name);
}

// tf.image's flips, of rows or columns of (…, H, W, C), and NumPy's.
template <int kAxis>
LayerPtr flip_image(std::string_view name, const OperationCall& call,
                    const std::string& layer_name) {
  CallArguments(name, call, layer_name, {is_tf_function(name) ? "image" : "x"});
  return make_flip_layer(Integers{kAxis}, layer_name);
}

ValueId rolled(Builder& b, ValueId x, const Integers& shifts, const Integers& axes) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const int axis = graph::checked_axis("roll", axes[i], b.shape(x).rank());
    const std::int64_t extent = b.shape(x)[axis];
    if (extent == kUnknown || extent == 0) continue;  // the shape stays
    const std::int64_t cut = (extent - shifts[i] % extent) % extent;
    if (cut == 0) continue;
    const auto parts = b.add(graph::make_split_at(axis, {cut}), std::array{x});
    x = b.add1(graph::make_concat(axis), {parts[1], parts[0]});
  }
  return x;
}

LayerPtr roll(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {is_tf_function(name) ? "input" : "x", "shift", "axis", "name"});
  const auto sizes = Sizes::of(arguments, "shift");
  const auto axes = arguments.integers("axis");
  if (!sizes) arguments.refuse("shift", "integers");
  if (axes && !sizes->is_constant()) {
    return make_unsaveable(
        name, layer_name,
        [sizes = *sizes, axes = *axes](Builder& b, std::span<const ValueId> inputs) {
          const auto shifts = whole(sizes.in(b, inputs));
          if (!shifts) return std::vector{inputs[0]};  // the shape stays
          if (shifts->size() != axes.size())
            fail(ErrorCode::invalid_argument, "[roll] shift must have as many integers as axis");
          return std::vector{rolled(b, inputs[0], *shifts, axes)};
        });
  }
  const auto shifts = std::optional(sizes->constant());
  if (!axes || shifts->size() != axes->size()) {
    arguments.refuse("axis", "as many integers as there are in shift");
  }
  return make_recorded(
      "Roll", kNumpyOps, keras_form({{"shift", axes_value(shifts)}, {"axis", axes_value(axes)}}),
      layer_name, on_first([shifts = *shifts, axes = *axes](Builder& b, ValueId x) {
        return rolled(b, x, shifts, axes);
      }));
}

LayerPtr rot90(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"array"});
  const std::int64_t k = arguments.integer("k", 1);
  const Integers axes = arguments.integers("axes").value_or(Integers{0, 1});
  if (axes.size() != 2) arguments.refuse("axes", "two axes");
  return make_recorded("Rot90", kNumpyOps, keras_form({{"k", k}, {"axes", Config::list_of(axes)}}),
                       layer_name, on_first([k, axes](Builder& b, ValueId x) {
                         const int rank = b.shape(x).rank();
                         const int first = graph::checked_axis("rot90", axes[0], rank);
                         const int second = graph::checked_axis("rot90", axes[1], rank);
                         if (first == second)
                           fail(ErrorCode::invalid_argument, "[rot90] axes must differ; got ",
                                first);
                         std::vector<int> swapped;
                         for (int i = 0; i < rank; ++i)
                           swapped.push_back(i == first ? second : i == second ? first : i);
                         switch ((k % 4 + 4) % 4) {
                           case 1:
                             return b.add1(graph::make_transpose(swapped),
                                           {b.add1(graph::make_flip({second}), {x})});
                           case 2:
                             return b.add1(graph::make_flip({first, second}), {x});
                           case 3:
                             return b.add1(graph::make_flip({second}),
                                           {b.add1(graph::make_transpose(swapped), {x})});
                           default:
                             return x;
                         }
                       }));
}

// [[before, after], …], [before, after] for every axis, or one number.
graph::PadAmounts pairs_of(const CallArguments& arguments, std::string_view key) {
  const Argument* const given = arguments.argument(key);
  const Tensor* const tensor = given != nullptr ? given->get_if<Tensor>() : nullptr;
  graph::PadAmounts pairs;
  if (tensor != nullptr) {
    const auto list = arguments.integers(key);
    for (std::size_t i = 0; i + 1 < list->size(); i += 2)
      pairs.emplace_back((*list)[i], (*list)[i + 1]);
    return pairs;
  }
  const Config::Value* const value = arguments.value(key);
  const auto* const items = value != nullptr ? value->get_if<Config::List>() : nullptr;
  const auto integer = [&](const Config::Value& item) {
    if (const auto* i = item.get_if<std::int64_t>()) return *i;
    arguments.refuse(key, "pairs of integers");
  };
  if (value != nullptr && items == nullptr) {
    const std::int64_t all = integer(*value);
    return {{all, all}};
  }
  if (items == nullptr || items->empty()) arguments.refuse(key, "pairs of integers");
  for (const Config::Value& item : *items) {
    const auto* const pair = item.get_if<Config::List>();
    if (pair == nullptr) {  // [before, after] for all
      if (items->size() != 2) arguments.refuse(key, "pairs of integers");
      return {{integer((*items)[0]), integer((*items)[1])}};
    }
    if (pair->empty() || pair->size() > 2) arguments.refuse(key, "pairs of integers");
    pairs.emplace_back(integer(pair->front()), integer(pair->back()));
  }
  return pairs;
}

// before, after of every axis, as far as they are known yet.
ValueId padded(Builder& b, ValueId x, const Sizes::Known& sizes, graph::PadMode mode,
               double value) {
  Shape shape = b.shape(x);
  if (sizes.size() != 2 * shape.size()) {
    fail(ErrorCode::invalid_argument, "[pad] paddings must be a pair for each axis of ", shape,
         "; got ", sizes.size(), " numbers");
  }
  if (const auto all = whole(sizes)) {
    graph::PadAmounts amounts;
    for (std::size_t i = 0; i < all->size(); i += 2) amounts.emplace_back((*all)[i], (*all)[i + 1]);
    return b.add1(graph::make_pad(std::move(amounts), mode, value), {x});
  }
  for (int i = 0; i < shape.rank(); ++i) {
    const auto at = static_cast<std::size_t>(2 * i);
    if (sizes[at] == 0 && sizes[at + 1] == 0) continue;
    constexpr std::int64_t kMost = std::int64_t{1} << 40;
    const auto small = [](std::optional<std::int64_t> n) { return n && *n >= 0 && *n < kMost; };
    const bool known = small(shape[i]) && small(sizes[at]) && small(sizes[at + 1]);
    shape[i] = known ? shape[i] + *sizes[at] + *sizes[at + 1] : kUnknown;
  }
  return later(b, x, shape);
}

LayerPtr pad(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const bool tf = is_tf_function(name);
  const std::string_view key = tf ? "paddings" : "pad_width";
  const auto arguments =
      name == "compat.v1.pad" ? CallArguments(name, call, layer_name,
                                              {"tensor", key, "mode", "name", "constant_values"})
      : tf                    ? CallArguments(name, call, layer_name,
                                              {"tensor", key, "mode", "constant_values", "name"})
           : CallArguments(name, call, layer_name, {"x", key, "mode", "constant_values"});
  const graph::PadMode mode = graph::to_pad_mode(arguments.text("mode", "constant"));
  const double value = arguments.number("constant_values", 0.0);
  const auto sizes = tf ? Sizes::of(arguments, key) : std::nullopt;
  if (sizes && !sizes->is_constant()) {
    return make_unsaveable(
        name, layer_name,
        [sizes = *sizes, mode, value](Builder& b, std::span<const ValueId> inputs) {
          return std::vector{padded(b, inputs[0], sizes.in(b, inputs), mode, value)};
        });
  }
  const graph::PadAmounts amounts = pairs_of(arguments, key);
  Config::List widths;
  for (const auto& [before, after] : amounts) widths.emplace_back(Config::List{before, after});
  OperationCall form =
      keras_form({{"pad_width", std::move(widths)}, {"mode", graph::name_of(mode)}});
  const bool constant = mode == graph::PadMode::constant;
  form.kwargs.emplace_back("constant_values",
                           plain(constant ? Config::Value(value) : Config::Value(nullptr)));
  return make_recorded("Pad", kNumpyOps, std::move(form), layer_name,
                       on_first([amounts, mode, value](Builder& b, ValueId x) {
                         graph::PadAmounts all = amounts;
                         if (all.size() == 1) all.assign(b.shape(x).size(), amounts[0]);
                         return b.add1(graph::make_pad(std::move(all), mode, value), {x});
                       }));
}

// zeros_like, ones_like, full_like.
template <int kValue>
LayerPtr like(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  constexpr bool kAny = kValue < 0;
  const bool tf = is_tf_function(name);
  const auto arguments =
      tf     ? CallArguments(name, call, layer_name, {"input", "dtype", "name", "layout"})
      : kAny ? CallArguments(name, call, layer_name, {"x", "fill_value", "dtype"})
             : CallArguments(name, call, layer_name, {"x", "dtype"});
  const double value = kAny ? arguments.number("fill_value", 0.0) : kValue;
  std::optional<DType> dtype;
  if (arguments.has("dtype")) dtype = to_dtype(arguments.text("dtype", ""));
  OperationCall form =
      keras_form({{"dtype", dtype ? Config::Value(name_of(*dtype)) : Config::Value(nullptr)}});
  if (kAny) form.args.push_back(plain(value));
  const std::optional<DType> declares = dtype && is_floating(*dtype) ? dtype : std::nullopt;
  return make_recorded(
      kAny          ? "FullLike"
      : kValue == 0 ? "ZerosLike"
                    : "OnesLike",
      kNumpyOps, std::move(form), layer_name, on_first([value, dtype](Builder& b, ValueId x) {
        const Spec& spec = b.spec(x);
        DType wanted = dtype.value_or(spec.dtype);
        if (is_floating(wanted)) wanted = DType::float32;
        // While shapes are only inferred, a value of that shape is all that is needed.
        if (!spec.shape.is_known()) {
          return cast_to(b, x, wanted);
        }
        const Shape shape = spec.shape;
        return b.add1(graph::make_broadcast_to(shape), {b.constant(full(Shape{}, value, wanted))});
      }),
      declares);
}

}  // namespace

std::span<const OperationRow> repetition_operations() {
  static constexpr std::array kRows = {
      OperationRow{"Tile", tile},
      OperationRow{"tile", tile},
      OperationRow{"Repeat", repeat},
      OperationRow{"repeat", repeat},
      OperationRow{"Flip", flip},
      OperationRow{"reverse", flip},
      OperationRow{"image.flip_left_right", flip_image<-2>},
      OperationRow{"image.flip_up_down", flip_image<-3>},
      OperationRow{"Fliplr", flip_image<1>},
      OperationRow{"Flipud", flip_image<0>},
      OperationRow{"Roll", roll},
      OperationRow{"roll", roll},
      OperationRow{"Rot90", rot90},
      OperationRow{"ZerosLike", like<0>},
      OperationRow{"zeros_like", like<0>},
      OperationRow{"compat.v1.zeros_like", like<0>},
      OperationRow{"OnesLike", like<1>},
      OperationRow{"ones_like", like<1>},
      OperationRow{"compat.v1.ones_like", like<1>},
      OperationRow{"FullLike", like<-1>},
      OperationRow{"Pad", pad},
      OperationRow{"pad", pad},
      OperationRow{"compat.v1.pad", pad},
  };
  return kRows;
}

}  // namespace halfpixel::keras
