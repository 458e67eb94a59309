"""Random networks for mass checking: every decision comes from the seed, so each can be built again."""
import json
import shutil

import numpy as np

from . import writing
from .registry import Case

ACTIVATIONS = [None, "relu", "tanh", "sigmoid", "elu", "selu", "swish", "gelu", "softplus", "softsign", "hard_sigmoid", "mish"]
METHODS = ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]


class Net:
    """A growing graph; `first` builds it in channels_first, with the same decisions."""

    def __init__(self, k, rng, rank, first):
        self.k, self.L, self.rng, self.rank, self.first = k, k.layers, rng, rank, first
        self.df = {"data_format": "channels_first"} if first else {}
        self.axis = 1 if first else -1
        self.log = []

    def pick(self, items):
        return items[int(self.rng.integers(len(items)))]

    def chance(self, p):
        return self.rng.random() < p

    def sizes(self, x):
        s = list(x.shape)
        return s[2:] if self.first else s[1:-1]

    def channels(self, x):
        return int(x.shape[self.axis])

    def several(self, low, high):
        """one number for all axes or one each"""
        if self.chance(0.6) or self.rank == 1:
            return int(self.rng.integers(low, high + 1))
        return tuple(int(self.rng.integers(low, high + 1)) for _ in range(self.rank))

    def layer(self, name):
        return getattr(self.L, f"{name}{self.rank}D")

    # each step takes a tensor and gives one; Keras says which do not fit
    def conv(self, x):
        o = dict(padding=self.pick(["same", "same", "valid"]), activation=self.pick(ACTIVATIONS), use_bias=self.chance(0.7))
        how = self.rng.integers(4)
        if how == 0:
            o["strides"] = self.several(1, 3) if self.rank != 2 or self.first is None else int(self.rng.integers(1, 4))
        elif how == 1 and self.rank < 3:
            o["dilation_rate"] = int(self.rng.integers(1, 4))
        filters = int(self.rng.integers(1, 9))
        divisors = [g for g in range(2, self.channels(x) + 1) if self.channels(x) % g == 0]
        if how == 2 and divisors:
            o["groups"] = self.pick(divisors)
            filters = o["groups"] * int(self.rng.integers(1, 4))
        if self.rank == 1 and not self.first and self.chance(0.3):
            o["padding"] = "causal"
        return self.layer("Conv")(filters, self.several(1, 5), **o, **self.df)(x)

    def transpose(self, x):
        o = dict(padding=self.pick(["same", "valid"]), strides=self.several(1, 3), activation=self.pick(ACTIVATIONS))
        kernel = self.several(1, 4)
        name = f"Conv{self.rank}DTranspose"
        return getattr(self.L, name)(int(self.rng.integers(1, 7)), kernel, **o, **self.df)(x)

    def depthwise(self, x):
        o = dict(padding=self.pick(["same", "valid"]), depth_multiplier=int(self.rng.integers(1, 3)), activation=self.pick(ACTIVATIONS))
        if self.chance(0.5):
            return self.layer("DepthwiseConv")(int(self.rng.integers(1, 5)), strides=int(self.rng.integers(1, 3)), **o, **self.df)(x)
        return self.layer("SeparableConv")(int(self.rng.integers(1, 7)), int(self.rng.integers(1, 5)), **o, **self.df)(x)

    def pool(self, x):
        name = self.pick(["MaxPooling", "AveragePooling"])
        o = dict(padding=self.pick(["same", "valid"]))
        if self.chance(0.4):
            o["strides"] = int(self.rng.integers(1, 4))
        return self.layer(name)(self.several(1, 4), **o, **self.df)(x)

    def up(self, x):
        if self.rank == 2:
            o = dict(interpolation=self.pick(METHODS))
            if self.chance(0.25):
                return self.L.Resizing(*(int(n) for n in self.rng.integers(2, 20, 2)), **o, **self.df)(x)
            return self.L.UpSampling2D(self.several(1, 3), **o, **self.df)(x)
        return self.layer("UpSampling")(self.several(1, 3), **({} if self.rank == 1 else self.df))(x)

    def pad(self, x):
        name = self.pick(["ZeroPadding", "Cropping"])
        pairs = tuple((int(a), int(b)) for a, b in self.rng.integers(0, 3, (self.rank, 2)))
        return self.layer(name)(pairs[0] if self.rank == 1 else pairs, **({} if self.rank == 1 else self.df))(x)

    def norm(self, x):
        kind = self.pick(["batch", "batch", "layer", "group"])
        if kind == "batch":
            return self.L.BatchNormalization(axis=self.axis, scale=self.chance(0.8), center=self.chance(0.8),
                                             epsilon=self.pick([1e-3, 1e-5]))(x)
        if kind == "layer":
            return self.L.LayerNormalization(axis=self.axis)(x)
        groups = self.pick([g for g in range(1, self.channels(x) + 1) if self.channels(x) % g == 0] + [-1])
        return self.L.GroupNormalization(groups=groups, axis=self.axis)(x)

    def activate(self, x):
        axes = list(range(2, self.rank + 2)) if self.first else list(range(1, self.rank + 1))
        return self.pick([lambda: self.L.ReLU(max_value=self.pick([None, 1.0, 6.0]), negative_slope=self.pick([0.0, 0.1])),
                          self.L.LeakyReLU, self.L.ELU, lambda: self.L.Softmax(axis=self.axis),
                          lambda: self.L.PReLU(shared_axes=axes), lambda: self.L.Activation(self.pick(ACTIVATIONS[1:])),
                          lambda: self.L.Dropout(0.3), lambda: self.L.GaussianNoise(0.1)])()(x)

    def residual(self, x):
        inner = getattr(self.L, f"Conv{self.rank}D")(self.channels(x), 3, padding="same", activation=self.pick(ACTIVATIONS), **self.df)(x)
        return self.pick([self.L.Add, self.L.Multiply, self.L.Average, self.L.Maximum, self.L.Subtract])()([x, inner])

    def concat(self, x):
        inner = getattr(self.L, f"Conv{self.rank}D")(int(self.rng.integers(1, 4)), 3, padding="same", **self.df)(x)
        return self.L.Concatenate(axis=self.axis)(self.pick([[x, inner], [inner, x], [inner, x, inner]]))

    def dense(self, x):
        return self.L.Dense(int(self.rng.integers(1, 9)), activation=self.pick(ACTIVATIONS))(x)

    def excite(self, x):
        s = self.L.Dense(self.channels(x), activation="sigmoid")(self.layer("GlobalAveragePooling")()(x))
        return self.L.Multiply()([x, self.L.Reshape((1,) * self.rank + (self.channels(x),))(s)])

    def attention(self, x):
        n = int(np.prod(self.sizes(x)))
        if n > 150:
            return x
        flat = self.L.Reshape((n, self.channels(x)))(x)
        y = self.L.MultiHeadAttention(num_heads=int(self.rng.integers(1, 4)), key_dim=int(self.rng.integers(1, 6)))(flat, flat)
        return self.L.Reshape(tuple(self.sizes(x)) + (self.channels(x),))(y)

    def operation(self, x):
        """By hand: K.ops or the operators of a tensor"""
        how = self.rng.integers(4)
        if how == 0 or not hasattr(self.k, "ops"):
            return self.pick([lambda: x * 0.5 + 1.0, lambda: 1.5 - x, lambda: x + x, lambda: x / 3.0])()
        o = self.k.ops
        return [None, lambda: o.flip(x, axis=1), lambda: o.concatenate([x, o.relu(-x)], axis=-1),
                lambda: o.clip(x, -1.0, 1.0) * o.mean(x, axis=(1,), keepdims=True)][how]()

    def nested(self, x):
        a = self.k.Input(tuple(x.shape[1:]))
        y = self.norm(self.conv(a))
        return self.k.Model(a, y)(x) if self.chance(0.6) else self.k.Sequential(
            [self.k.Input(tuple(x.shape[1:])), self.layer("Conv")(3, 1, **self.df), self.L.ReLU()])(x)


def build(k, decisions, first):
    rng = np.random.default_rng(decisions)
    rank = int(rng.choice([1, 2, 3], p=[0.2, 0.68, 0.12]))
    maybe_first = rng.random() < 0.2 and rank == 2
    net = Net(k, rng, rank, first and maybe_first)
    most = {1: 24, 2: 14, 3: 6}[rank]
    shape = tuple(int(n) for n in rng.integers(4, most + 1, rank))
    channels = int(rng.integers(1, 6))
    x = y = k.Input((channels,) + shape if net.first else shape + (channels,), name="x")
    steps = ["conv", "conv", "transpose", "depthwise", "pool", "up", "up", "pad", "norm", "activate", "residual", "concat"]
    if rank == 3:
        steps.remove("depthwise")
    if maybe_first:
        steps.remove("transpose")
    else:
        steps += ["dense", "excite", "attention", "operation", "nested"]
    if rank == 1 and not hasattr(k, "ops"):
        steps.remove("depthwise")
    outputs = []
    for _ in range(int(rng.integers(2, 10))):
        step = net.pick(steps)
        small = int(np.prod(net.sizes(y))) <= {1: 40, 2: 200, 3: 220}[rank]
        if step in ("up", "transpose") and not small:
            continue
        before = y
        try:
            y = getattr(net, step)(y)
        except (ValueError, TypeError):             # what Keras refuses: sizes that become negative and the like
            y = before
        if int(np.prod(net.sizes(y))) == 0 or net.channels(y) > 40:
            y = before
        if y is not before and net.chance(0.12):
            outputs.append(y)
    if y is x:
        y = net.L.ReLU()(x)
    outputs = [t for t in outputs if t is not y] + [y]
    return k.Model(x, outputs if len(outputs) > 1 else outputs[0]), maybe_first


def is_chaotic(folder):
    """A normalisation of what is constant but for rounding, for one."""
    outputs = json.loads((folder / "case.json").read_text(encoding="utf-8"))["outputs"].values()
    return any(t["absolute"] > 1e-3 * np.abs(np.load(folder / t["file"])).max(initial=1e-3) for t in outputs)


def write_many(writer, k, version, root, count, seed):
    done = refused = 0
    for i in range(count):
        decisions = [seed, i]
        name = f"random_{writer.replace('.', '_')}_{seed}_{i:05d}"
        form = ["keras", "keras", "h5", "weights", "folder" if writer == "keras" else "keras"][
            int(np.random.default_rng([seed, i, 1]).integers(5))]
        writing.fresh(k)
        first = build(k, decisions, True)[1]
        case = Case(name, "random", lambda k: build(k, decisions, True)[0], twin=(lambda k: build(k, decisions, False)[0]) if first else None)
        try:
            folder = writing.write(case, form, writer, k, version, root, seed, folder_name=name)
            if is_chaotic(folder):
                shutil.rmtree(folder)
                raise ValueError("rounding decides the result: it says nothing")
            done += 1
        except Exception as e:  # noqa: BLE001  what this writer cannot run or save
            refused += 1
            print(f"{name} {form}: {type(e).__name__} {str(e)[:200]}", flush=True)
    print(f"{done} models in {root}; {refused} that {writer} {version} could not write")
