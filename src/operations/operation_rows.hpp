// The table behind make_operation: one row per name, and what the rows' functions share — Python's
// binding of arguments to parameters, and the layer that holds a recorded operation.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "operations/operations.hpp"

namespace halfpixel::keras {

struct OperationRow {
  std::string_view name;  // Keras 3's class ("Transpose") or tf_keras' function ("transpose")
  LayerPtr (*make)(std::string_view name, const OperationCall& call, const std::string& layer_name);
};
// The rows of every family; operations.cpp lists them.
std::span<const std::span<const OperationRow>> operation_families();

// Null when the name is unknown.
const OperationRow* find_operation(std::string_view name);

// Spelling of tf_keras functions: lower case or with a dot. Keras 3's are class names.
bool is_tf_function(std::string_view name);

// The arguments of a call by name. `parameters`: the positional ones, in order. A value is looked
// for among the positional arguments, the keyword arguments, and the configuration (where Keras 3
// keeps everything that is no tensor); None counts as absent. Wrong types are an Error that names
// operation and parameter.
class CallArguments : public ConfigReader {
 public:
  CallArguments(std::string_view name, const OperationCall& call, const std::string& layer_name,
                std::initializer_list<std::string_view> parameters);

  // Null when absent or None; not from the configuration.
  const Argument* argument(std::string_view key) const;
  const Config::Value* value(std::string_view key) const override;  // null for tensors too
  bool has(std::string_view key) const override;

  // Position among the layer's inputs. Throws Error when the argument is no tensor of the model.
  int input(std::string_view key) const;
  std::int64_t integer(std::string_view key, std::int64_t unset) const;
  std::int64_t integer(std::string_view key) const;         // required
  double number(std::string_view key, double unset) const;  // or a constant tensor of one
  bool boolean(std::string_view key, bool unset) const;     // true or false alone
  std::string text(std::string_view key, std::string_view unset) const;
  // An integer counts as a list of one; constant integer tensors are lists too. Empty optional when
  // absent.
  std::optional<std::vector<std::int64_t>> integers(std::string_view key) const;

  std::string who() const { return speaker(); }  // "operation 'layer'"
  // Throws Error "[operation 'layer'] parts…".
  template <class... Parts>
  [[noreturn]] void refuse_call(const Parts&... parts) const {
    fail(ErrorCode::invalid_argument, "[", speaker(), "] ", parts...);
  }

 protected:
  std::string speaker() const override;
  std::string shown(std::string_view key) const override;

 private:
  const OperationCall& call_;
  const std::string& layer_name_;
  std::vector<std::string_view> parameters_;
};

// Emits the nodes of an operation for its inputs.
using Emit = std::function<std::vector<ValueId>(Builder& builder, std::span<const ValueId> inputs)>;

// The layer of an operation. `call` is Keras 3's spelling without "name"; module
// "keras.src.ops.numpy". Floating results are said to be `declares`, else the widest floating
// input's dtype, else float32.
LayerPtr make_recorded(std::string_view class_name, std::string_view module, OperationCall call,
                       const std::string& layer_name, Emit emit,
                       std::optional<DType> declares = {});

// The same for something that Keras 3 has no operation for: it runs, but cannot be saved.
LayerPtr make_unsaveable(std::string_view name, const std::string& layer_name, Emit emit,
                         std::optional<DType> declares = {});
// An Emit for operations of one tensor: f(builder, x) gives the result.
template <class F>
Emit on_first(F f) {
  return [f](Builder& builder, std::span<const ValueId> inputs) {
    return std::vector<ValueId>{f(builder, inputs[0])};
  };
}

inline constexpr std::string_view kNumpyOps = "keras.src.ops.numpy";
inline constexpr std::string_view kNnOps = "keras.src.ops.nn";
inline constexpr std::string_view kImageOps = "keras.src.ops.image";
inline constexpr std::string_view kCoreOps = "keras.src.ops.core";
inline constexpr std::string_view kMathOps = "keras.src.ops.math";
inline constexpr std::string_view kLinalgOps = "keras.src.ops.linalg";

// Pieces of Keras 3's spelling.
inline Argument input_argument(int index) {
  return {Argument::Input{index}};
}
inline Argument plain(Config::Value value) {
  return {std::move(value)};
}
// Tensors 0 … inputs-1 in args, the rest in the configuration.
OperationCall keras_form(std::initializer_list<std::pair<std::string_view, Config::Value>> config,
                         int inputs = 1);

}  // namespace halfpixel::keras
