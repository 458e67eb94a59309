"""Model files that real Keras wrote, with inputs and the outputs that their writer computes. See README.md beside this.

    make_models.py DIRECTORY                        all cases of the writer that this Python has, into DIRECTORY/NAME/
    make_models.py DIRECTORY --only conv2d unet     those whose name contains one of the words
    make_models.py DIRECTORY --pack TARGET          after all writers have run: what is committed, and its index
    make_models.py DIRECTORY --add TARGET           the cases in DIRECTORY beside those that are committed
    make_models.py DIRECTORY --reload               this writer opens its files again and must give the recorded outputs
    make_models.py --many DIRECTORY N [--seed S]    N random models of this writer for mass checking

The writer is `keras` where Keras 3.15 is installed, `tf_keras` with --writer tf_keras, and keras3.0, tf2.13, tf2.3, tf2.1 or
tf2.0 in environments that have those versions; jax and torch are Keras 3.15 with KERAS_BACKEND=jax or torch.
"""
import argparse
import json
import os
import pathlib
import sys
import traceback

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("JAX_ENABLE_X64", "1")  # for the twins

from keras_models import packing, registry, reloading, writing


def writer_of(name):
    """(writer, module, version)"""
    if name == "tf_keras":
        import tf_keras
        return "tf_keras", tf_keras, tf_keras.__version__
    try:
        import keras
    except ImportError:  # TensorFlow 2.0 to 2.3
        import tensorflow as tf
        return "tf" + tf.__version__[:3], tf.keras, tf.__version__
    version = keras.__version__
    found = {"3.0": "keras3.0", "2.1": "tf2.13"}.get(version[:3], "keras")
    if found == "keras" and keras.backend.backend() != "tensorflow":
        return keras.backend.backend(), keras, version
    if found == "tf2.13":
        import tensorflow as tf
        return found, tf.keras, tf.__version__
    return found, keras, version


def cases_of(writer, only):
    for c in registry.CASES:
        for form in c.forms if writer in c.writers else ():
            if form in ("folder", "sharded") and writer != "keras" or form == "legacy_weights" and writer in ("keras", "keras3.0", "jax", "torch"):
                continue
            if not only or any(word in c.name for word in only):
                yield c, form


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=pathlib.Path, nargs="?")
    parser.add_argument("--writer", default="keras")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--pack", type=pathlib.Path)
    parser.add_argument("--add", type=pathlib.Path)
    parser.add_argument("--reload", action="store_true")
    parser.add_argument("--many", nargs=2, metavar=("DIRECTORY", "N"))
    parser.add_argument("--seed", type=int, default=0)
    o = parser.parse_args()
    if o.pack:
        return packing.pack(o.directory, o.pack)
    if o.add:
        return packing.add(o.directory, o.add)
    writer, k, version = writer_of(o.writer)
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(1)
    if writer in ("tf2.0", "tf2.1", "tf2.3"):
        from keras_models import op_layers  # noqa: F401  the only cases of these
    else:
        from keras_models import everything  # noqa: F401  fills registry.CASES
    if o.many:
        from keras_models import random_models
        return random_models.write_many(writer, k, version, pathlib.Path(o.many[0]), int(o.many[1]), o.seed)
    if o.reload:
        return reloading.reload_all(writer, k, o.directory, o.only)
    failed = []
    for c, form in cases_of(writer, o.only):
        try:
            folder = writing.write(c, form, writer, k, version, o.directory, o.seed)
            bounds = [t["absolute"] for t in json.loads((folder / "case.json").read_text())
                      .get("outputs", {}).values()]
            print(f"{folder.name}: {max(bounds, default='no outputs')}", flush=True)
        except Exception as e:  # noqa: BLE001
            failed.append(f"{c.name} {form}")
            print(f"FAILED {c.name} {form}: {type(e).__name__} {str(e)[:300]}", flush=True)
            if o.only:
                traceback.print_exc()
    print(f"{writer} {version}: {len(failed)} failed {failed}")
    sys.exit(bool(failed))


main()
