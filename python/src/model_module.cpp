// halfpixel._model: the component model, loaded when a model is first made.
#include "bindings.hpp"
#include "model_bindings.hpp"

NB_MODULE(_model, m) {
  using namespace halfpixel::python;
  bind_errors();
  bind_models(m);
  bind_layers_of_models(m);
  bind_functions(m);
}
