"""Audits, molecules, data sets, and the command."""

import json
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


def command(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "khop", *map(str, arguments)], capture_output=True, text=True, timeout=300,
                          **options)


def test_the_command_is_there(tmp_path):
    path = tmp_path / "path of three.csv"
    path.write_text("0,1\n1,2\n")
    assert command("--version").stdout == f"khop {khop.__version__}\n"
    told = command("info", path, "--json")
    assert told.returncode == 0 and json.loads(told.stdout)["nodes"] == 3
    refused = command("info", path, "--hops", "1")
    assert refused.returncode == 2 and refused.stderr.startswith("khop info: ")
    assert command("info", tmp_path / "nothing.csv").returncode == 1
    piped = subprocess.run(f"'{sys.executable}' -m khop --help | head -n 1", shell=True, capture_output=True, text=True)
    assert piped.stdout.startswith("usage: khop") and not piped.stderr


def test_numbers_of_the_command_have_points_whatever_the_locale(tmp_path):
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", str(tmp_path / "de_DE.UTF-8")], check=True)
    (tmp_path / "sitecustomize.py").write_text("import locale\nlocale.setlocale(locale.LC_ALL, 'de_DE.UTF-8')\n")
    path = tmp_path / "path.csv"
    path.write_text("0,1\n1,2\n")
    there = dict(os.environ, LOCPATH=str(tmp_path), PYTHONPATH=str(tmp_path))
    comma = subprocess.run([sys.executable, "-c", "import locale; print(locale.format_string('%.1f', 0.5))"], env=there,
                           capture_output=True, text=True)
    assert comma.stdout == "0,5\n"                                     # the locale is there
    told = command("info", path, env=there)
    assert told.returncode == 0 and "mean 1.33" in told.stdout, told.stdout + told.stderr


def test_the_command_executes_itself_again(tmp_path):
    """Seeds in processes of their own are those of one process."""
    arcs = random_arcs(60, 0.1, directed=False)
    table, links = tmp_path / "nodes.csv", tmp_path / "links.csv"
    links.write_text("source,target\n" + "".join(f"{i},{j}\n" for i, j in zip(*arcs.nonzero()) if i < j))
    table.write_text("id,x,label\n" + "".join(f"{i},{i % 7},{'ab'[i % 2]}\n" for i in range(60)))
    common = ("train", links, "--nodes", table, "--recipe", "mlp", "--seeds", "2", "--epochs", "5", "--json", "-q")
    one, several = command(*common), command(*common, "--jobs", "2")
    assert one.returncode == 0 and several.returncode == 0, one.stderr + several.stderr
    runs = [[run["test"] for run in json.loads(told.stdout)["runs"]] for told in (one, several)]
    assert len(runs[0]) == 2 and runs[0] == runs[1]
