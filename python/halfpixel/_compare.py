"""compare(): one picture through the resizes of many programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import _arrays
from ._comparison import Compared, Comparison, samples
from ._errors import ArgumentError, ArgumentTypeError, Error, UnsupportedError

# What a program's users write for a method, and what they may write besides: as the command line's `compare`.
_CALLS: dict[str, dict[str, list[dict[str, Any]]]] = {
    "bilinear": {
        "tf2": [{"method": "bilinear"}, {"method": "bilinear", "antialias": True}],
        "tf1": [{"method": "bilinear"}],
        "torch": [{"mode": "bilinear"}, {"mode": "bilinear", "antialias": True}],
        "pillow": [{"resample": "BILINEAR"}],
        "opencv": [{"interpolation": "INTER_LINEAR"}],
        "onnx": [{"mode": "linear"}, {"mode": "linear", "antialias": True}],
        "jax": [{"method": "linear"}],
        "litert": [{"method": "bilinear", "half_pixel_centers": True}],
        "tfjs": [{"method": "bilinear"}],
        "paddle": [{"mode": "bilinear"}],
        "mlx": [{"mode": "linear"}, {"mode": "linear", "antialias": True}],
        "image_rs": [{"filter": "Triangle"}],
        "go": [{"interpolator": "BiLinear"}, {"interpolator": "ApproxBiLinear"}],
        "vips": [{"kernel": "linear"}],
    },
    "bicubic": {
        "tf2": [{"method": "bicubic"}, {"method": "bicubic", "antialias": True}],
        "tf1": [{"method": "bicubic"}],
        "torch": [{"mode": "bicubic"}, {"mode": "bicubic", "antialias": True}],
        "pillow": [{"resample": "BICUBIC"}],
        "opencv": [{"interpolation": "INTER_CUBIC"}],
        "jax": [{"method": "cubic"}],
        "paddle": [{"mode": "bicubic"}],
        "mlx": [{"mode": "cubic"}, {"mode": "cubic", "antialias": True}],
        "image_rs": [{"filter": "CatmullRom"}],
        "go": [{"interpolator": "CatmullRom"}],
        "vips": [{"kernel": "cubic"}],
    },
    "nearest": {
        "tf2": [{"method": "nearest"}],
        "tf1": [{"method": "nearest"}],
        "torch": [{"mode": "nearest"}, {"mode": "nearest-exact"}],
        "pillow": [{"resample": "NEAREST"}],
        "opencv": [{"interpolation": "INTER_NEAREST"}, {"interpolation": "INTER_NEAREST_EXACT"}],
        "onnx": [{"mode": "nearest"}],
        "jax": [{"method": "nearest"}],
        "litert": [{"method": "nearest"}],
        "tfjs": [{"method": "nearest"}],
        "mlx": [{"mode": "nearest"}],
        "image_rs": [{"filter": "Nearest"}],
        "go": [{"interpolator": "NearestNeighbor"}],
        "paddle": [{"mode": "nearest"}],
        "vips": [{"kernel": "nearest"}],
    },
    "lanczos": {
        "tf2": [{"method": "lanczos3", "antialias": True}],
        "torch": [{"mode": "lanczos", "antialias": True}],
        "pillow": [{"resample": "LANCZOS"}],
        "opencv": [{"interpolation": "INTER_LANCZOS4"}],
        "jax": [{"method": "lanczos3"}],
        "image_rs": [{"filter": "Lanczos3"}],
        "vips": [{"kernel": "lanczos3"}],
    },
    "area": {
        "tf2": [{"method": "area"}],
        "torch": [{"mode": "area"}],
        "pillow": [{"resample": "BOX"}],
        "opencv": [{"interpolation": "INTER_AREA"}],
        "jax": [{"method": "area"}],
        "paddle": [{"mode": "area"}],
    },
}
_TF1 = {"bilinear": "BILINEAR", "bicubic": "BICUBIC", "nearest": "NEAREST_NEIGHBOR"}
_DIALECTS = ("tf2", "tf1", "torch", "pillow", "opencv", "onnx", "jax", "litert", "tfjs", "mlx", "image_rs", "go", "paddle", "vips")


def _run(dialect: str, x: Any, size: tuple[int, int], options: dict[str, Any]) -> tuple[Any, str]:
    """A picture (H, W, C) through a program's resize, and the call that does the same."""
    from . import cv, go, image_rs, jax, litert, mlx, onnx, paddle, pillow, tf, tfjs, torch, vips

    height, width = size
    said = ", ".join(f"{name}={value!r}" for name, value in options.items())
    if dialect == "tf2":
        return tf.image.resize(x, size, **options), f"hp.tf.image.resize(x, {size}, {said})"
    if dialect == "tf1":
        return tf.compat.v1.image.resize(x, size, method=getattr(tf.compat.v1.image.ResizeMethod, _TF1[options["method"]])), \
            f"hp.tf.compat.v1.image.resize(x, {size}, method=hp.tf.compat.v1.image.ResizeMethod.{_TF1[options['method']]})"
    if dialect == "torch":
        planes = np.ascontiguousarray(np.moveaxis(x, -1, 0))[None]
        y = torch.nn.functional.interpolate(planes, size, **options)
        return np.moveaxis(y[0], 0, -1), f"hp.torch.nn.functional.interpolate(x, {size}, {said})"
    if dialect == "pillow":
        y = pillow.resize(x[..., 0] if x.shape[2] == 1 else x, (width, height), **options)
        return y.reshape(height, width, -1), f"hp.pillow.resize(x, {(width, height)}, {said})"
    if dialect == "opencv":
        flag = options["interpolation"]
        y = cv.resize(x, (width, height), interpolation=getattr(cv, flag))
        return y.reshape(height, width, -1), f"hp.cv.resize(x, {(width, height)}, interpolation=hp.cv.{flag})"
    if dialect == "onnx":
        planes = np.ascontiguousarray(np.moveaxis(x, -1, 0))[None]
        sizes = (1, x.shape[2], height, width)
        y = onnx.resize(planes, sizes=sizes, **options)
        return np.moveaxis(y[0], 0, -1), f"hp.onnx.resize(x, sizes={sizes}, {said})"
    if dialect == "jax":
        shape = (height, width, x.shape[2])
        return jax.image.resize(x, shape, options["method"]), f"hp.jax.image.resize(x, {shape}, {options['method']!r})"
    if dialect == "paddle":
        planes = np.ascontiguousarray(np.moveaxis(x, -1, 0))[None]
        y = paddle.interpolate(planes, size, **options)
        return np.moveaxis(y[0], 0, -1), f"hp.paddle.interpolate(x, {size}, {said})"
    if dialect == "mlx":
        factor = tuple(mlx.scale_factor_of(extent, out) for extent, out in zip(x.shape, size))
        return mlx.upsample(x[None], factor, **options)[0], f"hp.mlx.upsample(x[None], {factor}, {said})[0]"
    if dialect == "tfjs":
        name = "resize_nearest_neighbor" if options["method"] == "nearest" else "resize_bilinear"
        return getattr(tfjs, name)(x, size), f"hp.tfjs.{name}(x, {size})"
    if dialect == "go":
        return go.draw.scale(x, width, height, **options), f"hp.go.draw.scale(x, {width}, {height}, {said})"
    if dialect == "vips":
        scale, vscale = vips.scale_of(x.shape[1], width), vips.scale_of(x.shape[0], height)
        return vips.resize(x, scale, vscale=vscale, **options), f"hp.vips.resize(x, {scale}, vscale={vscale}, {said})"
    if dialect == "image_rs":
        return image_rs.imageops.resize(x, width, height, **options), f"hp.image_rs.imageops.resize(x, {width}, {height}, {said})"
    half = options.get("half_pixel_centers", False)
    if options["method"] == "nearest":
        return litert.resize_nearest_neighbor(x[None], size)[0], f"hp.litert.resize_nearest_neighbor(x, {size})"
    return litert.resize_bilinear(x[None], size, half_pixel_centers=half)[0], \
        f"hp.litert.resize_bilinear(x, {size}, half_pixel_centers={half})"


def compare(image: Any, size: Any, method: str = "bilinear",
            dialects: Sequence[str] = ("tf2", "torch", "pillow", "opencv", "onnx", "jax", "litert")) -> Comparison:
    """One picture through the resizes of many programs: who differs from whom, and where.

    image: (H, W), (H, W, C) or (1, H, W, C) of 1, 3 or 4 channels, or a PIL image; floats are samples from 0 to 255. size:
    (height, width). method: "bilinear", "bicubic", "nearest", "lanczos" or "area", each program's own. dialects: whose; tf1,
    too. Results are rounded to image's dtype when that is an integer. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> x = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    >>> found = hp.compare(x, (20, 30), dialects=["torch", "pillow"])
    >>> [result.name for result in found.results]
    ['torch, bilinear', 'torch, bilinear, antialias', 'pillow, BILINEAR']
    >>> found.max_difference.shape
    (3, 3)
    """
    x = _picture(image)
    target = _size(size)
    if not isinstance(method, str) or method not in _CALLS:
        raise ArgumentError(f"[compare] method must be one of {', '.join(_CALLS)}; got {method!r}")
    if not hasattr(dialects, "__iter__"):
        raise ArgumentTypeError(f"[compare] dialects must be a list of names; got {dialects!r:.80}")
    names = [dialects] if isinstance(dialects, str) else list(dialects)
    results: list[Compared] = []
    left_out: dict[str, str] = {}
    for dialect in names:
        if dialect not in _DIALECTS:
            raise ArgumentError(f"[compare] dialects must be some of {', '.join(_DIALECTS)}; got {dialect!r}")
        for options in _CALLS[method].get(dialect, []):
            name = ", ".join([dialect, *(key.replace("_", "-") if value is True else str(value) for key, value in options.items())])
            try:
                y, call = _run(dialect, x, target, options)
            except Error as error:
                left_out[name] = str(error)
                continue
            results.append(Compared(name, call, samples(y, x.dtype)))
    if not results:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise UnsupportedError(f"[compare] dialects must have method {method!r} for this picture; got {names}"
                               + (f" ({reasons})" if reasons else ""))
    shape = f"{x.shape[0]} x {x.shape[1]}"
    return Comparison(f'{shape} to {target[0]} x {target[1]}, "{method}" of {len(results)} calls', results, left_out)


def _picture(image: Any) -> Any:
    x = np.asarray(_arrays._readable(image, "compare", "image"))
    if x.ndim == 2:
        x = x[..., None]
    if x.ndim == 4 and x.shape[0] == 1:
        x = x[0]
    if x.ndim != 3 or x.shape[2] not in (1, 3, 4) or 0 in x.shape:
        raise ArgumentError(f"[compare] image must be one picture (height, width, channels) of 1, 3 or 4 channels; got shape {x.shape}")
    if x.dtype not in (np.uint8, np.uint16, np.float32):
        raise ArgumentTypeError(f"[compare] image must be of uint8, uint16 or float32; got dtype {x.dtype}")
    return np.ascontiguousarray(x)


def _size(size: Any) -> tuple[int, int]:
    extents = _arrays.integers(size, "compare", "size", False) if not isinstance(size, (int, str)) else []
    if len(extents) != 2 or min(extents) < 1:
        raise ArgumentError(f"[compare] size must be (height, width), both positive; got {size!r:.80}")
    return extents[0], extents[1]


__all__ = ["compare"]
