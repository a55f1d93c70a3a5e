"""Graphs of other libraries as compressed rows of 64 bits."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import scipy.sparse as sp

from ._errors import ArgumentError, ShapeError, Warning, check
from ._native import FLOAT

__all__ = ["Arcs", "arcs_of", "arcs_of_c", "arcs_of_edges", "array_of"]

_DLPACK_CPU = 1  # kDLCPU of dlpack.h


@dataclass(frozen=True)
class Arcs:
    """A simple graph: the arcs i -> j of node i are targets[offsets[i]:offsets[i + 1]], ascending."""

    offsets: np.ndarray  # (N + 1) int64
    targets: np.ndarray  # (arcs) int32
    symmetric: bool  # every arc has its mirror
    names: Optional[tuple] = None  # of the nodes, where the graph came with some

    @property
    def nodes(self) -> int:
        return len(self.offsets) - 1

    def graph(self, core):
        """A khop_graph of a core, which is freed with the last reference to it."""
        graph = core.ffi.new("khop_graph **")
        targets = self.targets.astype(np.int64)
        check(core, core.lib.khop_graph_from_csr(
            graph, self.nodes, core.pointer("int64_t *", self.offsets), core.pointer("int64_t *", targets),
            not self.symmetric))
        return core.ffi.gc(graph[0], core.lib.khop_graph_free)


def arcs_of(source: Any) -> Arcs:
    """The arcs of a SciPy sparse matrix, a dense square array, a graph of networkx, igraph, DGL, or PyG's Data."""
    if isinstance(source, Arcs):
        return source
    if sp.issparse(source):
        return _of_matrix(source)
    kind = type(source)
    library = (kind.__module__ or "").split(".")[0]
    if library == "networkx":
        return _of_networkx(source)
    if library == "igraph":
        ends = np.asarray(source.get_edgelist(), dtype=np.int64).reshape(-1, 2)
        return _of_ends(ends[:, 0], ends[:, 1], source.vcount(), source.is_directed())
    if library == "dgl":
        ends_from, ends_to = (array_of(end) for end in source.edges())
        return _of_ends(ends_from, ends_to, int(source.num_nodes()), True)
    if hasattr(source, "edge_index"):
        return arcs_of_edges(source.edge_index, source.num_nodes)
    if isinstance(source, np.ndarray):
        if source.ndim != 2 or source.shape[0] != source.shape[1]:
            raise ShapeError(f"an adjacency matrix is square, this array is {source.shape}; "
                             "a list of edges goes through khop.Rings.from_edges")
        return _of_matrix(sp.csr_matrix(source))
    if library == "torch":
        raise ArgumentError("a tensor of edges goes through khop.Rings.from_edges, which takes edge_index as it is")
    raise ArgumentError(f"khop.Rings takes no {kind.__module__}.{kind.__qualname__}: a SciPy sparse matrix, a graph of "
                        "networkx, igraph, DGL, PyG's Data, or a list of edges through khop.Rings.from_edges")


def arcs_of_edges(edges: Any, nodes: Optional[int] = None, directed: bool = True) -> Arcs:
    """The arcs of a list of edges (2, E), (E, 2) or two arrays; of one of shape (2, 2) each row holds one end."""
    ends = array_of(edges)
    if ends.ndim == 1 and ends.size == 0:
        ends = ends.reshape(2, 0)
    if ends.ndim != 2 or 2 not in ends.shape:
        raise ShapeError(f"a list of edges has the shape (2, E) or (E, 2), not {ends.shape}")
    if ends.shape[0] != 2:
        ends = ends.T
    if ends.size and ends.dtype.kind not in "iu":
        raise ArgumentError(f"ends of edges are integers, not {ends.dtype}")
    return _of_ends(ends[0], ends[1], nodes, directed)


def array_of(values: Any) -> np.ndarray:
    """A NumPy array of what may be a tensor, without a copy: by the array interface, or by DLPack where that is all."""
    if hasattr(values, "detach"):
        if values.device.type != "cpu":
            raise ArgumentError(f"khop computes on the CPU, and this tensor is on {values.device}: move it by .cpu()")
        return values.detach().numpy()
    if any(hasattr(values, name) for name in ("__array__", "__array_interface__")) or not hasattr(values, "__dlpack__"):
        return np.asarray(values)
    if values.__dlpack_device__()[0] != _DLPACK_CPU:
        raise ArgumentError(f"khop computes on the CPU, and this {type(values).__name__} is on another device")
    return np.from_dlpack(values)


def _of_networkx(graph: Any) -> Arcs:
    names = tuple(graph)
    place = {name: i for i, name in enumerate(names)}
    ends = np.fromiter((place[end] for edge in graph.edges() for end in edge), dtype=np.int64).reshape(-1, 2)
    return _of_ends(ends[:, 0], ends[:, 1], len(names), graph.is_directed(), names)


def _of_matrix(matrix: Any) -> Arcs:
    """What is stored is an arc from its row to its column, a zero too, as in scipy.sparse.csgraph."""
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ShapeError(f"an adjacency matrix is square, this one is {matrix.shape}")
    rows = matrix.tocsr()
    offsets, targets = rows.indptr.astype(np.int64), rows.indices.astype(np.int64)
    graph = FLOAT.ffi.new("khop_graph **")
    check(FLOAT, FLOAT.lib.khop_graph_from_csr(
        graph, matrix.shape[0], FLOAT.pointer("int64_t *", offsets), FLOAT.pointer("int64_t *", targets), True))
    return _of_graph(graph[0])


def _of_ends(ends_from, ends_to, nodes, directed, names=None) -> Arcs:
    ends_from, ends_to = (np.ascontiguousarray(ends, dtype=np.int64) for ends in (ends_from, ends_to))
    if nodes is None:
        nodes = 1 + int(max(ends_from.max(), ends_to.max())) if ends_from.size else 0
    graph = FLOAT.ffi.new("khop_graph **")
    check(FLOAT, FLOAT.lib.khop_graph_from_coo(
        graph, int(nodes), len(ends_from), FLOAT.pointer("int64_t *", ends_from), FLOAT.pointer("int64_t *", ends_to),
        bool(directed)))
    return _of_graph(graph[0], names)


def _of_graph(graph, names=None) -> Arcs:
    """The arcs of a graph of the C library, which is freed; what it left out is told."""
    lib = FLOAT.lib
    try:
        arcs = arcs_of_c(graph, names)
        _tell(lib.khop_graph_dropped_loops(graph), "self-loop", "distances do not depend on them")
        _tell(lib.khop_graph_dropped_repeats(graph), "repeated edge", "an edge counts once")
    finally:
        lib.khop_graph_free(graph)
    return arcs


def arcs_of_c(graph, names=None) -> Arcs:
    """A copy of the arcs of a graph of the C library."""
    lib = FLOAT.lib
    offsets = _copy(lib.khop_graph_offsets(graph), lib.khop_graph_nodes(graph) + 1, np.int64)
    targets = _copy(lib.khop_graph_targets(graph), int(offsets[-1]), np.int32)
    return Arcs(offsets, targets, not lib.khop_graph_is_directed(graph) or _is_symmetric(offsets, targets), names)


def _copy(pointer, count: int, dtype) -> np.ndarray:
    if count == 0:
        return np.empty(0, dtype)
    return np.frombuffer(FLOAT.ffi.buffer(pointer, count * np.dtype(dtype).itemsize), dtype).copy()


def _tell(count: int, what: str, why: str) -> None:
    if count > 0:
        warnings.warn(f"{count} {what}{'s' if count > 1 else ''} left out: {why}", Warning, stacklevel=_outside())


def _outside() -> int:
    """How far up the stack the first caller is who does not belong to this package."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__package__") == __package__:
        frame, level = frame.f_back, level + 1
    return level


def _is_symmetric(offsets: np.ndarray, targets: np.ndarray) -> bool:
    nodes = len(offsets) - 1
    rows = sp.csr_matrix((np.ones(len(targets), np.int8), targets, offsets), shape=(nodes, nodes))
    columns = rows.tocsc()
    return bool(np.array_equal(columns.indptr, offsets) and np.array_equal(columns.indices, targets))
