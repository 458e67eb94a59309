// Keras' Sequential and Functional models. Component halfpixel::model.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <halfpixel/callback.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/keras/tensor.hpp>
#include <halfpixel/path.hpp>
#include <halfpixel/tensor.hpp>
#include <halfpixel/tf_function.hpp>

namespace halfpixel::keras {

// One tensor, several, or several by key.
class HALFPIXEL_EXPORT TensorList {
 public:
  TensorList(KerasTensor tensor);  // NOLINT: converts on purpose
  TensorList(std::initializer_list<KerasTensor> tensors);
  TensorList(std::vector<KerasTensor> tensors);  // NOLINT: converts on purpose
  TensorList(std::initializer_list<std::pair<std::string, KerasTensor>> tensors);
  std::vector<KerasTensor> tensors;
  std::vector<std::string> keys;  // empty: positional
  bool single = false;
};

struct ModelOptions {
  std::string name = {};
};

struct PredictOptions {
  std::int64_t batch_size = 32;
  // Called after each batch, by the calling thread, with samples done and samples in all.
  Callback<void(std::int64_t, std::int64_t)> progress = {};
};

// A tensor that a layer is called on: output `output` of call `call` of `layer`.
struct LayerConnection {
  std::string layer;
  int call = 0;
  int output = 0;
};

// One row of Model::summary().
struct LayerInfo {
  std::string name;
  std::string class_name;
  std::vector<Shape> output_shapes;  // of its last call; empty before the first
  std::int64_t parameters = 0;       // of a nested model: all of them
  std::vector<LayerConnection> connected_to;
  int calls = 0;
  bool is_operation = false;  // x + y and its like: no layer
  bool built = false;
};

// A handle: copies are the same model. A model is a layer too and can be called inside another.
// Thread-safe as GraphLayer is, load_weights() included.
class HALFPIXEL_EXPORT Model : public layers::GraphLayer {
 public:
  Model(const TensorList& inputs, const TensorList& outputs, const ModelOptions& options = {});
  using GraphLayer::operator();
  std::vector<Tensor> call(const std::vector<Tensor>& inputs) const;  // several outputs, in order
  // By name of input layer or key; results by name of output or key.
  std::map<std::string, Tensor> call(const std::map<std::string, Tensor>& inputs) const;
  // In batches over the first axis, whose results are joined along theirs. Batches are read where
  // they stand in x, and written where they belong in the result; memory beyond that is taken for
  // the cast of a batch of another dtype, or for one that is not contiguous.
  Tensor predict(const ConstTensorView& x, const PredictOptions& options = {}) const;
  std::vector<Tensor> predict(const std::vector<Tensor>& inputs,
                              const PredictOptions& options = {}) const;

  void summary() const;  // to std::cout
  void summary(std::ostream& out) const;
  std::vector<LayerInfo> layer_infos() const;  // layers and operations in the order of summary()
  std::vector<layers::GraphLayer> layers() const;
  layers::GraphLayer get_layer(const std::string& name) const;  // throws Error listing the names
  // What a layer's calls in this model are on, and what they give, call by call: for models that
  // begin or end in the middle of this one.
  std::vector<KerasTensor> layer_inputs(const std::string& name) const;
  std::vector<KerasTensor> layer_outputs(const std::string& name) const;
  std::vector<KerasTensor> inputs() const;
  std::vector<KerasTensor> outputs() const;
  std::vector<std::string> input_names() const;
  std::vector<std::string> output_names() const;
  // Of a model that was made from named tensors; empty otherwise.
  std::vector<std::string> input_keys() const;
  std::vector<std::string> output_keys() const;
  Shape input_shape() const;   // of the only input
  Shape output_shape() const;  // of the only output

  std::string to_json() const;
  // .keras (Keras 3 opens it), or weights alone for names that end in .weights.h5
  void save(const Path& path) const;
  void save_weights(const Path& path) const;
  void load_weights(const Path& path);

 protected:
  explicit Model(detail::Shared<LayerImpl> impl) noexcept;

 private:
  friend struct halfpixel::Access;
};

// Anything that a Sequential can hold.
class HALFPIXEL_EXPORT SequentialItem {
 public:
  SequentialItem(const KerasTensor& input);         // NOLINT: keras::Input(…), first
  SequentialItem(const layers::GraphLayer& layer);  // NOLINT: converts on purpose
  template <class CoreLayer>
    requires requires(const CoreLayer& layer) { as_graph_layer(layer); }
  SequentialItem(const CoreLayer& layer)  // NOLINT: UpSampling2D, Resizing …
      : SequentialItem(as_graph_layer(layer)) {}

 private:
  friend struct halfpixel::Access;
  detail::Shared<LayerImpl> impl_;  // of an input: its InputLayer
};

// Layers in a row. add() and pop() belong to one thread, while no other uses the model.
class HALFPIXEL_EXPORT Sequential : public Model {
 public:
  explicit Sequential(std::initializer_list<SequentialItem> items,
                      const ModelOptions& options = {});
  explicit Sequential(const std::vector<SequentialItem>& items = {},
                      const ModelOptions& options = {});
  // The same model, one of a file too. Throws Error when its layers are a graph.
  explicit Sequential(const Model& model);
  void add(const SequentialItem& item);
  layers::GraphLayer pop();  // the last layer, which is in the model no longer
};

namespace models {

// What strangers' files may ask for.
struct Limits {
  // Tensors of the model, weights and activations of a run; a run may take 1,024 times the bytes of
  // its input in any case.
  std::int64_t memory_bytes = std::int64_t{1} << 30;
};

// Makes a layer for a custom class or a Lambda from its configuration.
using CustomFactory = Callback<layers::GraphLayer(const Config& config)>;

// Whose numbers a model gives. Standalone Keras 2.2 and 2.3, and TensorFlow 1's tf.keras before
// 1.14, up-sampled bilinearly without half-pixel centres; what Keras makes of their files today
// differs from what they computed.
enum class Dialect { keras, keras2_legacy };

// Where the writer's Keras computed. Interpolated UpSampling2D and Resizing are the backend's own
// there; other layers mean the same on all of them.
enum class Backend { tensorflow, torch, jax };

struct LoadOptions {
  // Class name ("PixelShuffle", "acme>PixelShuffle") or layer name of a Lambda -> factory.
  std::map<std::string, CustomFactory> custom_objects = {};
  Limits limits = {};
  // keras2_legacy: bilinear UpSampling2D as those versions computed it, whoever wrote the file.
  // Such a model cannot be saved, because no file says so.
  Dialect dialect = Dialect::keras;
  // torch, jax: UpSampling2D and Resizing as Keras on that backend computes them (bicubic of torch
  // is up to 0.3 from TensorFlow's). Refused: lanczos on torch, which has none, and Resizing that
  // crops or pads. Files do not say where they were written; saving keeps the layers, not the
  // backend.
  Backend backend = Backend::tensorflow;
  // Called by the calling thread with what the file's writer would have computed otherwise.
  Callback<void(const std::string&)> warning = {};
};

// .keras (zip or unzipped folder) and .h5 of Keras 3 and tf_keras; the content decides. No code in
// the file is ever run. Throws Error naming file, layer and reason.
HALFPIXEL_EXPORT Model load_model(const Path& path, const LoadOptions& options = {});
HALFPIXEL_EXPORT Model model_from_json(const std::string& json, const LoadOptions& options = {});
HALFPIXEL_EXPORT void save_model(const Model& model, const Path& path);

// What a file says of its model, whether it can be loaded or not. Layers that are not known, and
// what comes after them, have no output_shapes; parameters are those of the weights, -1 where the
// file does not tell.
struct HALFPIXEL_EXPORT Outline {
  std::string name;
  std::vector<LayerInfo> layers;      // in the order of the file
  std::vector<std::string> problems;  // why it does not load, each once
  void print(std::ostream& out) const;
};
// Throws Error when not even that can be read.
HALFPIXEL_EXPORT Outline outline(const Path& path, const LoadOptions& options = {});

// A layer that applies one of the library's operations: "depth_to_space:2", "scale:0.1", "identity"
// …
HALFPIXEL_EXPORT layers::GraphLayer operation_layer(const std::string& operation,
                                                    const std::string& name = {});
// The same for LoadOptions::custom_objects. What the operation can take from the layer's own
// configuration it takes: instance_normalization its epsilon.
HALFPIXEL_EXPORT CustomFactory operation_factory(const std::string& operation);

}  // namespace models

}  // namespace halfpixel::keras
