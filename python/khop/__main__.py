"""``python -m khop``: khop's command."""

import locale
import os
import signal
import sys

from ._native import FLOAT


def _words(texts: list) -> tuple:
    """A list of C, NULL at its end, and what it points to."""
    kept = [FLOAT.ffi.new("char[]", os.fsencode(text)) for text in texts]
    return FLOAT.ffi.new("char *[]", [*kept, FLOAT.ffi.NULL]), kept


def main() -> int:
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")    # its trainings in processes of their own read it
    locale.setlocale(locale.LC_NUMERIC, "C")               # whatever a sitecustomize has set
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    again, arguments = _words([sys.executable, "-m", "khop"]), _words(["khop", *sys.argv[1:]])
    FLOAT.lib.set_again(again[0])
    return FLOAT.lib.khop_command(len(arguments[1]), arguments[0])


if __name__ == "__main__":
    sys.exit(main())
