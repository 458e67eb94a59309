"""The command halfpixel of an installed package. A module of its own: the package, and NumPy with it, is not imported."""

import os
import sys


def main() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    program = os.path.join(here, "halfpixel", "bin", "halfpixel")
    if not os.path.exists(program):
        sys.exit("halfpixel: this package was built without the command; please type: apt-get install libcli11-dev libfmt-dev, "
                 "then pip install . in the clone")
    os.execv(program, [program, *sys.argv[1:]])
