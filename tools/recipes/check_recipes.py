"""The recipes of docs/recipes.md: what each library gives against what halfpixel's command gives, bit for bit.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python check_recipes.py BUILD/cli/halfpixel --photos ../../examples/photos

Nothing is downloaded: processors are made of their classes' defaults. Prints a table, and how far the ways to prepare a picture
for one model are from each other; the status is 1 when the command gives anything else than a library.
"""
import argparse
import importlib.metadata
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

os.environ.update(YOLO_OFFLINE="1", YOLO_CONFIG_DIR=tempfile.gettempdir(), HF_HUB_OFFLINE="1", TF_CPP_MIN_LOG_LEVEL="3")

import numpy as np
from PIL import Image

import recipes

PACKAGES = ["transformers", "segment-anything", "torchvision", "timm", "ultralytics", "keras", "tensorflow-cpu", "torch", "pillow",
            "opencv-python", "numpy"]


def pictures(folder, count, seed):
    """The photos, upright and on their sides, one large, one small, and parts of them of random sizes."""
    rng = np.random.default_rng(seed)
    photos = [np.asarray(Image.open(path).convert("RGB")) for path in sorted(folder.iterdir()) if path.suffix in (".png", ".jpg")]
    for photo in photos:
        yield photo
        yield photo.transpose(1, 0, 2)
    yield np.tile(photos[-1], (3, 3, 1))
    yield photos[0][:30, :41]
    for _ in range(count):
        photo = photos[rng.integers(len(photos))]
        h, w = (int(rng.integers(40, side + 1)) for side in photo.shape[:2])
        yield photo[:h, :w]


def of_command(program, recipe, photo, folder):
    h, w, _ = photo.shape
    options = recipe.options(h, w) if callable(recipe.options) else recipe.options
    size = recipe.size(h, w)
    size = size if isinstance(size, str) else f"{size[0]}x{size[1]}"
    x = photo if recipe.change is None else recipe.change(photo)
    source, result = folder / "x.png", folder / "y.npy"
    if x.dtype == np.uint8:
        Image.fromarray(np.ascontiguousarray(x)).save(source)
    else:
        source = folder / "x.npy"
        np.save(source, np.ascontiguousarray(x.transpose(2, 0, 1)[None]))
    command = [program, "resize", source, result, "--quiet", "--size", size, *shlex.split(options)]
    subprocess.run(command, check=True)
    y = np.load(result)
    if "torch" in options:
        y = y[0].transpose(1, 2, 0)
    elif y.ndim == 4:
        y = y[0]
    return recipe.after(y) if recipe.canvas is None else recipes.pad_centre(recipe.canvas(h, w), y)


def compare(expected, y):
    """(elements that differ, of how many, by how much at most)"""
    if expected.shape != y.shape:
        return expected.size, expected.size, float("inf")
    # A float that holds a byte counts as that byte.
    difference = np.abs(expected.astype(np.float64) - y.astype(np.float64))
    return int((difference != 0).sum()), expected.size, float(difference.max(initial=0))


def table_of_recipes(words, photos):
    """Prints it; (whether all are equal, what the libraries gave by the recipe's name)"""
    print("| library | recipe | equal pictures | elements that differ | by at most |\n|---|---|---|---|---|")
    all_equal, given = True, {}
    with tempfile.TemporaryDirectory() as temporary:
        for group in recipes.GROUPS:
            for recipe in group():
                if words.only not in f"{group.__name__} {recipe.name}":
                    continue
                given[recipe.name] = [recipe.library(Image.fromarray(photo)) for photo in photos]
                ours = [of_command(words.program, recipe, photo, pathlib.Path(temporary)) for photo in photos]
                print(f"| {group.__name__} | {recipe.name} | {line(given[recipe.name], ours)} |", flush=True)
                all_equal &= all(compare(*both)[0] == 0 for both in zip(given[recipe.name], ours))
    return all_equal, given


def line(some, others):
    results = [compare(*both) for both in zip(some, others)]
    different, total = sum(r[0] for r in results), sum(r[1] for r in results)
    return (f"{sum(r[0] == 0 for r in results)} of {len(results)} | {different} of {total} ({different / total:.2%}) | "
            f"{max(r[2] for r in results):.3g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="…/halfpixel")
    parser.add_argument("--photos", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "examples/photos")
    parser.add_argument("--count", type=int, default=20, help="random parts of the photos")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="recipes whose library and name contain this")
    words = parser.parse_args()
    photos = [np.ascontiguousarray(photo) for photo in pictures(words.photos, words.count, words.seed)]
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES))
    print(f"{len(photos)} pictures, sides from {min(min(p.shape[:2]) for p in photos)} to {max(max(p.shape[:2]) for p in photos)}\n")
    all_equal, given = table_of_recipes(words, photos)
    print("\n| one | another | equal pictures | elements that differ | by at most |\n|---|---|---|---|---|")
    for one, another in recipes.PAIRS:
        if one in given and another in given:
            print(f"| {one} | {another} | {line(given[one], given[another])} |")
    return 0 if all_equal else 1


if __name__ == "__main__":
    sys.exit(main())
