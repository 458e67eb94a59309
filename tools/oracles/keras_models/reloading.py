"""Does the writer itself read what it wrote, and give the same outputs? Where not, the case is a trap, not a proof."""
import numpy as np

from . import packing, writing


def open_model(k, folder, files):
    if "model" in files:
        return k.models.load_model(str(folder / files["model"]), compile=False)
    model = k.models.model_from_json((folder / files["json"]).read_text(encoding="utf-8"))
    model.load_weights(str(folder / files["weights"]))
    return model


def differences(k, folder, c):
    model = open_model(k, folder, c["files"])
    found = writing.call(k, model, [np.load(folder / t["file"]) for t in c["inputs"].values()])
    for y, (name, t) in zip(found, c["outputs"].items(), strict=True):
        want = np.load(folder / t["file"]).astype(np.float64)
        far = np.abs(y.astype(np.float64) - want) > t["absolute"] + t["relative"] * np.abs(want)
        if y.shape != want.shape or far.any():
            yield f"{name} {y.shape}, recorded {want.shape}: {far.sum()} of {far.size} differ"


def reload_all(writer, k, root, only):
    """Writes `writer_reopens` into each case.json: same, differs or cannot."""
    count = dict(same=0, differs=0, cannot=0)
    for folder, c in packing.described(root):
        if c["writer"] != writer or "outputs" not in c or c.get("expect") == "bound" or "dialect" in c or \
                only and not any(word in c["name"] for word in only):
            continue
        writing.fresh(k)
        try:
            first = next(differences(k, folder, c), None)
            result = "differs" if first else "same"
        except Exception as e:  # noqa: BLE001
            first, result = f"{type(e).__name__} {str(e)[:160]!r}", "cannot"
        count[result] += 1
        if first:
            print(f"{c['name']} {result}: {first}", flush=True)
        c["writer_reopens"] = result
        writing.write_json(folder, c)
    print(f"{writer}: {count}")
