"""Rings are SciPy's distances, whatever the graph comes as and however the rings are kept."""

import gc
import pickle

import numpy as np
import pytest
import scipy.sparse as sp

import khop
from oracle import distances, normalised, random_arcs

HOPS = [0, 1, 2, 4]


def assert_rings_of(rings, away):
    for hop in rings.hops:
        ring = rings.ring(hop)
        assert ring.has_sorted_indices and ring.dtype == np.float32
        np.testing.assert_array_equal(ring.toarray(), away == hop)


def matrices():
    arcs = random_arcs()
    for index in (np.int32, np.int64):
        for name in ("csr_matrix", "csc_matrix", "coo_matrix", "lil_matrix", "csr_array", "csc_array", "coo_array"):
            matrix = getattr(sp, name)(arcs)
            for part in ("indptr", "indices", "row", "col"):
                if getattr(matrix, part, None) is not None and name[:3] in ("csr", "csc") and part[0] == "i":
                    setattr(matrix, part, getattr(matrix, part).astype(index))
            yield pytest.param(matrix, id=f"{name}-{np.dtype(index)}")


@pytest.mark.parametrize("matrix", list(matrices()))
def test_every_sparse_matrix_gives_its_distances(matrix):
    assert_rings_of(khop.Rings(matrix, HOPS), distances(random_arcs()))


@pytest.mark.parametrize("direction", ["out", "in", "all"])
@pytest.mark.parametrize("form", ["stored", "matrix-free", "ladder", "bitmap", "auto"])
def test_every_direction_and_form(direction, form):
    arcs = random_arcs(seed=1)
    rings = khop.Rings(arcs, HOPS, direction=direction, form=form)
    away = distances(arcs, direction)
    assert form in (rings.form, "auto")
    assert_rings_of(rings, away)
    x = np.random.default_rng(0).standard_normal((arcs.shape[0], 5))
    for norm in ("none", "row", "sym", "col"):
        dense = sum(normalised((away == hop).astype(float), norm) for hop in HOPS)
        np.testing.assert_allclose(rings.apply(x, norm=norm), dense @ x, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(rings.apply(x.astype("f4"), norm=norm), dense @ x, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(rings.apply(x, norm=norm, transpose=True), dense.T @ x, rtol=1e-10, atol=1e-10)


def test_dense_arrays_and_lists_of_edges():
    arcs = random_arcs()
    away = distances(arcs)
    assert_rings_of(khop.Rings(arcs.toarray(), HOPS), away)
    for kind in (np.int32, np.int64, np.uint16):
        edges = np.array(arcs.nonzero(), dtype=kind)
        assert_rings_of(khop.Rings.from_edges(edges, HOPS, nodes=arcs.shape[0]), away)
        assert_rings_of(khop.Rings.from_edges(edges.T, HOPS, nodes=arcs.shape[0]), away)
        assert_rings_of(khop.Rings.from_edges(edges.tolist(), HOPS, nodes=arcs.shape[0]), away)
    undirected = khop.Rings.from_edges([[0, 1], [1, 2]], [1, 2], directed=False)
    assert undirected.ring(2).toarray().tolist() == [[0, 0, 1], [0, 0, 0], [1, 0, 0]]
    assert khop.Rings.from_edges(np.empty((2, 0), int), 1, nodes=3).entries == {1: 0}


def test_networkx_keeps_its_names():
    networkx = pytest.importorskip("networkx")
    arcs = random_arcs(seed=2)
    graph = networkx.relabel_nodes(networkx.from_scipy_sparse_array(arcs, create_using=networkx.DiGraph), lambda i: f"n{i}")
    rings = khop.Rings(graph, HOPS)
    assert rings.names[7] == "n7"
    assert_rings_of(rings, distances(arcs))
    club = networkx.karate_club_graph()
    away = networkx.floyd_warshall_numpy(club, weight="none")
    assert_rings_of(khop.Rings(club, HOPS), away)


def test_igraph():
    igraph = pytest.importorskip("igraph")
    for directed in (False, True):
        graph = igraph.Graph.Erdos_Renyi(80, m=150, directed=directed)
        assert_rings_of(khop.Rings(graph, HOPS), np.array(graph.distances(mode="out")))


def test_other_operators():
    arcs = random_arcs()
    away = distances(arcs)
    np.testing.assert_array_equal(khop.Rings(arcs, 2, op="ball").ring(2).toarray(), away <= 2)


def test_normalised_rings_with_self_loops():
    arcs = random_arcs(directed=False)
    rings = khop.Rings(arcs, [1, 2])
    x = np.random.default_rng(0).standard_normal((arcs.shape[0], 3))
    for hop in rings.hops:
        dense = normalised((distances(arcs) == hop) + np.eye(arcs.shape[0]), "sym")
        np.testing.assert_allclose(rings.ring(hop, "sym", self_loop=True, dtype=float).toarray(), dense, atol=1e-12)
        np.testing.assert_allclose(rings.apply(x, "sym", hops=[hop], self_loop=True), dense @ x, atol=1e-12)


def test_products_with_weights_and_blocks():
    arcs = random_arcs()
    rings, away = khop.Rings(arcs, HOPS), distances(arcs)
    generator = np.random.default_rng(0)
    x, matrices = generator.standard_normal((120, 6)), generator.standard_normal((4, 6, 3))
    dense = [(away == hop).astype(float) @ x for hop in HOPS]
    np.testing.assert_allclose(rings @ x, sum(dense), atol=1e-10)
    np.testing.assert_allclose(x.T @ rings, x.T @ sum((away == hop).astype(float) for hop in HOPS), atol=1e-10)
    np.testing.assert_allclose(rings.apply(x, concat=True), np.hstack(dense), atol=1e-10)
    np.testing.assert_allclose(rings.apply(x, hops=[4, 1]), dense[3] + dense[1], atol=1e-10)
    np.testing.assert_allclose(rings.apply(x, weights=[1, 0, -2, .5]), dense[0] - 2 * dense[2] + .5 * dense[3], atol=1e-10)
    np.testing.assert_allclose(rings.apply(x, weights=matrices), sum(d @ w for d, w in zip(dense, matrices)), atol=1e-10)
    np.testing.assert_allclose(rings.apply(x[:, 0]), sum(dense)[:, 0], atol=1e-10)
    assert rings.apply(x[:, 0]).shape == (120,)
    assert rings.apply(np.ones(120, int)).dtype == np.float64


def test_rows_may_have_gaps_and_any_order():
    arcs = random_arcs()
    rings, x = khop.Rings(arcs, [1, 2]), np.random.default_rng(0).standard_normal((120, 12))
    for view in (x[:, 2:7], x[:, ::2], x[::-1], np.asfortranarray(x), x[:, :1], np.broadcast_to(x[0], x.shape), x[:, :0]):
        np.testing.assert_array_equal(rings.apply(view), rings.apply(np.ascontiguousarray(view)))


def test_rows_of_a_ring():
    arcs = random_arcs()
    away = distances(arcs)
    for form in ("stored", "matrix-free"):
        rings = khop.Rings(arcs, [1, 2], form=form)
        np.testing.assert_array_equal(rings.rows([5, 0, 5], 2).toarray(), (away == 2)[[5, 0, 5]])
    assert khop.Rings(arcs, 1).rows([]).shape == (0, 120)
    with pytest.raises(khop.ArgumentError, match="0 to 119, not -1"):
        rings.rows([-1], 2)


def test_the_columns_of_one_ring_are_not_copied():
    rings = khop.Rings(random_arcs(), 2, form="stored")
    first, second = rings.ring(2), rings.ring(2)
    assert first.indices.ctypes.data == second.indices.ctypes.data
    assert first.indices.base is not None and not first.indices.flags.writeable
    before = first.toarray()
    del rings, second
    gc.collect()
    np.testing.assert_array_equal(first.toarray(), before)


def test_pickles_are_the_same_rings():
    for form in ("stored", "ladder"):
        rings = khop.Rings(random_arcs(), HOPS, direction="in", form=form)
        again = pickle.loads(pickle.dumps(rings))
        assert repr(again) == repr(rings)
        assert_rings_of(again, distances(random_arcs(), "in"))


def test_what_is_left_out_is_told():
    with pytest.warns(khop.Warning, match="^1 self-loop left out") as told:
        rings = khop.Rings.from_edges([[0, 0, 1], [1, 0, 2]], 1)
    assert told[0].filename == __file__
    with pytest.warns(khop.Warning, match="^2 repeated edges left out"):
        khop.Rings.from_edges([[0, 0, 0], [1, 1, 1]], 1)
    assert rings.entries == {1: 2}


def test_an_estimate_of_all_nodes_is_exact():
    arcs = random_arcs()
    estimate = khop.Rings.estimate(arcs, [1, 3])
    assert estimate.exact and estimate.entries == khop.Rings(arcs, [1, 3]).entries


def test_repr_says_what_there_is():
    text = repr(khop.Rings(random_arcs(directed=False), [1, 2], form="stored"))
    assert text.startswith("Rings(120 nodes, undirected; ring, entries by hop 1: ") and "stored" in text
