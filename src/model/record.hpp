// Recording: a layer called on symbolic tensors becomes a CallNode; models are made of those.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <halfpixel/keras/tensor.hpp>

#include "model/layer_impl.hpp"

namespace halfpixel::keras {

struct CallNode {
  LayerPtr layer;
  std::vector<KerasTensor> inputs;  // in the order of LayerImpl::call; empty for InputLayer
  std::vector<Spec> outputs;
  std::vector<std::optional<KnownValue>> known;  // of the outputs; empty: nothing
  Config arguments;                              // beside the tensors
  CallConstants constants;                       // among the tensors
  std::uint64_t serial = 0;                      // order of recording in this process
};

// The inside of a symbolic tensor: the call that gives it, and which of its outputs it is.
inline std::shared_ptr<const CallNode> node_of(const KerasTensor& tensor) {
  return Access::share(tensor);
}
inline const CallNode& call_of(const KerasTensor& tensor) {
  return Access::impl(tensor);
}

// Calls the layer on symbolic tensors (shape inference included). One tensor per output.
std::vector<KerasTensor> record_all(const LayerPtr& layer, const std::vector<KerasTensor>& inputs,
                                    Config arguments = {},
                                    BuildContext& context = BuildContext::program(),
                                    CallConstants constants = {});
// For layers with one output.
KerasTensor record(const LayerPtr& layer, const std::vector<KerasTensor>& inputs,
                   BuildContext& context = BuildContext::program());

// An InputLayer: shape includes the batch.
LayerPtr make_input_layer(const Shape& batch_shape, DType dtype, const std::string& name);
// The tensor of an InputLayer that exists already.
KerasTensor record_input(const LayerPtr& input_layer);
// Shape and dtype of an InputLayer; null for other layers.
const Spec* input_spec(const LayerImpl& layer);

}  // namespace halfpixel::keras
