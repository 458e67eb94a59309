"""tf.function for models: compiled once per signature, then run without tracing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _arrays, _forked
from .._errors import ArgumentTypeError

if TYPE_CHECKING:
    from .._typing import DTypeLike, NDArray, ShapeLike
    from ..keras.models import Model


def _not_training(training: Any) -> None:
    if training is not None and training is not False:
        from ..keras._tensor import not_training

        not_training(training, "tf.function")


class TensorSpec(NamedTuple):
    """Shape (None where it varies) and dtype of an argument."""

    shape: Any
    dtype: Any = "float32"


class ConcreteFunction:
    """One compiled signature. Immutable; any number of threads may call it at once."""

    def __init__(self, function: Any, model: Model) -> None:
        self._function = function
        self._model = model

    @property
    def inputs(self) -> list[TensorSpec]:
        """Shapes and dtypes of the arguments."""
        return [TensorSpec(*spec) for spec in self._function.inputs()]

    @property
    def outputs(self) -> list[TensorSpec]:
        """Shapes and dtypes of the results."""
        return [TensorSpec(*spec) for spec in self._function.outputs()]

    @property
    def arena_bytes(self) -> int:
        """Memory planned for intermediate values."""
        return int(self._function.arena_bytes())

    @property
    def unplanned_bytes(self) -> int:
        """What a buffer for each of them would take."""
        return int(self._function.unplanned_bytes())

    def passes(self) -> list[dict[str, Any]]:
        """What each pass of the compiler changed, and multiply-adds before and after."""
        rows: list[dict[str, Any]] = self._function.passes()
        return rows

    def describe(self) -> str:
        """The optimised graph and what each pass did, line by line."""
        return str(self._function.describe())

    def profile(self, inputs: Any, runs: int = 5) -> list[dict[str, Any]]:
        """Runs and tells of each step: operation, name, shape, seconds, multiply_adds, gflops."""
        arrays, _ = self._model._arrays_of(inputs, "profile")
        rows: list[dict[str, Any]] = _forked.run(self._function.profile, arrays, runs)
        return rows

    def __call__(self, inputs: Any, training: bool | None = None, *, out: Any = None) -> Any:
        """Runs; into `out` (an array, or a list of them) when it is given: contiguous, of the result's dtype."""
        _not_training(training)
        arrays, wrap = self._model._arrays_of(inputs, "tf.function")
        if out is not None:
            outs = list(out) if isinstance(out, (list, tuple)) else [out]
            targets = [_writable(one) for one in outs]
            _forked.run(self._function.run, arrays, targets)
            return out
        return self._model._results(_forked.run(self._function.call, arrays), wrap, inputs)

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.describe())}</pre>"


def _writable(array: Any) -> Any:
    library = _arrays.library_of(array)
    return array if library is None else library.write(array, "tf.function", "out")


def names_of(without: Any, who: str) -> tuple[str, ...]:
    """Names of passes as a tuple."""
    if isinstance(without, (str, bytes)) or not hasattr(without, "__iter__"):
        raise ArgumentTypeError(f"[{who}] without must be a list of names; got {without!r:.80}")
    return tuple(without)


class Function:
    """A model that is compiled once per input signature, and anew after weights were set. Calls are thread-safe."""

    def __init__(self, model: Model, precision: str, without: tuple[str, ...]) -> None:
        from ..keras._tensor import changes, module

        self._model = model
        self._options = (precision, without)
        self._function = module().function(model._model, precision, list(without))
        self._known: dict[Any, ConcreteFunction] = {}
        self._changes, self._seen = changes, changes()

    def get_concrete_function(self, *specs: Any) -> ConcreteFunction:
        """The compiled graph for arguments like these: shapes, TensorSpecs or arrays, one for each input."""
        return self._concrete(self._signature(specs))

    def describe(self, *specs: Any) -> str:
        """The optimised graph for arguments like these (shapes, TensorSpecs or arrays) and what each pass did.

        Without arguments: for the model's own input shapes, with 1 where they are unknown.
        """
        return self.get_concrete_function(*specs).describe()

    @property
    def tracing_count(self) -> int:
        """How many signatures have been compiled."""
        return int(self._function.tracing_count())

    def __call__(self, inputs: Any, training: bool | None = None, *, out: Any = None) -> Any:
        """Runs the model on an array, a list or a dict of them, as calling the model does. Raises ValueError (hp.Error)."""
        _not_training(training)
        arrays, _ = self._model._arrays_of(inputs, "tf.function")
        signature = tuple((tuple(array.shape), array.dtype) for array in arrays)
        return self._concrete(signature)(inputs, out=out)

    def _concrete(self, signature: tuple[Any, ...]) -> ConcreteFunction:
        if self._seen != self._changes():  # weights were set since
            self._seen = self._changes()
            self._known.clear()
        found = self._known.get(signature)
        if found is None:
            found = ConcreteFunction(self._function.concrete(signature), self._model)
            if len(self._known) < 256:
                self._known[signature] = found
        return found

    def _signature(self, specs: Sequence[Any]) -> tuple[Any, ...]:
        if not specs:
            specs = [tuple(1 if extent is None else extent for extent in tensor.shape) for tensor in self._model.inputs]
        elif len(specs) == 1 and isinstance(specs[0], list) and specs[0] and not isinstance(specs[0][0], int):
            specs = specs[0]
        signature = []
        dtypes = [tensor.dtype for tensor in self._model.inputs]
        for index, spec in enumerate(specs):
            if isinstance(spec, TensorSpec):
                signature.append((tuple(spec.shape), spec.dtype))
            elif hasattr(spec, "shape") and hasattr(spec, "dtype"):
                signature.append((tuple(spec.shape), _arrays.dtype_name(spec.dtype, "tf.function", "dtype")))
            elif isinstance(spec, (str, bytes)) or not hasattr(spec, "__iter__"):
                raise ArgumentTypeError(f"[tf.function] specs must be shapes, TensorSpecs or arrays; got {spec!r:.80}")
            else:
                extents = tuple(spec)
                if not all(extent is None or _arrays.is_integer(extent) for extent in extents):
                    raise ArgumentTypeError(f"[tf.function] a shape must hold integers; got {extents!r:.80}")
                signature.append((extents, dtypes[index] if index < len(dtypes) else "float32"))
        return tuple(signature)

    def __reduce__(self) -> tuple[Any, ...]:
        return function, (self._model, *self._options)


def function(func: Any, precision: str = "relaxed", without: Iterable[str] = ()) -> Function:
    """A compiled model: optimised, planned, and run without tracing.

    func: a Model of this package. precision: "relaxed", "exact" for no pass that changes rounding, or "fast" for factors
    in bfloat16 where the processor multiplies those faster (AMX, AMD's AVX512-BF16). without: names of passes to leave
    out. Raises ValueError for unknown names and TypeError for what is no model (both hp.Error).
    """
    from ..keras.models import Model

    if not isinstance(func, Model):
        raise ArgumentTypeError(f"[tf.function] func must be a halfpixel.keras.Model; got {func!r:.80}. Python functions "
                                        "are not traced: load a model with keras.models.load_model")
    return Function(func, precision, names_of(without, "tf.function"))


__all__ = ["ConcreteFunction", "Function", "TensorSpec", "function"]
