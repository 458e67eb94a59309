// What a tf::ConcreteFunction holds.
#pragma once

#include <utility>
#include <vector>

#include <halfpixel/tf_function.hpp>

#include "model/execute.hpp"

namespace halfpixel::tf {

// Throws Error when a pass is left out that does not exist.
graph::CompileOptions compile_options(const FunctionOptions& options);

struct ConcreteFunction::Impl {
  Impl(keras::CompiledCall c, std::vector<TensorSpec> in, std::vector<TensorSpec> out)
      : call(std::move(c)), inputs(std::move(in)), outputs(std::move(out)) {}
  keras::CompiledCall call;
  std::vector<TensorSpec> inputs, outputs;  // as the caller sees them
};

}  // namespace halfpixel::tf
