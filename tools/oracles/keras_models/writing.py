"""One case: the model's weights, its inputs, what its writer answers, and the files."""
import json
import pathlib
import shutil

import numpy as np

SIXTEEN = ("float16", "bfloat16")
RELATIVE = 2e-6        # about sixteen units in the last place of float32


def dtype_name(x):
    return x if isinstance(x, str) else getattr(x, "name", str(x))


def seed_weights(k, model, rng):
    """Values that tell every weight apart: no ones, no zeros, variances far from one."""
    values = []
    for v in model.weights:
        name = (getattr(v, "path", None) or v.name).split(":")[0].rsplit("/", 1)[-1]
        shape = tuple(v.shape)
        old = np.asarray(k.ops.convert_to_numpy(v) if hasattr(k, "ops") else v.numpy())
        normal = rng.standard_normal(shape)
        if name in ("moving_variance", "variance", "moving_stddev", "renorm_stddev"):
            new = rng.uniform(0.3, 2.0, shape)
        elif name in ("moving_mean", "mean", "renorm_mean"):
            new = 0.4 * normal
        elif name in ("gamma", "scale"):
            new = rng.uniform(0.5, 1.6, shape) * np.where(rng.random(shape) < 0.15, -1, 1)
        elif name == "alpha":
            new = rng.uniform(-0.2, 0.6, shape)
        elif name in ("bias", "beta") or name.endswith("_bias"):
            new = 0.3 * normal
        elif old.dtype.kind in "iu" or name in ("vector_u", "sn_u", "concat_score_weight", "count"):
            new = old + (0 if old.dtype.kind in "iu" else 0.1 * normal)
        else:
            per_channel = name == "depthwise_kernel"
            fan = np.prod(shape[:2 if per_channel and len(shape) == 4 else -1]) if shape else 1
            new = normal * 1.3 / np.sqrt(max(fan, 1))
        values.append(np.asarray(new, np.float64).astype(old.dtype))
    model.set_weights(values)


def make_inputs(case, model, rng):
    found = []
    for tensor in model.inputs:
        sizes, shape = iter(case.sizes * 3), [case.batch]
        for n in tensor.shape[1:]:
            shape.append(next(sizes) if n is None else int(n))
        kind = dtype_name(tensor.dtype)
        if kind == "bool":
            x = rng.random(shape) < 0.6
        elif kind.startswith(("int", "uint")) and case.data != "photo":
            x = rng.integers(0, case.below, shape)
        elif case.data == "photo":
            x = rng.integers(0, 256, shape)
        elif case.data in ("unit", "positive"):
            x = rng.uniform(0.02, 1 if case.data == "unit" else 4, shape)
        else:
            x = rng.standard_normal(shape)
        found.append(x.astype("float32" if kind in SIXTEEN else kind))
    if "extreme" in case.name:
        found = [np.resize(np.array([0, -0.0, 1e-6, -1e-6, 30, -30, 88.5, -88.5, 120, -120, 3e4, -3e4], np.float32), x.shape)
                 for x in found]
    return found


def leaves(structure):
    """(key or None, [layer, node, tensor]) of input_layers and output_layers in any nesting, dictionaries by sorted key"""
    if isinstance(structure, dict):
        return [(key, leaf) for key in sorted(structure) for _, leaf in leaves(structure[key])]
    if len(structure) == 3 and isinstance(structure[0], str) and isinstance(structure[1], int):
        return [(None, structure)]
    return [pair for item in structure for pair in leaves(item)]


def names(k, model, which):
    """As the command line has them: the key, or the layer's name and then name_1."""
    if type(model).__name__ == "Sequential":
        first = model.get_config()["layers"][0]
        name = first["config"]["name"] if first["class_name"] == "InputLayer" else model.inputs[0].name.split(":")[0]
        return [name] if which == "input_layers" else [model.layers[-1].name]
    found, seen = [], {}
    for key, leaf in leaves(model.get_config()[which]):
        name = key or leaf[0]
        again = seen.get(name, 0)
        seen[name] = again + 1
        found.append(f"{name}_{again}" if again else name)
    return found


def as_numpy(k, y):
    y = k.ops.convert_to_numpy(y) if hasattr(k, "ops") else y.numpy()
    return np.asarray(y, np.float32) if y.dtype.name == "bfloat16" else np.asarray(y)


def call(k, model, inputs):
    """Flat list of inputs to flat list of outputs."""
    structure = getattr(model, "_inputs_struct", None)
    structure = structure if structure is not None else getattr(model, "_nested_inputs", None)
    if isinstance(structure, dict):
        given = dict(zip(sorted(structure), inputs))
    elif isinstance(structure, (list, tuple)) or len(inputs) > 1:
        given = list(inputs)
    else:
        given = inputs[0]
    y = model(given, training=False)
    if isinstance(y, dict):
        y = [y[key] for key in sorted(y)]
    return [as_numpy(k, t) for t in (y if isinstance(y, (list, tuple)) else [y])]


def in_other_precision(k, model, wanted):
    """The same model in float64 (or float32), or None where it cannot be rebuilt."""
    text = model.to_json()
    if wanted == "float64":
        text = text.replace('"float32"', '"float64"')
    else:
        for name in ("mixed_float16", "mixed_bfloat16") + SIXTEEN:
            text = text.replace(f'"{name}"', f'"{wanted}"')
    try:
        k.backend.set_floatx(wanted)
        twin = k.models.model_from_json(text)
        twin.set_weights([np.asarray(w, wanted if w.dtype.kind in "fV" else w.dtype) for w in model.get_weights()])
        # set_weights leaves Normalization's own constants as they were
        for layer in getattr(twin, "_flatten_layers", lambda: [])():
            if hasattr(layer, "finalize_state"):
                layer.finalize_state()
        return twin
    except Exception as e:  # noqa: BLE001  any failure: no twin, and the caller says so
        print("   no twin:", type(e).__name__, str(e).replace("\n", " ")[:150])
        return None
    finally:
        k.backend.set_floatx("float32")


def tolerances(case, k, model, inputs, outputs):
    """Per output: |answer - expected| <= absolute + relative * |expected|. From the distance between the writer and a
    more exact twin of the same model, eight times over."""
    if case.exact:
        return [bound(0, 0)] * len(outputs)
    if case.units:
        return [bound(case.units * float(np.spacing(max(np.abs(x).max() for x in inputs))), 0)] * len(outputs)
    low = any(w.dtype.name in SIXTEEN for w in model.get_weights()) or case.extra.get("policy", "float32") not in ("float32", "float64")
    wanted = "float32" if low else "float64"
    twin = in_other_precision(k, model, wanted)
    better = None
    if twin is not None:
        try:
            k.backend.set_floatx(wanted)
            better = call(k, twin, [x.astype(wanted) if x.dtype.kind == "f" else x for x in inputs])
        except Exception as e:  # noqa: BLE001
            print("   twin fails:", type(e).__name__, str(e).replace("\n", " ")[:150])
        finally:
            k.backend.set_floatx("float32")
    found = []
    for i, y in enumerate(outputs):
        finite = np.isfinite(y) if y.dtype.kind == "f" else np.zeros(y.shape, bool)
        if y.dtype.kind != "f":
            found.append(bound(0, 0))
            continue
        scale = float(np.abs(y[finite]).max()) if finite.any() else 0.0
        middle = float(np.median(np.abs(y[finite]))) if finite.any() else 0.0
        if better is None:
            found.append(bound(2e-2 * scale if low else 1e-5 * middle, 0 if low else 1e-5))
            continue
        error = np.abs(y.astype(np.float64) - better[i].astype(np.float64))[finite]
        if not low and error.max(initial=0) > 1e-4 * max(scale, 1e-3):
            print(f"   the twin is {error.max() / scale:.1e} of the largest value away")
        if low:
            brain = case.extra.get("policy") in ("bfloat16", "mixed_bfloat16", "mixed")
            found.append(bound(2 * error.max(initial=0) + (1e-2 if brain else 2e-3) * scale, 0))
        else:
            beyond = (error - RELATIVE / 8 * np.abs(y[finite])).max(initial=0)
            found.append(bound(8 * max(beyond, 0) + 1e-6 * middle, RELATIVE))
    return found


def bound(absolute, relative):
    return {"absolute": float(f"{absolute:.2g}"), "relative": relative}


def save(k, model, form, folder):
    """Returns the files of case.json."""
    if form in ("keras", "h5"):
        model.save(str(folder / f"model.{form}"))
        return {"model": f"model.{form}"}
    if form == "folder":
        k.saving.save_model(model, str(folder / "model"), zipped=False)
        return {"model": "model"}
    if form == "npz":
        from keras.src.saving import saving_lib
        saving_lib.save_model(model, str(folder / "model.keras"), weights_format="npz")
        return {"model": "model.keras"}
    if form == "weights_alone":
        model.save_weights(str(folder / "model.weights.h5"))
        return {"model": "model.weights.h5"}
    (folder / "model.json").write_text(model.to_json(), encoding="utf-8")
    if form == "sharded":
        model.save_weights(str(folder / "model.weights.json"), max_shard_size=1.5e-5)
        return {"json": "model.json", "weights": "model.weights.json"}
    weights = "weights.h5" if form == "legacy_weights" else "model.weights.h5"
    model.save_weights(str(folder / weights))
    return {"json": "model.json", "weights": weights}


def fresh(k):
    (k.utils if hasattr(k.utils, "clear_session") else k.backend).clear_session()
    if hasattr(k.utils, "set_random_seed"):
        k.utils.set_random_seed(1)
    else:  # TensorFlow 2.0 to 2.3
        __import__("tensorflow").random.set_seed(1)


def write(case, form, writer, k, version, root, seed=0, folder_name=None):
    """Builds, computes, saves. Returns the folder."""
    suffix = {"keras": ""}.get(writer, "_" + writer.replace("keras3", "keras_3").replace("tf2", "tf_2").replace(".", "_"))
    folder = pathlib.Path(root) / (folder_name or case.name + suffix + ("" if form == "keras" else "_" + form))
    rng = np.random.default_rng([seed] + list(case.name.encode()))
    fresh(k)
    model = case.build(k)
    shutil.rmtree(folder, ignore_errors=True)
    if case.seeded:
        seed_weights(k, model, rng)
    folder.mkdir(parents=True)
    try:
        fill(case, form, writer, k, version, folder, model, rng)
    except Exception:
        shutil.rmtree(folder)
        raise
    return folder


def fill(case, form, writer, k, version, folder, model, rng):
    files = save(k, model, form, folder)
    if "keras_version" in case.extra:
        with __import__("h5py").File(folder / files["model"], "r+") as file:
            file.attrs["keras_version"] = case.extra["keras_version"]
    described = {"name": folder.name, "family": case.family, "writer": writer, "version": version, "form": form,
                 "files": files, "parameters": int(model.count_params())}
    described.update(case.extra)
    if case.run:
        inputs = make_inputs(case, model, rng)
        outputs, bounds = answer(case, k, model, inputs)
        for key, which, arrays in (("inputs", "input_layers", inputs), ("outputs", "output_layers", outputs)):
            described[key] = {}
            assert len(names(k, model, which)) == len(arrays)
            for i, (name, array) in enumerate(zip(names(k, model, which), arrays)):
                file = f"{key[:-1]}_{i}.npy"
                np.save(folder / file, array)
                described[key][name] = {"file": file, "shape": list(array.shape), "dtype": array.dtype.name}
                if key == "outputs":
                    described[key][name].update(bounds[i])
    write_json(folder, described)


def write_json(folder, described):
    (folder / "case.json").write_text(json.dumps(described, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def answer(case, k, model, inputs):
    if case.twin is None:
        outputs = call(k, model, inputs)
        return outputs, tolerances(case, k, model, inputs, outputs)
    weights, build = model.get_weights(), case.twin
    fresh(k)
    twin = build(k)
    # what depends on the format is the channels' place: the weights are the same, PReLU's alpha but for its axes
    twin.set_weights([w if w.shape == tuple(v.shape) else np.moveaxis(w, 0, -1) for w, v in zip(weights, twin.weights)])
    moved = [np.moveaxis(x, 1, -1) for x in inputs]
    outputs = call(k, twin, moved)
    bounds = tolerances(case, k, twin, moved, outputs)
    back = lambda y, t: np.moveaxis(y, -1, 1) if y.ndim > 2 else y  # noqa: E731
    outputs = [np.ascontiguousarray(back(y, t)) for y, t in zip(outputs, model.outputs)]
    for y, t in zip(outputs, model.outputs):
        want = tuple(t.shape)[1:]
        if any(n is not None and n != m for n, m in zip(want, y.shape[1:])):
            raise RuntimeError(f"{case.name}: the twin gives {y.shape}, the model says {want}")
    return outputs, bounds
