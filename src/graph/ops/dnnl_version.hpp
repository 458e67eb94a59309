// What oneDNN 2 and oneDNN 3 spell or do differently; no other file asks for the version.
// 3 removed operation descriptors and the scale of an activation, and made memory::desc opaque.
#pragma once

#include <dnnl.hpp>

#include <cstdint>

namespace halfpixel::graph {

// The descriptor of a primitive from what its operation is told: kinds, memory, extents.
template <class Primitive, class... Arguments>
typename Primitive::primitive_desc dnnl_describe(const dnnl::engine& engine,
                                                 const dnnl::primitive_attr& attributes,
                                                 const Arguments&... arguments) {
#if DNNL_VERSION_MAJOR >= 3
  return {engine, arguments..., attributes};
#else
  return {typename Primitive::desc(arguments...), attributes, engine};
#endif
}

// The same of a gradient, which is told what the forward primitive is like.
template <class Primitive, class Forward, class... Arguments>
typename Primitive::primitive_desc dnnl_describe_backward(const dnnl::engine& engine,
                                                          const Forward& forward,
                                                          const Arguments&... arguments) {
#if DNNL_VERSION_MAJOR >= 3
  return {engine, arguments..., forward};
#else
  return {typename Primitive::desc(arguments...), engine, forward};
#endif
}

inline void dnnl_append_eltwise(dnnl::post_ops& list, dnnl::algorithm form, float alpha,
                                float beta) {
#if DNNL_VERSION_MAJOR >= 3
  list.append_eltwise(form, alpha, beta);
#else
  list.append_eltwise(1.0F, form, alpha, beta);
#endif
}

inline dnnl::memory::dims dnnl_dims(const dnnl::memory::desc& desc) {
#if DNNL_VERSION_MAJOR >= 3
  return desc.get_dims();
#else
  return desc.dims();
#endif
}

// Of memory that is not packed in blocks.
inline dnnl::memory::dims dnnl_strides(const dnnl::memory::desc& desc) {
#if DNNL_VERSION_MAJOR >= 3
  return desc.get_strides();
#else
  const auto* const strides = desc.data.format_desc.blocking.strides;
  return {strides, strides + desc.data.ndims};
#endif
}

// oneDNN 3.7 by AMX: products of bfloat16 read on behind the last whole 32 channels of a row, so
// that a NaN or an infinity of the next row gets into the sum, by way of a weight that is zero.
inline bool dnnl_reads_on_in_bf16(std::int64_t channels) {
  return DNNL_VERSION_MAJOR >= 3 && channels > 32 && channels % 32 != 0;
}

// No function of the C interface throws; `stream` orders the change after what runs already.
inline dnnl_status_t dnnl_point_to(dnnl_memory_t memory, void* data,
                                   [[maybe_unused]] dnnl_stream_t stream) noexcept {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_memory_set_data_handle(memory, data);
#else
  return dnnl_memory_set_data_handle_v2(memory, data, stream);
#endif
}

}  // namespace halfpixel::graph
