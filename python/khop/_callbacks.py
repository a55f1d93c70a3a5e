"""Callbacks out of C: progress of builds and trainings, and Ctrl-C during them."""

from __future__ import annotations

from contextlib import contextmanager

from ._native import DOUBLE, FLOAT

# Names of functions in cdefs.h, and how each turns the arguments of C before the context into those of Python.
_KINDS = {
    "khop_python_share": lambda core, share: (share,),
    "khop_python_epoch": lambda core, epoch: (_epoch(epoch),),
    "khop_python_candidate": lambda core, epoch, recipe, index, of: (
        dict(_epoch(epoch), recipe=core.ffi.string(recipe).decode(), index=index, of=of),),
}


def _epoch(epoch) -> dict:
    return {name: getattr(epoch, name) for name in ("epoch", "epochs", "best_epoch", "loss", "val_loss", "val", "best")}


class Listener:
    """Who hears of it; what it raises stops the work, and is kept until C has returned."""

    def __init__(self, progress):
        self.progress, self.raised = progress, None

    def hear(self, *arguments) -> bool:
        try:
            return self.progress is None or self.progress(*arguments) is not False
        except BaseException as error:  # KeyboardInterrupt above all
            self.raised = error
            return False


def _listen(core, name, convert):
    def failed(kind, error, trace):
        # Ctrl-C can strike before the listener's own try.
        listener = core.ffi.from_handle(trace.tb_frame.f_locals["arguments"][-1])
        listener.raised = listener.raised or error

    @core.ffi.def_extern(name=name, error=False, onerror=failed)
    def call(*arguments):
        return core.ffi.from_handle(arguments[-1]).hear(*convert(core, *arguments[:-1]))


for _core in (FLOAT, DOUBLE):
    for _name, _convert in _KINDS.items():
        _listen(_core, _name, _convert)


@contextmanager
def listening(core, options, progress, name: str = "khop_python_share"):
    """Fills a struct's progress and context; Python's signals are looked at whenever C reports.

    What the listener raised is raised at the end, in the place of C's own error that it was stopped.
    """
    listener = Listener(progress)
    handle = core.ffi.new_handle(listener)
    options.progress, options.context = getattr(core.lib, name), handle
    try:
        yield listener
    except BaseException:
        if listener.raised is None:
            raise
    finally:
        options.progress, options.context = core.ffi.NULL, core.ffi.NULL
    if listener.raised is not None:
        raise listener.raised
