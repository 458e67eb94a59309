#include "operations/operations.hpp"

#include <array>
#include <cmath>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "operations/operation_rows.hpp"

namespace halfpixel::keras {
namespace {

class RecordedOperation final : public OperationImpl {
 public:
  RecordedOperation(std::string_view class_name, std::string_view module, OperationCall call,
                    const std::string& layer_name, Emit emit, std::optional<DType> declares)
      : OperationImpl(std::string(class_name), layer_name, DTypePolicy("float32"), true),
        module_(module),
        call_(std::move(call)),
        emit_(std::move(emit)),
        declares_(declares) {}

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return emit_(builder, inputs);
  }
  std::string_view module() const override { return module_; }
  OperationCall keras_call() const override {
    if (module_.empty()) {
      fail(ErrorCode::unsupported, "[", class_name(), " '", name(),
           "'] Keras 3 has no operation for this, so that a model with it cannot be saved");
    }
    return call_;
  }

  DType output_dtype(std::span<const Spec> inputs) const override {
    if (declares_) return *declares_;
    std::optional<DType> widest;
    for (const Spec& input : inputs) {
      if (!is_floating(input.dtype)) continue;
      if (!widest) {
        widest = input.dtype;
      } else if (*widest != input.dtype) {  // float16 with bfloat16 meet in float32
        const bool wide = size_of(*widest) > 2 || size_of(input.dtype) > 2;
        widest = !wide                                     ? DType::float32
                 : size_of(*widest) > size_of(input.dtype) ? *widest
                                                           : input.dtype;
      }
    }
    return widest.value_or(DType::float32);
  }

 private:
  std::string module_;
  OperationCall call_;
  Emit emit_;
  std::optional<DType> declares_;
};

std::optional<std::vector<std::int64_t>> integers_of(const Tensor& tensor) {
  if (!is_integer(tensor.dtype()) || tensor.rank() > 2) return {};
  const Tensor wide = tensor.astype(DType::int64);
  const auto values = wide.span<std::int64_t>();
  return std::vector<std::int64_t>(values.begin(), values.end());
}

}  // namespace

LayerPtr make_recorded(std::string_view class_name, std::string_view module, OperationCall call,
                       const std::string& layer_name, Emit emit, std::optional<DType> declares) {
  return std::make_shared<RecordedOperation>(class_name, module, std::move(call), layer_name,
                                             std::move(emit), declares);
}

LayerPtr make_unsaveable(std::string_view name, const std::string& layer_name, Emit emit,
                         std::optional<DType> declares) {
  return make_recorded(name, {}, {}, layer_name, std::move(emit), declares);
}

OperationCall keras_form(std::initializer_list<std::pair<std::string_view, Config::Value>> config,
                         int inputs) {
  OperationCall call;
  for (const auto& [key, value] : config) call.config.set(std::string(key), value);
  for (int i = 0; i < inputs; ++i) call.args.push_back(input_argument(i));
  return call;
}

bool is_tf_function(std::string_view name) {
  return !name.empty() && (name.find('.') != std::string_view::npos ||
                           (name[0] >= 'a' && name[0] <= 'z') || name[0] == '_');
}

CallArguments::CallArguments(std::string_view name, const OperationCall& call,
                             const std::string& layer_name,
                             std::initializer_list<std::string_view> parameters)
    : ConfigReader(name, call.config),
      call_(call),
      layer_name_(layer_name),
      parameters_(parameters) {
  if (call.args.size() > parameters_.size()) {
    refuse_call("at most ", parameters_.size(), " positional arguments are known; got ",
                call.args.size());
  }
}

const Argument* CallArguments::argument(std::string_view key) const {
  const Argument* found = nullptr;
  for (std::size_t i = 0; i < call_.args.size(); ++i) {
    if (parameters_[i] == key) found = &call_.args[i];
  }
  for (const auto& [name, argument] : call_.kwargs) {
    if (name == key) found = &argument;
  }
  if (found == nullptr) return nullptr;
  const auto* const plain = found->get_if<Config::Value>();
  return plain != nullptr && plain->is_none() ? nullptr : found;
}

const Config::Value* CallArguments::value(std::string_view key) const {
  if (const Argument* const given = argument(key)) return given->get_if<Config::Value>();
  // What a TFOpLambda's configuration says is of the layer, its dtype too, and not of the call.
  return is_tf_function(class_name()) ? nullptr : ConfigReader::value(key);
}

bool CallArguments::has(std::string_view key) const {
  return argument(key) != nullptr || (!is_tf_function(class_name()) && ConfigReader::has(key));
}

std::string CallArguments::speaker() const {
  return concat(class_name(), layer_name_.empty() ? "" : " '" + layer_name_ + "'");
}

std::string CallArguments::shown(std::string_view key) const {
  const Config::Value* const got = value(key);
  return got != nullptr ? got->json() : argument(key) != nullptr ? "a tensor" : "nothing";
}

int CallArguments::input(std::string_view key) const {
  const Argument* const given = argument(key);
  const auto* const input = given != nullptr ? given->get_if<Argument::Input>() : nullptr;
  if (input == nullptr) refuse(key, "a tensor of the model");
  return input->index;
}

std::int64_t CallArguments::integer(std::string_view key) const {
  const auto list = integers(key);
  if (!list || list->size() != 1) refuse(key, "an integer");
  return list->front();
}

std::int64_t CallArguments::integer(std::string_view key, std::int64_t unset) const {
  return has(key) ? integer(key) : unset;
}

double CallArguments::number(std::string_view key, double unset) const {
  if (!has(key)) return unset;
  if (const Config::Value* const found = value(key)) {
    if (const auto* b = found->get_if<bool>()) return *b ? 1.0 : 0.0;
    if (const auto number = found->number()) return *number;
  }
  const Argument* const given = argument(key);
  const auto* const tensor = given != nullptr ? given->get_if<Tensor>() : nullptr;
  if (tensor == nullptr || tensor->size() != 1) refuse(key, "a number");
  return tensor->astype(DType::float64).span<double>()[0];
}

bool CallArguments::boolean(std::string_view key, bool unset) const {
  if (!has(key)) return unset;
  if (const auto* b = find<bool>(key)) return *b;
  refuse(key, "true or false");
}

std::string CallArguments::text(std::string_view key, std::string_view unset) const {
  if (!has(key)) return std::string(unset);
  if (const auto* s = find<std::string>(key)) return *s;
  refuse(key, "a string");
}

std::optional<std::vector<std::int64_t>> CallArguments::integers(std::string_view key) const {
  if (!has(key)) return {};
  if (const Argument* const given = argument(key)) {
    if (const auto* tensor = given->get_if<Tensor>()) {
      if (auto list = integers_of(*tensor)) return list;
    }
    // A list that was kept apart because its items are arguments: constants all of them.
    if (const auto* items = given->get_if<Argument::List>()) {
      std::vector<std::int64_t> list;
      for (const Argument& item : *items) {
        const auto* const plain = item.get_if<Config::Value>();
        const auto* const tensor = item.get_if<Tensor>();
        auto one = plain != nullptr ? plain->integer() : std::nullopt;
        if (tensor != nullptr && tensor->size() == 1) {
          if (const auto values = integers_of(*tensor)) one = values->front();
        }
        if (!one) refuse(key, "integers");
        list.push_back(*one);
      }
      return list;
    }
  }
  const Config::Value* const found = value(key);
  if (found == nullptr) refuse(key, "integers");
  if (const auto one = found->integer()) return std::vector{*one};
  const auto* const items = found->get_if<Config::List>();
  if (items == nullptr) refuse(key, "an integer or a list of integers");
  std::vector<std::int64_t> list;
  for (const Config::Value& item : *items) {
    const auto one = item.integer();
    if (!one && !item.is_none()) refuse(key, "an integer or a list of integers");
    list.push_back(one.value_or(-1));  // None: unknown, as in shapes
  }
  return list;
}

using Family = std::span<const OperationRow>;
// One in each file of operations, declared and listed here alone.
Family attention_operations(), binary_operations(), cutting_operations(), einsum_operations(),
    elementwise_operations(), filling_operations(), filter_operations(), image_operations(),
    indexing_operations(), joining_operations(), normalizing_operations(), number_operations(),
    ordering_operations(), product_operations(), reduction_operations(), repetition_operations(),
    resizing_operations(), selecting_operations(), shape_operations(), statistics_operations(),
    tf_window_operations(), window_operations();

std::span<const Family> operation_families() {
  static const std::array kFamilies = {
      attention_operations(),  binary_operations(),      cutting_operations(),
      einsum_operations(),     elementwise_operations(), filling_operations(),
      filter_operations(),     image_operations(),       indexing_operations(),
      joining_operations(),    normalizing_operations(), number_operations(),
      ordering_operations(),   product_operations(),     reduction_operations(),
      repetition_operations(), resizing_operations(),    selecting_operations(),
      shape_operations(),      statistics_operations(),  tf_window_operations(),
      window_operations()};
  return kFamilies;
}

const OperationRow* find_operation(std::string_view name) {
  for (const Family family : operation_families()) {
    for (const OperationRow& row : family) {
      if (row.name == name) return &row;
    }
  }
  return nullptr;
}

LayerPtr make_operation(const std::string& name, const OperationCall& call,
                        const std::string& layer_name) {
  if (const OperationRow* row = find_operation(name)) return row->make(row->name, call, layer_name);
  fail(ErrorCode::unsupported, "[", name, layer_name.empty() ? "" : " '" + layer_name + "'",
       "] this operation is not known; bind a layer of your own to it by custom_objects");
}

}  // namespace halfpixel::keras
