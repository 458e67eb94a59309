// What a run of a model from a file may take.
#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "model/layer_impl.hpp"

namespace halfpixel::keras {
namespace {

double bytes_of(const std::vector<Spec>& specs) {
  double bytes = 0;
  for (const Spec& spec : specs) {
    bytes +=
        static_cast<double>(spec.shape.num_elements()) * static_cast<double>(size_of(spec.dtype));
  }
  return bytes;
}

double weight_bytes(const LayerImpl& layer, std::unordered_set<const LayerImpl*>& seen) {
  if (!seen.insert(&layer).second) return 0;
  double bytes = 0;
  for (const Variable& variable : layer.variables())
    bytes += static_cast<double>(variable.value.size_bytes());
  for (const auto& [key, inner] : layer.sublayers()) bytes += weight_bytes(*inner, seen);
  return bytes;
}

}  // namespace

void LayerImpl::limit_memory(std::int64_t bytes) {
  memory_limit_ = bytes;
  for (const auto& [key, inner] : sublayers()) inner->limit_memory(bytes);
}

void LayerImpl::require_memory(const graph::Executable& executable) const {
  const std::int64_t limit = memory_limit_;
  if (limit <= 0) return;
  constexpr double kGrowth = 1024, kMebibyte = 1 << 20;
  std::unordered_set<const LayerImpl*> seen;
  const double needed = weight_bytes(*this, seen) + static_cast<double>(executable.arena_bytes()) +
                        bytes_of(executable.outputs());
  const double allowed =
      std::max(static_cast<double>(limit), kGrowth * bytes_of(executable.inputs()));
  if (needed <= allowed) return;
  std::string shapes;
  for (const Spec& spec : executable.inputs())
    shapes += (shapes.empty() ? "" : ", ") + spec.shape.str();
  fail(ErrorCode::out_of_memory, "[", class_name_, " '", name_, "'] a run for ", shapes, " needs ",
       std::ceil(needed / kMebibyte), " MiB; allowed are ", std::floor(allowed / kMebibyte),
       ": limits.memory_bytes of load_model, on the command line --max-memory");
}

}  // namespace halfpixel::keras
