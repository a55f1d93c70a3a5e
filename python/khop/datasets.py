"""Data sets: by a name that khop's command finds too, or by the path of a file."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import scipy.sparse as sp

from ._errors import Warning, check
from ._graphs import arcs_of_c
from ._native import FLOAT
from ._store import own

__all__ = ["Dataset", "load", "names"]


@dataclass(frozen=True)
class Dataset:
    """A graph with what is known of its nodes.

    Attributes
    ----------
    graph : scipy.sparse.csr_matrix, (N, N)
    X : numpy.ndarray or scipy.sparse.csr_matrix (N, F), or None
        Features.
    y : numpy.ndarray, (N,) or (N, outputs), or None
        Classes from 0 on, -1 for a node without one; or numbers, NaN where missing.
    class_names : tuple of str, or None
    train, val, test : numpy.ndarray of bool, (splits, N)
    """

    graph: sp.csr_matrix
    X: Any
    y: Optional[np.ndarray]
    class_names: Optional[tuple]
    train: np.ndarray
    val: np.ndarray
    test: np.ndarray


def names() -> list:
    """The data sets that are here: of $KHOP_DATA, ./datasets and khop's own folders."""
    ffi, lib = FLOAT.ffi, FLOAT.lib
    made = ffi.new("khop_catalogue **")
    check(FLOAT, lib.khop_catalogue_load(made))
    catalogue = own(FLOAT, made[0], lib.khop_catalogue_free)
    entries = (lib.khop_catalogue_entry(catalogue, i) for i in range(lib.khop_catalogue_count(catalogue)))
    return [ffi.string(entry.name).decode() for entry in entries if entry.path != ffi.NULL]


def load(name_or_path: Any) -> Dataset:
    """Reads a data set: .npz, graph formats, folders of Geom-GCN and OGB (docs/formats.md).

    Raises
    ------
    NotFoundError
        With the folders that were searched.
    UnsupportedError
        For a format that this build of khop lacks the library for.

    Warns
    -----
    khop.Warning
        What the file holds that was not read.
    """
    made = FLOAT.ffi.new("khop_data **")
    check(FLOAT, FLOAT.lib.khop_data_load(made, os.fsencode(name_or_path), FLOAT.ffi.NULL))
    data = own(FLOAT, made[0], FLOAT.lib.khop_data_free)
    for i in range(FLOAT.lib.khop_data_notes(data)):
        warnings.warn(FLOAT.ffi.string(FLOAT.lib.khop_data_note(data, i)).decode(), Warning, stacklevel=2)
    arcs = arcs_of_c(FLOAT.lib.khop_data_graph(data))
    graph = sp.csr_matrix((np.ones(len(arcs.targets), np.float32), arcs.targets, arcs.offsets), (arcs.nodes,) * 2)
    masks = [_masks(data, part, arcs.nodes) for part in range(3)]
    return Dataset(graph, _features(data), *_answers(data, arcs.nodes), *masks)


def _array(pointer, shape, dtype) -> np.ndarray:
    """A copy of numbers that the C library holds."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    return np.frombuffer(FLOAT.ffi.buffer(pointer, size), dtype).reshape(shape).copy() if size else np.empty(shape, dtype)


def _features(data):
    lib, null = FLOAT.lib, FLOAT.ffi.NULL
    if lib.khop_data_has_identity_features(data):
        return None
    features = lib.khop_data_features(data)
    shape = features.rows, features.columns
    if features.dense != null:
        return _array(features.dense, shape, np.float32)
    offsets = _array(features.offsets, shape[0] + 1, np.int64)
    entries = int(offsets[-1])
    return sp.csr_matrix((_array(features.values, entries, np.float32), _array(features.indices, entries, np.int32),
                          offsets), shape)


def _answers(data, nodes: int):
    """y and the names of the classes."""
    ffi, lib = FLOAT.ffi, FLOAT.lib
    labels, outputs = lib.khop_data_labels(data), ffi.new("int64_t *")
    if labels != ffi.NULL:
        given = lib.khop_data_class_names(data)
        called = None if given == ffi.NULL else tuple(
            ffi.string(given[i]).decode() for i in range(lib.khop_data_classes(data)))
        return _array(labels, nodes, np.int32), called
    targets = lib.khop_data_targets(data, outputs)
    return (None if targets == ffi.NULL else _array(targets, (nodes, outputs[0]), np.float32)), None


def _masks(data, part: int, nodes: int) -> np.ndarray:
    lib = FLOAT.lib
    masks = [lib.khop_data_mask(data, split, part) for split in range(lib.khop_data_splits(data))]
    return np.array([_array(mask, nodes, np.uint8) != 0 for mask in masks]).reshape(len(masks), nodes)
