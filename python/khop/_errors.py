"""Errors and warnings of khop, with the sentences of the C library."""

from __future__ import annotations


class Error(Exception):
    """What every error of khop is; the message is one sentence with the numbers in it."""


class ArgumentError(Error, ValueError):
    """An argument is outside what the function takes."""


class ShapeError(Error, ValueError):
    """Sizes that do not fit together."""


class DataError(Error, ValueError):
    """Data that cannot be used: NaN, a label without a class."""


class OutOfMemoryError(Error, MemoryError):
    """The allocator said no."""


class BudgetError(Error, MemoryError):
    """It would need more bytes than the caller allows; nothing was allocated."""


class FileError(Error, OSError):
    """The system failed to read or write."""


class FormatError(Error, ValueError):
    """A file that is not what it says it is."""


class NotFoundError(Error, LookupError):
    """No such file, data set, recipe or name."""


class UnsupportedError(Error, NotImplementedError):
    """A legal thing that khop does not do."""


class InterruptedError(Error):
    """A callback asked to stop."""


class InternalError(Error, RuntimeError):
    """A library below khop failed in a way khop did not expect."""


class Warning(UserWarning):
    """What khop understood in one of several ways, or left out."""


# By the numbers of khop_status in khop/base.h.
_KINDS = {
    10: ArgumentError,
    20: ShapeError,
    30: DataError,
    40: OutOfMemoryError,
    50: BudgetError,
    60: FileError,
    70: FormatError,
    80: NotFoundError,
    90: UnsupportedError,
    100: InterruptedError,
    110: InternalError,
}


def text_of(core, function, *arguments) -> str:
    """The text that a function of a core hands out in its first argument, to be freed."""
    text = core.ffi.new("char **")
    check(core, function(text, *arguments))
    try:
        return core.ffi.string(text[0]).decode()
    finally:
        core.lib.khop_free(text[0])


def check(core, status: int) -> None:
    """Raises what a khop_status of a core says, with the message of this thread's last failure."""
    if status != 0:
        message = core.ffi.string(core.lib.khop_message()).decode("utf-8", "replace")
        raise _KINDS.get(status, Error)(message)
