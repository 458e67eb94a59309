"""Functions of torch's autograd whose values and gradients are this library's. Imported when a tensor requires gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from . import _arrays


class _Linear(torch.autograd.Function):  # type: ignore[misc, unused-ignore]  # Any where torch is not
    """A linear function and its transpose, each of which is the other's gradient."""

    @staticmethod
    def forward(value: Any, forward: Callable[[Any], Any], transpose: Callable[[Any, Any], Any], who: str, name: str) -> Any:
        library = _arrays._TORCH
        return library.wrap(forward(library.read(value.detach(), who, name)))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        value, ctx.forward, ctx.transpose, ctx.who, ctx.name = inputs
        ctx.shape, ctx.dtype = tuple(value.shape), str(value.dtype)[6:]

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        forward, transpose, shape, dtype = ctx.forward, ctx.transpose, ctx.shape, ctx.dtype
        dx = _Linear.apply(grad_outputs[0], lambda dy: transpose(dy, (shape, dtype)), lambda x, _: forward(x), ctx.who,
                           "dy")
        return dx, None, None, None, None

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> Any:
        return _Linear.apply(tangents[0], ctx.forward, ctx.transpose, ctx.who, ctx.name)

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], value: Any, *rest: Any) -> Any:
        return torch.stack([_Linear.apply(one, *rest) for one in value.unbind(in_dims[0])]), 0


def differentiable(value: Any, forward: Callable[[Any], Any], gradient: _arrays.Gradient, who: str, name: str) -> Any:
    """forward(array) as a function that torch can differentiate, twice if need be."""
    return _Linear.apply(value, forward, lambda dy, like: gradient(dy, like[0], like[1]), who, name)
