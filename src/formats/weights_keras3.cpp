// /layers/<class in snake case>[_k]/vars/<i>, models within models. The groups are found by their
// attribute "name" where the file has it, else by counting the classes as the writer did.
#include <algorithm>
#include <charconv>
#include <map>
#include <unordered_map>

#include "formats/file_error.hpp"
#include "formats/weight_store.hpp"
#include "frontends/keras_names.hpp"

namespace halfpixel::formats {
namespace {

using keras::LayerPtr;

// conv2d_12 of class conv2d -> 12; conv2d -> 0; nothing for other classes.
std::optional<std::int64_t> number_of(std::string_view group, std::string_view snake) {
  if (!group.starts_with(snake)) return std::nullopt;
  group.remove_prefix(snake.size());
  if (group.empty()) return 0;
  std::int64_t number = 0;
  if (group.size() < 2 || group[0] != '_') return std::nullopt;
  const auto [end, error] = std::from_chars(group.data() + 1, group.data() + group.size(), number);
  if (error != std::errc() || end != group.data() + group.size()) return std::nullopt;
  return number;
}

class Loader {
 public:
  Loader(const WeightSource& source, WeightLayout layout)
      : source_(source),
        folder_(layout == WeightLayout::checkpoint ? "_layer_checkpoint_dependencies" : "layers"),
        every_second_(layout == WeightLayout::checkpoint) {}

  void load_model(const std::string& group, const WeightTarget& model) {
    const std::string folder = group + folder_ + "/";
    const std::vector<std::string> members = source_.members(folder);
    std::vector<std::string> keys = keys_by_name(folder, members, model);
    if (keys.empty()) keys = every_second_ ? keys_in_order(members, model) : keys_by_count(model);
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
      const WeightTarget& target = model.layers[i];
      if (!has_variables(target)) continue;
      const std::string inner = folder + keys[i] + "/";
      if (keys[i].empty() || !source_.has_group(inner)) {
        malformed("layer \"", printable(target.name), "\" (", printable(target.class_name),
                  "): its weights are missing from the file");
      }
      load(inner, target);
    }
  }

  void load(const std::string& group, const WeightTarget& target) {
    if (target.is_model) {
      load_model(group, target);
    } else if (!target.layers.empty()) {  // a wrapper
      load(group + target.layer->sublayers().at(0).first + "/", target.layers[0]);
    } else {
      load_layer(group, *target.layer, target.name);
    }
  }

 private:
  // Empty unless every layer with variables is named by one group.
  std::vector<std::string> keys_by_name(const std::string& folder,
                                        const std::vector<std::string>& members,
                                        const WeightTarget& model) const {
    std::unordered_map<std::string, std::string> groups;
    for (const std::string& member : members) {
      const auto name = source_.text(folder + member + "/vars", "name");
      if (!name) continue;
      if (!groups.emplace(*name, member).second)
        malformed("two groups of weights are named \"", printable(*name), "\"");
    }
    if (groups.empty()) return {};
    std::vector<std::string> keys;
    for (const WeightTarget& target : model.layers) {
      const auto found = groups.find(target.name);
      if (found == groups.end() && has_variables(target)) return {};
      keys.push_back(found != groups.end() ? found->second : std::string());
    }
    return keys;
  }

  static std::vector<std::string> keys_by_count(const WeightTarget& model) {
    std::unordered_map<std::string, int> used;
    std::vector<std::string> keys;
    for (const WeightTarget& target : model.layers) {
      const std::string snake = keras::to_snake_case(target.class_name);
      const int number = used[snake]++;
      keys.push_back(number == 0 ? snake : concat(snake, "_", number));
    }
    return keys;
  }

  // TF 2.13 visits layers with weights twice and counts both visits: only the order of the groups
  // says which is whose.
  static std::vector<std::string> keys_in_order(const std::vector<std::string>& members,
                                                const WeightTarget& model) {
    std::unordered_map<std::string, std::map<std::int64_t, std::string>>
        groups;  // by class, by number
    std::vector<std::string> keys;
    for (const WeightTarget& target : model.layers) {
      const std::string snake = keras::to_snake_case(target.class_name);
      auto [of_class, fresh] = groups.try_emplace(snake);
      if (fresh) {
        for (const std::string& member : members) {
          if (const auto number = number_of(member, snake))
            of_class->second.emplace(*number, member);
        }
      }
      keys.emplace_back();
      if (!has_variables(target) || of_class->second.empty()) continue;
      keys.back() = of_class->second.begin()->second;
      of_class->second.erase(of_class->second.begin());
    }
    return keys;
  }

  void load_layer(const std::string& group, keras::LayerImpl& layer, const std::string& name) {
    const std::vector<keras::Variable>& variables = layer.variables();
    const std::string vars = group + "vars/";
    if (!variables.empty()) {
      const std::size_t stored = source_.members(vars).size();
      if (stored != variables.size()) {
        malformed("layer \"", printable(name), "\" expected ", variables.size(),
                  " variables, but the file has ", stored);
      }
      for (std::size_t i = 0; i < variables.size(); ++i) {
        assign_variable(source_, vars + std::to_string(i), name, {&layer, i});
      }
    }
    for (const auto& [key, inner] : layer.sublayers()) {
      load_layer(sublayer_group(group, key), *inner, name + "/" + key);
    }
  }

  // Groups are named after the attribute that holds the layer: tf_keras' MultiHeadAttention has
  // _query_dense where Keras 3's has query_dense.
  std::string sublayer_group(const std::string& group, const std::string& key) const {
    const std::string hidden = concat(group, "_", key, "/");
    return !source_.has_group(group + key) && source_.has_group(hidden) ? hidden
                                                                        : group + key + "/";
  }

  const WeightSource& source_;
  std::string folder_;
  bool every_second_;
};

}  // namespace

void load_keras3_weights(const WeightSource& source, const WeightTarget& model,
                         WeightLayout layout) {
  Loader(source, layout).load_model("", model);
}

}  // namespace halfpixel::formats
