"""Makes random cases by the thousand and lets the C++ runner check them."""
import argparse
import subprocess
import sys
import tempfile

import numpy as np

from catalogue import catalogue, fill
from operations import VERSIONS, run, tf
from recorder import Recorder


def make(directory, count, seed):
    rows, rng, recorder = catalogue(), np.random.default_rng(seed), Recorder(directory)
    while len(recorder.lines) < count:
        row = rows[rng.integers(len(rows))]
        operation, options, x = fill(rng, row, int(rng.choice([4, 8, 24])))
        try:
            y = run(operation, options, x)
        except tf.errors.InvalidArgumentError:
            if not options.get("preserve_aspect_ratio"):  # that one may round a side to zero
                raise
        else:
            recorder.add(operation, options, x, y)
    recorder.write(VERSIONS)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runner", help="…/tools/oracles/halfpixel_run_cases")
    parser.add_argument("count", nargs="?", type=int, default=5000)
    parser.add_argument("seed", nargs="?", type=int, default=1)
    parser.add_argument("--twin", action="store_true", help="the slow twin alone")
    parser.add_argument("--keep", metavar="DIRECTORY", help="leave the cases there")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        directory = words.keep or temporary
        make(directory, words.count, words.seed)
        command = [words.runner, directory] + (["--twin"] if words.twin else [])
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
