"""Writes attention.tsv: graph attention over rings in NumPy, on dense matrices, that test_attention.c holds khop to.

Needs numpy, scipy. Rings are read off SciPy's shortest paths; features and weights follow a formula that the test knows.
Run in tests/files:  python3 make_attention.py
"""
import numpy as np
from scipy.sparse.csgraph import shortest_path

N, F = 13, 6
CASES = (("out", (0, 1), 1), ("out", (0, 1), 2), ("in", (1,), 3), ("all", (0, 2), 2), ("out", (3, 1, 0), 6))


def formula(first, count):
    """Numbers in [-1, 1) that depend on their position alone, exact in float."""
    return (np.arange(first, first + count) * 37 % 64) / 32 - 1


# A directed circle with chords, and a node that nobody links to.
adjacency = np.zeros((N, N))
for i in range(N - 1):
    adjacency[i, (i + 1) % (N - 1)] = adjacency[i, (5 * i + 2) % (N - 1)] = 1
np.fill_diagonal(adjacency, 0)


def attention(direction, hops, heads):
    a = {"out": adjacency, "in": adjacency.T, "all": adjacency + adjacency.T}[direction]
    distance = shortest_path(a, unweighted=True)
    x = formula(0, N * F).reshape(N, heads, F // heads)
    left = np.einsum("nhf,hf->nh", x, formula(100, F).reshape(heads, -1))
    right = np.einsum("nhf,hf->nh", x, formula(100 + F, F).reshape(heads, -1))
    score = left[:, None] + right[None]
    score = np.where(score > 0, score, 0.2 * score)
    count = sum((distance == k).astype(float) for k in hops)
    weight = np.exp(score) * count[:, :, None]
    total = weight.sum(axis=1, keepdims=True)
    weight = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    return np.einsum("ijh,jhf->ihf", weight, x).reshape(N, F)


with open("attention.tsv", "w") as out:
    out.write("# direction, heads, number of hops, hops, (13, 6) outputs; written by make_attention.py.\n")
    for direction, hops, heads in CASES:
        number = ("out", "in", "all").index(direction)
        numbers = [number, heads, len(hops), *hops, *(f"{v:.15g}" for v in attention(direction, hops, heads).ravel())]
        out.write("\t".join(map(str, numbers)) + "\n")
