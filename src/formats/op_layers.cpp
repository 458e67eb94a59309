#include "formats/op_layers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "core/checked.hpp"
#include "formats/file_error.hpp"
#include "formats/json_config.hpp"

namespace halfpixel::formats {
namespace {

// An attribute of a node that is an argument of the function.
struct Attribute {
  std::string_view name, argument;
};

struct Row {
  std::string_view op, function;
  std::array<Attribute, 5> attributes = {};
};

constexpr std::array kRows = {
    Row{"Abs", "math.abs"},
    Row{"Acos", "math.acos"},
    Row{"Acosh", "math.acosh"},
    Row{"Add", "math.add"},
    Row{"AddN", "math.add_n"},
    Row{"AddV2", "math.add"},
    Row{"All", "math.reduce_all", {{{"keep_dims", "keepdims"}}}},
    Row{"Any", "math.reduce_any", {{{"keep_dims", "keepdims"}}}},
    Row{"ArgMax", "math.argmax", {{{"output_type", "output_type"}}}},
    Row{"ArgMin", "math.argmin", {{{"output_type", "output_type"}}}},
    Row{"Asin", "math.asin"},
    Row{"Asinh", "math.asinh"},
    Row{"Atan", "math.atan"},
    Row{"Atan2", "math.atan2"},
    Row{"Atanh", "math.atanh"},
    Row{"BatchMatMul", "linalg.matmul", {{{"adj_x", "transpose_a"}, {"adj_y", "transpose_b"}}}},
    Row{"BatchMatMulV2", "linalg.matmul", {{{"adj_x", "transpose_a"}, {"adj_y", "transpose_b"}}}},
    Row{"BiasAdd", "nn.bias_add", {{{"data_format", "data_format"}}}},
    Row{"BroadcastTo", "broadcast_to"},
    Row{"Cast", "cast", {{{"DstT", "dtype"}}}},
    Row{"Ceil", "math.ceil"},
    Row{"ClipByValue", "clip_by_value"},
    Row{"ConcatV2", "concat"},
    Row{"Cos", "math.cos"},
    Row{"Cosh", "math.cosh"},
    Row{"Cumsum", "math.cumsum", {{{"exclusive", "exclusive"}, {"reverse", "reverse"}}}},
    Row{"DepthToSpace",
        "nn.depth_to_space",
        {{{"block_size", "block_size"}, {"data_format", "data_format"}}}},
    Row{"Div", "math.divide"},
    Row{"Einsum", "einsum", {{{"equation", "equation"}}}},
    Row{"Elu", "nn.elu"},
    Row{"EnsureShape", "ensure_shape"},
    Row{"Equal", "math.equal"},
    Row{"Erf", "math.erf"},
    Row{"Exp", "math.exp"},
    Row{"ExpandDims", "expand_dims"},
    Row{"Expm1", "math.expm1"},
    Row{"Fill", "fill"},
    Row{"Floor", "math.floor"},
    Row{"FloorDiv", "math.floordiv"},
    Row{"FloorMod", "math.floormod"},
    Row{"GatherV2", "gather", {{{"batch_dims", "batch_dims"}}}},
    Row{"Greater", "math.greater"},
    Row{"GreaterEqual", "math.greater_equal"},
    Row{"HSVToRGB", "image.hsv_to_rgb"},
    Row{"Identity", "identity"},
    Row{"Inv", "math.reciprocal"},
    Row{"IsFinite", "math.is_finite"},
    Row{"IsInf", "math.is_inf"},
    Row{"IsNan", "math.is_nan"},
    Row{"LeakyRelu", "nn.leaky_relu", {{{"alpha", "alpha"}}}},
    Row{"Less", "math.less"},
    Row{"LessEqual", "math.less_equal"},
    Row{"LinSpace", "linspace"},
    Row{"Log", "math.log"},
    Row{"Log1p", "math.log1p"},
    Row{"LogSoftmax", "nn.log_softmax"},
    Row{"LogicalAnd", "math.logical_and"},
    Row{"LogicalNot", "math.logical_not"},
    Row{"LogicalOr", "math.logical_or"},
    Row{"MatMul",
        "linalg.matmul",
        {{{"transpose_a", "transpose_a"}, {"transpose_b", "transpose_b"}}}},
    Row{"Max", "math.reduce_max", {{{"keep_dims", "keepdims"}}}},
    Row{"Maximum", "math.maximum"},
    Row{"Mean", "math.reduce_mean", {{{"keep_dims", "keepdims"}}}},
    Row{"Min", "math.reduce_min", {{{"keep_dims", "keepdims"}}}},
    Row{"Minimum", "math.minimum"},
    Row{"MirrorPad", "pad", {{{"mode", "mode"}}}},
    Row{"Mul", "math.multiply"},
    Row{"Neg", "math.negative"},
    Row{"NotEqual", "math.not_equal"},
    Row{"OnesLike", "ones_like"},
    Row{"Pack", "stack", {{{"axis", "axis"}}}},
    Row{"Pad", "pad"},
    Row{"PadV2", "pad"},
    Row{"Pow", "math.pow"},
    Row{"Prod", "math.reduce_prod", {{{"keep_dims", "keepdims"}}}},
    Row{"RGBToHSV", "image.rgb_to_hsv"},
    Row{"Range", "range"},
    Row{"Rank", "rank"},
    Row{"RealDiv", "math.divide"},
    Row{"Reciprocal", "math.reciprocal"},
    Row{"Relu", "nn.relu"},
    Row{"Relu6", "nn.relu6"},
    Row{"Reshape", "reshape"},
    Row{"ResizeArea", "compat.v1.image.resize_area", {{{"align_corners", "align_corners"}}}},
    Row{"ResizeBicubic",
        "compat.v1.image.resize_bicubic",
        {{{"align_corners", "align_corners"}, {"half_pixel_centers", "half_pixel_centers"}}}},
    Row{"ResizeBilinear",
        "compat.v1.image.resize_bilinear",
        {{{"align_corners", "align_corners"}, {"half_pixel_centers", "half_pixel_centers"}}}},
    Row{"ResizeNearestNeighbor",
        "compat.v1.image.resize_nearest_neighbor",
        {{{"align_corners", "align_corners"}, {"half_pixel_centers", "half_pixel_centers"}}}},
    Row{"ReverseV2", "reverse"},
    Row{"Roll", "roll"},
    Row{"Round", "math.round"},
    Row{"Rsqrt", "math.rsqrt"},
    Row{"Select", "compat.v1.where"},
    Row{"SelectV2", "where"},
    Row{"Selu", "nn.selu"},
    Row{"Shape", "shape", {{{"out_type", "out_type"}}}},
    Row{"Sigmoid", "math.sigmoid"},
    Row{"Sign", "math.sign"},
    Row{"Sin", "math.sin"},
    Row{"Sinh", "math.sinh"},
    Row{"Size", "size", {{{"out_type", "out_type"}}}},
    Row{"Slice", "slice"},
    Row{"Softmax", "nn.softmax"},
    Row{"Softplus", "math.softplus"},
    Row{"Softsign", "nn.softsign"},
    Row{"SpaceToDepth",
        "nn.space_to_depth",
        {{{"block_size", "block_size"}, {"data_format", "data_format"}}}},
    Row{"Split", "split", {{{"num_split", "num_or_size_splits"}}}},
    Row{"SplitV", "split"},
    Row{"Sqrt", "math.sqrt"},
    Row{"Square", "math.square"},
    Row{"SquaredDifference", "math.squared_difference"},
    Row{"Squeeze", "squeeze", {{{"squeeze_dims", "axis"}}}},
    Row{"StopGradient", "stop_gradient"},
    Row{"StridedSlice",
        "strided_slice",
        {{{"begin_mask", "begin_mask"},
          {"end_mask", "end_mask"},
          {"ellipsis_mask", "ellipsis_mask"},
          {"new_axis_mask", "new_axis_mask"},
          {"shrink_axis_mask", "shrink_axis_mask"}}}},
    Row{"Sub", "math.subtract"},
    Row{"Sum", "math.reduce_sum", {{{"keep_dims", "keepdims"}}}},
    Row{"Tan", "math.tan"},
    Row{"Tanh", "math.tanh"},
    Row{"Tile", "tile"},
    Row{"Transpose", "transpose"},
    Row{"Unpack", "unstack", {{{"num", "num"}, {"axis", "axis"}}}},
    Row{"ZerosLike", "zeros_like"},
};

const Row* find_row(std::string_view op) {
  const auto found =
      std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.op == op; });
  return found != kRows.end() ? &*found : nullptr;
}

const Config& node_of(const Config& config) {
  const Config* const node = config.find<Config>("node_def");
  if (node == nullptr || node->find<std::string>("op") == nullptr)
    malformed("a TensorFlowOpLayer without a node_def");
  return *node;
}

// Bytes in JSON are base64.
std::string text_of(const std::string& code) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : code) {
    const std::size_t digit = kDigits.find(c);
    if (digit == kDigits.npos) break;  // '=': the end
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    text += static_cast<char>(bits >> count & 0xFF);
  }
  return text;
}

std::string dtype_name(const std::string& type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kTypes = {
      {{"DT_FLOAT", "float32"},
       {"DT_DOUBLE", "float64"},
       {"DT_HALF", "float16"},
       {"DT_BFLOAT16", "bfloat16"},
       {"DT_BOOL", "bool"},
       {"DT_INT8", "int8"},
       {"DT_INT16", "int16"},
       {"DT_INT32", "int32"},
       {"DT_INT64", "int64"},
       {"DT_UINT8", "uint8"},
       {"DT_UINT16", "uint16"},
       {"DT_UINT32", "uint32"},
       {"DT_UINT64", "uint64"}}};
  for (const auto& [name, dtype] : kTypes) {
    if (type == name) return std::string(dtype);
  }
  unsupported("an operation of type ", printable(type));
}

// 64-bit integers are text in JSON.
Config::Value integer_of(const Config::Value& value) {
  if (value.integer()) return *value.integer();
  const std::string* const text = value.get_if<std::string>();
  std::int64_t number = 0;
  if (text == nullptr || std::from_chars(text->data(), text->data() + text->size(), number).ptr !=
                             text->data() + text->size())
    malformed("an attribute must be an integer; got ", printable(value.json()));
  return number;
}

Config::Value attribute_of(const Config& attribute) {
  if (const Config::Value* i = attribute.find("i")) return integer_of(*i);
  if (const std::string* s = attribute.find<std::string>("s")) return text_of(*s);
  if (const std::string* type = attribute.find<std::string>("type")) return dtype_name(*type);
  for (const char* key : {"b", "f"}) {
    if (const Config::Value* value = attribute.find(key)) return *value;
  }
  Config::List list;
  const Config* const items = attribute.find<Config>("list");
  const Config::List* const numbers = items != nullptr ? items->find<Config::List>("i") : nullptr;
  if (numbers == nullptr) return nullptr;  // an empty list: nothing is said
  for (const Config::Value& item : *numbers) list.push_back(integer_of(item));
  return list;
}

bool holds_float(const Config::Value& value) {
  if (const auto* list = value.get_if<Config::List>())
    return std::any_of(list->begin(), list->end(), holds_float);
  return value.get_if<double>() != nullptr;
}

Argument constant_of(const Config::Value& value) {
  if (value.get_if<Config::List>() == nullptr || !holds_float(value)) return {value};
  Config array;
  array.set("value", value);
  array.set("dtype", "float32");
  return {read_array(array)};
}

// By input of the node.
std::map<std::int64_t, Argument> constants_of(const Config& config) {
  std::map<std::int64_t, Argument> constants;
  const Config* const given = config.find<Config>("constants");
  if (given == nullptr) return constants;
  for (const auto& [key, value] : given->items()) {
    const Config::Value place = integer_of(Config::Value(key));
    constants.emplace(*place.integer(), constant_of(value));
  }
  return constants;
}

}  // namespace

std::string op_layer_function(const Config& config) {
  const std::string& op = *node_of(config).find<std::string>("op");
  const Row* const row = find_row(op);
  return row != nullptr ? std::string(row->function) : "raw_ops." + op;
}

void translate_op_layer(LayerEntry& entry) {
  const Config& node = node_of(entry.config);
  const std::string& op = *node.find<std::string>("op");
  const Row* const row = find_row(op);
  if (row == nullptr) return;
  const Config* const attributes = node.find<Config>("attr");
  const auto attribute = [&](std::string_view name) {
    const Config* const found = attributes != nullptr ? attributes->find<Config>(name) : nullptr;
    return found != nullptr ? attribute_of(*found) : Config::Value(nullptr);
  };
  const auto constants = constants_of(entry.config);
  for (InboundCall& call : entry.calls) {
    // The tensors in order, the constants at their places among them.
    std::vector<Argument> inputs;
    for (std::size_t i = 0; i < call.inputs.size(); ++i)
      inputs.push_back({Argument::Input{static_cast<int>(i)}});
    for (const auto& [place, constant] : constants) {
      if (place < 0 || place > static_cast<std::int64_t>(inputs.size()))
        malformed("a constant has no place among the inputs; got ", place);
      inputs.insert(inputs.begin() + place, constant);
    }
    // N: so many inputs are one argument.
    if (const auto count = attribute("N").integer(); count && op != "Einsum") {
      if (*count < 0 || *count > static_cast<std::int64_t>(inputs.size()))
        malformed("N must be a number of inputs; got ", *count);
      Argument::List list(inputs.begin(), inputs.begin() + *count);
      inputs.erase(inputs.begin(), inputs.begin() + *count);
      inputs.insert(inputs.begin(), {std::move(list)});
    }
    call.kwargs.clear();
    for (const Attribute& known : row->attributes) {
      if (known.name.empty()) break;
      Config::Value value = attribute(known.name);
      if (value.is_none()) continue;
      if (known.argument == "equation") {
        inputs.insert(inputs.begin(), {std::move(value)});
      } else {
        call.kwargs.emplace_back(known.argument, Argument{std::move(value)});
      }
    }
    const auto named = [&](std::size_t place, std::string_view name) {
      if (place >= inputs.size()) malformed("it has too few inputs");
      call.kwargs.emplace_back(name, std::move(inputs[place]));
      inputs.erase(inputs.begin() + static_cast<std::ptrdiff_t>(place));
    };
    // Where the function's order is another.
    if (op == "Split") named(0, "axis");
    if (op == "GatherV2") named(2, "axis");
    if (op == "PadV2") named(2, "constant_values");
    call.args = std::move(inputs);
  }
}

}  // namespace halfpixel::formats
