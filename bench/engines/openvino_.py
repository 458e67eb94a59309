"""OpenVINO: Interpolate-11, with its tensors in the caller's memory."""
import importlib.metadata

from engines.base import Call, aligned_empty, from_planar, need, to_planar

MODES = {"nearest": "nearest", "bilinear": "linear_onnx", "bicubic": "cubic"}
PILLOW = {"bilinear": "bilinear_pillow", "bicubic": "bicubic_pillow"}


class Engine:
    def __init__(self, threads):
        import openvino

        self.ov, self.core = openvino, openvino.Core()
        self.config = {
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "PERFORMANCE_HINT": "LATENCY",
            "ENABLE_CPU_PINNING": False,  # or its pins would hold for everything else in the process
            "INFERENCE_PRECISION_HINT": "f32",
        }
        self.version = importlib.metadata.version("openvino")

    def calls(self, w, x):
        modes = PILLOW if w.antialias else MODES
        need(w.method in modes and not w.gradient, "Interpolate has no such mode")
        need(w.method != "nearest" or w.factors, "nearest with another rule than TensorFlow's")
        y = aligned_empty(w.output_shape, w.output_dtype)
        if w.channels_first:
            yield self.call(w, modes, x, y, (2, 3), lambda: y, "")
            return
        yield self.call(w, modes, x, y, (1, 2), lambda: y, "")
        planar = aligned_empty(to_planar(y).shape, w.output_dtype)
        yield self.call(w, modes, to_planar(x), planar, (2, 3), lambda: from_planar(planar), "planar")

    def call(self, w, modes, x, y, axes, result, variant):
        request = self.core.compile_model(self.model(w, modes, x, axes), "CPU", self.config).create_infer_request()
        tensors = [self.tensor(x), self.tensor(y)]
        request.set_input_tensor(tensors[0])
        request.set_output_tensor(tensors[1])
        differs = "repeats the edge under the filter" if w.method == "bicubic" else "other order of operations"
        # The tensors are views: they have to live as long as the request.
        return Call(lambda keep=tensors: request.infer(), result, variant, "shared memory", differs)

    def tensor(self, array):
        if array.dtype.name == "bfloat16":
            return self.ov.Tensor(array.view("uint16"), array.shape, self.ov.Type.bf16)
        return self.ov.Tensor(array, shared_memory=True)

    def model(self, w, modes, x, axes):
        from openvino import opset11 as ops

        source = ops.parameter(x.shape, self.element_type(w.input_dtype), name="x")
        wide = source if w.keeps_dtype else ops.convert(source, self.element_type(w.output_dtype))
        resized = ops.interpolate(
            wide,
            ops.constant(list(w.size), self.ov.Type.i64),
            modes[w.method],
            "sizes",
            axes=ops.constant(list(axes), self.ov.Type.i64),
            coordinate_transformation_mode=self.coordinates(w),
            nearest_mode="floor",
            cube_coeff=-0.5,
        )
        return self.ov.Model([resized], [source], "resize")

    def coordinates(self, w):
        if w.method == "nearest":
            return "asymmetric"
        return "align_corners" if w.align_corners else "half_pixel"

    def element_type(self, dtype):
        return self.ov.Type.bf16 if dtype.name == "bfloat16" else self.ov.Type(dtype)
