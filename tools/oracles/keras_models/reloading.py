"""Does the writer itself read what it wrote, and give the same outputs? Where not, the case is a trap, not a proof."""
import numpy as np

from . import packing, writing


def open_model(k, folder, files):
    if "model" in files:
        return k.models.load_model(str(folder / files["model"]), compile=False)
    model = k.models.model_from_json((folder / files["json"]).read_text(encoding="utf-8"))
    model.load_weights(str(folder / files["weights"]))
    return model


def reload_all(writer, k, root):
    """Returns how many differ; those that cannot be opened are printed and not counted."""
    same = differ = closed = 0
    for folder, c in packing.described(root):
        if c["writer"] != writer or "outputs" not in c or c.get("expect") == "bound":
            continue
        writing.fresh(k)
        try:
            model = open_model(k, folder, c["files"])
            found = writing.call(k, model, [np.load(folder / t["file"]) for t in c["inputs"].values()])
        except Exception as e:  # noqa: BLE001
            closed += 1
            print(f"{c['name']}: its writer cannot open it: {type(e).__name__} {str(e)[:160]!r}", flush=True)
            continue
        for y, (name, t) in zip(found, c["outputs"].items(), strict=True):
            want = np.load(folder / t["file"])
            far = np.abs(y.astype(np.float64) - want.astype(np.float64)) > t["absolute"] + t["relative"] * np.abs(want.astype(np.float64))
            if y.shape != want.shape or far.any():
                differ += 1
                print(f"{c['name']} {name}: {y.shape} {want.shape} differs in {far.sum()} of {far.size}", flush=True)
                break
        else:
            same += 1
    print(f"{writer}: {same} the same, {differ} differ, {closed} that it cannot open")
    return differ
