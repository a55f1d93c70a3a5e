"""khop.audit: what a stack of dilated k-hop layers sees on a graph, before it is trained."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from typing import Any, Callable, Optional, Sequence

import numpy as np

from ._callbacks import listening
from ._errors import ArgumentError, UnsupportedError, check
from ._graphs import Arcs, arcs_of
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
    _stack: "_Stack" = field(repr=False, compare=False)

    def plot(self, axes: Any = None) -> Any:
        """Bars of the share seen of each hop, by matplotlib; returns the axes."""
        if axes is None:
            from matplotlib import pyplot
            axes = pyplot.gca()
        hops = np.arange(len(self.share_per_hop))
        axes.bar(hops, np.nan_to_num(self.share_per_hop))
        axes.set(xlabel="hop", ylabel="share seen", ylim=(0, 1), xticks=hops)
        return axes

    def svg(self, node: Optional[int] = None) -> str:
        """The rings around a node as a picture: filled where the stack sees a node, hollow where it does not.

        Parameters
        ----------
        node : int, optional
            In the middle; without it the node with the most neighbours.

        Raises
        ------
        UnsupportedError
            In a build of khop without cairo.
        """
        return self._stack.svg(node, min(self.radius, self.diameter))

    def _repr_svg_(self) -> Optional[str]:
        """What a notebook shows; None, and so the text, where khop draws nothing."""
        try:
            return self.svg()
        except UnsupportedError:
            return None


@dataclass(frozen=True)
class _Stack:
    """What was audited: a graph, and layers (kernel, dilation) with their taps."""

    arcs: Arcs
    dilations: tuple
    taps: tuple
    direction: str

    def layers(self):
        return FLOAT.ffi.new("khop_layer[]", [{"kernel": len(self.taps), "dilation": dilation, "stride": 1}
                                              for dilation in self.dilations])

    def options(self, **more):
        """A khop_audit_options, and the numbers that it points at."""
        numbers = ints(FLOAT, self.taps)
        return FLOAT.ffi.new("khop_audit_options *", dict(
            more, size=FLOAT.ffi.sizeof("khop_audit_options"), hops=numbers, taps=len(self.taps),
            direction=named(DIRECTIONS, self.direction, "direction"))), numbers

    def svg(self, node: Optional[int], far: int) -> str:
        lib, ffi = FLOAT.lib, FLOAT.ffi
        if node is None:
            node = int(np.diff(self.arcs.offsets).argmax()) if self.arcs.nodes else 0
        if not 0 <= node < self.arcs.nodes:
            raise ArgumentError(f"nodes are 0 to {self.arcs.nodes - 1}, not {node}")
        graph, reached = self.arcs.graph(FLOAT), np.empty(self.arcs.nodes, np.uint8)
        options, _numbers = self.options()
        check(FLOAT, lib.khop_audit_reach(FLOAT.pointer("uint8_t *", reached), graph, len(self.dilations), self.layers(),
                                          1, ffi.new("int64_t *", node), options))
        texts = [ffi.new("char[]", str(name).encode()) for name in self.arcs.names or ()]
        names = ffi.new("char *[]", texts) if texts else ffi.NULL
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "rings.svg")
            check(FLOAT, lib.khop_plot_rings(os.fsencode(path), graph, names, node, options.direction, far,
                                             FLOAT.pointer("uint8_t *", reached)))
            with open(path, encoding="utf-8") as file:
                return file.read()


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
    """
    ffi, lib = FLOAT.ffi, FLOAT.lib
    stack = _Stack(arcs_of(graph), tuple(int(dilation) for dilation in dilations), hops_of(hops), direction)
    made = ffi.new("khop_audit **")
    options, _numbers = stack.options(samples=samples, seed=seed, max_bytes=max_bytes)
    with listening(FLOAT, options, progress):
        check(FLOAT, lib.khop_audit_graph(made, stack.arcs.graph(FLOAT), len(stack.dilations), stack.layers(), options))
    try:
        return _of_c(made[0], stack)
    finally:
        lib.khop_audit_free(made[0])


def _of_c(made, stack: _Stack) -> Audit:
    same = ("share", "radius", "diameter", "diameter_exact", "effective_diameter", "exact", "sources", "bipartite",
            "parity_trap")
    return Audit(share_per_hop=np.array(FLOAT.ffi.unpack(made.share_per_hop, made.hop_count)),
                 suggested=tuple(FLOAT.ffi.unpack(made.suggested_dilations, made.suggested)) if made.suggested else (),
                 _stack=stack, **{name: getattr(made, name) for name in same})
