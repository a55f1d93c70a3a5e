"""The programs of python/examples run, with few epochs: on Cora where $KHOP_DATA has it, else on groups that are drawn."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from test_estimators import blocks

ROOT = Path(__file__).resolve().parents[2]


def drawn(folder):
    """Three groups with many edges inside, and features that say which, as a file."""
    arcs, _, names = blocks()
    group = np.unique(names, return_inverse=True)[1]
    np.savez(folder / "drawn.npz", adj_data=arcs.data, adj_indices=arcs.indices, adj_indptr=arcs.indptr,
             adj_shape=arcs.shape, attr_matrix=np.eye(3, dtype=np.float32)[group], labels=group)
    return folder / "drawn.npz"


def test_two_lines_make_a_script_of_pyg_one_of_rings(tmp_path):
    pytest.importorskip("torch_geometric")
    there = os.path.exists(os.path.join(os.environ.get("KHOP_DATA", ""), "cora.npz"))
    command = [sys.executable, ROOT / "python/examples/cora.py", "15", "1", "cora" if there else drawn(tmp_path)]
    done = subprocess.run(command, timeout=300, text=True, capture_output=True)
    if "UnsupportedError" in done.stderr:
        assert "libzip" in done.stderr
        return
    assert done.returncode == 0, done.stderr
    rows = re.findall(r"^(.*): test accuracy ([\d.]+) \+- 0\.0 %, [\d.]+ s$", done.stdout, re.MULTILINE)
    assert [name for name, _ in rows] == ["GCNConv", "RingConv, the same numbers", "RingConv, rings 0, 1, 2"]
    assert all(float(score) > 40 for _, score in rows)  # of 3 classes, or of Cora's 7
