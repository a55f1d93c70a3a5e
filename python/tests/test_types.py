"""What py.typed promises: the package agrees with its types, and a program that misuses it is told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[1]

# Line by line: what is right, and what must be wrong.
PROGRAM = """
import numpy as np
import khop
from khop.torch import RingConv
rings = khop.Rings.from_edges([[0, 1], [1, 0]], [1, 2], form="stored")
count: int = rings.nodes + sum(rings.entries.values())
y: np.ndarray = rings.apply(np.ones((2, 3)), norm="row")
layer = RingConv(3, 4, hops=[0, 1])
score: float = khop.KHopClassifier("gcn").fit(None, None, [0, 1]).score(None, None, [0, 1])
rings.ring("two")  # wrong
khop.Rings([[0]], hops="one", form=1)  # wrong
RingConv("3", 4, hops=1)  # wrong
khop.KHopClassifier().fit(None)  # wrong
khop.audit(None, dilations=1)  # wrong
"""


def mypy(*arguments, folder):
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--ignore-missing-imports", "--cache-dir", str(folder / "cache"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=dict(os.environ, MYPYPATH=str(SOURCES)))


def test_the_package_agrees_with_its_types(tmp_path):
    done = mypy("-p", "khop", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "program.py").write_text(PROGRAM)
    done = mypy(str(tmp_path / "program.py"), folder=tmp_path)
    told = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error: " in line}
    wrong = {i for i, line in enumerate(PROGRAM.splitlines(), 1) if line.endswith("# wrong")}
    assert told == wrong, done.stdout
