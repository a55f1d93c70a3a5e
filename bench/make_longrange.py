"""Graphs whose labels lie far: roads by City-Networks' protocol, and distances, eccentricities and diameters.

    python3 bench/make_longrange.py FOLDER small    writes road.npz, sssp.npz, ecc.npz, diam.npz

Road networks after Liang et al., "Towards Quantifying Long-Range Interactions in Graph Machine Learning" (2025,
arXiv 2503.09008): the class of a node is the tenth in which its eccentricity within 16 hops lies, by the lengths of
roads; 10/10/80 at random. Their cities are from OpenStreetMap; here a street plan is drawn, so that nothing is fetched.

The others after Miglior et al., "Can You Hear Me Now?" (2025, arXiv 2512.17762): numbers of nodes on lines, ladders,
grids, trees, caterpillars and lobsters, learned on some graphs and asked of others. All graphs of a task are one graph
of many components, and its splits are by component. A diameter is asked of every node, where they ask it of the graph.
"""
import pathlib
import subprocess
import sys

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components, dijkstra, shortest_path

from common import program

HOPS, CLASSES = 16, 10

# --- a street plan -----------------------------------------------------------------------------------


def warped(points, draw):
    """Smooth waves over the plane: quarters with narrow and with wide blocks, as cities have."""
    moved = points.copy()
    for _ in range(12):
        turn, length = draw.uniform(0, 2 * np.pi), draw.uniform(40, 120)
        phase = 2 * np.pi * (points @ [np.cos(turn), np.sin(turn)] / length + draw.random())
        moved += 0.04 * length * np.sin(phase)[:, None] * draw.normal(0, 1, 2)
    return moved


def split_streets(points, links, draw):
    """Some streets are chains: one to three nodes of degree 2 stand on them."""
    pieces = np.where(draw.random(len(links)) < 0.15, draw.integers(2, 5, len(links)), 1)
    first = len(points) + np.concatenate([[0], np.cumsum(pieces - 1)])
    parts, between = [], []
    for count in range(1, 5):
        those = np.flatnonzero(pieces == count)
        inner = first[those][:, None] + np.arange(count - 1)
        stops = np.concatenate([links[those, :1], inner, links[those, 1:]], axis=1)
        parts += [stops[:, k:k + 2] for k in range(count)]
        share = np.arange(1, count)[None, :, None] / count
        a, b = points[links[those, 0]][:, None], points[links[those, 1]][:, None]
        between.append((inner.ravel(), (a + (b - a) * share).reshape(-1, 2)))
    more = np.empty((first[-1] - len(points), 2))
    for numbers, places in between:
        more[numbers - len(points)] = places
    return np.concatenate([points, more + draw.normal(0, 0.05, more.shape)]), np.concatenate(parts)


def street_plan(side, seed):
    """The symmetric matrix of lengths: crossings of a shaken grid that lost a fifth of its streets."""
    draw = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    links = np.concatenate([np.stack([number[:, :-1], number[:, 1:]], -1).reshape(-1, 2),
                            np.stack([number[:-1], number[1:]], -1).reshape(-1, 2)])
    points = np.stack(np.divmod(number.ravel(), side), 1) + draw.normal(0, 0.1, (side * side, 2))
    points, links = split_streets(warped(points, draw), links[draw.random(len(links)) < 0.8], draw)
    bends = 1 + draw.exponential(0.05, len(links))
    length = np.linalg.norm(points[links[:, 0]] - points[links[:, 1]], axis=1) * bends + 0.01
    matrix = sp.coo_array((length, links.T), shape=(len(points), len(points)))
    matrix = sp.csr_array(matrix + matrix.T)
    _, component = connected_components(matrix)
    kept = component == np.bincount(component).argmax()
    matrix = sp.csr_array(matrix[kept][:, kept])
    matrix.sort_indices()
    return matrix


def ball_eccentricities(matrix, hops=HOPS):
    """Of every node, within its ball; 20 of them are compared with SciPy's distances in the ball."""
    n = matrix.shape[0]
    graph = b"".join(np.ascontiguousarray(part).tobytes() for part in (
        np.array([n, matrix.nnz], np.int64), matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64),
        matrix.data.astype(np.float64)))
    done = subprocess.run([program("ball_eccentricity"), str(hops)], input=graph, stdout=subprocess.PIPE, check=True)
    found = np.frombuffer(done.stdout)
    for node in np.random.default_rng(0).choice(n, 20, replace=False):
        ball = np.flatnonzero(dijkstra(matrix, indices=node, unweighted=True, limit=hops) <= hops)
        inside = matrix[ball][:, ball]
        farthest = dijkstra(inside, indices=int(np.searchsorted(ball, node))).max()
        assert abs(found[node] - farthest) <= 1e-9 * farthest, (node, found[node], farthest)
    return found


# --- small graphs ------------------------------------------------------------------------------------


def path_links(count):
    return [(i, i + 1) for i in range(count - 1)]


def with_legs(spine, draw, depth):
    """A caterpillar (legs of 1) or a lobster (of up to 2)."""
    links, count = path_links(spine), spine
    for node in range(spine):
        end = node
        for _ in range(draw.integers(0, depth + 1)):
            links.append((end, count))
            end, count = count, count + 1
    return links


def random_tree(length, draw):
    """Each node hangs on one of the last few, so that the tree is long."""
    return [(i - 1 - int(draw.integers(0, min(3, i))), i) for i in range(1, 2 * length)]


def grid_links(rows, columns):
    number = np.arange(rows * columns).reshape(rows, columns)
    return np.concatenate([np.stack([number[:, :-1], number[:, 1:]], -1).reshape(-1, 2),
                           np.stack([number[:-1], number[1:]], -1).reshape(-1, 2)]).tolist()


def small_graph(kind, length, draw):
    return {"line": lambda: path_links(length + 1), "ladder": lambda: grid_links(2, length),
            "grid": lambda: grid_links(max(2, length // 3), length + 2 - max(2, length // 3)),
            "tree": lambda: random_tree(length, draw), "caterpillar": lambda: with_legs(length - 1, draw, 1),
            "lobster": lambda: with_legs(max(2, length - 3), draw, 2)}[kind]()


KINDS = ["line", "ladder", "grid", "tree", "caterpillar", "lobster"]


def many_graphs(count, shortest, longest, seed):
    """(adjacency, graph of each node, distances of each graph), kinds by turns, lengths from shortest to longest."""
    draw = np.random.default_rng(seed)
    blocks, distances = [], []
    for g in range(count):
        links = np.array(small_graph(KINDS[g % len(KINDS)], int(draw.integers(shortest, longest + 1)), draw))
        n = links.max() + 1
        a = sp.coo_array((np.ones(len(links)), links.T), shape=(n, n))
        blocks.append(sp.csr_array(a + a.T))
        distances.append(shortest_path(blocks[-1], unweighted=True))
    return sp.csr_array(sp.block_diag(blocks)), np.repeat(np.arange(count), [len(d) for d in distances]), distances


# --- files that khop reads ---------------------------------------------------------------------------


def save(path, matrix, x, y, parts):
    """parts: 0 train, 1 validation, 2 test, of each node."""
    masks = {f"{name}_mask": parts == k for k, name in enumerate(("train", "val", "test"))}
    np.savez(path, adj_indptr=matrix.indptr, adj_indices=matrix.indices, adj_shape=np.array(matrix.shape),
             x=x.astype(np.float32), y=y, **masks)


def make_road(path, side, seed=1):
    """Features: how many streets meet, and their mean and largest length; each to mean 0, deviation 1. Of theirs the
    place is left out: with it models learned their training nodes by heart instead of looking far."""
    matrix = street_plan(side, seed)
    n, streets = matrix.shape[0], np.diff(matrix.indptr)
    x = np.column_stack([streets, matrix.sum(axis=1) / streets, matrix.max(axis=1).toarray()])
    order, y = np.argsort(ball_eccentricities(matrix), kind="stable"), np.empty(n, np.int64)
    y[order] = np.arange(n) // (n // CLASSES + 1)
    rank = np.random.default_rng(seed).permutation(n)
    save(path, matrix, (x - x.mean(0)) / x.std(0), y, np.where(rank < n // 10, 0, np.where(rank < n // 5, 1, 2)))


def make_distances(folder, count, shortest, longest, seed=2):
    """Features: a random number, and for sssp a 1 at the source. 80/10/10 of the graphs, kinds alike in each."""
    matrix, graph, distances = many_graphs(count, shortest, longest, seed)
    draw = np.random.default_rng(seed)
    turn = np.arange(count) // len(KINDS) % 10
    parts = np.where(turn < 8, 0, turn - 7)[graph]
    sources = [int(draw.integers(len(d))) for d in distances]
    noise = draw.random(len(graph))
    source = np.concatenate([np.arange(len(d)) == s for d, s in zip(distances, sources)])
    save(folder / "sssp.npz", matrix, np.column_stack([noise, source]),
         np.concatenate([d[s] for d, s in zip(distances, sources)]), parts)
    alone = np.column_stack([noise, np.ones(len(graph))])
    save(folder / "ecc.npz", matrix, alone, np.concatenate([d.max(1) for d in distances]), parts)
    save(folder / "diam.npz", matrix, alone, np.concatenate([np.full(len(d), d.max()) for d in distances]), parts)


# size: (crossings a side of the plan, small graphs, the shortest and the longest of them)
SIZES = {"small": (60, 120, 6, 16), "medium": (120, 240, 10, 24), "full": (262, 600, 17, 40)}


def make_all(folder, size):
    side, graphs, shortest, longest = SIZES[size]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    make_road(folder / "road.npz", side)
    make_distances(folder, graphs, shortest, longest)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[2] not in SIZES:
        sys.exit(f"usage: python3 bench/make_longrange.py FOLDER {'|'.join(SIZES)}")
    make_all(*sys.argv[1:])
