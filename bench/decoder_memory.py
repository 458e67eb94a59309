#!/usr/bin/env python3
"""What a run of a decoder takes beside its loaded model: bench/decoder_memory.py [--threads N] [--only NAME …] [--page docs/decoders.md]

The models are those of bench/decoders.py. Each engine runs each of them in a process of its own: it loads and compiles the
model, says what the process holds, runs it twice, and says what the most was; the difference is the run's: intermediate
values, workspaces and the result. (TensorFlow keeps for its runs what tracing took, so that they cannot be told apart.) Needs Linux, bench/requirements.txt and the installed package.
"""
from __future__ import annotations

import argparse
import ctypes
import gc
import os
import pathlib
import subprocess
import sys
import tempfile

import decoders

ENGINES = ("halfpixel", "ONNX Runtime", "OpenVINO")


def status(field: str) -> float:
    """MB of this process: VmRSS or VmHWM."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no {field} in /proc/self/status")


def call_of(engine: str, name: str, threads: int):
    """A run of the decoder `name`, and of its model no more than the engine keeps."""
    import numpy as np

    model = decoders.with_weights(decoders.DECODERS[name]())
    x = np.random.default_rng(3).standard_normal((1, *model.input_shape[1:])).astype("float32")
    if engine != "halfpixel":
        return decoders.engines(model, x, threads, only=engine)[engine]
    import halfpixel as hp

    hp.set_num_threads(threads)
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/m.keras")
        function = hp.tf.function(hp.keras.models.load_model(f"{folder}/m.keras")).get_concrete_function(hp.tf.TensorSpec(x.shape, "float32"))
    return lambda: function(x)


def run_alone(engine: str, name: str, threads: int) -> None:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    call = call_of(engine, name, threads)
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what is free is the system's again
    pathlib.Path("/proc/self/clear_refs").write_text("5")  # the most begins anew
    before = status("VmRSS")
    call()
    call()
    print(f"took {status('VmHWM') - before:.1f}")


def measured(engine: str, name: str, threads: int) -> float | None:
    # Large blocks go back to the system when they are freed, so that a run's are not those of compiling.
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "MALLOC_MMAP_THRESHOLD_": "262144"}
    words = [sys.executable, __file__, "--alone", engine, "--threads", str(threads), "--only", name]
    run = subprocess.run(words, capture_output=True, text=True, env=environment)
    for line in run.stdout.splitlines():
        if line.startswith("took "):
            return float(line.split()[1])
    print(f"{engine}: {name}: {run.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
    return None


def table(rows: dict[str, dict[str, float | None]]) -> str:
    lines = ["| MB | " + " | ".join(ENGINES) + " | halfpixel / best of the others |", "| --- |" + " ---: |" * (len(ENGINES) + 1)]
    for name, took in rows.items():
        figures = " | ".join("–" if took[engine] is None else f"{took[engine]:.3g}" for engine in ENGINES)
        others = [value for engine, value in took.items() if engine != "halfpixel" and value is not None]
        share = f"{took['halfpixel'] / min(others):.2f}×" if others else "–"
        lines.append(f"| {name} | {figures} | {share} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--page", type=pathlib.Path, help="the page whose table between the two marks is replaced")
    parser.add_argument("--alone", choices=ENGINES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        return run_alone(options.alone, options.only[0], options.threads)
    rows = {}
    for name in decoders.DECODERS:
        if options.only and not any(part in name for part in options.only):
            continue
        rows[name] = {engine: measured(engine, name, options.threads) for engine in ENGINES}
        print(name, rows[name], flush=True)
    text = table(rows)
    print(text)
    if options.page:
        begin, end = (f"<!-- decoder memory: {word} -->" for word in ("begin", "end"))
        before, rest = options.page.read_text().split(begin)
        options.page.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}")


if __name__ == "__main__":
    main()
