// Attention. Component halfpixel::model.
//
// Calls take {query, value} or {query, value, key}; without a key, value is the key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <halfpixel/keras/tensor.hpp>

namespace halfpixel::keras::layers {

// Options of MultiHeadAttention.
struct MultiHeadAttentionOptions {
  std::int64_t num_heads = 0;                  // must be given
  std::int64_t key_dim = 0;                    // must be given: size of each head of query and key
  std::optional<std::int64_t> value_dim = {};  // unset: key_dim
  double dropout = 0.0;                        // in training only
  bool use_bias = true;
  Shape output_shape = {};               // {}: the query's last extent
  std::vector<int> attention_axes = {};  // {}: all but batch and features
  std::optional<std::int64_t> sliding_window = {};
  bool use_gate = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// query (N, …, T, E), value and key (N, …, S, E').
class HALFPIXEL_EXPORT MultiHeadAttention : public GraphLayer {
 public:
  explicit MultiHeadAttention(const MultiHeadAttentionOptions& options = {});
};

// Options of GroupQueryAttention.
struct GroupQueryAttentionOptions {
  std::int64_t head_dim = 0;
  std::int64_t num_query_heads = 0;
  std::int64_t num_key_value_heads = 0;  // divides num_query_heads
  double dropout = 0.0;
  bool use_bias = true;
  std::optional<std::int64_t> sliding_window = {};
  bool use_gate = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Several query heads share a key and value head. All of rank 3.
class HALFPIXEL_EXPORT GroupQueryAttention : public GraphLayer {
 public:
  explicit GroupQueryAttention(const GroupQueryAttentionOptions& options = {});
};

// Options of Attention.
struct AttentionOptions {
  bool use_scale = false;
  std::string score_mode = "dot";  // or "concat"
  double dropout = 0.0;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Dot-product attention (Luong). query (N, T, E), value (N, S, E), key (N, S, E).
class HALFPIXEL_EXPORT Attention : public GraphLayer {
 public:
  explicit Attention(const AttentionOptions& options = {});
};

// Options of AdditiveAttention.
struct AdditiveAttentionOptions {
  bool use_scale = true;
  double dropout = 0.0;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Additive attention (Bahdanau).
class HALFPIXEL_EXPORT AdditiveAttention : public GraphLayer {
 public:
  explicit AdditiveAttention(const AdditiveAttentionOptions& options = {});
};

}  // namespace halfpixel::keras::layers
