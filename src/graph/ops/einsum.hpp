// Einstein summation of two tensors: "abc,cde->abde". Becomes one batched matrix product.
#pragma once

#include <string>

#include "graph/op.hpp"

namespace halfpixel::graph {

// Letters and, in front or at the end of operands, "..."; blanks are ignored. Throws Error for
// anything else, for repeated letters within an operand, and for letters of the result that no
// operand has.
OpPtr make_einsum(const std::string& equation);

}  // namespace halfpixel::graph
