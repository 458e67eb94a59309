// What the operations on images share.
#pragma once

#include "operations/sizes.hpp"

namespace halfpixel::keras {

// Keras 3's "channels_first", TensorFlow's "NCHW"; absent: channels_last.
DataFormat image_format(const CallArguments& arguments);

// Rows and columns of (…, H, W, C) are known later.
ValueId later_image(Builder& b, ValueId x, const Sizes::Known& size, DType dtype);

}  // namespace halfpixel::keras
