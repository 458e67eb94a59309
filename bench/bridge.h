/* libhalfpixel_bench_bridge: the workloads for programs in other languages, for Python's ctypes
 * above all.
 *
 * The ABI, in full:
 *   - Texts are UTF-8, end in NUL, and belong to the library: those of hpb_describe live as long as
 * the handle, those of hpb_error until the thread's next call, all others for ever.
 *   - Whatever can fail returns NULL, -1 or a status that is not 0, and hpb_error() says why.
 *   - Arrays are row-major without gaps, of the dtype and shape that hpb_describe tells; the caller
 * owns them. in and out must not overlap. Any alignment will do; 64 bytes are what NumPy users
 * should take.
 *   - A handle may be used by one thread at a time.
 */
#ifndef HALFPIXEL_BENCH_BRIDGE_H
#define HALFPIXEL_BENCH_BRIDGE_H

#include <stdint.h>

#if defined(__GNUC__)
#define HPB_API __attribute__((visibility("default")))
#else
#define HPB_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hpb_handle hpb_handle;

/* Why the last call of this thread failed; "" when it did not. */
HPB_API const char* hpb_error(void);

/* JSON: a list of what hpb_describe gives for every workload, in the order of the table. */
HPB_API const char* hpb_list(void);

/* The plan of a workload and `threads` threads (1 to 1024) to run it on. NULL: no such workload. */
HPB_API hpb_handle* hpb_open(const char* workload, int threads);
HPB_API void hpb_close(hpb_handle* handle); /* NULL is allowed */

HPB_API int64_t hpb_bytes_in(const hpb_handle* handle);
HPB_API int64_t hpb_bytes_out(const hpb_handle* handle);
/* JSON: {"name": "B", "what": "bilinear x2, batch 8",
 *  "operation": "resize" (tf.image.resize), "resize_v1" (tf.compat.v1.image.resize), "up_sampling"
 *    (keras UpSampling2D), "resizing" (keras Resizing, integers stay integers) or "gradient" (the
 * tape's, of tf.image.resize: in is dy, out has images_shape), "method": "bilinear" (TensorFlow's
 * names), "antialias": false, "align_corners": false, "data_format": "channels_last",
 * "images_shape": [8, 64, 64, 256], "size": [128, 128], "input_shape": [..], "input_dtype":
 * "float32", "output_shape": [..], "output_dtype": "float32", "bytes_in": .., "bytes_out": ..,
 * "only_when_named": false} */
HPB_API const char* hpb_describe(const hpb_handle* handle);
/* Fills `in` with the values that C++ programs measure on: the same ones each time. 0: done. */
HPB_API int hpb_fill(const hpb_handle* handle, void* in);

/* One call. 0: done. */
HPB_API int hpb_run(hpb_handle* handle, const void* in, void* out);
/* Seconds of one call, over `repetitions` timings; calls that are too short for the clock are timed
 * in batches. What it costs to come here from Python is not in it. Any of the results may be NULL.
 * 0: done. */
HPB_API int hpb_time(hpb_handle* handle, const void* in, void* out, int64_t repetitions,
                     double* min, double* median, double* spread);

/* JSON: {"1": {"nt_store_gbs": .., "cached_store_gbs": .., "read_gbs": .., "fma_gflops": .., ..},
 * "2": ..} for one thread and for all cores. Measured at the first call, which takes some seconds.
 */
HPB_API const char* hpb_limits(void);
/* JSON: {"machine": {"cpu", "cores", "target", "l2", "l3", "limits": as hpb_limits}, "commit",
 * "compiler", "version"}. */
HPB_API const char* hpb_machine(void);

#ifdef __cplusplus
}
#endif

#endif
