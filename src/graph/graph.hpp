// Graph: values and nodes in the order in which they run. Builder appends to one; passes rewrite
// one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "graph/known.hpp"
#include "graph/op.hpp"

namespace halfpixel::graph {

using ValueId = int;

struct Value {
  Spec spec;
  int producer = -1;               // index into Graph::nodes; -1: input or constant
  int output_index = 0;            // of the producer
  std::optional<Tensor> constant;  // set: the value itself, shared with whoever made it
  std::string name;                // inputs: the caller's name
};

struct Node {
  OpPtr op;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  std::string name;  // the layer or operation it came from
};

struct Graph {
  std::vector<Value> values;
  std::vector<Node> nodes;  // topological order
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;

  const Spec& spec(ValueId id) const { return values[static_cast<std::size_t>(id)].spec; }
  // How many nodes read each value; graph outputs count once more.
  std::vector<int> use_counts() const;
  // Throws Error(internal) when ids, order or specs do not fit together; passes call it in debug
  // builds.
  void check() const;
};

// What a node's op is prepared for, its result dense; the constants are the graph's own.
PrepareArgs args_of(const Graph& graph, const Node& node);
double multiply_adds(const Graph& graph, const Node& node);
double multiply_adds(const Graph& graph);  // of all nodes

// Appends nodes. Layers see nothing but a Builder and ValueIds.
class Builder {
 public:
  ValueId input(const Spec& spec, std::string name);
  ValueId constant(const Tensor& value);
  bool is_constant(ValueId id) const;
  ValueId scalar(float value);  // float32, shape ()
  // One value per output of the op; infers their specs. What follows from extents alone becomes
  // constant.
  std::vector<ValueId> add(const OpPtr& op, std::span<const ValueId> inputs);
  ValueId add1(const OpPtr& op, std::initializer_list<ValueId> inputs) {
    return add(op, std::span(inputs.begin(), inputs.size()))[0];
  }
  // By value: add() may move the graph's own.
  Spec spec(ValueId id) const { return graph_.spec(id); }
  Shape shape(ValueId id) const { return graph_.spec(id).shape; }
  // What is known of a value, constants included; none: nothing.
  std::optional<KnownValue> known(ValueId id) const;
  void set_known(ValueId id, KnownValue known) {
    known_.insert_or_assign(id, Followed{std::move(known), true});
  }
  // Set where only shapes are asked for, of which some may not be known yet.
  bool only_infers() const { return only_infers_; }
  void set_only_infers() { only_infers_ = true; }
  // Names that nodes get from here on.
  void set_scope(std::string name) { scope_ = std::move(name); }
  const std::string& scope() const { return scope_; }
  Graph finish(std::vector<ValueId> outputs) &&;

 private:
  struct Followed {
    KnownValue value;
    bool from_extents = false;  // else from constants alone, which are the passes' business
  };
  std::vector<Followed> follow(const Op& op, std::span<const ValueId> inputs,
                               const std::vector<Spec>& results) const;
  Graph graph_;
  std::unordered_map<ValueId, Followed> known_;  // of what is no constant of the caller's
  bool only_infers_ = false;
  std::string scope_;
};

}  // namespace halfpixel::graph
