// A layer's fields are told once: its Impl has
//
//   static void fields(auto& v, auto& o) {  // in Keras' order
//     v("units", o.units);
//     v("use_bias", o.use_bias);
//     v.initializer("kernel_initializer", "GlorotUniform");
//   }
//
// and reading a configuration, writing one and completing what users left open are visitors.
// Defaults are the initializers of the options struct and stand nowhere else.
#pragma once

#include <algorithm>
#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/layers/padding.hpp>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "frontends/keras_config_reader.hpp"
#include "model/config_keys.hpp"
#include "model/layer_impl.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {

// What a visitor does not care for.
struct FieldVisitor {
  void axes(std::string_view, const std::vector<int>&) {}
  void or_none(std::string_view, const auto&) {}
  void nullable(std::string_view, const std::vector<int>&) {}
  void if_any(std::string_view, const auto&) {}
  void constant(std::string_view, const Config::Value&) {}
  void initializer(std::string_view, std::string_view) {}
  void none(auto...) {}
  void fixed(std::string_view, std::int64_t) {}
  void formerly(std::string_view, const auto&) {}
  void unsupported(auto...) {}
};

// Fills options from a configuration. Keys that are absent leave their field as it is.
class FieldReader : public FieldVisitor {
 public:
  // rank: how many values a Size has.
  FieldReader(const ConfigReader& reader, int rank) : reader_(reader), rank_(rank) {}

  void operator()(std::string_view key, std::int64_t& field) {
    field = reader_.integer(key, field);
  }
  void operator()(std::string_view key, double& field) { field = reader_.number(key, field); }
  void operator()(std::string_view key, bool& field) { field = reader_.boolean(key, field); }
  void operator()(std::string_view key, std::string& field) { field = reader_.text(key, field); }
  void operator()(std::string_view key, int& field) {
    field = narrow(key, reader_.integer(key, field));
  }
  void operator()(std::string_view key, Size& field) { field = reader_.size(key, rank_, field); }
  void operator()(std::string_view, std::optional<DataFormat>& field) {
    field = reader_.data_format();
  }
  void operator()(std::string_view key, Padding& field) {
    if (reader_.has(key)) field = to_padding(reader_.text(key, {}));
  }
  // Integers; None stands for -1, as in shapes.
  void operator()(std::string_view key, std::vector<std::int64_t>& field) {
    if (!reader_.has(key)) return;
    const auto* const list = reader_.find<Config::List>(key);
    Config::List extents = list != nullptr ? *list : Config::List{*reader_.value(key)};
    for (Config::Value& extent : extents) {
      if (extent.is_none()) extent = -1;
    }
    const auto values = Config::Value(std::move(extents)).integers();
    if (!values) reader_.refuse(key, "a list of integers");
    field = *values;
  }
  void operator()(std::string_view key, std::vector<int>& field) {
    if (!reader_.has(key)) return;
    field.clear();
    for (const std::int64_t value : reader_.integers(key, 0, {})) {
      field.push_back(narrow(key, value));
    }
  }
  // An integer or a list of them and None.
  void operator()(std::string_view key, Shape& field) {
    if (!reader_.has(key)) return;
    field = {};
    const auto* const list = reader_.find<Config::List>(key);
    for (const Config::Value& extent :
         list != nullptr ? *list : Config::List{*reader_.value(key)}) {
      const auto number = extent.integer();
      if (!number && !extent.is_none())
        reader_.refuse(key, "an integer or a list of integers or null");
      field.push_back(number.value_or(kUnknown));
    }
  }
  void operator()(std::string_view key, Config::Value& field) {  // as it is, for files
    if (const Config::Value* found = reader_.config().find(key)) field = *found;
  }
  template <class T>
  void operator()(std::string_view key, std::optional<T>& field) {
    if (!reader_.has(key)) return;
    T value{0};
    (*this)(key, value);
    field = std::move(value);
  }
  // Types of a family: read_field(reader, key, field) stands beside them.
  template <class T>
    requires requires(const ConfigReader& reader, T& field) { read_field(reader, "", field); }
  void operator()(std::string_view key, T& field) {
    read_field(reader_, key, field);
  }

  void axes(std::string_view key, std::vector<int>& field) { (*this)(key, field); }
  void or_none(std::string_view key, auto& field) { (*this)(key, field); }
  // None means none of them, which is not the default.
  void nullable(std::string_view key, std::vector<int>& field) {
    const Config::Value* const found = reader_.config().find(key);
    if (found != nullptr && found->is_none()) field.clear();
    (*this)(key, field);
  }
  // A key that is written where there is something to write.
  void if_any(std::string_view key, auto& field) { (*this)(key, field); }
  // A name that the field had in tf_keras; told before the field.
  void formerly(std::string_view key, auto& field) { (*this)(key, field); }
  // Another value than this one is refused.
  void fixed(std::string_view key, std::int64_t value) {
    if (reader_.integer(key, value) != value) reader_.refuse(key, std::to_string(value));
  }
  // Quantised and LoRA layers hold other variables.
  void unsupported(auto... keys) {
    for (const std::string_view key : {std::string_view(keys)...}) {
      if (!reader_.has(key)) continue;
      fail(ErrorCode::unsupported, "[", reader_.class_name(), " '", reader_.name(), "'] ", key,
           " is not supported: save the model without it; got ", reader_.value(key)->json());
    }
  }

 private:
  int narrow(std::string_view key, std::int64_t value) const {
    using limits = std::numeric_limits<int>;
    if (value < limits::min() || value > limits::max()) reader_.refuse(key, "a 32-bit integer");
    return static_cast<int>(value);
  }

  const ConfigReader& reader_;
  int rank_;
};

// Writes get_config().
class FieldWriter : public FieldVisitor {
 public:
  explicit FieldWriter(Config& config) : config_(config) {}

  void operator()(std::string_view key, const auto& field) {
    config_.set(std::string(key), value_of(field));
  }
  // One integer alone, several in a list.
  void axes(std::string_view key, const std::vector<int>& field) {
    config_.set(std::string(key), field.size() == 1 ? Config::Value(field[0]) : value_of(field));
  }
  // None when empty.
  void or_none(std::string_view key, const auto& field) {
    config_.set(std::string(key), field.size() == 0 ? Config::Value() : value_of(field));
  }
  void nullable(std::string_view key, const std::vector<int>& field) { (*this)(key, field); }
  void if_any(std::string_view key, const auto& field) {
    Config::Value value = value_of(field);
    if (!value.is_none()) config_.set(std::string(key), std::move(value));
  }
  void constant(std::string_view key, Config::Value value) {
    config_.set(std::string(key), std::move(value));
  }
  void initializer(std::string_view key, std::string_view class_name) {
    constant(key, initializer_value(class_name));
  }
  void none(auto... keys) { (constant(keys, nullptr), ...); }

 private:
  template <class T>
  static Config::Value value_of(const T& field) {
    if constexpr (std::same_as<T, Size>) {
      Config::List list;
      for (int i = 0; i < field.rank(); ++i) list.emplace_back(field[i]);
      return list;
    } else if constexpr (std::same_as<T, Shape>) {
      return shape_value(field);
    } else if constexpr (requires { field.has_value(); }) {
      return field ? value_of(*field) : Config::Value();
    } else if constexpr (requires { Config::Value(field); }) {
      return field;
    } else if constexpr (requires { name_of(field); }) {
      return name_of(field);
    } else if constexpr (requires { field_value(field); }) {
      return field_value(field);
    } else {
      return Config::list_of(field);
    }
  }

  Config& config_;
};

// Gives every Size a value for each axis, and an unset data format the global one.
class FieldCompleter : public FieldVisitor {
 public:
  FieldCompleter(std::string_view who, int rank) : who_(who), rank_(rank) {}

  void operator()(std::string_view, const auto&) {}
  void operator()(std::string_view key, Size& field) {
    if (!field.fits(rank_)) {
      fail(ErrorCode::invalid_argument, "[", who_, "] The `", key, "` argument must be a tuple of ",
           rank_, " integers. Received ", key, "=", field);
    }
    std::vector<std::int64_t> values;
    for (int i = 0; i < rank_; ++i) values.push_back(field[i]);
    field = Size(std::span<const std::int64_t>(values));
  }
  void operator()(std::string_view key, OptionalSize& field) {
    if (field) (*this)(key, *field);
  }
  void operator()(std::string_view key, std::optional<DataFormat>& field) {
    if (!field) field = config::image_data_format();
    require_enumerator(who_, key, *field, DataFormat::channels_first);
  }
  void operator()(std::string_view key, const Padding& field) {
    require_enumerator(who_, key, field, Padding::causal);
  }

 private:
  std::string_view who_;
  int rank_;
};

// A layer that its options describe. rank: of Sizes, the number of spatial axes.
template <class Impl, class O, class Base = LayerImpl>
class LayerOf : public Base {
 public:
  using Options = O;

  LayerOf(std::string_view class_name, O options, int rank = 1)
      : Base(std::string(class_name), options.name, options.dtype, options.trainable),
        options_(std::move(options)) {
    FieldCompleter completer(class_name, rank);
    Impl::fields(completer, options_);
  }
  void add_config(Config& config) const override {
    FieldWriter writer(config);
    Impl::fields(writer, options_);
  }

 protected:
  O options_;
};

// The name of a class as a template argument.
struct ClassName {
  template <std::size_t kLength>
  constexpr ClassName(const char (&name)[kLength]) {
    std::copy_n(name, kLength, text);
  }
  constexpr operator std::string_view() const { return text; }
  char text[48] = {};
};

// The one of `which` that is an int is the number of spatial axes.
constexpr int spatial_rank(auto... which) {
  int rank = 1;
  [[maybe_unused]] const auto look = [&rank](auto value) {
    if constexpr (std::same_as<decltype(value), int>) rank = value;
  };
  (look(which), ...);
  return rank;
}

// The row of a layer: Impl(class name, which…, options). alias: a further name in files.
template <ClassName kName, class Impl, auto... kWhich>
constexpr LayerRow row(std::string_view alias = {}) {
  const auto from_config = [](const Config& config) -> LayerPtr {
    const ConfigReader reader(kName, config);
    typename Impl::Options options;
    FieldReader fields(reader, spatial_rank(kWhich...));
    Impl::fields(fields, options);
    options.name = reader.name();
    options.dtype = reader.dtype();
    options.trainable = reader.trainable();
    return std::make_shared<Impl>(kName, kWhich..., std::move(options));
  };
  return {kName, from_config, alias};
}

// The row of a class that is not in keras.layers, where others have classes of this name too: with
// this key in its configuration it is the one of `kOwner`. qualified: how files tell whose it is.
template <ClassName kName, class Impl, ClassName kKey, ClassName kOwner>
constexpr LayerRow told_row(std::string_view qualified = {}) {
  const auto from_config = [](const Config& config) -> LayerPtr {
    const ConfigReader reader(kName, config);
    if (!reader.has(kKey)) reader.refuse(kKey, concat("what the class of ", kOwner.text, " has"));
    return row<kName, Impl>().from_config(config);
  };
  return {kName, from_config, qualified};
}

}  // namespace halfpixel::keras
