// Letters fall into four groups: in both operands and the result (batch), in one operand and the
// result (rows, columns), in both operands only (summed). Operands are brought into (batch, rows,
// summed) and (batch, summed, columns) order, which more often than not only means reading them
// with other strides.
#include "graph/ops/einsum.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "core/checked.hpp"
#include "graph/ops/dnnl_kernel.hpp"
#include "graph/ops/panel_product.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {
namespace {

using dnnl::memory;

// Letters of an operand with the axes of "..." named '0', '1' … from the right, so that they match.
std::string spelled_out(const std::string& form, int rank) {
  std::string letters;
  for (const char c : form) {
    if (c != '.') {
      letters += c;
      continue;
    }
    const int elided = rank - static_cast<int>(form.size()) + 1;
    for (int i = elided; i-- > 0;) letters += static_cast<char>('0' + i);
  }
  return letters;
}

bool has(const std::string& letters, char c) {
  return letters.find(c) != std::string::npos;
}

// A tensor in memory: its letters, outermost first, with extents and strides.
struct Axes {
  std::string letters;
  std::vector<std::int64_t> extents, strides;

  static Axes dense(const std::string& letters, const Shape& shape) {
    Axes axes{letters, {shape.begin(), shape.end()}, std::vector<std::int64_t>(shape.size())};
    std::int64_t step = 1;
    for (std::size_t i = shape.size(); i-- > 0;) {
      axes.strides[i] = step;
      step *= axes.extents[i];
    }
    return axes;
  }
  std::int64_t extent(char c) const {
    const std::size_t at = letters.find(c);
    return at == std::string::npos ? 1 : extents[at];
  }
  std::int64_t stride(char c) const {
    const std::size_t at = letters.find(c);
    return at == std::string::npos ? 0 : strides[at];
  }
};

// A run of letters as one axis; `whole` is false when memory does not allow that.
struct Group {
  std::int64_t extent = 1, stride = 0;
  bool whole = true;
};
Group group(const Axes& axes, const std::string& letters) {
  Group result;
  for (std::size_t i = letters.size(); i-- > 0;) {
    const std::int64_t extent = axes.extent(letters[i]);
    const std::int64_t stride = axes.stride(letters[i]);
    if (extent == 1) continue;
    if (result.extent == 1) {
      result.stride = stride;
    } else if (stride != result.stride * result.extent) {
      result.whole = false;
    }
    result.extent *= extent;
  }
  return result;
}

struct Matrices {
  memory::desc desc;
  bool fits = false;
  bool plain = false;  // rows lie in memory one after the other
};
// (batch, rows, columns) of a tensor as oneDNN's matmul may read it; fits is false when it may not.
Matrices matrices(const Axes& axes, const std::string& batch, const std::string& rows,
                  const std::string& columns) {
  const Group b = group(axes, batch), r = group(axes, rows), c = group(axes, columns);
  if (!b.whole || !r.whole || !c.whole) return {};
  // One of the two inner strides must be 1, the other at least as wide as what it steps over.
  Group row = r, column = c;
  if (column.extent == 1) column.stride = 1;
  if (row.extent == 1) row.stride = column.stride == 1 ? column.extent : 1;
  if (c.extent == 1 && r.extent > 1) {
    if (r.stride == 1) column.stride = r.extent;
  }
  const bool plain = column.stride == 1 && row.stride >= column.extent;
  const bool turned = row.stride == 1 && column.stride >= row.extent;
  if (!plain && !turned) return {};
  const std::int64_t step = b.extent == 1 ? row.extent * column.extent : b.stride;
  return {memory::desc({b.extent, row.extent, column.extent}, memory::data_type::f32,
                       {step, row.stride, column.stride}),
          true, plain};
}

// A tensor in another order of its letters.
StridedCopy permutation(const Axes& src, const Axes& dst) {
  StridedCopy copy;
  for (const char c : dst.letters) copy.add(dst.extent(c), src.stride(c), dst.stride(c));
  copy.simplify();
  return copy;
}

Axes in_order(const std::string& letters, const Axes& axes) {
  Shape shape;
  for (const char c : letters) shape.push_back(axes.extent(c));
  return Axes::dense(letters, shape);
}

std::size_t bytes_of(const Axes& axes) {
  std::size_t bytes = sizeof(float);
  for (const std::int64_t extent : axes.extents) bytes *= static_cast<std::size_t>(extent);
  return bytes;
}

std::unique_ptr<Kernel> make_kernel(const std::array<std::string, 3>& letters,
                                    const PrepareArgs& args) {
  std::string batch, rows, columns, summed;
  for (const char c : letters[2]) {
    const bool a = has(letters[0], c), b = has(letters[1], c);
    (a && b ? batch : a ? rows : columns) += c;
  }
  for (const char c : letters[0]) {
    if (!has(letters[2], c)) summed += c;
  }
  const Axes result = Axes::dense(letters[2], args.outputs[0].shape);
  // oneDNN reads matrices of either order, but what writes columns one after the other is its
  // reference code, a hundred times slower: the second operand times the first has them as rows.
  std::array<std::size_t, 2> order = {0, 1};
  if (const Matrices y = matrices(result, batch, rows, columns); y.fits && !y.plain) {
    std::swap(rows, columns);
    order = {1, 0};
  }
  auto kernel = std::make_unique<DnnlKernel>();

  // Operands: as they are, or copied (constants now, others at each run).
  std::array<Matrices, 2> operands;
  std::array<DnnlKernel::Place, 2> places;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string& outer = i == 0 ? rows : summed;
    const std::string& inner = i == 0 ? summed : columns;
    const std::size_t input = order[i];
    const Axes axes = Axes::dense(letters[input], args.inputs[input].shape);
    operands[i] = matrices(axes, batch, outer, inner);
    places[i] = DnnlKernel::input(input);
    const Tensor* constant = args.constants[input];
    if (operands[i].fits) {
      if (constant == nullptr) continue;
      kernel->keep(*constant);
      places[i] =
          DnnlKernel::constant(dnnl_constant(*constant, operands[i].desc, operands[i].desc));
      continue;
    }
    const Axes ordered = in_order(batch + outer + inner, axes);
    const StridedCopy permute = permutation(axes, ordered);
    operands[i] = matrices(ordered, batch, outer, inner);
    if (constant != nullptr) {
      Tensor copy(Shape(ordered.extents), DType::float32);
      permute.run(constant->data(), copy.data());
      kernel->keep(copy);
      places[i] = DnnlKernel::constant(dnnl_constant(copy, operands[i].desc, operands[i].desc));
    } else {
      places[i] = kernel->take_scratch(bytes_of(ordered));
      kernel->add(
          [permute, input, to = places[i]](const void* const* in, void* const* out, void* scratch) {
            permute.run(in[input], DnnlKernel::data(to, in, out, scratch));
          });
    }
  }
  Matrices product = matrices(result, batch, rows, columns);
  DnnlKernel::Place place = DnnlKernel::output(0);
  const Axes ordered = in_order(batch + rows + columns, result);
  const bool direct = product.fits;
  if (!direct) {
    product = matrices(ordered, batch, rows, columns);
    place = kernel->take_scratch(bytes_of(ordered));
  }
  const auto chosen = dnnl_describe<dnnl::matmul>(dnnl_engine(), dnnl_attributes(),
                                                  operands[0].desc, operands[1].desc, product.desc);
  if (takes_panel_product(chosen.impl_info_str(), operands[0].desc, product.desc)) {
    kernel->set_implementation("panels");
    add_panel_product(*kernel, {operands[0].desc, places[0]}, {operands[1].desc, places[1]},
                      {product.desc, place});
  } else {
    kernel->set_implementation(chosen.impl_info_str());
    kernel->add(dnnl::matmul(chosen),
                {{DNNL_ARG_SRC, operands[0].desc, places[0]},
                 {DNNL_ARG_WEIGHTS, operands[1].desc, places[1]},
                 {DNNL_ARG_DST, product.desc, place},
                 {DNNL_ARG_SCRATCHPAD, chosen.scratchpad_desc(),
                  kernel->take_scratch(chosen.scratchpad_desc().get_size())}});
  }
  if (!direct) {
    kernel->add([permute = permutation(ordered, result), place](const void* const* in,
                                                                void* const* out, void* scratch) {
      permute.run(DnnlKernel::data(place, in, out, scratch), out[0]);
    });
  }
  return kernel;
}

struct EinsumForm {
  std::string equation;
  std::array<std::string, 2> operand;  // '.' stands for the ellipsis
  std::string result;
  friend bool operator==(const EinsumForm&, const EinsumForm&) = default;
};

EinsumForm parse(const std::string& equation) {
  const auto refuse = [&](const char* why) {
    fail(ErrorCode::invalid_argument, "[einsum] Invalid einsum equation: ", why, "; got '",
         equation, "'");
  };
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < equation.size(); ++i) {
    const char c = equation[i];
    if (c == ' ') continue;
    if (c == ',' || (c == '-' && i + 1 < equation.size() && equation[i + 1] == '>')) {
      if (c == '-') ++i;
      if (parts.size() != (c == ',' ? 1U : 2U)) refuse("form is \"ab,bc->ac\"");
      parts.emplace_back();
    } else if (equation.compare(i, 3, "...") == 0) {
      i += 2;
      parts.back() += '.';
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      if (has(parts.back(), c)) refuse("a letter may stand once in each operand");
      parts.back() += c;
    } else {
      refuse("letters, blanks and ... only");
    }
  }
  if (parts.size() != 3) refuse("form is \"ab,bc->ac\"");
  for (const std::string& part : parts) {
    if (std::count(part.begin(), part.end(), '.') > 1) refuse("one ... for each operand");
  }
  for (const char c : parts[2]) {
    if (!has(parts[0], c) && !has(parts[1], c)) refuse("the result has letters of its own");
  }
  for (int i = 0; i < 2; ++i) {
    for (const char c : parts[static_cast<std::size_t>(i)]) {
      if (!has(parts[2], c) && !has(parts[static_cast<std::size_t>(1 - i)], c)) {
        refuse("a summed letter must stand in both operands");
      }
    }
  }
  return {equation, {parts[0], parts[1]}, parts[2]};
}

class EinsumOp final : public OpWith<EinsumOp, EinsumForm> {
 public:
  using OpWith::OpWith;
  double multiply_adds(const PrepareArgs& args) const override;

  std::string_view kind() const noexcept override { return "einsum"; }
  std::string attributes() const override { return attr.equation; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
};

std::vector<Spec> EinsumOp::infer(std::span<const Spec> inputs) const {
  if (inputs.size() != 2) {
    fail(ErrorCode::internal, "[einsum] takes two inputs; got ", inputs.size());
  }
  int elided = 0;
  std::string letters[2];
  for (std::size_t i = 0; i < 2; ++i) {
    if (inputs[i].dtype != DType::float32) {
      fail(ErrorCode::unsupported, "[einsum] inputs must be float32; got ", inputs[i].dtype);
    }
    const int rank = inputs[i].shape.rank();
    const bool open = has(attr.operand[i], '.');
    const int named = static_cast<int>(attr.operand[i].size()) - (open ? 1 : 0);
    if (open ? rank < named : rank != named) {
      fail(ErrorCode::invalid_argument, "[einsum] '", attr.equation, "' does not fit input ", i,
           "; got shape ", inputs[i].shape);
    }
    letters[i] = spelled_out(attr.operand[i], rank);
    if (open) elided = std::max(elided, rank - named);
  }
  const auto named = static_cast<int>(attr.result.size()) - (has(attr.result, '.') ? 1 : 0);
  Shape shape;
  const std::string result =
      spelled_out(attr.result, has(attr.result, '.') ? named + elided : named);
  const auto extent_of = [&](char c) {
    std::int64_t extent = kUnknown;
    for (std::size_t i = 0; i < 2; ++i) {
      const std::size_t at = letters[i].find(c);
      if (at == std::string::npos) continue;
      const std::int64_t other = inputs[i].shape[static_cast<int>(at)];
      if (extent != kUnknown && other != kUnknown && extent != other) {
        fail(ErrorCode::invalid_argument, "[einsum] extents of '", c, "' in '", attr.equation,
             "' differ; got shapes ", inputs[0].shape, " and ", inputs[1].shape);
      }
      extent = std::max(extent, other);
    }
    return extent;
  };
  for (const char c : letters[0]) extent_of(c);
  for (const char c : result) shape.push_back(extent_of(c));
  return {{shape, DType::float32}};
}

double EinsumOp::multiply_adds(const PrepareArgs& args) const {
  const Shape& a = args.inputs[0].shape;
  const std::string letters = spelled_out(attr.operand[0], a.rank());
  auto sum = static_cast<double>(args.outputs[0].shape.num_elements());
  for (int i = 0; i < a.rank(); ++i) {
    const char c = letters[static_cast<std::size_t>(i)];
    const bool elided = c >= '0' && c <= '9';
    if (!has(attr.result, elided ? '.' : c)) sum *= static_cast<double>(a[i]);
  }
  return sum;
}

std::unique_ptr<Kernel> EinsumOp::prepare(const PrepareArgs& args) const {
  const Shape& shape = args.outputs[0].shape;
  if (shape.num_elements() == 0) return nothing_to_do();
  if (args.inputs[0].shape.num_elements() == 0 || args.inputs[1].shape.num_elements() == 0) {
    fail(ErrorCode::unsupported, "[einsum] summed axes must not be empty; got shapes ",
         args.inputs[0].shape, " and ", args.inputs[1].shape);
  }
  const std::array<std::string, 3> letters = {
      spelled_out(attr.operand[0], args.inputs[0].shape.rank()),
      spelled_out(attr.operand[1], args.inputs[1].shape.rank()), [&] {
        const int open = has(attr.result, '.') ? 1 : 0;
        return open != 0 ? spelled_out(attr.result, shape.rank()) : attr.result;
      }()};
  return dnnl_guard("einsum", [&] { return make_kernel(letters, args); });
}

}  // namespace

OpPtr make_einsum(const std::string& equation) {
  return std::make_shared<EinsumOp>(parse(equation));
}

}  // namespace halfpixel::graph
