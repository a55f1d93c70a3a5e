"""The two extension modules, one a precision, and the BLAS that they share with SciPy."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from contextlib import contextmanager
from typing import Any

import numpy as np
from scipy.linalg import cython_blas


@contextmanager
def _apart():
    """How the modules are loaded beside what a process has already.

    Threads of OpenMP that wait in a loop would starve those of NumPy and PyTorch: it reads its policy when it is loaded,
    and what is loaded later finds the environment as it was. And another version of a library below khop, such as the
    GraphBLAS of a wheel that was loaded for all, must not take the place of khop's own.
    """
    quiet, flags = "OMP_WAIT_POLICY" not in os.environ, sys.getdlopenflags()
    if quiet:
        os.environ["OMP_WAIT_POLICY"] = "passive"
    sys.setdlopenflags(os.RTLD_NOW | getattr(os, "RTLD_DEEPBIND", 0))
    try:
        yield
    finally:
        sys.setdlopenflags(flags)
        if quiet:
            del os.environ["OMP_WAIT_POLICY"]


with _apart():
    from . import _core, _core_double

__all__ = ["Core", "core_of", "FLOAT", "DOUBLE"]


def _blas_pointer(name: str) -> int:
    """The address of a function of SciPy's BLAS, whose integers must have 32 bits."""
    capsule = cython_blas.__pyx_capi__[name]
    name_of = ctypes.pythonapi.PyCapsule_GetName
    name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]
    pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
    pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    signature = name_of(capsule)
    if re.search(rb"\bint \*", signature) is None:
        raise ImportError(f"khop needs a SciPy whose BLAS counts in 32 bits; {name} is {signature.decode()}")
    return pointer_of(capsule, signature)


class Core:
    """One precision: its functions, its numbers, and its half of the callbacks."""

    def __init__(self, module, dtype, sharing: "Core | None" = None):
        self.ffi, self.lib = module.ffi, module.lib
        self.dtype = np.dtype(dtype)
        door = self.ffi.NULL if sharing is None else self.ffi.cast("khop_python_door *", int(
            sharing.ffi.cast("uintptr_t", sharing.door)))
        self.door: Any = self.lib.khop_python_set_blas(_blas_pointer("sgemm"), _blas_pointer("dgemm"), door)

    def pointer(self, kind: str, array):
        """The address of an array's first number, as a pointer of C; NULL for None."""
        if array is None:
            return self.ffi.NULL
        if array.flags.c_contiguous:
            return self.ffi.from_buffer(kind, array)  # five times quicker than the address by the array interface
        return self.ffi.cast(kind, array.__array_interface__["data"][0])


FLOAT = Core(_core, np.float32)
DOUBLE = Core(_core_double, np.float64, FLOAT)


def core_of(dtype) -> Core:
    """float32 is computed in float32, all other real numbers in float64."""
    return FLOAT if np.dtype(dtype) == np.float32 else DOUBLE
