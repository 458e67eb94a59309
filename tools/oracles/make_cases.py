"""Writes the committed cases: python make_cases.py ../../tests/data/oracle"""
import sys

import numpy as np

from catalogue import catalogue, fill
from operations import VERSIONS, run
from recorder import Recorder


def main(directory, seed=20210221, most=4):
    rng, recorder = np.random.default_rng(seed), Recorder(directory)
    for row in catalogue():
        operation, options, x = fill(rng, row, most)
        recorder.add(operation, options, x, run(operation, options, x))
    recorder.write(VERSIONS)
    print(f"{len(recorder.lines)} cases, {len(recorder.blob)} bytes in {directory}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
