"""Settings of the C library, in both precisions at once."""

from ._errors import check
from ._native import DOUBLE, FLOAT


def set_threads(threads: int) -> None:
    """How many threads khop uses; 0 is OpenMP's default. Results do not depend on it."""
    for core in (FLOAT, DOUBLE):
        check(core, core.lib.khop_set_threads(threads))


def threads() -> int:
    """How many threads khop uses."""
    return FLOAT.lib.khop_threads()


def version() -> str:
    return FLOAT.ffi.string(FLOAT.lib.khop_version()).decode()
