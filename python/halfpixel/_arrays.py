"""Other libraries' arrays as NumPy's, and results as what the caller works with.

NumPy arrays go straight to the compiled module. Everything else comes here: tensors of torch, JAX and TensorFlow go in
without a copy and come out as tensors of the same library; what speaks the buffer protocol or DLPack comes out as NumPy's.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ._errors import ArgumentError, ArgumentTypeError, UnsupportedError

Compute = Callable[[Any, Any], Any]  # (array, out) -> array
Gradient = Callable[[Any, tuple[int, ...], str], Any]  # (dy, shape and dtype of the input) -> dx

_NAMES = frozenset(("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
                    "uint64", "bool"))


def bfloat16() -> np.dtype[Any]:
    """NumPy's dtype for bfloat16, which the package ml_dtypes brings."""
    try:
        import ml_dtypes
    except ImportError:
        raise UnsupportedError("[halfpixel] bfloat16 arrays need ml_dtypes: pip install ml_dtypes") from None
    dtype: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    return dtype


def plain(value: Any, who: str, name: str, write: bool) -> tuple[Any, str]:
    """An array that has the buffer protocol, and its dtype's name. Called by the compiled module."""
    if write:
        if not isinstance(value, np.ndarray):
            value = _readable(value, who, name)
        if not isinstance(value, np.ndarray) or not value.flags.writeable:
            raise ArgumentError(f"[{who}] {name} must be an array that can be written; got a read-only {_kind(value)}")
        if not value.dtype.isnative or not value.flags.aligned:
            raise ArgumentError(f"[{who}] {name} must be aligned and in native byte order; got dtype {value.dtype.str}")
        _check_dtype(value, who, name)
        array = value if value.size else np.empty(value.shape, value.dtype)
    else:
        array = np.asarray(_readable(value, who, name))
        _check_dtype(array, who, name)
        if not array.dtype.isnative:
            array = array.astype(array.dtype.newbyteorder("="))
        step = array.dtype.itemsize
        # Where there are no elements NumPy calls any place aligned.
        if not array.size or not array.flags.aligned or any(stride % step for stride in array.strides):
            array = array.copy()
    if array.ndim > 8:
        raise ArgumentError(f"[{who}] {name} must have at most eight axes; got {array.ndim}")
    if array.dtype.name == "bfloat16":
        return array.view(np.uint16), "bfloat16"
    return array, array.dtype.name


def _check_dtype(array: np.ndarray[Any, Any], who: str, name: str) -> None:
    if array.dtype.name not in _NAMES and array.dtype.name != "bfloat16":
        raise UnsupportedError(f"[{who}] {name} must have a real numeric dtype; got dtype {array.dtype}")


def _kind(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def _readable(value: Any, who: str, name: str) -> Any:
    """A NumPy array of anything that holds numbers."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, (list, tuple, int, float, bool)):
        return _of_numbers(value, who, name)
    if value is None or isinstance(value, (str, bytes, dict, set)):
        raise ArgumentTypeError(f"[{who}] {name} must be an array; got {value!r:.80}")
    library = library_of(value)
    if library is not None:
        return library.read(value, who, name)
    device = getattr(value, "__dlpack_device__", None)
    if device is not None:
        kind = device()[0]
        if int(kind) not in (1, 3):  # kDLCPU, kDLCUDAHost
            raise ArgumentTypeError(f"[{who}] {name} must be in the CPU's memory; got {_kind(value)} on DLPack device "
                                    f"{int(kind)}")
    try:
        if device is not None and not hasattr(value, "__array__"):
            return np.from_dlpack(value)
        array = np.asarray(value)
    except Exception as error:
        hint = " (symbolic tensors here are those of hp.keras.Input)" if type(value).__name__ == "KerasTensor" else ""
        raise ArgumentTypeError(f"[{who}] {name} must be an array{hint}; got {_kind(value)}: {error}") from error
    return array


def _of_numbers(value: Any, who: str, name: str) -> np.ndarray[Any, Any]:
    """Nested lists, with the dtypes of tf.convert_to_tensor: float32, int32 and bool."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ArgumentError(f"[{who}] {name} must be an array or nested lists of one shape: {error}") from None
    if array.dtype == np.float64:
        with np.errstate(over="ignore"):
            return array.astype(np.float32)
    if array.dtype == np.int64 and array.size and -(2**31) <= array.min() and array.max() < 2**31:
        return array.astype(np.int32)
    return array


def is_integer(value: Any) -> bool:
    """Whether the value is an integer of any kind; an array of several has an __index__, too."""
    try:
        operator.index(value)
    except TypeError:
        return False
    return True


def shape_of(value: Any, who: str, name: str) -> tuple[int, ...]:
    """A shape as a tuple; -1 where an extent is None."""
    return tuple(integers(value, who, name, True))


def listed(value: Any) -> Any:
    """What can be gone through, as a tuple; the compiled module says what is wrong with the rest."""
    return tuple(value) if hasattr(value, "__iter__") and not isinstance(value, (str, bytes, dict)) else value


def integers(value: Any, who: str, name: str, unknown: bool) -> list[int]:
    """Integers of a shape or size that is no tuple or list of them. Called by the compiled module."""
    if hasattr(value, "as_list"):  # tf.TensorShape
        value = value.as_list()
    elif not isinstance(value, (list, tuple)):
        library = library_of(value)
        if library is not None:
            value = library.read(value, who, name)
        if isinstance(value, np.ndarray):
            if value.ndim == 0:
                raise ArgumentTypeError(f"[{who}] {name} must be a list of integers; got {value!r}")
            value = value.tolist()
    result = []
    try:
        for item in value:
            result.append(-1 if item is None and unknown else item.__index__())
    except (TypeError, AttributeError):
        raise ArgumentTypeError(f"[{who}] {name} must be integers; got {value!r:.80}") from None
    return result


def dtype_name(value: Any, who: str, name: str) -> str:
    """The name of a dtype of NumPy, torch, JAX or TensorFlow."""
    text = str(value)
    if text.startswith("torch."):
        return text[6:]
    if type(value).__module__.startswith("tensorflow"):
        return str(value.name)
    if value is not None:
        try:
            return str(np.dtype(value).name)
        except (TypeError, ValueError):
            pass
    raise ArgumentTypeError(f"[{who}] {name} must be a dtype; got {value!r:.80}")


class Library:
    """How one library's tensors are read and made."""

    def read(self, value: Any, who: str, name: str) -> Any:
        raise NotImplementedError

    def write(self, value: Any, who: str, name: str) -> Any:
        return self.read(value, who, name)

    def wrap(self, array: Any) -> Any:
        raise NotImplementedError


class Torch(Library):
    def read(self, value: Any, who: str, name: str) -> Any:
        torch = sys.modules["torch"]
        if value.device.type != "cpu":
            raise ArgumentTypeError(f"[{who}] {name} must be in the CPU's memory: tensor.cpu(); got a torch tensor on "
                                    f"device {value.device}")
        if value.layout != torch.strided:
            raise ArgumentTypeError(f"[{who}] {name} must be a dense tensor; got layout {value.layout}")
        if value.requires_grad:
            if torch.is_grad_enabled():
                raise ArgumentTypeError(f"[{who}] {name} must not require gradients here: tensor.detach(); got a torch "
                                        "tensor with requires_grad=True")
            value = value.detach()
        functorch = getattr(torch._C, "_functorch", None)
        if functorch is not None and functorch.is_functorch_wrapped_tensor(value):
            raise ArgumentTypeError(f"[{who}] {name} must be a plain tensor: this function is not one that torch.func can transform; "
                                    "got one of torch.func's")
        if value.is_conj() or value.is_neg():
            value = value.resolve_conj().resolve_neg()
        if value.dtype == torch.bfloat16:
            return value.view(torch.uint16).numpy().view(bfloat16())
        try:
            return value.numpy()
        except (TypeError, RuntimeError) as error:
            raise ArgumentTypeError(f"[{who}] {name} must have a dtype that NumPy knows; got {value.dtype}: {error}") from None

    def write(self, value: Any, who: str, name: str) -> Any:
        if value.requires_grad:
            raise ArgumentTypeError(f"[{who}] {name} must not require gradients; got requires_grad=True")
        if value.is_neg() or value.is_conj():
            raise ArgumentTypeError(f"[{who}] {name} must be a plain tensor; got one that is negated or conjugated lazily")
        return self.read(value, who, name)

    def wrap(self, array: Any) -> Any:
        torch = sys.modules["torch"]
        if array.dtype.name == "bfloat16":
            return torch.from_numpy(array.view(np.uint16)).view(torch.bfloat16)
        return torch.from_numpy(array)


class Jax(Library):
    def read(self, value: Any, who: str, name: str) -> Any:
        try:
            platforms = {device.platform for device in value.devices()}
        except Exception:
            raise ArgumentTypeError(f"[{who}] {name} must be a concrete array, outside of jax.jit and jax.grad, or inside of "
                                    f"jax.pure_callback; got {_kind(value)}") from None
        if platforms != {"cpu"}:
            raise ArgumentTypeError(f"[{who}] {name} must be in the CPU's memory; got a JAX array on {sorted(platforms)}")
        return np.asarray(value)

    def write(self, value: Any, who: str, name: str) -> Any:
        raise ArgumentTypeError(f"[{who}] {name} must be an array that can be written; JAX arrays are immutable")

    def wrap(self, array: Any) -> Any:
        import jax

        # The array is nobody else's, so JAX may keep its memory for as long as it likes.
        if array.dtype.name != "bfloat16" and array.size:
            try:
                return jax.dlpack.from_dlpack(array)
            except Exception:
                pass  # what DLPack cannot say is copied
        return jax.numpy.asarray(array)


class TensorFlow(Library):
    def read(self, value: Any, who: str, name: str) -> Any:
        if not hasattr(value, "numpy"):
            raise ArgumentTypeError(f"[{who}] {name} must be a concrete tensor, outside of tf.function and Dataset.map, or inside "
                                    f"of tf.numpy_function; got {_kind(value)}")
        device = getattr(value, "device", "") or ""
        if "CPU" not in device and device:
            raise ArgumentTypeError(f"[{who}] {name} must be in the CPU's memory; got a TensorFlow tensor on {device}")
        try:
            return np.asarray(memoryview(value))
        except (TypeError, ValueError, BufferError):
            return np.asarray(value.numpy())

    def write(self, value: Any, who: str, name: str) -> Any:
        raise ArgumentTypeError(f"[{who}] {name} must be an array that can be written; TensorFlow's tensors are immutable")

    def wrap(self, array: Any) -> Any:
        tensorflow = sys.modules["tensorflow"]
        # TensorFlow takes compact, writeable arrays in unversioned capsules: results are all of that.
        if array.dtype.name != "bfloat16" and array.size:
            try:
                return tensorflow.experimental.dlpack.from_dlpack(array.__dlpack__())
            except Exception:
                pass
        return tensorflow.convert_to_tensor(array)


_TORCH, _JAX, _TENSORFLOW = Torch(), Jax(), TensorFlow()


def library_of(value: Any) -> Library | None:
    """The library whose tensor this is; it has been imported already, or there would be no tensor."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, getattr(torch, "Tensor", ())):
        return _TORCH
    jax = sys.modules.get("jax")
    if jax is not None and isinstance(value, getattr(jax, "Array", ())):
        return _JAX
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None and isinstance(value, (getattr(tensorflow, "Tensor", ()), getattr(tensorflow, "Variable", ()))):
        return _TENSORFLOW
    return None


def _is_watched(value: Any) -> bool:
    """Whether torch wants to know what becomes of a tensor: it requires gradients, or torch.func or forward mode look on."""
    torch = sys.modules["torch"]
    if value.requires_grad and torch.is_grad_enabled():
        return True
    forward, functorch = sys.modules.get("torch.autograd.forward_ad"), getattr(torch._C, "_functorch", None)
    return getattr(forward, "_current_level", -1) >= 0 or \
        (functorch is not None and functorch.peek_interpreter_stack() is not None)


def call(compute: Compute, value: Any, out: Any, who: str, name: str, gradient: Gradient | None = None) -> Any:
    """compute(array, out) on anything that is an array; the result is of the same library."""
    library = library_of(value)
    target = out
    if out is not None:
        owner = library_of(out)
        if owner is not None:
            target = owner.write(out, who, "out")
    if library is None:
        result = compute(value, target)
        return result if out is None else out
    if library is _TORCH and gradient is not None and out is None and _is_watched(value):
        from ._autograd import differentiable

        return differentiable(value, lambda array: compute(array, None), gradient, who, name)
    result = compute(library.read(value, who, name), target)
    return library.wrap(result) if out is None else out
