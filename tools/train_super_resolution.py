"""Trains the super-resolution example in real Keras and says how good it is on a photo that it has never seen.

    python3 -m venv venv && venv/bin/pip install -r tools/oracles/requirements.txt
    nice -n 19 venv/bin/python tools/train_super_resolution.py examples/photos examples/super_resolution/espcn_x2.keras

The network is ESPCN with residual blocks: convolutions at low resolution, depth_to_space, and the detail added to a
bicubic enlargement. It eats a photo (None, None, 3) of 0..255 and gives one twice as large, 0..255, not clamped.
The same command gives the same weights on the same kind of processor.
"""
import argparse
import os
import pathlib
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf

SCALE = 2


def build(filters, blocks):
    """Input, output and the picture in between are RGB; about 9 * filters^2 * 2 * blocks parameters."""
    conv = lambda n, name, **o: keras.layers.Conv2D(n, 3, padding="same", name=name, **o)  # noqa: E731
    photo = keras.Input((None, None, 3), name="photo")
    x = keras.layers.Rescaling(1 / 255, name="to_unit")(photo)
    large = keras.layers.UpSampling2D(SCALE, interpolation="bicubic", name="bicubic")(x)
    y = head = conv(filters, "head")(x)
    for i in range(blocks):
        inner = conv(filters, f"block{i}_a", activation="relu")(y)
        y = keras.layers.Add(name=f"block{i}_add")([y, conv(filters, f"block{i}_b")(inner)])
    y = keras.layers.Add(name="body_add")([y, head])
    # begins as plain bicubic: the last convolution is zero
    y = conv(3 * SCALE * SCALE, "detail", kernel_initializer="zeros")(y)
    y = keras.ops.nn.depth_to_space(y, SCALE)
    y = keras.layers.Add(name="sum")([large, y])
    return keras.Model(photo, keras.layers.Rescaling(255.0, name="large_photo")(y), name="espcn_x2")


def read(path):
    return tf.io.decode_image(tf.io.read_file(str(path)), channels=3, expand_animations=False).numpy()


def quantise(x):
    return np.clip(np.rint(x), 0, 255).astype(np.uint8)


def shrink(photo):
    """What the network has to undo: an antialiased bicubic resize, kept as bytes."""
    h, w = photo.shape[0] // SCALE, photo.shape[1] // SCALE
    photo = photo[: h * SCALE, : w * SCALE]
    return quantise(tf.image.resize(photo, (h, w), "bicubic", antialias=True).numpy()), photo


def pairs(paths):
    """Each photo also at smaller sizes, whose noise and sharpness differ."""
    found = []
    for photo in map(read, paths):
        for factor in (1.0, 0.8, 0.62, 0.5):
            size = [int(n * factor) for n in photo.shape[:2]]
            smaller = photo if factor == 1.0 else quantise(
                tf.image.resize(photo, size, "bicubic", antialias=True).numpy())
            found.append(shrink(smaller))
    return found


def batch(rng, found, chance, count, side):
    """`count` low-resolution squares of `side` and what they should become, turned and mirrored at random."""
    low = np.empty((count, side, side, 3), np.float32)
    high = np.empty((count, side * SCALE, side * SCALE, 3), np.float32)
    for i in range(count):
        small, large = found[rng.choice(len(found), p=chance)]
        r, c = (int(rng.integers(0, n - side + 1)) for n in small.shape[:2])
        a = small[r: r + side, c: c + side]
        b = large[r * SCALE: (r + side) * SCALE, c * SCALE: (c + side) * SCALE]
        turn, mirror = int(rng.integers(4)), bool(rng.integers(2))
        a, b = np.rot90(a, turn), np.rot90(b, turn)
        low[i], high[i] = (a[:, ::-1], b[:, ::-1]) if mirror else (a, b)
    return low, high


def psnr(a, b, border=SCALE):
    """Over RGB as bytes, without the outermost pixels, where every method has to invent."""
    a, b = (x[border:-border, border:-border].astype(np.float64) for x in (a, b))
    return 10 * np.log10(255.0 ** 2 / np.mean((a - b) ** 2))


def luma(x):
    return x.astype(np.float64) @ (np.array([65.481, 128.553, 24.966]) / 255) + 16


def report(model, path):
    small, large = shrink(read(path))
    size = large.shape[:2]
    ours = quantise(np.asarray(model(small[None].astype(np.float32), training=False))[0])
    rows = [("model", ours)] + [
        (name, quantise(tf.image.resize(small, size, name).numpy())) for name in ("bicubic", "lanczos3", "bilinear")]
    for name, picture in rows:
        ssim = float(tf.image.ssim(tf.constant(picture), tf.constant(large), 255))
        print(f"{path.name}: {name:9} PSNR {psnr(picture, large):.2f} dB (RGB), "
              f"{psnr(luma(picture), luma(large)):.2f} dB (luma), SSIM {ssim:.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--held-out", default="coffee.png")
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--filters", type=int, default=24)
    parser.add_argument("--blocks", type=int, default=3)
    parser.add_argument("--report-only", action="store_true", help="measure the model that is there")
    o = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    paths = sorted(p for p in o.photos.iterdir() if p.suffix in (".png", ".jpg"))
    held_out = o.photos / o.held_out
    if held_out not in paths:
        raise SystemExit(f"{held_out} is not there")
    if o.report_only:
        return report(keras.saving.load_model(o.model), held_out)

    keras.utils.set_random_seed(2)
    tf.config.experimental.enable_op_determinism()
    rng = np.random.default_rng(2)
    model = build(o.filters, o.blocks)
    print(f"{model.count_params()} parameters; trained on {[p.name for p in paths if p != held_out]}", flush=True)
    found = pairs(p for p in paths if p != held_out)
    area = np.array([small.shape[0] * small.shape[1] for small, _ in found], np.float64)
    rate = keras.optimizers.schedules.CosineDecay(0.0, o.steps, alpha=0.01, warmup_target=2e-3, warmup_steps=100)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="mean_absolute_error")
    start, loss = time.time(), []
    for step in range(1, o.steps + 1):
        loss.append(float(model.train_on_batch(*batch(rng, found, area / area.sum(), count=16, side=24))))
        if step % 500 == 0 or step == 20:
            print(f"step {step}: {time.time() - start:.0f} s, loss {np.mean(loss[-500:]):.3f}", flush=True)
            report(model, held_out)
    # a model for use: no optimizer state in the file
    finished = keras.Model(model.inputs, model.outputs, name=model.name)
    o.model.parent.mkdir(parents=True, exist_ok=True)
    finished.save(o.model)
    print(f"{o.model}: {o.model.stat().st_size} bytes", flush=True)


main()
