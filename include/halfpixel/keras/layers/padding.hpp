// The padding argument of convolutions and poolings. Component halfpixel::model.
#pragma once

#include <cstdint>
#include <string_view>

#include <halfpixel/export.hpp>

namespace halfpixel::keras {

enum class Padding {
  valid,  // none: windows stay inside
  same,  // as much as makes the result input / strides long, rounded up; the odd element goes after
  causal,  // in front only: a step sees itself and earlier ones (Conv1D, SeparableConv1D)
};
HALFPIXEL_EXPORT std::string_view name_of(Padding padding) noexcept;
HALFPIXEL_EXPORT Padding to_padding(std::string_view name);  // any case, as Keras; throws Error

}  // namespace halfpixel::keras
