"""Writes losses.tsv: the losses of ten epochs in PyTorch, in double precision, that test_losses.c holds khop to.

Needs torch, numpy, scipy. KHOP_DATA names the folder with cora.npz. Nothing here comes from khop: rings are
read off SciPy's shortest paths, and weights, features and labels follow formulas that the test knows too.
Run in tests/files:  KHOP_DATA=... python3 make_losses.py
"""
import os

import numpy as np
import scipy.sparse as sp
import torch
from scipy.sparse.csgraph import shortest_path

EPOCHS, HIDDEN, HOPS = 10, 16, (0, 1, 2)
torch.set_default_dtype(torch.float64)


def formula(first, count):
    """Numbers in [-1/2, 1/2) that depend on their position alone, exact in float."""
    i = np.arange(first, first + count, dtype=np.uint32)
    i *= np.uint32(2654435761)
    i ^= i >> np.uint32(15)
    i *= np.uint32(2246822519)
    i ^= i >> np.uint32(13)
    return (i >> np.uint32(8)) * 2.0**-24 - 0.5


def circle():
    """60 nodes in a circle with chords i - 7i + 3, six features and three classes by formula."""
    n = 60
    pairs = [(i, (i + 1) % n) for i in range(n)] + [(i, (7 * i + 3) % n) for i in range(n)]
    a = sp.coo_array((np.ones(len(pairs)), np.array(pairs).T), shape=(n, n)).tocsr()
    x = formula(1000, n * 6).reshape(n, 6)
    return a, x, np.arange(n) * 5 % 7 % 3, np.arange(n) % 2 == 0


def cora():
    z = np.load(os.path.join(os.environ["KHOP_DATA"], "cora.npz"))
    a = sp.csr_array((z["adj_data"], z["adj_indices"], z["adj_indptr"]), shape=tuple(z["adj_shape"]))
    x = sp.csr_array((z["attr_data"], z["attr_indices"], z["attr_indptr"]), shape=tuple(z["attr_shape"]))
    return a, x.toarray(), z["labels"], z["train_mask"]


def rings(a, norm):
    a = a + a.T
    a.setdiag(0)
    a.eliminate_zeros()
    distance = shortest_path(a, unweighted=True, directed=False)
    for hop in HOPS:
        ring = (distance == hop).astype(float)
        degrees = ring.sum(1)
        power = {"none": 0, "row": 1, "sym": 0.5}[norm]
        inverse = np.where(degrees > 0, np.maximum(degrees, 1) ** -power, 0)
        ring *= inverse[:, None]
        if norm == "sym":
            ring *= inverse
        yield torch.from_numpy(ring).to_sparse_csr()


def train(data, norm, scale):
    a, x, labels, mask = data
    operators, x = list(rings(a, norm)), torch.from_numpy(np.asarray(x, dtype=float))
    labels, mask = torch.from_numpy(labels.astype(np.int64)), torch.from_numpy(mask)
    classes = int(labels.max()) + 1
    shapes = [(3, x.shape[1], HIDDEN), (HIDDEN,), (3, HIDDEN, classes), (classes,)]
    parameters, at = [], 0
    for shape in shapes:
        count = int(np.prod(shape))
        parameters.append(torch.from_numpy(formula(at, count) * scale).reshape(shape).requires_grad_())
        at += count
    w1, b1, w2, b2 = parameters
    adam = torch.optim.Adam(parameters, lr=0.01)
    for _ in range(EPOCHS):
        adam.zero_grad()
        h = torch.relu(sum(r @ (x @ w) for r, w in zip(operators, w1)) + b1)
        y = sum(r @ (h @ w) for r, w in zip(operators, w2)) + b2
        loss = torch.nn.functional.cross_entropy(y[mask], labels[mask])
        yield loss.item()
        loss.backward()
        adam.step()


with open("losses.tsv", "w") as out:
    out.write("# The loss of each epoch in PyTorch, double precision: written by make_losses.py.\n")
    out.write("#data\tnorm\tscale\tlosses\n")
    for name, data, scale in (("circle", circle(), 0.5), ("cora", cora(), 0.125)):
        for norm in ("none", "row", "sym")[name == "cora":]:  # plain sums over Cora's hubs blow up
            losses = "\t".join(f"{loss:.15g}" for loss in train(data, norm, scale))
            out.write(f"{name}\t{norm}\t{scale}\t{losses}\n")
