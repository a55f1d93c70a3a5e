"""Audits, molecules, data sets, and the command."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import scipy.sparse as sp

import khop
from oracle import distances, random_arcs

ROOT = Path(__file__).resolve().parents[2]


def column(table, name):
    return np.asarray(table[name])


def test_descriptors_of_molecules_count_what_hand_counts():
    table = khop.molecules.featurize(["CCO", "c1ccccc1", "C"], ["counts", "wiener", "ring"], hops=[0, 1, 2])
    assert column(table, "wiener").tolist() == [4, 27, 0]  # 1 + 1 + 2; 6 * (1 + 1 + 2 + 2 + 3) / 2
    assert column(table, "ring_2").tolist() == [1, 6, 0]
    with pytest.warns(khop.Warning, match="^1 of 2 molecules cannot be read, row 1: ") as told:
        table = khop.molecules.featurize(["CC", "C1CC"], "wiener")
    assert told[0].filename == __file__ and column(table, "wiener")[0] == 1 and np.isnan(column(table, "wiener")[1])
    with pytest.raises(khop.ArgumentError, match="weiner"):
        khop.molecules.featurize(["C"], ["weiner"])
    with pytest.raises(khop.ArgumentError, match="list"):
        khop.molecules.featurize("CCO")


def test_a_data_frame_where_pandas_is():
    pandas = pytest.importorskip("pandas")
    smiles = pandas.Series(["CCO", "CC"], index=["ethanol", "ethane"])
    table = khop.molecules.featurize(smiles, "wiener")
    assert table.loc["ethane", "wiener"] == 1


def test_canonical_smiles_are_one_text():
    assert khop.molecules.canonical("OCC") == khop.molecules.canonical("C(O)C")
    with pytest.raises(khop.Error):
        khop.molecules.canonical("C1CC")


def test_an_audit_counts_what_a_stack_reaches():
    arcs = random_arcs(60, 0.04, directed=False)
    seen = khop.audit(arcs, [1, 1], hops=[0, 1])
    assert seen.radius == 2 and seen.exact and seen.share == 1 and seen.share_per_hop[:3].tolist() == [1, 1, 1]
    away = distances(arcs)
    assert seen.diameter == away[np.isfinite(away)].max()
    odd = khop.audit(arcs, [2], hops=[0, 1])
    assert odd.share_per_hop[1] == 0 and odd.share_per_hop[2] == 1 and odd.suggested[:2] == (1, 2)


def test_an_audit_is_a_picture():
    hollow = khop.audit(path_of(9), [2], hops=[0, 1])
    try:
        picture = hollow.svg(4)
    except khop.UnsupportedError as refused:
        assert "cairo" in str(refused) and hollow._repr_svg_() is None
        return
    assert ElementTree.fromstring(picture).tag.endswith("svg") and picture == hollow.svg(4) != hollow.svg(0)
    assert hollow._repr_svg_() == hollow.svg(1)  # the first with two neighbours
    assert khop.audit(path_of(9), [1, 1], hops=[0, 1]).svg(4) != picture
    with pytest.raises(khop.ArgumentError, match="0 to 8, not 9"):
        hollow.svg(9)


def test_an_audit_is_bars_of_matplotlib():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    seen = khop.audit(path_of(9), [2], hops=[0, 1])
    axes = seen.plot()
    assert [bar.get_height() for bar in axes.patches] == [1, 0, 1]
    assert axes.get_xlabel() == "hop" and seen.plot(axes) is axes


def path_of(nodes):
    return sp.diags([1.0, 1.0], [-1, 1], (nodes, nodes), "csr")


def test_data_sets_by_name(monkeypatch):
    monkeypatch.setenv("KHOP_DATA", str(ROOT / "datasets"))
    assert "karate" in khop.datasets.names()
    with pytest.raises(khop.NotFoundError):
        khop.datasets.load("no such")
    try:
        club = khop.datasets.load("karate")
    except khop.UnsupportedError as refused:
        assert "libxml2" in str(refused)
        return
    assert club.graph.shape == (34, 34) and club.graph.nnz == 156 and club.X is None
    assert sorted(set(club.y)) == [0, 1] and (club.train | club.val | club.test).all() and len(club.class_names) == 2


def test_a_data_set_from_numpy(tmp_path):
    arcs = random_arcs(50, directed=False)
    x = np.random.default_rng(0).random((50, 3), np.float32)
    y = np.arange(50) % 3
    np.savez(tmp_path / "small.npz", adj_data=arcs.data, adj_indices=arcs.indices, adj_indptr=arcs.indptr,
             adj_shape=arcs.shape, attr_matrix=x, labels=y)
    try:
        data = khop.datasets.load(tmp_path / "small.npz")
    except khop.UnsupportedError as refused:
        assert "libzip" in str(refused)
        return
    assert (data.graph != arcs).nnz == 0
    np.testing.assert_array_equal(data.X, x)
    np.testing.assert_array_equal(data.y, y)
    assert data.train.shape == (1, 50) and (data.train + 0 + data.val + data.test == 1).all()


def test_the_command(tmp_path):
    def run(path):
        return subprocess.run([sys.executable, "-m", "khop", "info", "a b"], capture_output=True, text=True,
                              env=dict(os.environ, PATH=str(path)))
    assert run(tmp_path).returncode == 1 and "not installed" in run(tmp_path).stderr
    command = tmp_path / "khop"
    command.write_text("#!/bin/sh\nprintf '%s|' \"$@\"\n")
    command.chmod(0o755)
    assert run(tmp_path).stdout == "info|a b|"
