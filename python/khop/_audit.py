"""khop.audit: what a stack of dilated k-hop layers sees on a graph, before it is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Optional, Sequence

import numpy as np

from ._callbacks import listening
from ._errors import check
from ._graphs import arcs_of
from ._native import FLOAT
from ._rings import hops_of, named
from ._store import DIRECTIONS, ints

__all__ = ["Audit", "audit"]


@dataclass(frozen=True)
class Audit:
    """What a stack sees.

    Attributes
    ----------
    share : float
        Of the nodes within `radius` hops of a node, the share that reaches its output; the mean over the sources.
    share_per_hop : numpy.ndarray
        The same of each hop, NaN where no source has anybody.
    radius : int
        Hops that the stack could reach at most.
    diameter, effective_diameter : int
        The largest distance; 9 of 10 reachable pairs are no further apart than the second.
    diameter_exact, exact : bool
        Whether there is no larger one; whether all nodes were sources.
    parity_trap : bool
        The graph has two sides, and an output sees one of them alone.
    sources : int
        Nodes whose balls were compared.
    suggested : tuple of int
        Dilations 1, 2, 4, .. whose stack sees all up to the diameter; empty where none are needed.
    """

    share: float
    share_per_hop: np.ndarray
    radius: int
    diameter: int
    diameter_exact: bool
    effective_diameter: int
    exact: bool
    sources: int
    bipartite: bool
    parity_trap: bool
    suggested: tuple

    def plot(self, axes: Any = None) -> Any:
        """Bars of the share seen of each hop, by matplotlib; returns the axes."""
        if axes is None:
            from matplotlib import pyplot
            axes = pyplot.gca()
        hops = np.arange(len(self.share_per_hop))
        axes.bar(hops, np.nan_to_num(self.share_per_hop))
        axes.set(xlabel="hop", ylabel="share seen", ylim=(0, 1), xticks=hops)
        return axes


def audit(graph: Any, dilations: Sequence[int], hops: Sequence[int] = (0, 1), direction: str = "out", *,
          samples: int = 0, seed: int = 0, max_bytes: int = 0,
          progress: Optional[Callable[[float], Any]] = None) -> Audit:
    """Audits a stack of k-hop convolutions, one layer a dilation.

    Parameters
    ----------
    graph
        What `khop.Rings` takes.
    dilations : sequence of int
        Of each layer, from the input on.
    hops : sequence of int
        The taps of every layer, before its dilation multiplies them.
    samples : int
        Nodes whose balls are compared; 0: all up to 2,000 nodes, else 1,000.

    Raises
    ------
    UnsupportedError
        In a build of khop without GraphBLAS.
    """
    ffi, lib = FLOAT.ffi, FLOAT.lib
    dilations, taps = [int(d) for d in dilations], hops_of(hops)
    layers = ffi.new("khop_layer[]", [{"kernel": len(taps), "dilation": d, "stride": 1} for d in dilations])
    numbers, made = ints(FLOAT, taps), ffi.new("khop_audit **")
    options = ffi.new("khop_audit_options *", {
        "size": ffi.sizeof("khop_audit_options"), "hops": numbers, "taps": len(taps), "samples": samples, "seed": seed,
        "max_bytes": max_bytes, "direction": named(DIRECTIONS, direction, "direction")})
    with listening(FLOAT, options, progress):
        check(FLOAT, lib.khop_audit_graph(made, arcs_of(graph).graph(FLOAT), len(dilations), layers, options))
    try:
        return _of_c(made[0])
    finally:
        lib.khop_audit_free(made[0])


def _of_c(made) -> Audit:
    same = ("share", "radius", "diameter", "diameter_exact", "effective_diameter", "exact", "sources", "bipartite",
            "parity_trap")
    return Audit(share_per_hop=np.array(FLOAT.ffi.unpack(made.share_per_hop, made.hop_count)),
                 suggested=tuple(FLOAT.ffi.unpack(made.suggested_dilations, made.suggested)) if made.suggested else (),
                 **{name: getattr(made, name) for name in same})
