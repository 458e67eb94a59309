"""Do models that halfpixel saved open in real Keras, and give the same numbers?

    python reopen_saved.py CASES SAVED

CASES: folders as in tests/data/models. SAVED: NAME.keras for some of them, written by save_models. Exit status 1
when one does not open or answers outside its case's bound, and the difference is not explained below.
"""
import fnmatch
import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras  # noqa: E402
import numpy as np  # noqa: E402


# (cases, what is said, why it is so)
EXPLAINED = (
    ("*_tf_keras*", "hard_sigmoid", "Keras 3 has no word for tf_keras' hard_sigmoid, 0.2 x + 0.5"),
    ("resizing_*_of_tf_keras*", "Resizing", "Keras 3's Resizing knows no area, gaussian and mitchellcubic"),
    ("upsampling_*_of_tf_keras*", "UpSampling", "Keras 3's UpSampling2D knows no gaussian and mitchellcubic"),
    ("up_sampling_2d_of_keras_2_3*", "differs", "the case has the numbers of Keras 2.3, which no file can ask of Keras 3 for"),
    ("addons_*", "Could not locate class", "the classes are those of tensorflow_addons"),
    ("attention_models_*", "Could not locate class", "the classes are those of keras_cv_attention_models"),
    ("efficientnet_*", "Could not locate class 'FixedDropout'", "the class is that of efficientnet"),
    ("hub_pyramid*", "Could not locate class 'SpatialPyramidPooling'", "the class is that of keras_hub"),
    ("unet_collection_*", "Could not locate class 'GELU'", "the class is that of keras_unet_collection"),
    ("ops_windows", "AdaptiveAveragePool", "Keras 3.15 cannot read its own adaptive pools: the size is a list in the file"),
    ("random_shear*", "deserialized", "Keras 3.15 cannot read its own RandomShear"),
    ("conv2d_channels_first*", "differs", "Keras called directly adds the bias to the wrong axis: tests/data/models/README.md"),
    ("*_jax*", "Transpose", "TensorFlow refuses these extents; on the JAX backend they answer the same"),
    ("*_on_torch*", "differs", "the case has that backend's bicubic numbers; with KERAS_BACKEND=torch they answer the same"),
    ("*_on_jax*", "differs", "the case has that backend's bicubic numbers; with KERAS_BACKEND=jax they answer the same"),
    ("recurrent_masked_tf_keras*", '"concatenate" is used 2 times', "Keras names what joins the masks as the layer that joins the values"),
)


def explanation(name, problem):
    for cases, said, why in EXPLAINED:
        if fnmatch.fnmatch(name, cases) and said in problem:
            return why
    return None


def as_list(outputs):
    if isinstance(outputs, dict):
        return [outputs[key] for key in sorted(outputs)]
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def check(case, saved):
    """None, or what is wrong."""
    about = json.loads((case / "case.json").read_text())
    try:
        model = keras.saving.load_model(saved, compile=False)
    except Exception as error:  # noqa: BLE001
        return f"does not open: {type(error).__name__}: {error}"
    inputs = {name: np.load(case / entry["file"]) for name, entry in about["inputs"].items()}
    structure = getattr(model, "_inputs_struct", None)
    if isinstance(structure, dict):
        given = {key: inputs.get(key, value) for key, value in zip(sorted(structure), inputs.values())}
    else:
        given = [inputs.get(t.name, value) for t, value in zip(model.inputs, inputs.values())]
        given = given if isinstance(structure, (list, tuple)) else given[0]
    answers = as_list(model(given, training=False))
    expected = list(about["outputs"].values())
    if len(answers) != len(expected):
        return f"{len(answers)} outputs, {len(expected)} expected"
    for answer, entry in zip(answers, expected):
        answer = np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(answer, "float64")))
        wanted = np.load(case / entry["file"]).astype("float64")
        if answer.shape != wanted.shape:
            return f"shape {answer.shape}, {wanted.shape} expected"
        bound = entry.get("absolute", 0) + entry.get("relative", 0) * np.abs(wanted) + 1e-5
        wrong = np.abs(answer - wanted) > bound
        if (wrong & ~(np.isnan(answer) & np.isnan(wanted))).any():
            return f"differs by {np.nanmax(np.abs(answer - wanted)):g}"
    return None


def main():
    cases, saved = map(pathlib.Path, sys.argv[1:3])
    bad = explained = count = 0
    for file in sorted(saved.glob("*.keras")):
        case = cases / file.stem
        if not (case / "case.json").exists():
            continue
        count += 1
        keras.backend.clear_session()
        try:
            problem = check(case, file)
        except Exception as error:  # noqa: BLE001
            problem = f"does not run: {type(error).__name__}: {error}"
        why = explanation(file.stem, problem) if problem else None
        if why:
            explained += 1
            print(f"{file.stem}: {why}", flush=True)
        elif problem:
            bad += 1
            print(f"{file.stem}: {problem[:1000]}", flush=True)
    print(f"{count - bad - explained} of {count} open in Keras {keras.__version__} and answer the same; "
          f"{explained} differ for reasons that are known, {bad} for none")
    return 1 if bad or not count else 0


if __name__ == "__main__":
    sys.exit(main())
