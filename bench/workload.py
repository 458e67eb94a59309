"""What the bridge tells about a workload."""
from dataclasses import dataclass, fields

import numpy as np


def to_numpy_dtype(name):
    if name == "bfloat16":
        import ml_dtypes  # NumPy has none of its own

        return np.dtype(ml_dtypes.bfloat16)
    return np.dtype(name)


@dataclass(frozen=True)
class Workload:
    name: str
    what: str
    operation: str  # resize, resize_v1, up_sampling, resizing, gradient
    method: str  # as TensorFlow spells it
    antialias: bool
    align_corners: bool
    data_format: str
    images_shape: tuple  # of a gradient: of the images whose gradient is wanted
    size: tuple
    input_shape: tuple
    input_dtype: np.dtype
    output_shape: tuple
    output_dtype: np.dtype
    bytes_in: int
    bytes_out: int
    only_when_named: bool

    @classmethod
    def from_json(cls, row):
        values = {field.name: row[field.name] for field in fields(cls)}
        for name, value in values.items():
            if isinstance(value, list):
                values[name] = tuple(value)
            elif name.endswith("dtype"):
                values[name] = to_numpy_dtype(value)
        return cls(**values)

    @property
    def channels_first(self):
        return self.data_format == "channels_first"

    @property
    def gradient(self):
        return self.operation == "gradient"

    @property
    def images_size(self):
        return self.images_shape[2:4] if self.channels_first else self.images_shape[1:3]

    @property
    def factors(self):
        """Whole factors of enlargement, or None."""
        pairs = list(zip(self.size, self.images_size))
        return None if any(to % of for to, of in pairs) else tuple(to // of for to, of in pairs)

    @property
    def enlarges(self):
        return all(to >= of for to, of in zip(self.size, self.images_size))

    @property
    def keeps_dtype(self):
        return self.input_dtype == self.output_dtype
