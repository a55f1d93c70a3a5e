"""Layers of PyTorch on exact rings, with gradients: ``from khop.torch import RingConv``.

Layers take ``edge_index`` as those of PyTorch Geometric do, (2, E) from the first row to the second, or a `khop.Rings`
that was built once. Rings of an ``edge_index`` are built when a tensor is first seen, and kept as long as it lives and is
not written to. Graphs in a batch are one graph of several components, as PyG's ``Batch`` makes it.
"""

from __future__ import annotations

import math
import weakref
from typing import Any, Dict, Optional, Sequence, Tuple, Union

import torch
from torch import nn
from torch.autograd import forward_ad
from torch.autograd.function import once_differentiable

from ._errors import ArgumentError, ShapeError, check
from ._native import DOUBLE, FLOAT
from ._rings import Rings, hops_of, named
from ._store import DIRECTIONS, NORMS

__all__ = ["RingAggregate", "RingConv", "rings_of"]

# torch.compile leaves the layers as they are; PyTorch 1 has nothing that would compile them.
_as_it_is: Any = torch.compiler.disable if hasattr(torch, "compiler") else lambda forward: forward


_CORES = {torch.float32: FLOAT, torch.float64: DOUBLE}


def _core_of(x: torch.Tensor):
    if x.device.type != "cpu":
        raise ArgumentError(f"khop computes on the CPU, and x is on {x.device}: move it by x.cpu()")
    core = _CORES.get(x.dtype)
    if core is None:
        raise ArgumentError(f"x is of float32 or float64, not {x.dtype}")
    return core


def _pointer(core, tensor: Optional[torch.Tensor]):
    return core.ffi.NULL if tensor is None else core.ffi.cast("khop_real *", tensor.data_ptr())


def _run(function, *arguments):
    """A function of autograd; what it computes alone where no gradient is asked for: a third less time of a small call."""
    differentiated = torch.is_grad_enabled() and any(
        isinstance(argument, torch.Tensor) and argument.requires_grad for argument in arguments)
    if differentiated or forward_ad._current_level >= 0:
        return function.apply(*arguments)
    return function.compute(*arguments)


class _Convolution(torch.autograd.Function):
    """sum_t R_t x W_t + b, by khop_conv_grouped_forward and _backward."""

    @staticmethod
    def compute(x, weight, bias, taps, core, groups):
        x, weight = x.contiguous(), weight.contiguous()
        y = x.new_empty(x.shape[0], weight.shape[2])
        check(core, core.lib.khop_conv_grouped_forward(
            _pointer(core, y), taps, _pointer(core, x), _pointer(core, weight), _pointer(core, bias), x.shape[1],
            weight.shape[2], groups, 0))
        return y

    @staticmethod
    def forward(ctx, x, weight, bias, taps, core, groups):
        x, weight = x.contiguous(), weight.contiguous()
        ctx.save_for_backward(x, weight)
        ctx.call, ctx.has_bias = (taps, core, groups), bias is not None
        return _Convolution.compute(x, weight, bias, taps, core, groups)

    @staticmethod
    @once_differentiable
    def backward(ctx, dy):
        (x, weight), (taps, core, groups) = ctx.saved_tensors, ctx.call
        dy = dy.contiguous()
        wanted = ctx.needs_input_grad
        dx = torch.empty_like(x) if wanted[0] else None
        dweight = torch.empty_like(weight) if wanted[1] else None
        dbias = x.new_empty(weight.shape[2]) if ctx.has_bias and wanted[2] else None
        check(core, core.lib.khop_conv_grouped_backward(
            _pointer(core, dx), _pointer(core, dweight), _pointer(core, dbias), taps, _pointer(core, x),
            _pointer(core, weight), _pointer(core, dy), x.shape[1], weight.shape[2], groups, 0))
        return dx, dweight, dbias, None, None, None


class _Aggregation(torch.autograd.Function):
    """sum_t R_t x, or its blocks beside one another; the gradient is the transposed product."""

    @staticmethod
    def compute(x, taps, core, blocks):
        return _apply(core, taps, x, x.shape[1], blocks * x.shape[1], core.lib.KHOP_CONCAT * (blocks > 1))

    @staticmethod
    def forward(ctx, x, taps, core, blocks):
        ctx.call, ctx.width = (taps, core, blocks), x.shape[1]
        return _Aggregation.compute(x, taps, core, blocks)

    @staticmethod
    @once_differentiable
    def backward(ctx, dy):
        taps, core, blocks = ctx.call
        flags = core.lib.KHOP_CONCAT * (blocks > 1) + core.lib.KHOP_TRANSPOSE
        return _apply(core, taps, dy, ctx.width, ctx.width, flags), None, None, None


def _apply(core, taps, x, width, out_width, flags):
    x = x.contiguous()
    y = x.new_empty(x.shape[0], out_width)
    check(core, core.lib.khop_apply(_pointer(core, y), out_width, taps, _pointer(core, x), x.shape[1], width, flags))
    return y


# Rings of tensors by id: (the tensor, weakly, its version, rings by what they were built with).
_built: Dict[int, Tuple[Any, int, Dict[tuple, Rings]]] = {}


def rings_of(graph: Any, hops: Sequence[int], nodes: Optional[int] = None, direction: str = "in",
             form: str = "auto") -> Rings:
    """The rings of a graph, those built before where it is a tensor that was seen.

    Parameters
    ----------
    graph : torch.Tensor (2, E), or what `khop.Rings` takes
        A `khop.Rings` is returned as it is.
    nodes : int, optional
        Of an ``edge_index``; without it one more than the largest end.
    """
    if isinstance(graph, Rings):
        return graph
    if not isinstance(graph, torch.Tensor):
        return Rings(graph, hops, direction=direction, form=form)
    if graph.dim() != 2 or graph.shape[0] != 2:
        raise ShapeError(f"edge_index is (2, E), not {tuple(graph.shape)}")
    name, key = id(graph), (tuple(hops), nodes, direction, form)
    seen = _built.get(name)
    if seen is None or seen[0]() is not graph or seen[1] != graph._version:
        seen = _built[name] = weakref.ref(graph, lambda _: _built.pop(name, None)), graph._version, {}
    if key not in seen[2]:
        seen[2][key] = Rings.from_edges(graph, hops, nodes, direction=direction, form=form)
    return seen[2][key]


class _OnRings(nn.Module):
    """What layers share: which rings they take, how they are scaled, and how they are found."""

    def __init__(self, hops, dilation, norm, direction, self_loop, form):
        super().__init__()
        named(NORMS, norm, "norm"), named(DIRECTIONS, direction, "direction")
        if int(dilation) < 1:
            raise ArgumentError(f"a dilation is 1 or more, not {dilation}")
        self.hops = tuple(hop * int(dilation) for hop in hops_of(hops))
        self.norm, self.direction, self.self_loop, self.form = norm, direction, bool(self_loop), form

    def _prepared(self, x, graph):
        """The core of x and the taps of the graph."""
        core = _core_of(x)
        if x.dim() != 2:
            raise ShapeError(f"x is (N, F), not {tuple(x.shape)}")
        rings = rings_of(graph, self.hops, x.shape[0], self.direction, self.form)
        if rings.nodes != x.shape[0]:
            raise ShapeError(f"x has {x.shape[0]} rows, and the graph {rings.nodes} nodes")
        return core, rings.taps(core, self.hops, self.norm, self.self_loop)


class RingAggregate(_OnRings):
    """Ring features without weights: ``sum_t R_t x``, or the rings beside one another.

    Parameters
    ----------
    hops : int or sequence of int
        The rings, before `dilation` multiplies them.
    norm : {"row", "none", "sym", "col"}
        row is the mean over a ring.
    concat : bool
        (N, T F) in the place of (N, F).
    direction : {"in", "out", "all"}
        "in" gathers along the arcs, from the first row of ``edge_index`` to the second, as PyG does.
    self_loop : bool
        Adds the identity to each ring before the scaling.
    form : str
        How rings that the layer builds are kept, as for `khop.Rings`.
    """

    def __init__(self, hops: Union[int, Sequence[int]], norm: str = "row", concat: bool = False, dilation: int = 1,
                 direction: str = "in", self_loop: bool = False, form: str = "auto"):
        super().__init__(hops, dilation, norm, direction, self_loop, form)
        self.concat = bool(concat)

    @_as_it_is
    def forward(self, x: torch.Tensor, graph: Any) -> torch.Tensor:
        """x (N, F); graph: ``edge_index`` (2, E) or `khop.Rings`. Returns (N, F), or (N, T F)."""
        core, taps = self._prepared(x, graph)
        return _run(_Aggregation, x, taps, core, len(self.hops) if self.concat else 1)

    def extra_repr(self) -> str:
        return f"hops={self.hops}, norm={self.norm!r}, concat={self.concat}"


class RingConv(_OnRings):
    """A convolution over exact rings: ``y = sum_t R_t x W_t + b``, R_t being ring ``hops[t] * dilation``.

    Parameters
    ----------
    in_channels, out_channels : int
        F and G.
    hops : int or sequence of int
        The taps; 0 is the node itself.
    dilation : int
        Multiplies the hops.
    norm : {"row", "none", "sym", "col"}
        How each ring is scaled, by its own degrees.
    weights : {"full", "separable", "depthwise"}
        full: a matrix (F, G) a tap, in `weight` (T, F, G). depthwise: each channel by itself, `weight` (T, 1, G), G
        being a multiple of F. separable: depthwise to F channels, then `pointwise` (F, G).
    bias : bool
        Adds `bias` (G).
    direction, self_loop, form
        As for `RingAggregate`.

    Notes
    -----
    Parameters have the shapes of the op conv in khop's checkpoints. ``hops=[0, 1]`` is PyG's SAGEConv; ``hops=1`` with
    ``norm="sym", self_loop=True`` its GCNConv on undirected graphs.
    """

    def __init__(self, in_channels: int, out_channels: int, hops: Union[int, Sequence[int]], dilation: int = 1,
                 norm: str = "row", weights: str = "full", bias: bool = True, direction: str = "in",
                 self_loop: bool = False, form: str = "auto"):
        super().__init__(hops, dilation, norm, direction, self_loop, form)
        named({"full": 0, "separable": 1, "depthwise": 2}, weights, "weights")
        if weights == "depthwise" and out_channels % in_channels:
            raise ShapeError(f"depthwise: {out_channels} channels out are no multiple of {in_channels} channels in")
        self.in_channels, self.out_channels, self.weights = in_channels, out_channels, weights
        taps = len(self.hops)
        shape = {"full": (taps, in_channels, out_channels), "depthwise": (taps, 1, out_channels),
                 "separable": (taps, 1, in_channels)}[weights]
        self.weight = nn.Parameter(torch.empty(shape))
        self.pointwise = nn.Parameter(torch.empty(in_channels, out_channels)) if weights == "separable" else None
        self.bias = nn.Parameter(torch.empty(out_channels)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draws weights anew, uniform by the channels that a channel reads (Glorot and Bengio, 2010); biases are 0."""
        with torch.no_grad():
            for weight in (self.weight, self.pointwise):
                if weight is not None:
                    taps = weight.shape[0] if weight.dim() == 3 else 1
                    bound = math.sqrt(6 / (taps * weight.shape[-2] + weight.shape[-1]))
                    weight.uniform_(-bound, bound)
            if self.bias is not None:
                self.bias.zero_()

    @_as_it_is
    def forward(self, x: torch.Tensor, graph: Any) -> torch.Tensor:
        """x (N, F); graph: ``edge_index`` (2, E) or `khop.Rings`. Returns (N, G)."""
        core, taps = self._prepared(x, graph)
        if x.shape[1] != self.in_channels:
            raise ShapeError(f"x has {x.shape[1]} columns, and the layer reads {self.in_channels}")
        if x.dtype != self.weight.dtype:
            raise ArgumentError(f"x is of {x.dtype}, and the layer of {self.weight.dtype}")
        if self.weights == "full":
            return _run(_Convolution, x, self.weight, self.bias, taps, core, 1)
        if self.weights == "depthwise":
            return _run(_Convolution, x, self.weight, self.bias, taps, core, self.in_channels)
        mixed = _run(_Convolution, x, self.weight, None, taps, core, self.in_channels) @ self.pointwise
        return mixed if self.bias is None else mixed + self.bias

    def extra_repr(self) -> str:
        return (f"{self.in_channels}, {self.out_channels}, hops={self.hops}, norm={self.norm!r}, "
                f"weights={self.weights!r}, bias={self.bias is not None}")
