// The argument `padding` of convolutions and pools, by Keras' names.
#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/padding.hpp>

#include "core/checked.hpp"
#include "core/text.hpp"

namespace halfpixel::keras {

std::string_view name_of(Padding padding) noexcept {
  switch (padding) {
    case Padding::valid:
      return "valid";
    case Padding::same:
      return "same";
    case Padding::causal:
      return "causal";
  }
  return "";
}

Padding to_padding(std::string_view name) {
  const std::string lower = to_lower(name);
  for (const Padding padding : {Padding::valid, Padding::same, Padding::causal}) {
    if (lower == name_of(padding)) return padding;
  }
  fail(ErrorCode::invalid_argument,
       "[keras] The `padding` argument must be a list/tuple or one of {'causal', 'same', 'valid'}. "
       "Received: ",
       name);
}

}  // namespace halfpixel::keras
