#include "graph/placement.hpp"

#include <algorithm>

#include "core/checked.hpp"
#include "graph/memory_plan.hpp"

namespace halfpixel::graph {
namespace {

std::size_t bytes_of(const Spec& spec) {
  return static_cast<std::size_t>(checked_multiply(
      spec.shape.num_elements(), static_cast<std::int64_t>(size_of(spec.dtype)), "value"));
}

// What is known of one value.
struct Home {
  // Values that share memory have one root: results in place, and parts of a concatenation.
  ValueId root = -1;
  std::size_t shift = 0;  // bytes from the start of `root`, which may have a root itself
  int last_reader = -1;   // the node that reads it last
  int life = -1;          // of roots in the arena: which lifetime
  Place place = {};       // of roots that are not in the arena
};

class Placer {
 public:
  Placer(const Graph& graph, const InPlaceConcats& concats, std::span<const std::size_t> scratch)
      : graph_(graph), concats_(concats), scratch_(scratch), homes_(graph.values.size()) {}

  Placement place() {
    place_constants_and_inputs();
    place_outputs();
    find_last_readers();
    join_parts();
    for (int n = 0; n < node_count(); ++n) reuse_an_input(n);
    find_lifetimes();
    return planned();
  }

 private:
  int node_count() const { return static_cast<int>(graph_.nodes.size()); }
  const Node& node(int n) const { return graph_.nodes[static_cast<std::size_t>(n)]; }
  Home& home(ValueId id) { return homes_[static_cast<std::size_t>(id)]; }

  void place_constants_and_inputs() {
    for (std::size_t i = 0; i < homes_.size(); ++i) {
      homes_[i].root = static_cast<ValueId>(i);
      const auto& constant = graph_.values[i].constant;
      if (constant) homes_[i].place = {.kind = Place::Kind::constant, .constant = constant->data()};
    }
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i)
      home(graph_.inputs[i]).place = {.kind = Place::Kind::input, .index = i};
  }

  // The caller's memory is used directly, unless a value is an output twice or is not computed.
  void place_outputs() {
    for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
      Place& place = home(graph_.outputs[i]).place;
      if (place.kind == Place::Kind::none) {
        place = {.kind = Place::Kind::output, .index = i};
      } else {
        result_.copies.push_back({i, place});
      }
    }
  }

  void find_last_readers() {
    for (int n = 0; n < node_count(); ++n) {
      for (const ValueId id : node(n).inputs) home(id).last_reader = n;
    }
  }

  void join_parts() {
    for (const InPlaceConcats::Part& part : concats_.parts) {
      home(part.value).root = part.into;
      home(part.value).shift = part.byte_offset;
    }
  }

  // The result over an input that nobody reads any more.
  void reuse_an_input(int n) {
    const std::vector<ValueId>& inputs = node(n).inputs;
    const ValueId out = node(n).outputs[0];
    if (home(out).place.kind == Place::Kind::output || home(out).root != out) return;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const ValueId in = inputs[i];
      const bool dies =
          home(in).last_reader == n && std::count(inputs.begin(), inputs.end(), in) == 1;
      const bool ours =
          home(in).place.kind == Place::Kind::none && home(in).root == in && !concats_.is_whole(in);
      if (dies && ours && node(n).op->in_place(static_cast<int>(i)) &&
          bytes_of(graph_.spec(in)) == bytes_of(graph_.spec(out))) {
        home(out).root = in;
        return;
      }
    }
  }

  // The root of a value, and how many bytes behind its start the value begins.
  struct Origin {
    ValueId root;
    std::size_t shift;
  };
  Origin origin_of(ValueId id) {
    std::size_t shift = 0;
    for (; home(id).root != id; id = home(id).root) shift += home(id).shift;
    return {id, shift};
  }

  void find_lifetimes() {
    for (int n = 0; n < node_count(); ++n) {
      const std::size_t bytes = scratch_[static_cast<std::size_t>(n)];
      scratch_lives_.push_back(bytes > 0 ? static_cast<int>(lives_.size()) : -1);
      if (bytes > 0) lives_.push_back({bytes, n, n});
    }
    for (int n = 0; n < node_count(); ++n) {
      for (const ValueId id : node(n).inputs) keep_alive(id, n);
      for (const ValueId id : node(n).outputs) keep_alive(id, n);
    }
  }

  void keep_alive(ValueId id, int n) {
    Home& root = home(origin_of(id).root);
    if (root.place.kind != Place::Kind::none) return;
    if (root.life < 0) {
      root.life = static_cast<int>(lives_.size());
      lives_.push_back({bytes_of(graph_.spec(root.root)), n, n});
    }
    Lifetime& life = lives_[static_cast<std::size_t>(root.life)];
    life.first = std::min(life.first, n);
    life.last = std::max(life.last, n);
  }

  Placement planned() {
    const MemoryPlan plan = plan_memory(lives_);
    const auto offset_of = [&plan](int life) {
      return life < 0 ? std::size_t{0} : plan.offset[static_cast<std::size_t>(life)];
    };
    for (std::size_t i = 0; i < homes_.size(); ++i) {
      const auto [root, shift] = origin_of(static_cast<ValueId>(i));
      Place place = home(root).place;
      if (place.kind == Place::Kind::none)
        place = {.kind = Place::Kind::arena, .offset = offset_of(home(root).life)};
      place.offset += shift;
      result_.values.push_back(place);
    }
    for (const int life : scratch_lives_) result_.scratch.push_back(offset_of(life));
    result_.arena_bytes = plan.arena_bytes;
    for (const Lifetime& life : lives_) result_.unplanned_bytes += life.bytes;
    return std::move(result_);
  }

  const Graph& graph_;
  const InPlaceConcats& concats_;
  std::span<const std::size_t> scratch_;
  std::vector<Home> homes_;  // by ValueId
  std::vector<Lifetime> lives_;
  std::vector<int> scratch_lives_;  // by node; -1: no scratch
  Placement result_;
};

}  // namespace

Placement place_values(const Graph& graph, const InPlaceConcats& concats,
                       std::span<const std::size_t> scratch_bytes) {
  return Placer(graph, concats, scratch_bytes).place();
}

}  // namespace halfpixel::graph
