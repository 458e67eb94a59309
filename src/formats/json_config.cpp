// nlohmann's parser drives a handler that builds Config values on a stack of its own and counts
// what it builds. Python writes NaN and Infinity, which JSON does not know: they are handed to the
// parser as strings that no file can hold by accident.
#include "formats/json_config.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "formats/file_error.hpp"

namespace halfpixel::formats {
namespace {

using nlohmann::json;

constexpr std::string_view kMark = "\\u0000";  // begins the strings that stand for numbers

// Keys of one object are found one by one, so their number is what costs.
constexpr std::size_t kMaxKeySteps = 200'000'000;

class Handler : public nlohmann::json_sax<json> {
 public:
  explicit Handler(std::string_view what) : what_(what) {}
  Config::Value take() && { return std::move(root_); }

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(std::int64_t{value}); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return put(static_cast<double>(value));
    }
    return put(static_cast<std::int64_t>(value));
  }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override {
    if (value.size() > 1 && value[0] == '\0') {
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      const std::string_view name = std::string_view(value).substr(1);
      if (name == "NaN") return put(std::numeric_limits<double>::quiet_NaN());
      if (name == "Infinity") return put(kInfinity);
      if (name == "-Infinity") return put(-kInfinity);
    }
    return put(std::move(value));
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Config()); }
  bool key(string_t& key) override {
    Frame& frame = stack_.back();
    if (!frame.keys.insert(key).second) {
      malformed(what_, ": the key \"", printable(key), "\" appears twice in one object");
    }
    key_steps_ += frame.keys.size();
    if (key_steps_ > kMaxKeySteps) malformed(what_, " has too many keys");
    frame.key = std::move(key);
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Config::List()); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const json::exception& error) override {
    std::string_view reason =
        error.what();  // "[json.exception.…] parse error at line 1, column 2: …"
    if (const auto end = reason.find("] "); end != std::string_view::npos)
      reason.remove_prefix(end + 2);
    malformed(what_, " is not JSON: ", printable(reason, 300), " (byte ", position, ")");
  }

 private:
  struct Frame {
    Config::Value value;
    std::string key;  // of the member that comes next
    std::unordered_set<std::string> keys;
  };

  bool put(Config::Value value) {
    if (++count_ > kMaxJsonValues) malformed(what_, " holds more than ", kMaxJsonValues, " values");
    if (stack_.empty()) {
      root_ = std::move(value);
    } else if (auto* list = stack_.back().value.get_if<Config::List>()) {
      list->push_back(std::move(value));
    } else {
      stack_.back().value.get_if<Config>()->set(std::move(stack_.back().key), std::move(value));
    }
    return true;
  }
  bool open(Config::Value container) {
    if (stack_.size() >= static_cast<std::size_t>(kMaxJsonDepth)) {
      malformed(what_, " is nested deeper than ", kMaxJsonDepth, " levels");
    }
    stack_.push_back({std::move(container), {}, {}});
    return true;
  }
  bool close() {
    Config::Value value = std::move(stack_.back().value);
    stack_.pop_back();
    return put(std::move(value));
  }

  std::string what_;
  Config::Value root_;
  std::vector<Frame> stack_;
  std::size_t count_ = 0;
  std::size_t key_steps_ = 0;
};

// The text with Python's three numbers outside strings made strings; nothing when there are none.
std::optional<std::string> without_python_numbers(std::string_view text) {
  constexpr std::string_view kWords[] = {"-Infinity", "Infinity", "NaN"};
  if (text.find("Infinity") == text.npos && text.find("NaN") == text.npos) return std::nullopt;
  std::string out;
  out.reserve(text.size() + 1024);
  bool quoted = false;
  for (std::size_t at = 0; at < text.size();) {
    if (quoted) {
      if (text[at] == '\\' && at + 1 < text.size())
        out += text[at++];
      else if (text[at] == '"')
        quoted = false;
      out += text[at++];
      continue;
    }
    std::string_view word;
    for (const std::string_view candidate : kWords) {
      if (text.substr(at, candidate.size()) == candidate) word = candidate;
      if (!word.empty()) break;
    }
    if (!word.empty()) {
      out += '"';
      out += kMark;
      out += word;
      out += '"';
      at += word.size();
    } else {
      quoted = text[at] == '"';
      out += text[at++];
    }
  }
  return out;
}

}  // namespace

Config::Value parse_json_config(std::string_view text, std::string_view what) {
  if (text.size() > kMaxJsonBytes) {
    malformed(what, " has ", text.size(), " bytes; at most ", kMaxJsonBytes, " are read");
  }
  Handler handler(what);
  const std::optional<std::string> plain = without_python_numbers(text);
  if (plain) text = *plain;
  if (!json::sax_parse(text.begin(), text.end(), &handler)) malformed(what, " is not JSON");
  return std::move(handler).take();
}

Config parse_json_object(std::string_view text, std::string_view what) {
  Config::Value value = parse_json_config(text, what);
  if (auto* object = value.get_if<Config>()) return std::move(*object);
  malformed(what, " must be a JSON object");
}

}  // namespace halfpixel::formats
