// ModelImpl: a layer made of layers, Functional or Sequential.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <halfpixel/keras/model.hpp>

#include "model/record.hpp"

namespace halfpixel::keras {

// Inputs or outputs of a model: tensors, their names, and the keys when they were given as a dict.
struct Ports {
  std::vector<KerasTensor> tensors;
  std::vector<std::string> keys;  // empty: positional
  bool single = false;            // one tensor, not a list of one
};

class ModelImpl final : public LayerImpl {
 public:
  // Functional. Throws Error when an output does not depend on the inputs, or two layers share a
  // name.
  ModelImpl(Ports inputs, Ports outputs, std::string name);
  // Sequential; without an InputLayer it is connected by its first call.
  ModelImpl(std::vector<LayerPtr> items, std::string name, bool trainable = true,
            BuildContext& context = BuildContext::program());

  ~ModelImpl() override;

  bool is_sequential() const { return sequential_; }
  bool connected() const { return !outputs_.tensors.empty(); }
  const Ports& inputs() const { return inputs_; }
  const Ports& outputs() const { return outputs_; }
  // Calls in the order in which they run, InputLayers included.
  const std::vector<std::shared_ptr<const CallNode>>& calls() const { return calls_; }
  // In Keras' order (decreasing depth, then the order of discovery). Sequential: as added,
  // InputLayer left out as Keras does.
  const std::vector<LayerPtr>& layers() const { return layers_; }
  // Sequential: the InputLayer in front, or null.
  LayerPtr input_layer() const { return input_layer_; }
  void add(LayerPtr item, BuildContext& context = BuildContext::program());  // Sequential
  LayerPtr pop(BuildContext& context = BuildContext::program());             // Sequential

  // Names by which people address inputs and outputs: input layer names; names of the layers that
  // give the outputs, as Keras makes them unique: the second output that a layer gives is NAME_1.
  std::vector<std::string> input_names() const;
  std::vector<std::string> output_names() const;
  // Position of a name or key; -1 when there is none.
  int find_input(const std::string& name) const;
  int find_output(const std::string& name) const;

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override;
  std::vector<ValueId> call_with_arguments(Builder& builder, std::span<const ValueId> inputs,
                                           const Config& arguments) const override;
  void add_config(Config& config) const override;  // written by formats/save
  std::vector<std::pair<std::string, LayerPtr>> sublayers() const override;
  bool casts_inputs() const override { return false; }
  bool takes_several() const override { return true; }
  DType output_dtype(std::span<const Spec> inputs) const override;

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override;

 private:
  void connect(BuildContext& context);  // Sequential, from input_layer_
  void sort();                          // calls_ and layers_ from the outputs
  bool sequential_ = false;
  Ports inputs_, outputs_;
  std::vector<std::shared_ptr<const CallNode>> calls_;
  std::vector<LayerPtr> layers_;
  LayerPtr input_layer_;
};

// The inside of a model.
inline ModelImpl& impl_of(const Model& model) {
  return static_cast<ModelImpl&>(Access::impl<layers::GraphLayer>(model));
}

}  // namespace halfpixel::keras
