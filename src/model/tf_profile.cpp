// tf::function, for people: what was compiled, and where a run's time goes.
#include <algorithm>
#include <chrono>
#include <limits>
#include <locale>
#include <sstream>

#include <halfpixel/error.hpp>
#include <halfpixel/executor.hpp>

#include "core/checked.hpp"
#include "kernels/kernels.hpp"
#include "model/concrete_function.hpp"

namespace halfpixel::tf {
namespace {

std::string operation_of(const graph::Node& node) {
  std::string text(node.op->kind());
  if (const std::string attributes = node.op->attributes(); !attributes.empty())
    text += concat(" (", attributes, ")");
  return text;
}

// Digits alone, as many as there are: counts may be compared.
std::string whole(double count) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out.precision(0);
  out << std::fixed << count;
  return out.str();
}

}  // namespace

std::size_t ConcreteFunction::arena_bytes() const {
  return impl_->call.executable().arena_bytes();
}
std::size_t ConcreteFunction::unplanned_bytes() const {
  return impl_->call.executable().unplanned_bytes();
}

std::vector<PassReport> ConcreteFunction::passes() const {
  std::vector<PassReport> list;
  for (const graph::PassReport& pass : impl_->call.executable().report()) {
    list.push_back({pass.pass, pass.changes, pass.multiply_adds_before, pass.multiply_adds_after});
  }
  return list;
}

std::string ConcreteFunction::describe() const {
  std::ostringstream out;
  const graph::Graph& graph = impl_->call.executable().graph();
  for (const graph::Node& node : graph.nodes) {
    out << operation_of(node);
    for (const graph::ValueId id : node.inputs) out << ' ' << graph.spec(id).shape;
    out << " -> " << graph.spec(node.outputs[0]).shape;
    if (!node.name.empty()) out << "  # " << node.name;
    out << '\n';
  }
  for (const PassReport& pass : passes()) {
    out << "pass " << pass.pass << ": " << pass.changes << ", multiply-adds "
        << whole(pass.multiply_adds_before) << " -> " << whole(pass.multiply_adds_after) << '\n';
  }
  out << "arena " << arena_bytes() << " bytes, without sharing " << unplanned_bytes() << '\n';
  return out.str();
}

std::vector<StepProfile> ConcreteFunction::profile(const std::vector<ConstTensorView>& inputs,
                                                   int runs) const {
  if (inputs.size() != impl_->inputs.size()) {
    fail(ErrorCode::invalid_argument, "[tf.function] ", impl_->inputs.size(),
         " inputs are needed; got ", inputs.size());
  }
  if (runs < 1)
    fail(ErrorCode::invalid_argument, "[tf.function] argument runs must be positive; got ", runs);
  const graph::Graph& graph = impl_->call.executable().graph();
  std::vector<StepProfile> steps;
  for (const graph::Node& node : graph.nodes) {
    steps.push_back({operation_of(node), node.name, graph.spec(node.outputs[0]).shape,
                     std::numeric_limits<double>::infinity(), graph::multiply_adds(graph, node)});
  }
  std::vector<Tensor> results;
  for (const TensorSpec& spec : impl_->outputs) results.emplace_back(spec.shape, spec.dtype);
  const std::vector<TensorView> outputs(results.begin(), results.end());
  std::vector<double> seconds(steps.size());
  for (int run = 0; run < runs; ++run) {
    std::ranges::fill(seconds, 0.0);
    impl_->call.run(inputs, outputs, seconds);
    for (std::size_t i = 0; i < steps.size(); ++i)
      steps[i].seconds = std::min(steps[i].seconds, seconds[i]);
  }
  return steps;
}

double peak_gflops() {
  constexpr std::int64_t kRounds = 1 << 16;
  constexpr int kTimes = 48;
  const kernels::KernelTable& table = kernels::tables().front();
  const double operations =
      2.0 * static_cast<double>(kRounds * kernels::kPeakVectors * table.lanes);
  const int threads = num_threads();
  double rate = 0;
  float made = 0;
  // All at once, each by its own clock and at its best of several: a limit is what the machine does
  // when nobody disturbs it.
#pragma omp parallel for num_threads(threads) schedule(static) reduction(+ : rate, made)
  for (int t = 0; t < threads; ++t) {
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < kTimes; ++i) {
      const auto start = std::chrono::steady_clock::now();
      made += table.multiply_adds(kRounds, static_cast<float>(t));
      least = std::min(
          least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    rate += 1e-9 * operations / least;
  }
  return made > 0 ? rate : 0;
}

}  // namespace halfpixel::tf
