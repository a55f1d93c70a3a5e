"""Distances by SciPy, and graphs to try: what the tests compare khop with."""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import shortest_path


def random_arcs(nodes=120, density=0.02, directed=True, seed=0):
    """A random matrix of 0 and 1 without a diagonal."""
    matrix = sp.random(nodes, nodes, density, format="lil", random_state=seed)
    matrix.setdiag(0)
    matrix = sp.csr_matrix(matrix)
    matrix.eliminate_zeros()
    matrix.data[:] = 1
    return matrix if directed else sp.csr_matrix(matrix.maximum(matrix.T))


def distances(matrix, direction="out"):
    """(N, N), from i to j; inf where there is no path."""
    way = {"out": matrix, "in": matrix.T, "all": matrix + matrix.T}[direction]
    return shortest_path(sp.csr_matrix(way), unweighted=True)


def normalised(pattern, norm):
    """A dense 0/1 matrix, scaled by its own sums; 1 / 0 counts as 0."""
    def inverse(sums):
        return np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)

    pattern = pattern.astype(float)
    rows, columns = pattern.sum(1), pattern.sum(0)
    left = {"row": inverse(rows), "sym": inverse(rows) ** 0.5}.get(norm, np.ones_like(rows))
    right = {"col": inverse(columns), "sym": inverse(columns) ** 0.5}.get(norm, np.ones_like(columns))
    return left[:, None] * pattern * right
