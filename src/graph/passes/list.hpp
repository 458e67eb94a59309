// The passes, each in a file of its own.
#pragma once

#include "graph/graph.hpp"

namespace halfpixel::graph {

int fold_constants(Graph& graph);
int remove_dead_code(Graph& graph);
int share_common_subexpressions(Graph& graph);
int cancel_transposes(Graph& graph);
int fuse_bias_and_affine(Graph& graph);
int fuse_activation(Graph& graph);
int fuse_elementwise(Graph& graph);
int resize_by_rows(Graph& graph);
int sink_up_sampling(Graph& graph);
int low_resolution_convolution(Graph& graph);
int store_bf16(Graph& graph);
int store_depth_to_space(Graph& graph);
int multiply_in_bf16(Graph& graph);
int winograd_convolution(Graph& graph);
int winograd_transpose(Graph& graph);

}  // namespace halfpixel::graph
