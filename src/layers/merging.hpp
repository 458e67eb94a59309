// What the two files of the merge family share.
#pragma once

#include <halfpixel/keras/layers/merging.hpp>

#include "model/layer_impl.hpp"

namespace halfpixel::keras {

LayerPtr make_dot(const layers::DotOptions& options);

}  // namespace halfpixel::keras
