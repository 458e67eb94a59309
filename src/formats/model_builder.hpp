// A description becomes layers, calls and a model.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <halfpixel/keras/model.hpp>

#include "formats/model_description.hpp"
#include "model/model_impl.hpp"

namespace halfpixel::formats {

// A layer as weight files see it: its class and name in the file, and for models the layers inside,
// in the file's order. A wrapper has the layer inside it there, when that is a model or a wrapper.
struct WeightTarget {
  keras::LayerPtr layer;
  std::string class_name;
  std::string name;
  bool is_model = false;
  std::vector<WeightTarget> layers;
};

struct BuiltModel {
  std::shared_ptr<keras::ModelImpl> model;
  WeightTarget weights;
};

// Variables are made in the context. Throws Error that names the layer.
BuiltModel build_model(const ModelDescription& description,
                       const keras::models::LoadOptions& options, keras::BuildContext& context);
BuiltModel build_sequential(const ModelDescription& description,
                            const keras::models::LoadOptions& options,
                            keras::BuildContext& context);

// The same view of a model that exists already.
WeightTarget weight_target(const std::shared_ptr<keras::LayerImpl>& model);

// The layer or model of an entry that is no operation, under this name.
WeightTarget make_target(const LayerEntry& entry, const std::string& name,
                         const keras::models::LoadOptions& options, keras::BuildContext& context);

// One layer of an entry that is neither a model nor an operation.
keras::LayerPtr make_layer(const LayerEntry& entry, const std::string& name,
                           const keras::models::LoadOptions& options);

// What a call hands to a layer: tensors in the order that LayerImpl::call expects, and what else it
// says.
struct LayerArguments {
  std::vector<TensorRef> tensors;
  keras::CallConstants constants;  // arrays between them
  Config others;                   // without what is None or False
};
// Throws Error for arguments that cannot be passed on.
LayerArguments layer_arguments(const LayerEntry& entry, const InboundCall& call);

}  // namespace halfpixel::formats
