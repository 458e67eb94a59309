#include "operations/images.hpp"

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::keras {

DataFormat image_format(const CallArguments& arguments) {
  const std::string text = arguments.text("data_format", "channels_last");
  if (text == "NHWC") return DataFormat::channels_last;
  if (text == "NCHW") return DataFormat::channels_first;
  return to_data_format(text);
}

ValueId later_image(Builder& b, ValueId x, const Sizes::Known& size, DType dtype) {
  Shape shape = b.shape(x);
  if (shape.rank() < 3 || size.size() != 2) {
    fail(ErrorCode::invalid_argument,
         "[resize] images of 3 or 4 axes and two integers are needed; ", "got shape ", shape,
         " and ", size.size());
  }
  for (int i = 0; i < 2; ++i)
    shape[shape.rank() - 3 + i] = size[static_cast<std::size_t>(i)].value_or(kUnknown);
  return b.add1(graph::make_later({shape, dtype}), {x});
}

}  // namespace halfpixel::keras
