"""Makes random cases by the thousand and lets the C++ runner check them:

    python check_many.py RUNNER [count [seed]]        RUNNER: …/tools/oracles/halfpixel_run_cases
"""
import subprocess
import sys
import tempfile

import numpy as np

from catalogue import catalogue, fill
from operations import VERSIONS, run
from recorder import Recorder


def main(runner, count=5000, seed=1):
    rows, rng = catalogue(), np.random.default_rng(int(seed))
    with tempfile.TemporaryDirectory() as directory:
        recorder = Recorder(directory)
        for _ in range(int(count)):
            row = rows[rng.integers(len(rows))]
            operation, options, x = fill(rng, row, int(rng.choice([4, 8, 24])))
            recorder.add(operation, options, x, run(operation, options, x))
        recorder.write(VERSIONS)
        return subprocess.run([runner, directory], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
