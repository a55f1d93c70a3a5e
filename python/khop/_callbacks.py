"""Callbacks out of C: progress of a build, and Ctrl-C during one."""

from __future__ import annotations

from contextlib import contextmanager

from ._native import DOUBLE, FLOAT


class _Listener:
    """Who hears of the share done; what it raises ends the build and is raised again when C has returned."""

    def __init__(self, progress):
        self.progress, self.raised = progress, None

    def __call__(self, share: float) -> bool:
        try:
            return self.progress is None or self.progress(share) is not False
        except BaseException as error:  # KeyboardInterrupt above all
            self.raised = error
            return False


def _listen(core):
    def failed(kind, error, trace):
        # Ctrl-C can strike before the listener's own try.
        listener = core.ffi.from_handle(trace.tb_frame.f_locals["context"])
        listener.raised = listener.raised or error

    @core.ffi.def_extern(name="khop_python_share", error=False, onerror=failed)
    def share(done, context):
        return core.ffi.from_handle(context)(done)


_listen(FLOAT)
_listen(DOUBLE)


@contextmanager
def listening(core, options, progress):
    """Fills a struct's progress and context; Python's signals are looked at whenever C reports."""
    listener = _Listener(progress)
    handle = core.ffi.new_handle(listener)
    options.progress, options.context = core.lib.khop_python_share, handle
    try:
        yield
    except BaseException:
        if listener.raised is None:
            raise
    if listener.raised is not None:
        raise listener.raised
