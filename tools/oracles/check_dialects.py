"""Makes random cases of another program by the thousand and lets the C++ runner check them; or leaves some.

    check_dialects.py opencv BUILD/tools/oracles/halfpixel_run_dialects --count 5000 --seed 7
    check_dialects.py opencv --keep ../../tests/data/oracle/opencv --count 250 --most 9    # the committed cases
"""
import argparse
import importlib
import itertools
import subprocess
import sys
import tempfile

import numpy as np

from recorder import Recorder


def make(program, directory, words):
    recorder, rng = Recorder(directory), np.random.default_rng(words.seed)
    for operation, options, x, y in itertools.islice(program.cases(rng, words.most), words.count):
        recorder.add(operation, options, x, y)
    recorder.write(program.VERSIONS)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="a file in dialects/")
    parser.add_argument("runner", nargs="?", help="…/tools/oracles/halfpixel_run_dialects")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=40, help="sides are shorter than this (or twice this)")
    parser.add_argument("--twin", action="store_true", help="the slow twin alone")
    parser.add_argument("--keep", metavar="DIRECTORY", help="leave the cases there")
    words = parser.parse_args()
    program = importlib.import_module("dialects." + words.program)
    with tempfile.TemporaryDirectory() as temporary:
        directory = words.keep or temporary
        make(program, directory, words)
        command = [words.runner, directory] + (["--twin"] if words.twin else [])
        return subprocess.run(command, check=False).returncode if words.runner else 0


if __name__ == "__main__":
    sys.exit(main())
