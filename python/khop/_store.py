"""Rings in one precision: what the C library holds, and the arrays that go to it and come from it."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from ._callbacks import listening
from ._errors import check
from ._graphs import Arcs

__all__ = ["DIRECTIONS", "FORMS", "NORMS", "OPERATORS", "Store", "estimate_of", "ints", "own"]

# By the numbers of khop/rings.h.
DIRECTIONS = {"out": 0, "in": 1, "all": 2}
OPERATORS = {"ring": 0, "ball": 1, "walks": 2, "walk-support": 3}
FORMS = {"stored": 0, "matrix-free": 1, "ladder": 2, "bitmap": 3, "auto": 4}
NORMS = {"none": 0, "row": 1, "sym": 2, "col": 3}


def own(core, pointer, free, *kept):
    """A pointer that is freed with its last reference, and that keeps alive what it borrows."""
    return core.ffi.gc(pointer, lambda freed, _kept=kept: free(freed))


def ints(core, numbers):
    return core.ffi.new("int[]", list(numbers))


class Store:
    """Rings of a graph in the precision of a core."""

    def __init__(self, core, arcs: Arcs, hops, options: dict, progress=None):
        self.core, self.arcs = core, arcs
        graph = arcs.graph(core)
        rings = core.ffi.new("khop_rings **")
        filled = _options(core, options)
        with listening(core, filled, progress):
            check(core, core.lib.khop_rings_build(rings, graph, len(hops), ints(core, hops), filled))
        self.graph = graph
        self.rings = own(core, rings[0], core.lib.khop_rings_free, graph)
        self._taps: dict = {}

    @property
    def form(self) -> str:
        core = self.core
        return core.ffi.string(core.lib.khop_form_name(core.lib.khop_rings_form(self.rings))).decode()

    @property
    def bytes(self) -> int:
        return self.core.lib.khop_rings_bytes(self.rings)

    def entries(self, hop: int) -> int:
        lib = self.core.lib
        return lib.khop_rings_entries(self.rings, lib.khop_rings_slot(self.rings, hop))

    def taps(self, hops: tuple, norm: int, self_loop: bool):
        """The normalised rings of some hops, prepared once."""
        key = hops, norm, self_loop
        taps = self._taps.get(key)
        if taps is None:
            core, made = self.core, self.core.ffi.new("khop_taps **")
            check(core, core.lib.khop_taps_new(made, self.rings, len(hops), ints(core, hops), norm, self_loop))
            taps = self._taps.setdefault(key, own(core, made[0], core.lib.khop_taps_free, self.rings))
        return taps

    def matrix(self, hop: int) -> sp.csr_matrix:
        """A stored ring. Of rings of one hop the columns are those of the C library, without a copy."""
        core, lib, nodes = self.core, self.core.lib, self.arcs.nodes
        slot = lib.khop_rings_slot(self.rings, hop)
        offsets, entries = np.empty(nodes + 1, np.int64), lib.khop_rings_entries(self.rings, slot)
        values, borrowed = np.empty(entries, core.dtype), self._columns()
        columns = np.empty(entries, np.int32) if borrowed is None else None
        lib.khop_python_ring_csr(core.pointer("int64_t *", offsets), core.pointer("int32_t *", columns),
                                 core.pointer("khop_real *", values), self.rings, slot, nodes, core.ffi.NULL)
        return _csr(values, columns if borrowed is None else borrowed, offsets, (nodes, nodes))

    def rows(self, hop: int, rows: np.ndarray) -> sp.csr_matrix:
        """Rows of a stored ring, (len(rows), N)."""
        core, lib = self.core, self.core.lib
        slot, offsets = lib.khop_rings_slot(self.rings, hop), np.empty(len(rows) + 1, np.int64)
        wanted = core.pointer("int64_t *", rows)
        none = core.ffi.NULL
        lib.khop_python_ring_csr(core.pointer("int64_t *", offsets), none, none, self.rings, slot, len(rows), wanted)
        columns, values = np.empty(offsets[-1], np.int32), np.empty(offsets[-1], core.dtype)
        lib.khop_python_ring_csr(none, core.pointer("int32_t *", columns), core.pointer("khop_real *", values),
                                 self.rings, slot, len(rows), wanted)
        return _csr(values, columns, offsets, (len(rows), self.arcs.nodes))

    def scales(self, hop: int, norm: int, self_loop: bool):
        """left, right (N): entry (i, j) of the normalised ring is left[i] * value * right[j]."""
        core, lib = self.core, self.core.lib
        left, right = (np.empty(self.arcs.nodes, core.dtype) for _ in range(2))
        check(core, lib.khop_rings_scales(core.pointer("khop_real *", left), core.pointer("khop_real *", right),
                                          self.rings, lib.khop_rings_slot(self.rings, hop), norm, self_loop))
        return left, right

    def _columns(self):
        """The columns of stored rings of a single hop, borrowed: the array keeps the rings alive. None for others."""
        core, lib = self.core, self.core.lib
        if lib.khop_rings_slots(self.rings) != 1 or lib.khop_rings_entries(self.rings, 0) == 0:
            return None
        first = own(core, lib.khop_python_ring_columns(self.rings), lambda freed: None, self.rings)
        columns = np.frombuffer(core.ffi.buffer(first, 4 * lib.khop_rings_entries(self.rings, 0)), np.int32)
        columns.flags.writeable = False
        return columns


def estimate_of(core, arcs: Arcs, hops, options: dict, samples: int, seed: int):
    """(bytes, samples, exact, entries, empty_rows) of a build that is not made."""
    estimate = core.ffi.new("khop_estimate *")
    entries, empty = np.empty(len(hops)), np.empty(len(hops))
    check(core, core.lib.khop_rings_estimate(
        estimate, core.pointer("double *", entries), core.pointer("double *", empty), arcs.graph(core), len(hops),
        ints(core, hops), _options(core, options), samples, seed))
    return estimate.bytes, estimate.samples, estimate.exact, entries, empty


def _options(core, options: dict):
    filled = core.ffi.new("khop_rings_options *", options)
    filled.size = core.ffi.sizeof("khop_rings_options")
    return filled


def _csr(values, columns, offsets, shape) -> sp.csr_matrix:
    """SciPy wants offsets and columns of one type: 32 bits where that is enough."""
    kind = np.int32 if len(values) <= np.iinfo(np.int32).max else np.int64
    matrix = sp.csr_matrix(shape, dtype=values.dtype)
    matrix.data, matrix.indices, matrix.indptr = values, columns.astype(kind, copy=False), offsets.astype(kind)
    matrix.has_sorted_indices = matrix.has_canonical_format = True
    return matrix
