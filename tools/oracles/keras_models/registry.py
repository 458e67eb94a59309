"""The list of models: what is built, by which writers, and in which forms it is saved."""
import dataclasses
import typing

CASES = []

# A form says which files are left behind.
#   keras          model.keras, the zip                     folder          model/, the same unzipped
#   h5             model.h5, whole model                    weights         model.json and model.weights.h5
#   legacy_weights model.json and the older weights.h5      sharded         model.json and model.weights.json + shards
#   npz            model.keras with pickled weights         weights_alone   model.weights.h5 and nothing to build it
FORMS = ("keras", "folder", "h5", "weights", "legacy_weights", "sharded", "npz", "weights_alone")


@dataclasses.dataclass
class Case:
    name: str
    family: str
    build: typing.Callable              # build(k) -> model, k = keras or tf_keras
    writers: tuple = ("keras",)
    forms: tuple = ("keras",)
    exact: bool = False                 # nothing but copies and single correctly rounded operations
    units: float = 0                    # a stated bound, in units of the last place of the largest input
    sizes: tuple = (9, 7, 5)            # of the unknown dimensions, in order; the batch is 2
    batch: int = 2
    below: int = 11                     # of integer inputs
    data: str = "normal"                # or photo: 0..255; unit: 0..1; positive
    twin: typing.Callable = None        # the same model in channels_last, where TensorFlow has no CPU kernel
    seeded: bool = True                 # weights overwritten with seeded random ones
    extra: dict = dataclasses.field(default_factory=dict)      # copied into case.json
    run: bool = True                    # False: no inputs and outputs, the file must be refused


def case(family, *, name=None, **options):
    def register(build):
        CASES.append(Case(name=name or build.__name__, family=family, build=build, **options))
        return build
    return register


def fan(k, shape, make, dtype=None, name="x"):
    """One input, and an output for each layer."""
    x = k.Input(shape, name=name, dtype=dtype)
    return k.Model(x, [layer(x) for layer in make(k.layers)])


def alone(k, shape, make, dtype=None):
    return k.Sequential([k.Input(shape, name="x", dtype=dtype), make(k.layers)])


def both_formats(family, name, shape, make, **options):
    """A fan in channels_first, computed by its channels_last twin. `shape` is channels last; make(L, format, axis)."""
    def build(k, first=True):
        s = (shape[-1],) + tuple(shape[:-1]) if first else shape
        word, axis = ("channels_first", 1) if first else ("channels_last", -1)
        return fan(k, s, lambda L: make(L, word, axis))
    CASES.append(Case(name=name, family=family, build=build, twin=lambda k: build(k, first=False), **options))
