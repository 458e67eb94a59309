"""halfpixel itself, called through libhalfpixel_bench_bridge.so; bench/bridge.h is the ABI."""
import ctypes
import json

from workload import Workload


class BridgeError(Exception):
    pass


def _functions(library):
    text, handle, number, address = ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
    times = [ctypes.POINTER(ctypes.c_double)] * 3
    return {
        "hpb_error": (text, []),
        "hpb_list": (text, []),
        "hpb_machine": (text, []),
        "hpb_open": (handle, [text, number]),
        "hpb_close": (None, [handle]),
        "hpb_fill": (number, [handle, address]),
        "hpb_run": (number, [handle, address, address]),
        "hpb_time": (number, [handle, address, address, ctypes.c_int64, *times]),
    }.items()


class Bridge:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        for name, (result, arguments) in _functions(self.library):
            function = getattr(self.library, name)
            function.restype, function.argtypes = result, arguments

    def checked(self, failed):
        if failed:
            raise BridgeError(self.library.hpb_error().decode())

    def workloads(self):
        return [Workload.from_json(row) for row in json.loads(self.library.hpb_list())]

    def machine(self):
        """Measures the machine's limits, which takes some seconds."""
        return json.loads(self.library.hpb_machine())

    def open(self, name, threads):
        return Plan(self, name, threads)


class Plan:
    """One workload on its own number of threads: a context, so that its threads end with it."""

    def __init__(self, bridge, name, threads):
        self.bridge = bridge
        self.handle = bridge.library.hpb_open(name.encode(), threads)
        bridge.checked(not self.handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.bridge.library.hpb_close(self.handle)

    def fill(self, x):
        self.bridge.checked(self.bridge.library.hpb_fill(self.handle, x.ctypes.data))

    def run(self, x, y):
        self.bridge.checked(self.bridge.library.hpb_run(self.handle, x.ctypes.data, y.ctypes.data))

    def caller(self, x, y):
        """run() with its arguments at hand: what a call from Python costs, and nothing else of Python."""
        function, handle = self.bridge.library.hpb_run, ctypes.c_void_p(self.handle)
        source, target = ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data)
        return lambda: function(handle, source, target)

    def time(self, x, y, repetitions):
        """Median seconds of one call."""
        median = ctypes.c_double()
        self.bridge.checked(
            self.bridge.library.hpb_time(
                self.handle, x.ctypes.data, y.ctypes.data, repetitions, None, ctypes.byref(median), None
            )
        )
        return median.value
