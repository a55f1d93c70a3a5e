"""``python -m khop``: khop's command, where it is installed."""

import os
import shutil
import sys

from . import __version__


def main() -> int:
    command = shutil.which("khop")
    if command is None:
        print(f"khop: the package of Python {__version__} holds the library alone; the command khop is not installed "
              "(its folder must be in PATH)", file=sys.stderr)
        return 1
    os.execv(command, ["khop", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
