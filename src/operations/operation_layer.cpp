// operation_layer("depth_to_space:2"): operations by text, to bind to the Lambda layers of model
// files.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>

#include "core/checked.hpp"
#include "core/read_number.hpp"
#include "model/layer_rows.hpp"
#include "operations/operation_rows.hpp"

namespace halfpixel::keras {
namespace {

using Arguments = std::vector<std::string>;

struct Row {
  std::string_view name;
  std::string_view usage;   // for the list in errors
  std::size_t least, most;  // arguments
  LayerPtr (*make)(const Arguments& arguments, const std::string& layer_name);
};

[[noreturn]] void refuse(const std::string& text) {
  fail(ErrorCode::invalid_argument, "[operation_layer] ", text);
}

double number(const std::string& text) {
  double value = 0;
  const auto [end, error] = read_double(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    refuse("a number is needed; got \"" + text + "\"");
  return value;
}

std::int64_t integer(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    refuse("an integer is needed; got \"" + text + "\"");
  return value;
}

Config::Value integers(std::span<const std::string> texts) {
  Config::List list;
  for (const std::string& text : texts) list.emplace_back(integer(text));
  return list;
}

using Settings = std::initializer_list<std::pair<const char*, Config::Value>>;

// A layer of Keras, from its registry row.
LayerPtr layer(std::string_view class_name, Settings settings, const std::string& layer_name) {
  Config config;
  if (!layer_name.empty()) config.set("name", layer_name);
  for (const auto& [key, value] : settings) config.set(key, value);
  return find_layer(class_name)->from_config(config);
}

// An operation of one tensor.
LayerPtr operation(const char* class_name, Settings settings, const std::string& layer_name) {
  OperationCall call;
  for (const auto& [key, value] : settings) call.config.set(key, value);
  call.args = {input_argument(0)};
  return make_operation(class_name, call, layer_name);
}

template <const char* const& kName>
LayerPtr activation(const Arguments&, const std::string& layer_name) {
  return layer("Activation", {{"activation", kName}}, layer_name);
}

// "64x48" is a size, "2x" a factor.
LayerPtr resize(const Arguments& arguments, const std::string& layer_name) {
  const std::string& size = arguments[0];
  const std::string method = arguments.size() > 1 ? arguments[1] : "bilinear";
  const auto cross = size.find('x');
  if (cross == std::string::npos)
    refuse("resize takes HxW or a factor such as 2x; got \"" + size + "\"");
  const std::int64_t first = integer(size.substr(0, cross));
  if (cross + 1 == size.size()) {
    return layer("UpSampling2D",
                 {{"size", Config::List{first, first}},
                  {"interpolation", method},
                  {"data_format", "channels_last"}},
                 layer_name);
  }
  return layer("Resizing",
               {{"height", first},
                {"width", integer(size.substr(cross + 1))},
                {"interpolation", method},
                {"data_format", "channels_last"}},
               layer_name);
}

constexpr const char* kRelu = "relu";
constexpr const char* kSigmoid = "sigmoid";
constexpr const char* kTanh = "tanh";

template <const char* const& kName>
LayerPtr reduction(const Arguments& arguments, const std::string& layer_name) {
  return operation(kName, {{"axis", integers(arguments)}, {"keepdims", false}}, layer_name);
}
constexpr const char* kMean = "Mean";
constexpr const char* kSum = "Sum";
constexpr const char* kMax = "Max";

LayerPtr gelu(const Arguments& arguments, const std::string& layer_name) {
  const bool approximate = !arguments.empty();
  if (approximate && arguments[0] != "approximate")
    refuse("gelu takes nothing or \"approximate\"; got \"" + arguments[0] + "\"");
  return operation("Gelu", {{"approximate", approximate}}, layer_name);
}

// x[:, begin:end] of this axis.
LayerPtr slice(const Arguments& arguments, const std::string& layer_name) {
  const std::int64_t axis = integer(arguments[0]);
  if (axis < -kMaxRank || axis >= kMaxRank)
    refuse("slice takes an axis that tensors have; got \"" + arguments[0] + "\"");
  Argument::List key;
  const auto whole = [&](std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) key.push_back({Argument::Slice{}});
  };
  if (axis < 0) key.push_back({Argument::Ellipsis{}});
  whole(axis);
  key.push_back({Argument::Slice{integer(arguments[1]), integer(arguments[2]), {}}});
  whole(-axis - 1);
  OperationCall call;
  call.args = {input_argument(0), {std::move(key)}};
  return make_operation("GetItem", call, layer_name);
}

// Rows and columns are mirrored without the edge itself, as ReflectionPadding2D layers do.
LayerPtr reflection_pad(const Arguments& arguments, const std::string& layer_name) {
  Config::List pads;  // not pads{List}: g++ makes a list of one list of that, clang a copy
  pads.emplace_back(Config::List{0, 0});
  for (const std::string& text : {arguments.front(), arguments.back()}) {
    const std::int64_t pad = integer(text);
    if (pad < 0) refuse("reflection_pad takes sizes of 0 and more; got \"" + text + "\"");
    pads.emplace_back(Config::List{pad, pad});
  }
  pads.emplace_back(Config::List{0, 0});
  return operation("Pad", {{"pad_width", std::move(pads)}, {"mode", "reflect"}}, layer_name);
}

// Over rows and columns of each channel, then gamma and beta: what custom layers call scale and
// offset.
LayerPtr instance_normalization(const Arguments& arguments, const std::string& layer_name) {
  const double epsilon = arguments.empty() ? 1e-3 : number(arguments[0]);
  return layer("GroupNormalization", {{"groups", -1}, {"epsilon", epsilon}}, layer_name);
}

constexpr std::array kOperations = {
    Row{"identity", "identity", 0, 0,
        [](const Arguments&, const std::string& name) { return layer("Identity", {}, name); }},
    Row{"scale", "scale:FACTOR[:OFFSET]", 1, 2,
        [](const Arguments& a, const std::string& name) {
          return layer("Rescaling",
                       {{"scale", number(a[0])}, {"offset", a.size() > 1 ? number(a[1]) : 0.0}},
                       name);
        }},
    Row{"clip", "clip:MIN:MAX", 2, 2,
        [](const Arguments& a, const std::string& name) {
          return operation("Clip", {{"x_min", number(a[0])}, {"x_max", number(a[1])}}, name);
        }},
    Row{"relu", "relu", 0, 0, activation<kRelu>},
    Row{"sigmoid", "sigmoid", 0, 0, activation<kSigmoid>},
    Row{"softmax", "softmax[:AXIS]", 0, 1,
        [](const Arguments& a, const std::string& name) {
          return layer("Softmax", {{"axis", a.empty() ? -1 : integer(a[0])}}, name);
        }},
    Row{"gelu", "gelu[:approximate]", 0, 1, gelu},
    Row{"tanh", "tanh", 0, 0, activation<kTanh>},
    Row{"depth_to_space", "depth_to_space:BLOCK", 1, 1,
        [](const Arguments& a, const std::string& name) {
          return operation("DepthToSpace", {{"block_size", integer(a[0])}}, name);
        }},
    Row{"space_to_depth", "space_to_depth:BLOCK", 1, 1,
        [](const Arguments& a, const std::string& name) {
          return operation("SpaceToDepth", {{"block_size", integer(a[0])}}, name);
        }},
    Row{"resize", "resize:HxW[:METHOD] or resize:FACTORx[:METHOD]", 1, 2, resize},
    Row{"reflection_pad", "reflection_pad:ROWS[:COLUMNS]", 1, 2, reflection_pad},
    Row{"instance_normalization", "instance_normalization[:EPSILON]", 0, 1, instance_normalization},
    Row{"l2_normalize", "l2_normalize[:AXIS]", 0, 1,
        [](const Arguments& a, const std::string& name) {
          return operation("Normalize",
                           {{"axis", a.empty() ? -1 : integer(a[0])}, {"epsilon", 1e-6}}, name);
        }},
    Row{"mean", "mean:AXIS[:AXIS…]", 1, kMaxRank, reduction<kMean>},
    Row{"sum", "sum:AXIS[:AXIS…]", 1, kMaxRank, reduction<kSum>},
    Row{"max", "max:AXIS[:AXIS…]", 1, kMaxRank, reduction<kMax>},
    Row{"slice", "slice:AXIS:BEGIN:END", 3, 3, slice},
    Row{"expand_dims", "expand_dims:AXIS", 1, 1,
        [](const Arguments& a, const std::string& name) {
          return operation("ExpandDims", {{"axis", integer(a[0])}}, name);
        }},
    Row{"squeeze", "squeeze:AXIS", 1, 1,
        [](const Arguments& a, const std::string& name) {
          return operation("Squeeze", {{"axis", integer(a[0])}}, name);
        }},
    Row{"transpose", "transpose:AXIS:AXIS…", 1, kMaxRank,
        [](const Arguments& a, const std::string& name) {
          return operation("Transpose", {{"axes", integers(a)}}, name);
        }},
    Row{"reshape", "reshape:EXTENT[:EXTENT…]", 1, kMaxRank - 1,
        [](const Arguments& a, const std::string& name) {
          return layer("Reshape", {{"target_shape", integers(a)}}, name);
        }},
};

}  // namespace

layers::GraphLayer models::operation_layer(const std::string& text, const std::string& name) {
  Arguments parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(':', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  const std::string wanted = parts.front();
  parts.erase(parts.begin());
  for (const Row& row : kOperations) {
    if (row.name != wanted) continue;
    if (parts.size() < row.least || parts.size() > row.most) {
      refuse(concat("operation must be ", row.usage, "; got \"", text, "\""));
    }
    return Access::make<layers::GraphLayer>(row.make(parts, name));
  }
  std::string known;
  for (const Row& row : kOperations) known += concat(known.empty() ? "" : ", ", row.usage);
  refuse(concat("operation must be one of ", known, "; got \"", text, "\""));
}

models::CustomFactory models::operation_factory(const std::string& operation) {
  (void)operation_layer(operation);  // refused now rather than in the middle of a file
  return [operation](const Config& config) {
    const Config::Value* epsilon = config.find("epsilon");
    const bool wanted = operation == "instance_normalization" && epsilon != nullptr;
    return operation_layer(wanted ? concat(operation, ":", epsilon->json()) : operation);
  };
}

}  // namespace halfpixel::keras
