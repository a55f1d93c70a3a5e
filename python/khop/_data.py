"""Data sets of the C library out of arrays: a graph, features, labels or targets, and a split."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
import scipy.sparse as sp

from ._errors import ArgumentError, DataError, ShapeError, check
from ._graphs import Arcs, array_of
from ._store import own

__all__ = ["answers_of", "classes_of", "data_of", "mask_of", "parts_of"]


def data_of(core, arcs: Arcs, x: Any, labels: Optional[np.ndarray] = None, targets: Optional[np.ndarray] = None):
    """A khop_data; x is dense, sparse, or None for nodes without features."""
    graph, data = arcs.graph(core), core.ffi.new("khop_data **")
    features, kept = _features(core, arcs.nodes, x)
    check(core, core.lib.khop_data_new(data, graph, features, core.pointer("int32_t *", labels)))
    core.ffi.gc(graph, None)  # it belongs to the data now
    del kept
    data = own(core, data[0], core.lib.khop_data_free)
    if targets is not None:
        check(core, core.lib.khop_data_set_targets(data, core.pointer("khop_real *", targets), targets.shape[1]))
    return data


def _features(core, nodes: int, x: Any):
    """A khop_features, and the arrays that it points into."""
    if x is None:
        return core.ffi.NULL, None
    rows = _rows_of(core, nodes, x)
    fields = {"rows": rows.shape[0], "columns": rows.shape[1]}
    if not sp.issparse(rows):
        return core.ffi.new("khop_features *", dict(fields, dense=core.pointer("khop_real *", rows))), rows
    rows.sum_duplicates()
    kept = rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data
    pointers = zip(("offsets", "indices", "values"), ("int64_t *", "int32_t *", "khop_real *"), kept)
    return core.ffi.new("khop_features *", dict(fields, **{n: core.pointer(kind, a) for n, kind, a in pointers})), kept


def _rows_of(core, nodes: int, x: Any):
    """Features (N, F) in the precision of a core, as a dense array or as compressed rows; all of them finite."""
    if x.__class__.__module__.startswith("pandas"):
        x = x.to_numpy()
    rows = x.tocsr() if sp.issparse(x) else array_of(x)
    if rows.dtype.kind == "c":
        raise DataError("X holds complex numbers. Complex data not supported")
    if rows.ndim != 2 or rows.shape[0] != nodes:
        column = ". Reshape your data: X[:, None] has one feature" if rows.ndim == 1 else ""
        raise ShapeError(f"X is ({nodes}, F), a row a node, not {rows.shape}{column}")
    if rows.shape[1] == 0:
        raise ShapeError(f"X has 0 feature(s) (shape={rows.shape}) while a minimum of 1 is required; "
                         "None stands for nodes without features")
    rows = rows.astype(core.dtype) if sp.issparse(rows) else np.ascontiguousarray(rows, core.dtype)
    numbers: Any = rows.data if sp.issparse(rows) else rows
    if not np.isfinite(numbers).all():
        raise DataError("X has NaN, or an infinite number, or one beyond float32")
    return rows


def answers_of(y: Any, who: str) -> np.ndarray:
    """What is to be learned, as an array without complex or infinite numbers."""
    if y is None:
        raise ArgumentError(f"{who} requires y to be passed, but the target y is None")
    y = array_of(y)
    if y.dtype.kind == "c":
        raise DataError("y holds complex numbers. Complex data not supported")
    if y.dtype.kind == "f" and np.isinf(y).any():
        raise DataError("y has an infinite number, inf")
    return y


def classes_of(y: Any, nodes: int, classes: Optional[np.ndarray] = None):
    """(classes ascending, labels (N) by their places, -1 for a node without one)."""
    y = answers_of(y, "a classifier")
    if y.shape != (nodes,):
        raise ShapeError(f"y is ({nodes},), a class a node, not {y.shape}")
    known = np.array([value is not None and value == value for value in y]) if y.dtype == object else (
        ~np.isnan(y) if y.dtype.kind == "f" else np.ones(nodes, bool))
    if y.dtype.kind == "f" and (y[known] % 1 != 0).any():
        raise DataError("Unknown label type: continuous. Classes are whole numbers or names; KHopRegressor learns numbers")
    if y.dtype.kind in "if":
        known &= y != -1
    if classes is None:
        classes = np.unique(y[known])
    places = np.searchsorted(classes, y[known])
    if (places >= len(classes)).any() or (classes[np.minimum(places, len(classes) - 1)] != y[known]).any():
        raise DataError("y has a class that training had not")
    labels = np.full(nodes, -1, np.int32)
    labels[known] = places
    return classes, labels


def mask_of(mask: Any, nodes: int, name: str) -> np.ndarray:
    """A mask (N) of 0 and 1, from one or from numbers of nodes."""
    array = array_of(mask)
    if array.dtype == bool and array.shape == (nodes,):
        return array.astype(np.uint8)
    if array.ndim == 1 and (array.size == 0 or array.dtype.kind in "iu"):
        if array.size and not 0 <= array.min() <= array.max() < nodes:
            raise ArgumentError(f"{name}: nodes are 0 to {nodes - 1}, not {array.min()} to {array.max()}")
        selected = np.zeros(nodes, np.uint8)
        selected[array.astype(np.int64)] = 1
        return selected
    raise ArgumentError(f"{name} is a mask ({nodes},) of bool or a list of nodes, not {array.dtype} {array.shape}")


def parts_of(known: np.ndarray, strata: np.ndarray, train: Any, val: Any, share: float, seed: int):
    """Masks of training and validation. Without val a share of the training nodes validates, of each stratum alike."""
    nodes = len(known)
    training = known.astype(np.uint8) if train is None else mask_of(train, nodes, "train")
    if val is not None:
        validation = mask_of(val, nodes, "val")
        return (training & (1 - validation) if train is None else training), validation
    generator, validation = np.random.default_rng(seed), np.zeros(nodes, np.uint8)
    for stratum in np.unique(strata[training == 1]):
        members = generator.permutation(np.flatnonzero((training == 1) & (strata == stratum)))
        validation[members[:int(share * len(members))]] = 1
    return training & (1 - validation), validation
