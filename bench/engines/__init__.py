"""The libraries that halfpixel is compared with: one file and one row each."""
import importlib

# Name on the command line: module. A module is imported only in the process that measures it.
ENGINES = {
    "tensorflow": "tensorflow_",
    "keras": "keras_",
    "pytorch": "pytorch",
    "jax": "jax_",
    "onnxruntime": "onnxruntime_",
    "openvino": "openvino_",
    "litert": "litert",
    "opencv": "opencv",
    "pillow": "pillow",
    "fast_image_resize": "fast_image_resize",
}

# Idle workers of one library must not take the core on which another one is being timed.
QUIET = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "GOMP_SPINCOUNT": "0",
    "KMP_BLOCKTIME": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "KERAS_BACKEND": "tensorflow",
    "CUDA_VISIBLE_DEVICES": "",
    "JAX_PLATFORMS": "cpu",
}


def environment(threads):
    """What has to be set before the engine's process begins."""
    return QUIET | {"OMP_NUM_THREADS": str(threads)}


def load(name, threads):
    return importlib.import_module(f"engines.{ENGINES[name]}").Engine(threads)
