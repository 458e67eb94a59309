#!/usr/bin/env python3
"""Whole decoders beside the engines that people deploy them with: make bench-decoders.

Models are made here with weights from a fixed seed, saved as .keras files and run by `halfpixel run`, by TensorFlow
(graph and XLA), by ONNX Runtime (through tf2onnx) and by OpenVINO, in turns, with one number of threads. All results
are compared with TensorFlow's before anything is timed. A figure is the least of all rounds, in milliseconds.
--precision fast: halfpixel and OpenVINO with factors of bfloat16, beside halfpixel with float32 (on processors with AMX).

    bench/decoders.py HALFPIXEL [--threads N] [--rounds N] [--precision fast] [--only NAME …] [--page docs/benchmarks.md]
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
BOUND = 2e-5  # of the largest value
BF16_BOUND = 5e-2


def conv(filters, kernel=3, **options):
    from keras import layers

    return layers.Conv2D(filters, kernel, padding="same", **options)


def chain(shape, *layers):
    import keras

    return keras.Sequential([keras.Input(shape), *layers])


def block(size, channels, filters, activation="relu"):
    from keras import layers

    return chain((size, size, channels), layers.UpSampling2D(), conv(filters, activation=activation))


def decoder(interpolation):
    from keras import layers

    return chain(
        (64, 64, 256),
        layers.UpSampling2D(interpolation=interpolation), conv(128, activation="relu"),
        layers.UpSampling2D(interpolation=interpolation), conv(64, activation="relu"),
        conv(3, activation="tanh"))


def normalised():
    from keras import layers

    stages = []
    for filters in (64, 32):
        stages += [layers.UpSampling2D(), conv(filters, use_bias=False), layers.BatchNormalization(),
                   layers.LeakyReLU()]
    return chain((64, 64, 128), *stages, conv(3, activation="sigmoid"))


def dcgan():
    from keras import layers

    stages = []
    for filters, activation in ((256, "relu"), (128, "relu"), (64, "relu"), (32, "relu"), (3, "tanh")):
        stages += [layers.UpSampling2D(), conv(filters, 5, activation=activation)]
    return chain((4, 4, 512), *stages)


def vae():
    from keras import layers

    return chain(
        (32, 32, 256), conv(256, activation="silu"), conv(256, activation="silu"),
        layers.UpSampling2D(), conv(256), conv(128, activation="silu"),
        layers.UpSampling2D(), conv(128), conv(64, activation="silu"), conv(3))


def unet(up):
    import keras
    from keras import layers

    x = inputs = keras.Input((256, 256, 3))
    skips = []
    for filters in (32, 64, 128, 256):
        x = conv(filters, activation="relu")(conv(filters, activation="relu")(x))
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = conv(512, activation="relu")(conv(512, activation="relu")(x))
    for filters in (256, 128, 64, 32):
        if up == "transpose":
            x = layers.Conv2DTranspose(filters, 2, strides=2, padding="same")(x)
        elif up == "bilinear":
            x = conv(filters, 2)(layers.UpSampling2D(interpolation="bilinear")(x))
        else:
            x = layers.UpSampling2D()(x)
        x = layers.Concatenate()([x, skips.pop()])
        x = conv(filters, activation="relu")(conv(filters, activation="relu")(x))
    return keras.Model(inputs, layers.Conv2D(1, 1, activation="sigmoid")(x))


def super_resolution():
    import keras
    from keras import layers

    inputs = keras.Input((128, 128, 3))
    x = conv(64, activation="relu")(inputs)
    for _ in range(4):
        x = layers.Add()([x, conv(64)(conv(64, activation="relu")(x))])
    for _ in range(2):
        x = conv(64, activation="relu")(layers.UpSampling2D()(x))
    return keras.Model(inputs, conv(3)(x))


def espcn():
    import keras

    inputs = keras.Input((270, 480, 3))
    x = conv(32, activation="relu")(conv(64, 5, activation="relu")(inputs))
    return keras.Model(inputs, keras.ops.depth_to_space(conv(12)(x), 2))


def fsrcnn():
    from keras import layers

    stages = [conv(56, 5), layers.PReLU(shared_axes=[1, 2]), conv(12, 1), layers.PReLU(shared_axes=[1, 2])]
    for _ in range(4):
        stages += [conv(12), layers.PReLU(shared_axes=[1, 2])]
    stages += [conv(56, 1), layers.PReLU(shared_axes=[1, 2])]
    return chain((270, 480, 1), *stages, layers.Conv2DTranspose(1, 9, strides=2, padding="same"))


def edsr(blocks=16):
    import keras
    from keras import layers

    inputs = keras.Input((135, 240, 3))
    first = x = conv(64)(inputs)
    for _ in range(blocks):
        x = layers.Add()([x, conv(64)(conv(64, activation="relu")(x))])
    x = layers.Add()([first, conv(64)(x)])
    return keras.Model(inputs, conv(3)(keras.ops.depth_to_space(conv(256)(x), 2)))


def pix2pix():
    import keras
    from keras import layers

    inputs = keras.Input((256, 256, 3))
    skips, x = [], inputs
    for filters in (64, 128, 256, 512, 512, 512, 512, 512):
        x = layers.LeakyReLU()(conv(filters, 4, strides=2)(x))
        skips.append(x)
    for filters, skip in zip((512, 512, 512, 512, 256, 128, 64), reversed(skips[:-1])):
        x = layers.Conv2DTranspose(filters, 4, strides=2, padding="same", activation="relu")(x)
        x = layers.Concatenate()([x, skip])
    return keras.Model(inputs, layers.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh")(x))


def deeplab():
    from keras import layers

    return chain(
        (32, 32, 256), layers.UpSampling2D(4, interpolation="bilinear"), conv(256, activation="relu"),
        conv(256, activation="relu"), conv(21, 1), layers.UpSampling2D(4, interpolation="bilinear"))


def transposed():
    from keras import layers

    return chain((64, 64, 128), *[
        layers.Conv2DTranspose(filters, 4, strides=2, padding="same", activation="relu") for filters in (64, 32)])


def classes():
    import keras
    from keras import layers

    inputs = keras.Input((64, 64, 21))
    return keras.Model(inputs, keras.ops.argmax(layers.UpSampling2D(8, interpolation="bilinear")(inputs), -1))


def probabilities():
    from keras import layers

    return chain((64, 64, 21), layers.UpSampling2D(8, interpolation="bilinear"), layers.Softmax())


def volume():
    from keras import layers

    return chain((32, 32, 32, 32), layers.UpSampling3D(), layers.Conv3D(16, 3, padding="same", activation="relu"))


def audio():
    from keras import layers

    return chain(
        (4096, 64), layers.UpSampling1D(4), layers.Conv1D(32, 9, padding="same", activation="relu"),
        layers.UpSampling1D(4), layers.Conv1D(16, 25, padding="same"))


DECODERS = {
    "up x2 + 3x3, 64² 512→512": lambda: block(64, 512, 512),
    "up x2 + 3x3, 128² 64→64": lambda: block(128, 64, 64),
    "up x2 + 3x3, 256² 64→3": lambda: block(256, 64, 3, "tanh"),
    "up x2 + 3x3, 32² 256→128": lambda: block(32, 256, 128),
    "decoder 64²→256², nearest": lambda: decoder("nearest"),
    "decoder 64²→256², bilinear": lambda: decoder("bilinear"),
    "decoder with BatchNorm": normalised,
    "DCGAN generator, 128²": dcgan,
    "VAE decoder, 128²": vae,
    "U-Net 256², nearest": lambda: unet("nearest"),
    "U-Net 256², bilinear": lambda: unet("bilinear"),
    "U-Net 256², transposed": lambda: unet("transpose"),
    "super-resolution x4, 128²": super_resolution,
    "ESPCN x2, 270p": espcn,
    "FSRCNN x2, 270p": fsrcnn,
    "EDSR-baseline x2, 135p": edsr,
    "pix2pix generator, 256²": pix2pix,
    "DeepLab head, 512² 21": deeplab,
    "Conv2DTranspose 4x4 stride 2": transposed,
    "logits x8 + argmax, 64² 21": classes,
    "logits x8 + softmax, 64² 21": probabilities,
    "3-D, 32³→64³": volume,
    "1-D x16, 4096": audio,
}


def with_weights(model):
    import numpy as np

    random = np.random.default_rng(7)
    for weight in model.weights:
        values = random.standard_normal(weight.shape)
        if "variance" in weight.path:
            values = np.abs(values) + 0.5
        elif len(weight.shape) > 1:
            values /= np.sqrt(np.prod(weight.shape[:-1]))
        else:
            values = 0.1 * values + ("gamma" in weight.path)
        weight.assign(values.astype("float32"))
    return model


def engines(model, x, threads, only=None, precision="f32"):
    """name -> a call that returns the result; of all engines, or of one"""
    import tensorflow as tf

    signature = [tf.TensorSpec(x.shape, tf.float32)]
    graph = tf.function(lambda x: model(x, training=False), input_signature=signature)
    given = tf.constant(x)

    def tensorflow():
        return lambda: graph(given).numpy()

    def xla():
        compiled = tf.function(lambda x: model(x, training=False), input_signature=signature, jit_compile=True)
        return lambda: compiled(given).numpy()

    def onnx_runtime():
        import onnxruntime
        import tf2onnx

        onnx, _ = tf2onnx.convert.from_function(graph, input_signature=signature, opset=18)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(onnx.SerializeToString(), options, ["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        return lambda: session.run(None, {name: x})[0]

    def openvino():
        import openvino as ov

        compiled = ov.compile_model(ov.convert_model(graph, example_input=given), "CPU", {
            "INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"})
        request = compiled.create_infer_request()
        return lambda: request.infer([x])[0]

    calls = {}
    makers = {"TensorFlow": tensorflow, "XLA": xla, "ONNX Runtime": onnx_runtime, "OpenVINO": openvino}
    for name, make in makers.items():
        if only not in (None, name):
            continue
        try:
            calls[name] = make()
        except Exception as error:  # what an engine cannot convert it has no figure for
            print(f"{name}: {str(error)[:120]}", flush=True)
    return calls


def halfpixel(command, folder, threads, repeat, precision="relaxed"):
    run = subprocess.run(
        [command, "run", folder / "m.keras", folder / "x.npy", folder / "y.npy", "--threads", str(threads),
         "--precision", precision, "--repeat", str(repeat), "--json"], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)["min_ms"]


def check(engine, name, got, wanted, bound=BOUND):
    import numpy as np

    if wanted.dtype.kind == "i":  # classes: logits that are nearly equal may be told apart differently
        assert np.mean(got != wanted) < 1e-4, f"{engine}: {name}"
    else:
        assert np.abs(got - wanted).max() <= bound * np.abs(wanted).max(), f"{engine}: {name}"


def measure(name, command, threads, rounds, fast):
    import numpy as np

    bound = BF16_BOUND if fast else BOUND
    model = with_weights(DECODERS[name]())
    x = np.random.default_rng(3).standard_normal((1, *model.input_shape[1:])).astype("float32")
    with tempfile.TemporaryDirectory() as path:
        folder = pathlib.Path(path)
        model.save(folder / "m.keras")
        np.save(folder / "x.npy", x)
        if fast:
            wanted = engines(model, x, threads, "TensorFlow")["TensorFlow"]()
            calls = engines(model, x, threads, "OpenVINO", "bf16")
            ours = {"halfpixel": "fast", "halfpixel, float32": "relaxed"}
        else:
            calls = engines(model, x, threads)
            wanted = calls["TensorFlow"]()
            ours = {"halfpixel": "relaxed"}
        for engine, call in calls.items():
            check(engine, name, call(), wanted, bound)
        halfpixel(command, folder, threads, 1, ours["halfpixel"])
        check("halfpixel", name, np.load(folder / "y.npy"), wanted, bound)
        least = dict.fromkeys([*ours, *calls], float("inf"))
        for _ in range(rounds):
            for engine, precision in ours.items():
                least[engine] = min(least[engine], halfpixel(command, folder, threads, 3, precision))
            for engine, call in calls.items():
                for _ in range(3):
                    begin = time.perf_counter()
                    call()
                    least[engine] = min(least[engine], 1e3 * (time.perf_counter() - begin))
    return least


def table(rows):
    names = list(dict.fromkeys(name for least in rows.values() for name in least))
    lines = ["| ms | " + " | ".join(names) + " | best of the others / halfpixel |",
             "| --- |" + " ---: |" * (len(names) + 1)]
    for row, least in rows.items():
        others = [value for key, value in least.items() if not key.startswith("halfpixel")]
        ratio = f"{min(others) / least['halfpixel']:.2f}×" if others else "–"
        figures = " | ".join(f"{least[name]:.3g}" if name in least else "–" for name in names)
        lines.append(f"| {row} | {figures} | {ratio} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("halfpixel", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--precision", choices=("relaxed", "fast"), default="relaxed")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--page", type=pathlib.Path, help="the page whose table between the two marks is replaced")
    options = parser.parse_args()

    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    rows = {}
    for name in DECODERS:
        if options.only and not any(part in name for part in options.only):
            continue
        rows[name] = measure(name, options.halfpixel.resolve(), options.threads, options.rounds,
                             options.precision == "fast")
        print(name, {key: round(value, 2) for key, value in rows[name].items()}, flush=True)
    text = table(rows)
    print(text)
    if options.page:
        kind = "decoders" if options.precision == "relaxed" else "decoders in bfloat16"
        begin, end = (f"<!-- {kind}, threads {options.threads}: {word} -->" for word in ("begin", "end"))
        before, rest = options.page.read_text().split(begin)
        options.page.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}")


if __name__ == "__main__":
    main()
