// Other libraries that do the work of a workload, each in one file of peers/ and one row of its
// table.
#pragma once

#include <memory>
#include <span>
#include <string>

#include <halfpixel/resample.hpp>
#include <halfpixel/tensor.hpp>

#include "workloads.hpp"

namespace halfpixel::bench {

// One library on one workload, everything prepared: buffers, tables, threads.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual void run() = 0;
  // What run() computed, in the layout of the workload. Not timed.
  virtual void read_result(const TensorView& out) const = 0;
  // How the definition or the call differs from TensorFlow's; "" when it does not.
  virtual std::string note() const { return ""; }
};

// What an engine is made for. References outlive the engine.
struct Task {
  const Workload& workload;
  const resample::Plan& plan;
  const Tensor& input;
  int threads;
};

struct Peer {
  const char* name;
  std::string (*version)();
  // Null when the library has nothing that comes near the workload, or not with these threads.
  std::unique_ptr<Engine> (*make)(const Task& task);
};

}  // namespace halfpixel::bench
