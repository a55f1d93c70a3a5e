"""Exact k-hop rings of graphs, and neural networks on them, beside SciPy and PyTorch.

Ring k of a node holds the nodes whose shortest path to it has exactly k edges::

    import khop, scipy.sparse as sp
    A = sp.random(1000, 1000, 0.003, format="csr")
    rings = khop.Rings(A, [1, 2, 3])
    rings.ring(2)                      # a SciPy matrix
    rings.apply(x, norm="row")         # the mean over each ring, added up

docs/python.md of the sources is the guide.
"""

from . import datasets, molecules
from ._audit import Audit, audit
from ._errors import (ArgumentError, BudgetError, DataError, Error, FileError, FormatError, InternalError,
                      InterruptedError, NotFoundError, OutOfMemoryError, ShapeError, UnsupportedError, Warning)
from ._estimators import KHopClassifier, KHopRegressor, recipes
from ._rings import Estimate, Rings
from ._settings import set_threads, threads, version

__version__ = version()

__all__ = ["ArgumentError", "Audit", "BudgetError", "DataError", "Error", "Estimate", "FileError", "FormatError",
           "InternalError", "InterruptedError", "KHopClassifier", "KHopRegressor", "NotFoundError", "OutOfMemoryError",
           "Rings", "ShapeError", "UnsupportedError", "Warning", "audit", "datasets", "molecules",
           "recipes", "set_threads", "threads"]
