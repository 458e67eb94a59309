"""What is committed: small cases as files, all others in one archive; an index of both."""
import io
import json
import shutil
import tarfile

ARCHIVE = "more.tar.xz"
# as files although they are larger: one of each important kind
ALSO = ("dcgan_generator", "dcgan_generator_tf_keras_h5", "dcgan_generator_tf_keras", "unet_channels_first", "unet_h5", "unet_folder",
        "unet_weights", "unet_tf_keras_legacy_weights", "unet_tf_2_13", "edsr", "audio_unet", "unet_3d", "fpn", "vae_decoder",
        "ops_activations", "ops_shapes", "activation_layers", "conv2d_options", "sequential_of_models_sharded")


def described(root):
    for path in sorted(root.glob("*/case.json")):
        yield path.parent, json.loads(path.read_text(encoding="utf-8"))


def files_of(folder):
    return sorted(f for f in folder.rglob("*") if f.is_file())


def line(folder, c, where):
    """One line of cases.txt"""
    spell = lambda t: ",".join("x".join(map(str, v["shape"])) or "scalar" for v in t.values())  # noqa: E731
    what = f"{spell(c['inputs'])} -> {spell(c['outputs'])}" if "inputs" in c else "no outputs"
    size = sum(f.stat().st_size for f in files_of(folder))
    return f"{c['name']} {c['family']} {c['writer']} {c['version']} {c['form']} {c.get('expect', 'run')} {where} {size} {what}"


def is_core(folder, c):
    size = sum(f.stat().st_size for f in files_of(folder))
    limit = 30000 if c["writer"] == "keras" and c["form"] == "keras" else 17000
    return size <= limit or c["name"] in ALSO


def add(source, target):
    """The cases of `source` beside those that `target` has already, as files."""
    index = target / "cases.txt"
    head, *lines = index.read_text(encoding="utf-8").splitlines()
    rows = {row.split()[0]: row for row in lines}
    for folder, c in described(source):
        shutil.rmtree(target / folder.name, ignore_errors=True)
        shutil.copytree(folder, target / folder.name)
        rows[c["name"]] = line(folder, c, "file")
    index.write_text("\n".join([head] + [rows[name] for name in sorted(rows)]) + "\n", encoding="utf-8")


def pack(source, target):
    """source: all cases of all writers. target: where they are committed."""
    target.mkdir(parents=True, exist_ok=True)
    for old, _ in described(target):
        shutil.rmtree(old)
    lines, rest = [], []
    for folder, c in described(source):
        core = is_core(folder, c)
        lines.append(line(folder, c, "file" if core else "archive"))
        if core:
            shutil.copytree(folder, target / folder.name)
        else:
            rest.append(folder)
    with tarfile.open(target / ARCHIVE, "w:xz", preset=9) as archive:
        for folder in rest:
            for file in files_of(folder):
                entry = tarfile.TarInfo(str(file.relative_to(source)))          # no owner, no time: the same bytes again
                entry.size = file.stat().st_size
                archive.addfile(entry, io.BytesIO(file.read_bytes()))
    head = "# name family writer version form expect where bytes inputs -> outputs"
    (target / "cases.txt").write_text("\n".join([head] + lines) + "\n", encoding="utf-8")
    plain = sum(f.stat().st_size for f in files_of(target))
    print(f"{len(lines)} cases, {len(lines) - len(rest)} as files; {plain} bytes with the archive")

