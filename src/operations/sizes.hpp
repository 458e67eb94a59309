// Integers that an operation must know before it runs: an extent, a place, how often. Files say
// them as numbers, as tensors of the model (tf.shape(x)[1] * 2), or mixed; what tensors say is
// known when the shapes of a run are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "operations/operation_rows.hpp"

namespace halfpixel::keras {

class Sizes {
 public:
  using Known = std::vector<std::optional<std::int64_t>>;

  // Empty optional when absent; lists in lists are laid end to end. Throws Error when the argument
  // holds anything but integers and tensors.
  static std::optional<Sizes> of(const CallArguments& arguments, std::string_view key);
  // Of one argument that is at hand: a bound of a slice.
  static Sizes of(const CallArguments& arguments, std::string_view key, const Argument& argument);
  // Of an input alone.
  static Sizes of_input(int input, std::string who) { return {{Part{0, input}}, std::move(who)}; }

  // No tensors among them.
  bool is_constant() const;
  std::vector<std::int64_t> constant() const;  // when they are; None is -1
  // For these inputs of the operation; none: decided by shapes that are not known yet. Throws Error
  // where numbers of a run decide.
  Known in(const Builder& builder, std::span<const ValueId> inputs) const;
  // The same for one integer.
  std::optional<std::int64_t> one(const Builder& builder, std::span<const ValueId> inputs) const;

 private:
  struct Part {
    std::int64_t number = 0;
    int input = -1;  // >= 0: this input's elements
  };
  Sizes(std::vector<Part> parts, std::string who)
      : parts_(std::move(parts)), who_(std::move(who)) {}
  static void append(const CallArguments& arguments, std::string_view key, const Argument& argument,
                     std::vector<Part>& parts);
  static void append(const CallArguments& arguments, std::string_view key,
                     const Config::Value& value, std::vector<Part>& parts);

  std::vector<Part> parts_;
  std::string who_;
};

// All of them; none when one is not known yet.
std::optional<std::vector<std::int64_t>> whole(const Sizes::Known& known);
// A shape, extents that are not known yet left open. Throws Error for negative ones.
Shape shape_of(const Sizes::Known& known, std::string_view who);
// x as a value of this shape, which stands for it until sizes are known.
ValueId later(Builder& builder, ValueId x, const Shape& shape);

}  // namespace halfpixel::keras
