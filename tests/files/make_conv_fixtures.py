"""Writes conv_fixtures.npz: Conv1d, Conv2d and Conv3d of PyTorch with dilation, groups and causal axes.

For case i: "i_task" = dimensions, F, G, groups, then shape, kernel, dilation and causal, an axis each;
"i_x" (N, F), "i_w" (taps, F / groups, G), "i_b" (G), "i_dy" (N, G); and what PyTorch makes of them in
double precision, as float32: "i_y", "i_dx", "i_dw", "i_db". All in khop's layouts. Run it again only to
change the file; it needs numpy and torch.
"""
import os

import numpy as np
import torch

place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "conv_fixtures.npz")
convolutions = {1: torch.nn.functional.conv1d, 2: torch.nn.functional.conv2d, 3: torch.nn.functional.conv3d}

# F, G, groups, shape, kernel, dilation, causal
cases = [
    (3, 4, 1, (23,), (5,), (3,), (0,)),
    (4, 6, 2, (31,), (2,), (8,), (1,)),
    (3, 2, 1, (9, 11), (3, 3), (2, 4), (0, 0)),
    (4, 4, 4, (8, 10), (3, 5), (2, 1), (0, 0)),
    (6, 4, 2, (10, 7), (4, 3), (2, 3), (1, 0)),
    (2, 3, 1, (5, 6, 4), (3, 1, 3), (2, 1, 1), (0, 0, 0)),
    (4, 2, 2, (7, 4, 5), (3, 3, 1), (3, 1, 1), (1, 0, 0)),
    # past the axis: ASPP's last rate on a small map, dilation 256 on 100 steps, an axis of one place; even kernels
    (3, 4, 1, (16, 16), (3, 3), (18, 18), (0, 0)),
    (4, 4, 2, (100,), (2,), (256,), (1,)),
    (2, 3, 1, (1, 9), (3, 3), (1, 1), (0, 0)),
    (3, 2, 1, (11,), (4,), (3,), (0,)),
    (2, 4, 2, (6, 5), (2, 4), (1, 2), (0, 0)),
    (2, 3, 1, (3, 4, 5), (2, 3, 2), (3, 4, 1), (0, 0, 0)),
]


def one(index, f, g, groups, shape, kernel, dilation, causal):
    random = np.random.default_rng(index)
    axes = len(shape)
    x = torch.tensor(random.standard_normal((1, f) + shape, dtype=np.float32), dtype=torch.float64, requires_grad=True)
    w = torch.tensor(random.standard_normal((g, f // groups) + kernel, dtype=np.float32), dtype=torch.float64, requires_grad=True)
    b = torch.tensor(random.standard_normal(g, dtype=np.float32), dtype=torch.float64, requires_grad=True)
    dy = torch.tensor(random.standard_normal((1, g) + shape, dtype=np.float32), dtype=torch.float64)
    padding = []
    for k, d, c in reversed(list(zip(kernel, dilation, causal))):  # pad() takes the last axis first
        padding += [(k - 1) * d, 0] if c else [(k - 1) * d // 2, (k - 1) * d - (k - 1) * d // 2]
    y = convolutions[axes](torch.nn.functional.pad(x, padding), w, b, dilation=dilation, groups=groups)
    if not any(causal):
        same = convolutions[axes](x, w, b, dilation=dilation, groups=groups, padding="same")
        assert torch.allclose(y, same, rtol=0, atol=1e-12)
    y.backward(dy)

    def nodes(t):  # (1, channels, ..) -> (N, channels)
        return t.detach().numpy()[0].reshape(t.shape[1], -1).T.astype("float32")

    def taps(t):  # (G, F / groups, ..) -> (taps, F / groups, G)
        return t.detach().numpy().reshape(g, f // groups, -1).transpose(2, 1, 0).astype("float32")

    arrays = {"x": nodes(x), "w": taps(w), "b": b.detach().numpy().astype("float32"), "dy": nodes(dy),
              "y": nodes(y), "dx": nodes(x.grad), "dw": taps(w.grad), "db": b.grad.numpy().astype("float32"),
              "task": np.array((axes, f, g, groups) + shape + kernel + dilation + causal, dtype="int64")}
    return {f"{index}_{key}": np.ascontiguousarray(a) for key, a in arrays.items()}


everything = {}
for i, case in enumerate(cases):
    everything.update(one(i, *case))
np.savez_compressed(place, **everything)
