"""Writes family.tsv: what the recipes of graph networks give on a small graph, that test_family.c holds khop to.

Needs numpy and scipy. Nothing here comes from khop: each network is its paper's formula on matrices of exact rings, read
off SciPy's shortest paths. The weights follow a formula that the test knows too, and are taken in the order in which the
layers stand. Run in tests/files:  python3 make_family.py
"""
import numpy as np
from scipy.sparse.csgraph import shortest_path

N, F, C, K = 14, 5, 3, 3  # nodes, features, columns inside, outputs


def formula(first, count):
    """Numbers in [-1/2, 1/2) that depend on their position alone, exact in float."""
    i = np.arange(first, first + count, dtype=np.uint32)
    i *= np.uint32(2654435761)
    i ^= i >> np.uint32(15)
    i *= np.uint32(2246822519)
    i ^= i >> np.uint32(13)
    return (i >> np.uint32(8)) * 2.0**-24 - 0.5


class Weights:
    def __init__(self):
        self.used = 0

    def __call__(self, *shape):
        count = int(np.prod(shape))
        self.used += count
        return 2 * formula(self.used - count, count).reshape(shape)

    def linear(self, x, columns, bias=True):
        w = self(x.shape[1], columns)
        return x @ w + (self(columns) if bias else 0)


def distances(directed):
    a = np.zeros((N, N))
    for i in range(N):
        a[i, (i + 1) % N] = 1
        a[i, (5 * i + 3) % N] = 1
    a[N - 1] = a[:, N - 1] = 0  # one node stands alone
    np.fill_diagonal(a, 0)
    return shortest_path(a if directed else a + a.T, unweighted=True, directed=directed)


def ring(d, hop, norm, loop=False):
    r = (d == hop).astype(float)
    if loop and hop:
        r += np.eye(N)
    rows, columns = r.sum(1), r.sum(0)
    power = {"none": (0, 0), "row": (1, 0), "sym": (0.5, 0.5)}[norm]
    left, right = (np.where(s > 0, np.maximum(s, 1) ** -p, 0 if p else 1) for s, p in zip((rows, columns), power))
    return left[:, None] * r * right


def relu(x):
    return np.maximum(x, 0)


def gcnii(w, x, d, layers, hops, alpha=0.1, lam=0.5):
    start = h = relu(w.linear(x, C))
    p = sum(ring(d, k, "sym", True) for k in hops) / len(hops)
    for l in range(1, layers + 1):
        beta = np.log(lam / l + 1)
        s = (1 - alpha) * p @ h + alpha * start
        h = relu((1 - beta) * s + beta * s @ w(C, C))
    return w.linear(h, K)


def h2gcn(w, x, d, layers, hops):
    rounds = [relu(w.linear(x, C))]
    for _ in range(layers):
        rounds.append(np.hstack([ring(d, k, "sym") @ rounds[-1] for k in hops]))
    return w.linear(np.hstack(rounds), K)


def fsgnn(w, x, d, layers, hops):
    matrices, biases, scores = w(len(hops), F, C), w(len(hops), C), w(len(hops))
    shares = np.exp(scores) / np.exp(scores).sum()
    parts = [s * (ring(d, k, "sym") @ x @ m + b) for k, m, b, s in zip(hops, matrices, biases, shares)]
    return w.linear(relu(np.hstack(parts)), K)


def gprgnn(w, x, d, layers, hops):
    z = w.linear(relu(w.linear(x, C)), K)
    if len(hops) > 1:
        return sum(g * ring(d, k, "sym", True) @ z for k, g in zip(hops, w(len(hops))))
    p, y = ring(d, hops[0], "sym", True), 0
    for gamma in w(layers + 1):
        y = y + gamma * z
        z = p @ z
    return y


def dir(w, x, d, layers, hops):
    done = []
    for _ in range(layers):
        out, bias, back = w(len(hops), x.shape[1], C), w(C), w(sum(k > 0 for k in hops), x.shape[1], C)
        y = bias + sum(ring(d, k, "sym") @ x @ m for k, m in zip(hops, out))
        x = relu(y + sum(ring(d.T, k, "sym") @ x @ m for k, m in zip([k for k in hops if k], back)))
        done.append(x)
    return w.linear(np.hstack(done), K)


def spmpnn(w, x, d, layers, hops):
    h = relu(w.linear(x, C))
    for _ in range(layers):
        z = sum(a * ring(d, k, "row") @ h for k, a in zip(hops, w(len(hops))))
        h = h + w.linear(relu(w.linear(z, C)), C)
    return w.linear(h, K)


def kpgcn(w, x, d, layers, hops):
    h = relu(w.linear(x, C))
    for _ in range(layers):
        y = 0
        for k in hops:
            z = relu(w.linear(ring(d, k, "sym", True) @ h, C))
            y = y + w(1) * z
        h = y
    return w.linear(h, K)


def kpgin(w, x, d, layers, hops):
    h = relu(w.linear(x, C))
    for _ in range(layers):
        y = 0
        for k in hops:
            own, others = w(2)
            z = relu(w.linear(own * h + others * ring(d, k, "row") @ h, C))
            z = relu(w.linear(z, C))
            y = y + w(1) * z
        h = y
    return w.linear(h, K)


def drew(w, x, d, layers, hops, delay=1):
    h = [relu(w.linear(x, C))]
    for l in range(layers):  # the paper's l, from 0: hops 1 to l + 1
        y, bias = 0, None
        ages = {}
        for k in hops:
            if k <= l + 1:
                ages.setdefault(max(0, k - delay) if delay else 0, []).append(k)
        for age in sorted(ages):
            for k, m in zip(ages[age], w(len(ages[age]), C, C)):
                y = y + ring(d, k, "sym") @ h[l - age] @ m
            bias = w(C) if bias is None else bias
        h.append(h[-1] + relu(y + bias))
    return w.linear(h[-1], K)


def jknet(w, x, d, layers, hops):
    done = []
    for _ in range(layers):
        x = relu(sum(ring(d, k, "sym", True) @ x @ m for k, m in zip(hops, w(len(hops), x.shape[1], C))) + w(C))
        done.append(x)
    return w.linear(np.hstack(done), K)


def linkx(w, x, d, layers, hops):
    links = sum(ring(d, k, "none") @ w(N, C) for k in hops) + w(C)
    own = w.linear(x, C)
    h = relu(w.linear(np.hstack([links, own]), C) + links + own)
    for _ in range(layers - 1):
        h = relu(w.linear(h, C))
    return w.linear(h, K)


CASES = [
    (gcnii, 0, 4, [1]), (gcnii, 0, 2, [1, 2]), (h2gcn, 0, 2, [1, 2]), (h2gcn, 0, 1, [1, 2, 3]),
    (fsgnn, 0, 1, [0, 1, 2, 3]), (gprgnn, 0, 4, [1]), (gprgnn, 0, 1, [0, 1, 2, 3]), (dir, 1, 3, [0, 1]),
    (dir, 1, 2, [1, 2]), (spmpnn, 0, 2, [0, 1, 2, 3]), (kpgcn, 0, 2, [1, 2, 3]), (kpgin, 0, 2, [1, 2, 3]),
    (drew, 0, 4, [1, 2, 3, 4]), (drew, 0, 4, [1, 2, 3, 4], 2), (drew, 0, 4, [0, 1, 3], 0), (jknet, 0, 3, [1]),
    (linkx, 0, 2, [1]), (linkx, 0, 1, [0, 1, 2]),
]
x = 2 * formula(5000, N * F).reshape(N, F)
with open("family.tsv", "w") as out:
    out.write("# Outputs of graph networks on a small graph: written by make_family.py.\n")
    out.write("#recipe\tdirected\tlayers\tdelay\thops\tweights\toutputs, node by node\n")
    for network, directed, layers, hops, *delay in CASES:
        w = Weights()
        y = network(w, x, distances(bool(directed)), layers, hops, *delay)
        delay = delay[0] if delay else int(network is drew)
        numbers = "\t".join(f"{v:.12g}" for v in y.ravel())
        hops = ",".join(map(str, hops))
        out.write(f"{network.__name__}\t{directed}\t{layers}\t{delay}\t{hops}\t{w.used}\t{numbers}\n")
