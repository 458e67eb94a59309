"""ONNX Runtime: the operator Resize, with its input and output bound to memory."""
import importlib.metadata
import sys

from engines.base import Call, aligned_empty, from_planar, need, to_planar

MODES = {"nearest": "nearest", "bilinear": "linear", "bicubic": "cubic"}


def model(w, shape, output_shape):
    """Resize alone, after a Cast where the dtype changes."""
    import onnx
    from onnx import helper

    types = [helper.np_dtype_to_tensor_dtype(dtype) for dtype in (w.input_dtype, w.output_dtype)]
    nodes, source = [], "x"
    if not w.keeps_dtype:
        nodes.append(helper.make_node("Cast", ["x"], ["wide"], to=types[1]))
        source = "wide"
    nodes.append(helper.make_node("Resize", [source, "", "", "sizes"], ["y"], **attributes(w)))
    graph = helper.make_graph(
        nodes,
        "resize",
        [helper.make_tensor_value_info("x", types[0], shape)],
        [helper.make_tensor_value_info("y", types[1], output_shape)],
        [helper.make_tensor("sizes", onnx.TensorProto.INT64, [4], output_shape)],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=10)


def attributes(w):
    common = {"mode": MODES[w.method]}
    if w.method == "nearest":  # the same pixels at whole factors, and the only form with a fast path
        return common | {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    common["coordinate_transformation_mode"] = "align_corners" if w.align_corners else "half_pixel"
    if w.method == "bicubic":
        common |= {"cubic_coeff_a": -0.5, "exclude_outside": 1}
    return common | ({"antialias": 1} if w.antialias else {})


class Engine:
    def __init__(self, threads):
        import onnxruntime

        self.ort, self.threads = onnxruntime, threads
        onnxruntime.set_default_logger_severity(4)
        self.version = importlib.metadata.version("onnxruntime")

    def calls(self, w, x):
        need(w.method in MODES and not w.gradient, "Resize has no such mode")
        need(w.method != "nearest" or w.factors, "nearest with another rule than TensorFlow's")
        differs = "repeats the edge under the filter" if w.antialias else "other order of operations"
        y = aligned_empty(w.output_shape, w.output_dtype)
        if w.channels_first:
            yield Call(self.bound(w, x, y), lambda: y, "", "I/O binding", differs)
            return
        planar = aligned_empty(to_planar(y).shape, w.output_dtype)
        ways = [("", x, y, lambda: y), ("planar", to_planar(x), planar, lambda: from_planar(planar))]
        for variant, source, target, result in ways:
            try:
                run = self.bound(w, source, target)
                run()
            except Exception as error:  # of many types: what an axis or a dtype allows shows here
                print(f"{w.name} {variant}: {str(error)[:200]}", file=sys.stderr)
                continue
            yield Call(run, result, variant, "I/O binding", differs)

    def bound(self, w, x, y):
        options = self.ort.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        serialized = model(w, x.shape, y.shape).SerializeToString()
        session = self.ort.InferenceSession(serialized, options, ["CPUExecutionProvider"])
        binding = session.io_binding()
        for bind, array in ((binding.bind_input, x), (binding.bind_output, y)):
            name = "x" if array is x else "y"
            bind(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)
        # binding and session end with their arrays
        return lambda keep=(x, y): session.run_with_iobinding(binding)
