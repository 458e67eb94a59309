#include "operations/sizes.hpp"

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::keras {

void Sizes::append(const CallArguments& arguments, std::string_view key, const Config::Value& value,
                   std::vector<Part>& parts) {
  if (const auto* const items = value.get_if<Config::List>()) {
    for (const Config::Value& item : *items) append(arguments, key, item, parts);
    return;
  }
  const auto number = value.integer();
  if (!number && !value.is_none()) arguments.refuse(key, "integers");
  parts.push_back({number.value_or(-1), -1});  // None: unknown, as in shapes
}

void Sizes::append(const CallArguments& arguments, std::string_view key, const Argument& argument,
                   std::vector<Part>& parts) {
  if (const auto* const input = argument.get_if<Argument::Input>()) {
    parts.push_back({0, input->index});
  } else if (const auto* const tensor = argument.get_if<Tensor>()) {
    if (!is_integer(tensor->dtype())) arguments.refuse(key, "integers");
    const Tensor wide = tensor->astype(DType::int64);
    for (const std::int64_t number : wide.span<std::int64_t>()) parts.push_back({number, -1});
  } else if (const auto* const items = argument.get_if<Argument::List>()) {
    for (const Argument& item : *items) append(arguments, key, item, parts);
  } else if (const auto* const value = argument.get_if<Config::Value>()) {
    append(arguments, key, *value, parts);
  } else {
    arguments.refuse(key, "integers");
  }
}

Sizes Sizes::of(const CallArguments& arguments, std::string_view key, const Argument& argument) {
  std::vector<Part> parts;
  append(arguments, key, argument, parts);
  return {std::move(parts), arguments.who()};
}

std::optional<Sizes> Sizes::of(const CallArguments& arguments, std::string_view key) {
  if (!arguments.has(key)) return {};
  if (const Argument* const given = arguments.argument(key)) return of(arguments, key, *given);
  std::vector<Part> parts;
  append(arguments, key, *arguments.value(key), parts);
  return Sizes(std::move(parts), arguments.who());
}

bool Sizes::is_constant() const {
  for (const Part& part : parts_) {
    if (part.input >= 0) return false;
  }
  return true;
}

std::vector<std::int64_t> Sizes::constant() const {
  std::vector<std::int64_t> numbers;
  for (const Part& part : parts_) numbers.push_back(part.number);
  return numbers;
}

Sizes::Known Sizes::in(const Builder& builder, std::span<const ValueId> inputs) const {
  Known known;
  for (const Part& part : parts_) {
    if (part.input < 0) {
      known.emplace_back(part.number);
      continue;
    }
    const ValueId id = inputs[static_cast<std::size_t>(part.input)];
    const Spec spec = builder.spec(id);
    const auto value = builder.known(id);
    const bool all_known = value && value->is_unknown.empty();
    if (!all_known && !builder.only_infers()) {
      fail(ErrorCode::unsupported, "[", who_,
           "] its size depends on the numbers of a tensor, which only a run tells; sizes may come "
           "from shapes alone");
    }
    if (!is_integer(spec.dtype) || !spec.shape.is_known() ||
        spec.shape.num_elements() > graph::kMostKnown) {
      fail(ErrorCode::invalid_argument, "[", who_,
           "] sizes must be a few integers; got a tensor of shape ", spec.shape, " and dtype ",
           spec.dtype);
    }
    const Tensor wide = value ? value->value.astype(DType::int64) : zeros(spec.shape, DType::int64);
    for (std::int64_t i = 0; i < spec.shape.num_elements(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      const bool unknown = !value || (!all_known && value->is_unknown[at]);
      known.push_back(unknown ? std::nullopt : std::optional(wide.span<std::int64_t>()[at]));
    }
  }
  return known;
}

std::optional<std::int64_t> Sizes::one(const Builder& builder,
                                       std::span<const ValueId> inputs) const {
  const Known known = in(builder, inputs);
  if (known.size() != 1) {
    fail(ErrorCode::invalid_argument, "[", who_, "] one integer is needed; got ", known.size());
  }
  return known[0];
}

std::optional<std::vector<std::int64_t>> whole(const Sizes::Known& known) {
  std::vector<std::int64_t> numbers;
  for (const auto& number : known) {
    if (!number) return {};
    numbers.push_back(*number);
  }
  return numbers;
}

Shape shape_of(const Sizes::Known& known, std::string_view who) {
  if (known.size() > kMaxRank) {
    fail(ErrorCode::invalid_argument, "[", who, "] at most ", kMaxRank, " axes are possible; got ",
         known.size());
  }
  Shape shape;
  for (const auto& extent : known) {
    if (extent && *extent < 0) {
      fail(ErrorCode::invalid_argument, "[", who, "] extents must not be negative; got ", *extent);
    }
    shape.push_back(extent.value_or(kUnknown));
  }
  return shape;
}

ValueId later(Builder& builder, ValueId x, const Shape& shape) {
  return builder.add1(graph::make_later({shape, builder.spec(x).dtype}), {x});
}

}  // namespace halfpixel::keras
