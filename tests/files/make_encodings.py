"""Writes encodings.tsv: eigenvectors, return probabilities and ring sizes of small graphs, by dense NumPy.

    python3 tests/files/make_encodings.py

A graph is a line "name nodes edges directed laplacian walk profile peripheral", its edges, a line of the eigenvalues from the
smallest that is not 0 on, and a line a node: entries of the eigenvectors times sqrt(nodes), whose first entry of the
largest size is positive, the diagonals of the powers of D^-1 A, log(1 + size) of the rings, and of the links
within them."""
import os
import numpy as np


def eigenvectors(a, count):
    nodes, degree = len(a), a.sum(1)
    root = np.where(degree > 0, 1 / np.sqrt(np.maximum(degree, 1)), 0)
    laplacian = np.diag((degree > 0).astype(float)) - root[:, None] * a * root
    values, vectors = np.linalg.eigh(laplacian)
    zero = int((values < 1e-9).sum())
    assert np.diff(values[zero - 1:zero + count + 1]).min() > 1e-3, values[:zero + count + 1]
    vectors = vectors[:, zero:zero + count] * np.sqrt(nodes)
    for v in vectors.T:
        v *= np.sign(v[np.argmax(np.abs(v) >= np.abs(v).max() * (1 - 1e-6))])
    return values[zero:zero + count], vectors


def returns(a, count):
    degree = a.sum(1, keepdims=True)
    step = np.divide(a, degree, out=np.zeros_like(a), where=degree > 0)
    return np.stack([np.diag(np.linalg.matrix_power(step, k)) for k in range(1, count + 1)], 1)


def rings(a, count):
    within, sizes = np.eye(len(a)) > 0, []
    for _ in range(count):
        wider = within | (within @ a > 0)
        sizes.append((wider & ~within).sum(1))
        within = wider
    return np.log1p(np.stack(sizes, 1))


def peripheral(a, count):
    steps = np.full(a.shape, np.inf)  # by Floyd and Warshall
    steps[a > 0] = 1
    np.fill_diagonal(steps, 0)
    for k in range(len(a)):
        steps = np.minimum(steps, steps[:, k:k + 1] + steps[k])
    counts = []
    for hop in range(1, count + 1):
        inside = (steps == hop).astype(float)
        arcs = np.einsum('vi,ij,vj->v', inside, a, inside)
        counts.append(arcs if (a != a.T).any() else arcs / 2)
    return np.log1p(np.stack(counts, 1))


def write(out, name, nodes, edges, directed, laplacian, walk, profile, links):
    a = np.zeros((nodes, nodes))
    for i, j in edges:
        a[i, j] = 1
        if not directed:
            a[j, i] = 1
    values, vectors = eigenvectors(a, laplacian) if laplacian else ([], np.zeros((nodes, 0)))
    table = np.concatenate([vectors, returns(a, walk), rings(a, profile), peripheral(a, links)], 1)
    print(name, nodes, len(edges), int(directed), laplacian, walk, profile, links, sep='\t', file=out)
    print(*[f'{i} {j}' for i, j in edges], sep='\t', file=out)
    print(*[f'{v:.12g}' for v in values], sep='\t', file=out)
    for row in table:
        print(*[f'{v:.9g}' for v in row], sep='\t', file=out)


def drawn(random, nodes, count):
    pairs = {tuple(random.integers(nodes, size=2)) for _ in range(count)}
    return sorted((int(i), int(j)) for i, j in pairs if i != j)


random = np.random.default_rng(1)
with open(os.path.join(os.path.dirname(__file__), 'encodings.tsv'), 'w') as out:
    parts = drawn(random, 11, 22) + [(11, 12), (12, 13), (13, 14), (13, 15)]  # two components and no edge of node 16
    write(out, 'parts', 17, parts, False, 4, 7, 3, 3)
    write(out, 'arcs', 15, drawn(random, 15, 30), True, 0, 6, 4, 3)
    ring = [(i, (i + 1) % 270) for i in range(270)] + drawn(random, 270, 90)
    write(out, 'large', 270, sorted({(min(e), max(e)) for e in ring}), False, 3, 4, 3, 2)
