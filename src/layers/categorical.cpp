// CategoryEncoding and Discretization: numbers as classes.
#include <algorithm>
#include <array>

#include <halfpixel/error.hpp>

#include "graph/ops/binary.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "layers/fields.hpp"
#include "model/emit.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;

// How both of them give classes: as rows of 0 and 1, of which multi_hot and count join those along
// axis 1.
struct ClassCode {
  std::string mode;
  std::int64_t classes = 0;

  ValueId emit(const LayerImpl& layer, Builder& b, ValueId x) const {
    const int rank = b.shape(x).rank();
    if (rank < 2 || (mode != "one_hot" && rank > 2)) {
      fail(ErrorCode::unsupported, "[", layer.class_name(), " '", layer.name(), "'] output_mode ",
           mode, " takes (batch, features)", mode == "one_hot" ? " and more axes" : " alone",
           ": reshape what it is called on; got shape ", b.shape(x));
    }
    if (mode == "one_hot" && b.shape(x).at(-1) == 1)
      x = b.add1(graph::make_squeeze({rank - 1}, b.shape(x)), {x});
    ValueId hot = class_rows(b, x, classes, -1);
    if (mode == "multi_hot") hot = b.add1(graph::make_reduce(graph::Reduction::any, {1}), {hot});
    hot = as_float32(b, hot);
    return mode == "count" ? b.add1(graph::make_reduce(graph::Reduction::sum, {1}), {hot}) : hot;
  }
};

struct EncodingOptions {
  std::int64_t num_tokens = 0;
  std::string output_mode = "multi_hot";
  bool sparse = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

constexpr std::int64_t kMostClasses = 1 << 20;

class CategoryEncodingImpl final : public LayerOf<CategoryEncodingImpl, EncodingOptions> {
 public:
  CategoryEncodingImpl(std::string_view class_name, Options o) : LayerOf(class_name, std::move(o)) {
    if (options_.output_mode == "binary") options_.output_mode = "multi_hot";  // its name before
    const std::string& mode = options_.output_mode;
    if (mode != "multi_hot" && mode != "one_hot" && mode != "count")
      refuse("output_mode must be one_hot, multi_hot or count; got ", mode);
    if (options_.sparse) refuse("sparse must be false; got true");
    if (options_.num_tokens < 1 || options_.num_tokens > kMostClasses)
      refuse("num_tokens must be 1 to ", kMostClasses, "; got ", options_.num_tokens);
  }
  static void fields(auto& v, auto& o) {
    v("num_tokens", o.num_tokens);
    v("output_mode", o.output_mode);
    v.formerly("sparse", o.sparse);
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return {ClassCode{options_.output_mode, options_.num_tokens}.emit(*this, builder, inputs[0])};
  }
};

struct DiscretizationOptions {
  std::vector<float> bin_boundaries = {};
  Config::Value written = nullptr;  // the boundaries as the file has them
  Config::Value num_bins = nullptr;
  double epsilon = 0.01;
  std::string output_mode = "int";
  bool sparse = false;
  bool wide = false;  // tf_keras' classes are int64, and so says its dtype
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

class DiscretizationImpl final : public LayerOf<DiscretizationImpl, DiscretizationOptions> {
 public:
  DiscretizationImpl(std::string_view class_name, Options o) : LayerOf(class_name, std::move(o)) {
    const auto* const list = options_.written.get_if<Config::List>();
    if (list == nullptr || list->empty()) {
      refuse("bin_boundaries must be in the file: adapt the layer, or give it boundaries, before ",
             "the model is saved; got ", options_.written.json());
    }
    for (const Config::Value& value : *list) {
      const auto number = value.number();
      if (!number) refuse("bin_boundaries must be numbers; got ", options_.written.json());
      options_.bin_boundaries.push_back(static_cast<float>(*number));
    }
    const auto& edges = options_.bin_boundaries;
    if (!std::is_sorted(edges.begin(), edges.end()))
      refuse("bin_boundaries must ascend; got ", options_.written.json());
    constexpr std::array<std::string_view, 4> kModes = {"int", "one_hot", "multi_hot", "count"};
    if (std::find(kModes.begin(), kModes.end(), options_.output_mode) == kModes.end())
      refuse("output_mode must be int, one_hot, multi_hot or count; got ", options_.output_mode);
    if (options_.sparse) refuse("sparse must be false; got true");
  }
  static void fields(auto& v, auto& o) {
    v("bin_boundaries", o.written);
    v("num_bins", o.num_bins);
    v("epsilon", o.epsilon);
    v("output_mode", o.output_mode);
    v("sparse", o.sparse);
  }
  bool writes_trainable() const override { return false; }
  void add_config(Config& config) const override {
    LayerOf::add_config(config);
    if (options_.wide) config.set("dtype", "int64");
  }
  static LayerPtr from_config(const Config& given) {
    Config config = given;
    const Config* const policy = given.find<Config>("dtype");
    const Config* const named = policy != nullptr ? policy->find<Config>("config") : nullptr;
    const auto* const dtype =
        named != nullptr ? named->find<std::string>("name") : given.find<std::string>("dtype");
    const bool wide = dtype != nullptr && *dtype == "int64";
    if (wide) config.set("dtype", "float32");
    const LayerPtr layer = row<"Discretization", DiscretizationImpl>().from_config(config);
    static_cast<DiscretizationImpl&>(*layer).options_.wide = wide;
    return layer;
  }
  // The number of boundaries that are not above x; NaN is above them all.
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const auto& edges = options_.bin_boundaries;
    const auto count = static_cast<std::int32_t>(edges.size());
    const int rank = builder.shape(inputs[0]).rank();
    ValueId x = inputs[0];
    x = as_float32(builder, x);
    x = builder.add1(graph::make_expand_dims(rank, rank), {x});
    const ValueId limits = builder.constant(Tensor(Shape{count}, std::span<const float>(edges)));
    ValueId below = builder.add1(graph::make_binary(BinaryFunction::less), {x, limits});
    below = builder.add1(graph::make_cast(DType::int32), {below});
    below = builder.add1(graph::make_reduce(graph::Reduction::sum, {-1}), {below});
    const ValueId all = builder.constant(full(Shape{}, count, DType::int32));
    const ValueId bin = builder.add1(graph::make_binary(BinaryFunction::subtract), {all, below});
    if (options_.output_mode != "int")
      return {ClassCode{options_.output_mode, count + 1}.emit(*this, builder, bin)};
    if (options_.wide) return {builder.add1(graph::make_cast(DType::int64), {bin})};
    return {bin};
  }
};

}  // namespace

std::span<const LayerRow> categorical_rows() {
  static constexpr std::array kRows = {row<"CategoryEncoding", CategoryEncodingImpl>(),
                                       LayerRow{"Discretization", DiscretizationImpl::from_config}};
  return kRows;
}

}  // namespace halfpixel::keras
