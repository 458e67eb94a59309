#include "formats/weight_matching.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "formats/file_error.hpp"

namespace halfpixel::formats {
namespace {

using Words = std::vector<std::string>;

// "mha/query/kernel:0" -> "mha", "query", "kernel".
Words words_of(std::string_view name) {
  if (const auto colon = name.rfind(':');
      colon != name.npos && name.find('/', colon) == name.npos) {
    name = name.substr(0, colon);
  }
  Words words;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    words.emplace_back(name.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

bool has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_inside(const Words& path, const Words& other) {
  return path.size() > other.size() && std::equal(other.begin(), other.end(), path.begin());
}

class Matcher {
 public:
  Matcher(std::span<const WeightSlot> slots, std::span<const StoredWeight> stored)
      : slots_(slots), stored_(stored) {
    for (const StoredWeight& weight : stored) {
      words_.push_back(words_of(weight.name));
      own_.push_back(words_.back().back());
      words_.back().pop_back();
    }
    for (const WeightSlot& slot : slots) known_.insert(slot.path.begin(), slot.path.end());
  }

  std::vector<std::size_t> match() const {
    if (const std::optional<std::size_t> doubtful = first_doubt()) {
      if (auto order = by_name()) return *std::move(order);
      const WeightSlot& slot = slots_[*doubtful];
      std::string wanted;
      for (const std::string& part : slot.path) wanted += part + "/";
      if (!slot.names.empty()) wanted += slot.names.front();
      malformed("its weights cannot be told apart with certainty: \"", printable(wanted),
                "\" of shape ", slot.shape.str(), " is next in Keras' order, but the file has \"",
                printable(stored_[*doubtful].name), "\" of shape ", stored_[*doubtful].shape.str());
    }
    std::vector<std::size_t> order(slots_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    return order;
  }

 private:
  bool same_variable(std::size_t slot, std::size_t weight) const {
    const Words& names = slots_[slot].names;
    return (names.empty() || has(names, own_[weight])) &&
           slots_[slot].shape == stored_[weight].shape;
  }

  // The first slot whose weight by position bears another variable's name or shape, or the name of
  // a layer that is not around it.
  std::optional<std::size_t> first_doubt() const {
    std::map<Words, const Words*> layer_of;  // a stored prefix belongs to one layer
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (!same_variable(i, i)) return i;
      for (const std::string& word : words_[i]) {
        if (known_.count(word) != 0 && !has(slots_[i].path, word)) return i;
      }
      const auto [entry, is_new] = layer_of.emplace(words_[i], &slots_[i].path);
      // Layers of inner models may have equal names; then the order alone tells them apart. What a
      // wrapper has and what it wraps may bear the wrapper's name alone.
      if (!is_new && *entry->second != slots_[i].path &&
          entry->second->back() != slots_[i].path.back() &&
          !is_inside(*entry->second, slots_[i].path) && !is_inside(slots_[i].path, *entry->second))
        return i;
    }
    return std::nullopt;
  }

  std::optional<std::vector<std::size_t>> by_name() const {
    std::vector<std::size_t> order;
    std::set<std::size_t> taken;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      std::optional<std::size_t> found;
      for (std::size_t k = 0; k < stored_.size(); ++k) {
        if (!same_variable(i, k) || !bears_names(i, k)) continue;
        if (found) return std::nullopt;
        found = k;
      }
      if (!found || !taken.insert(*found).second) return std::nullopt;
      order.push_back(*found);
    }
    return order;
  }

  // The innermost layer's name is there, and no name of a layer elsewhere.
  bool bears_names(std::size_t slot, std::size_t weight) const {
    return has(words_[weight], slots_[slot].path.back()) &&
           std::all_of(words_[weight].begin(), words_[weight].end(), [&](const std::string& word) {
             return known_.count(word) == 0 || has(slots_[slot].path, word);
           });
  }

  std::span<const WeightSlot> slots_;
  std::span<const StoredWeight> stored_;
  std::vector<Words> words_;      // of each stored weight, without the last …
  std::vector<std::string> own_;  // … which is the variable's
  std::set<std::string> known_;   // names of models and layers around the slots
};

}  // namespace

std::vector<std::size_t> match_weights(std::span<const WeightSlot> slots,
                                       std::span<const StoredWeight> stored) {
  return Matcher(slots, stored).match();
}

}  // namespace halfpixel::formats
