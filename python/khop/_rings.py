"""khop.Rings: exact k-hop rings of a graph, as SciPy's matrices and as products."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping, Optional, Sequence, Union

import numpy as np
import scipy.sparse as sp

from ._errors import ArgumentError, ShapeError, check
from ._graphs import Arcs, arcs_of, arcs_of_edges, array_of
from ._native import DOUBLE, FLOAT, core_of
from ._store import DIRECTIONS, FORMS, NORMS, OPERATORS, Store, estimate_of

__all__ = ["Estimate", "Rings", "hops_of", "named"]


@dataclass(frozen=True)
class Estimate:
    """What a build would cost.

    Attributes
    ----------
    bytes : float
        Of stored rings.
    samples : int
        Nodes that were searched.
    exact : bool
        Whether these are all nodes.
    entries, empty_rows : dict of int to float
        By hop.
    """

    bytes: float
    samples: int
    exact: bool
    entries: Mapping[int, float]
    empty_rows: Mapping[int, float]


def named(numbers: Mapping[str, int], name: str, what: str) -> int:
    try:
        return numbers[name]
    except (KeyError, TypeError):
        raise ArgumentError(f"{what} is one of {', '.join(numbers)}, not {name!r}") from None


def hops_of(hops: Union[int, Sequence[int]]) -> tuple:
    numbers = np.atleast_1d(np.asarray(hops))
    if numbers.ndim != 1 or numbers.size == 0 or numbers.dtype.kind not in "iu":
        raise ArgumentError(f"hops are whole numbers from 0 on, not {hops!r}")
    return tuple(int(hop) for hop in numbers)


class Rings:
    """The exact k-hop rings of a graph, for a set of hops.

    Ring k holds 1 at (i, j) exactly where the shortest path from i to j has k edges.

    Parameters
    ----------
    graph
        A SciPy sparse matrix or array of any format, (N, N): every stored entry is an arc from its row to its column,
        a stored zero too. Or a dense array (N, N), whose entries other than zero are arcs; a graph of networkx,
        igraph or DGL; PyG's ``Data``. Lists of edges go through `from_edges`.
    hops : int or sequence of int
        Which rings are kept; an int is that hop alone.
    direction : {"out", "in", "all"}
        Whether paths follow the arcs, go against them, or both.
    op : {"ring", "ball", "walks", "walk-support"}
        Distances of exactly k; at most k; the number of walks of k edges; whether there is one.
    form : {"auto", "stored", "matrix-free", "ladder", "bitmap"}
        How rings are kept. All forms are exact; auto is the cheapest that fits into `max_bytes`.
    max_bytes : int
        Refuse rings of more bytes; 0 is half of the machine's memory.
    progress : callable, optional
        Called with the share done, 0 to 1, during the build; returning False stops it.

    Raises
    ------
    ArgumentError, ShapeError
        For arguments that make no rings.
    BudgetError
        When rings would take more than `max_bytes`.

    Warns
    -----
    khop.Warning
        For self-loops and repeated edges, which change no distance and are left out.

    Notes
    -----
    Products of float32 are computed in float32, those of other real numbers in float64; the rings of the second
    precision are built at its first product. Pickles hold the graph; rings are built anew when they are read.
    """

    __array_ufunc__ = None  # so that NumPy's arrays leave x @ rings to __rmatmul__

    def __init__(self, graph: Any, hops: Union[int, Sequence[int]], direction: str = "out", form: str = "auto",
                 op: str = "ring", *, max_bytes: int = 0, progress: Optional[Callable[[float], Any]] = None):
        self._arcs: Arcs = arcs_of(graph)
        self.nodes: int = self._arcs.nodes
        self.hops: tuple = tuple(sorted(set(hops_of(hops))))
        self.direction, self.op = direction, op
        self._options = _options(direction, form, op, max_bytes)
        self._stores = {FLOAT: Store(FLOAT, self._arcs, self.hops, self._options, progress)}

    @classmethod
    def from_edges(cls, edges: Any, hops: Union[int, Sequence[int]], nodes: Optional[int] = None,
                   directed: bool = True, **options: Any) -> "Rings":
        """Rings of a list of edges.

        Parameters
        ----------
        edges : array_like of int or torch.Tensor, (2, E) or (E, 2)
            Arcs from the first to the second; (2, 2) is read as (2, E), which PyG's ``edge_index`` is.
        nodes : int, optional
            How many there are; without it one more than the largest end.
        directed : bool
            False: every edge counts both ways.
        **options
            Those of `Rings`.
        """
        return cls(arcs_of_edges(edges, nodes, directed), hops, **options)

    @staticmethod
    def estimate(graph: Any, hops: Union[int, Sequence[int]], direction: str = "out", op: str = "ring", *,
                 samples: int = 0, seed: int = 0) -> Estimate:
        """What stored rings would cost, from searches of some nodes (0: 256), without building them."""
        hops = tuple(sorted(set(hops_of(hops))))
        size, searched, exact, entries, empty = estimate_of(
            FLOAT, arcs_of(graph), hops, _options(direction, "stored", op, 0), samples, seed)
        return Estimate(size, searched, bool(exact), dict(zip(hops, entries.tolist())), dict(zip(hops, empty.tolist())))

    # --- what is in it ---------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple:
        """(N, N), that of each ring."""
        return self.nodes, self.nodes

    @property
    def names(self) -> Optional[tuple]:
        """The nodes of a networkx graph, in the order of the rows; None for other graphs."""
        return self._arcs.names

    @property
    def form(self) -> str:
        """How the rings are kept, by the choice of auto where that was asked for."""
        return self._store(FLOAT).form

    @property
    def bytes(self) -> int:
        """Of the rings, in each precision that was asked for."""
        return sum(store.bytes for store in self._stores.values())

    @property
    def entries(self) -> dict:
        """How many pairs of nodes each ring holds, by hop."""
        return {hop: self._store(FLOAT).entries(hop) for hop in self.hops}

    @property
    def is_symmetric(self) -> bool:
        """Whether every ring is its own transpose."""
        return bool(FLOAT.lib.khop_rings_is_symmetric(self._store(FLOAT).rings))

    def __repr__(self) -> str:
        kind = "undirected" if self._arcs.symmetric else f"directed, {self.direction}"
        entries = ", ".join(f"{hop}: {count:,}" for hop, count in self.entries.items())
        return f"Rings({self.nodes:,} nodes, {kind}; {self.op}, entries by hop {entries}; {self.form}, {self.bytes:,} bytes)"

    def __reduce__(self):
        options = {"direction": self.direction, "form": self.form, "op": self.op,
                   "max_bytes": self._options["max_bytes"]}
        return _again, (self._arcs, self.hops, options)

    def ring(self, hop: int, norm: str = "none", self_loop: bool = False, dtype: Any = np.float32) -> sp.csr_matrix:
        """One ring as a SciPy matrix.

        Parameters
        ----------
        hop : int
            One of `hops`.
        norm : {"none", "row", "sym", "col"}
            How entries are scaled, by the degrees of this ring; an empty row stays 0.
        self_loop : bool
            Adds the identity before the scaling, as GCN does.
        dtype
            float32 or float64.

        Returns
        -------
        scipy.sparse.csr_matrix, (N, N)
            Columns ascend. Of stored rings of a single hop the columns are the C library's own numbers, without a
            copy, and read-only. Rings in another form are searched once more.
        """
        store, hop = self._stored(core_of(dtype), self._kept(hop))
        matrix, number = store.matrix(hop), named(NORMS, norm, "norm")
        if self_loop and hop > 0:
            matrix = (matrix + sp.identity(self.nodes, matrix.dtype, "csr")).tocsr()
        if number:
            left, right = store.scales(hop, number, self_loop)
            matrix.data *= np.repeat(left, np.diff(matrix.indptr)) * right[matrix.indices]
        return matrix

    def rows(self, nodes: Any, hop: Optional[int] = None) -> sp.csr_matrix:
        """Some rows of a ring, (len(nodes), N); hop may be left out where one is kept."""
        if hop is None and len(self.hops) > 1:
            raise ArgumentError(f"hops {self.hops} are kept: say which")
        rows = np.ascontiguousarray(np.atleast_1d(nodes))
        if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
            raise ArgumentError("nodes are a list of whole numbers")
        if rows.size and not 0 <= rows.min() <= rows.max() < self.nodes:
            raise ArgumentError(f"nodes are 0 to {self.nodes - 1}, not {rows.min()} to {rows.max()}")
        store, hop = self._stored(FLOAT, self._kept(self.hops[0] if hop is None else hop))
        return store.rows(hop, rows.astype(np.int64))

    # --- products --------------------------------------------------------------------------------------------

    def apply(self, x: Any, norm: str = "none", hops: Optional[Sequence[int]] = None, weights: Any = None, *,
              concat: bool = False, transpose: bool = False, self_loop: bool = False) -> np.ndarray:
        """The sum of the rings' products with x: ``sum_t R_t x``.

        Parameters
        ----------
        x : array_like, (N,) or (N, F)
            float32 gives float32, other real numbers float64. A tensor of the CPU is taken as it is, and whatever
            has the array interface or DLPack. Rows may have gaps; nothing is copied where the numbers of a row lie
            side by side.
        norm : {"none", "row", "sym", "col"}
            How each ring is scaled.
        hops : sequence of int, optional
            Which of the rings, in this order; all of them without it.
        weights : array_like, (T,) or (T, F, G), optional
            A factor a hop, or a matrix a hop: ``sum_t w_t R_t x`` or ``sum_t R_t x W_t``.
        concat : bool
            Products beside one another, (N, T F), in the place of their sum.
        transpose : bool
            The transposed rings.
        self_loop : bool
            Adds the identity to each ring before the scaling.

        Returns
        -------
        numpy.ndarray, (N,), (N, F), (N, T F) or (N, G)
            The same bits for any number of threads.
        """
        x = _numbers_of(x)
        rows = self._rows_of(x)
        hops = self.hops if hops is None else tuple(self._kept(hop) for hop in hops_of(hops))
        store = self._store(core_of(rows.dtype))
        scaled = named(NORMS, norm, "norm"), bool(self_loop)
        if weights is None:
            flags = FLOAT.lib.KHOP_CONCAT * bool(concat) + FLOAT.lib.KHOP_TRANSPOSE * bool(transpose)
            if concat and transpose:
                raise ArgumentError("concat and transpose together are the adjoint of concat: apply each hop alone")
            y = _product(store, store.taps(hops, *scaled), rows, len(hops) if concat else 1, flags)
        else:
            if concat or transpose:
                raise ArgumentError("weights go with neither concat nor transpose")
            y = _weighted(store, hops, scaled, rows, np.asarray(weights, rows.dtype))
        return y[:, 0] if x.ndim == 1 and y.shape[1] == 1 else y

    def __matmul__(self, x: Any) -> np.ndarray:
        return self.apply(x)

    def __rmatmul__(self, x: Any) -> np.ndarray:
        return self.apply(_numbers_of(x).T, transpose=True).T

    def taps(self, core, hops: tuple, norm: str, self_loop: bool):
        """Normalised rings as the C library applies them, for the layers of this package."""
        for hop in hops:
            self._kept(hop)
        return self._store(core).taps(hops, named(NORMS, norm, "norm"), bool(self_loop))

    # --- private ---------------------------------------------------------------------------------------------

    def _kept(self, hop: int) -> int:
        if hop not in self.hops:
            raise ArgumentError(f"hop {hop} is not kept: these rings are of hops {', '.join(map(str, self.hops))}")
        return int(hop)

    def _store(self, core) -> Store:
        if core not in self._stores:
            self._stores[core] = Store(core, self._arcs, self.hops, self._options)
        return self._stores[core]

    def _stored(self, core, hop: int):
        """A store whose rings have entries, and the hop."""
        store = self._store(core)
        if store.form != "stored":
            store = Store(core, self._arcs, (hop,), dict(self._options, form=FORMS["stored"]))
        return store, hop

    def _rows_of(self, rows: np.ndarray) -> np.ndarray:
        rows = rows.astype(core_of(rows.dtype).dtype, copy=False)
        if rows.ndim not in (1, 2) or rows.shape[0] != self.nodes:
            raise ShapeError(f"x is ({self.nodes},) or ({self.nodes}, F), a row a node, not {rows.shape}")
        rows = rows.reshape(self.nodes, -1) if rows.ndim == 2 else rows[:, None]
        return rows if _has_side_by_side_rows(rows) else np.ascontiguousarray(rows)


def _numbers_of(x: Any) -> np.ndarray:
    """The real numbers of an array or a tensor, without a copy."""
    if sp.issparse(x):
        raise ArgumentError("x is dense; for a sparse one multiply by rings.ring(k)")
    if getattr(x, "requires_grad", False):
        raise ArgumentError("x asks for gradients, which khop.torch.RingAggregate keeps; without them: x.detach()")
    numbers = array_of(x)
    if numbers.dtype.kind not in "fiub":
        raise ArgumentError(f"x holds real numbers, not {numbers.dtype}")
    return numbers


def _again(arcs: Arcs, hops: tuple, options: dict) -> Rings:
    return Rings(arcs, hops, **options)


def _options(direction: str, form: str, op: str, max_bytes: int) -> dict:
    return {"direction": named(DIRECTIONS, direction, "direction"), "op": named(OPERATORS, op, "op"),
            "form": named(FORMS, form, "form"), "max_bytes": int(max_bytes)}


def _has_side_by_side_rows(rows: np.ndarray) -> bool:
    size, width = rows.itemsize, rows.shape[1]
    stride = rows.strides[0]
    return rows.strides[1] == size and stride % size == 0 and stride >= width * size and rows.flags.aligned


def _stride(rows: np.ndarray) -> int:
    return max(rows.strides[0] // rows.itemsize, rows.shape[1])


def _product(store: Store, taps, rows: np.ndarray, blocks: int, flags: int, into=None) -> np.ndarray:
    core, width = store.core, rows.shape[1]
    y = np.empty((rows.shape[0], blocks * width), core.dtype) if into is None else into
    check(core, core.lib.khop_apply(core.pointer("khop_real *", y), blocks * width, taps,
                                    core.pointer("khop_real *", rows), _stride(rows), width, flags))
    return y


def _weighted(store: Store, hops: tuple, scaled: tuple, rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    core, width = store.core, rows.shape[1]
    if weights.shape == (len(hops),):
        y = np.zeros(rows.shape, core.dtype)
        for hop, weight in zip(hops, weights):
            _product(store, store.taps((hop,), *scaled), np.ascontiguousarray(rows * weight), 1,
                     core.lib.KHOP_ACCUMULATE, y)
        return y
    if weights.ndim != 3 or weights.shape[:2] != (len(hops), width):
        raise ShapeError(f"weights are ({len(hops)},) or ({len(hops)}, {width}, G), not {weights.shape}")
    rows, weights = np.ascontiguousarray(rows), np.ascontiguousarray(weights)
    y = np.empty((rows.shape[0], weights.shape[2]), core.dtype)
    check(core, core.lib.khop_conv_grouped_forward(
        core.pointer("khop_real *", y), store.taps(hops, *scaled), core.pointer("khop_real *", rows),
        core.pointer("khop_real *", weights), core.ffi.NULL, width, weights.shape[2], 1, 0))
    return y
