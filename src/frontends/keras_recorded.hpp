// The layer of models that a layer of core becomes when it is first recorded: copies of one layer
// are one layer in a model.
#pragma once

#include <memory>
#include <mutex>

#include <halfpixel/keras/layer.hpp>

#include "core/access.hpp"

namespace halfpixel::keras {

struct RecordedLayer {
  std::mutex mutex;
  std::shared_ptr<void> layer;  // null until then; core does not know its class
};

}  // namespace halfpixel::keras
