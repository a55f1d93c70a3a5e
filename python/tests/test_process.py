"""khop beside others in one process: threads, forks, imports in any order."""

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import khop
from oracle import random_arcs


def sums(threads):
    """Bits of products, small and large, in both precisions."""
    khop.set_threads(threads)
    generator = np.random.default_rng(0)
    rings = khop.Rings(random_arcs(600, 0.01), [1, 2])
    x, weights = generator.standard_normal((600, 64)), generator.standard_normal((2, 64, 64))
    parts = []
    for kind in (np.float32, np.float64):
        parts.append(rings.apply(x.astype(kind), norm="sym").tobytes())
        parts.append(rings.apply(x.astype(kind), norm="row", weights=weights).tobytes())
    khop.set_threads(0)
    return parts


def test_one_and_two_threads_give_the_same_bits():
    assert sums(1) == sums(2)


def test_the_blas_of_scipy_has_its_threads_again():
    from khop._native import FLOAT
    before = FLOAT.lib.khop_python_blas_threads()
    rings, x = khop.Rings(random_arcs(), [1, 2]), np.ones((120, 64))
    weights = np.ones((2, 64, 64))

    def many(kind):
        for _ in range(100):
            rings.apply(x.astype(kind), weights=weights)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(many, [np.float32, np.float64] * 4))
    assert FLOAT.lib.khop_python_blas_threads() == before


def test_several_threads_of_python_at_once():
    rings, x = khop.Rings(random_arcs(), [1, 2]), np.random.default_rng(0).standard_normal((120, 32))
    expected = rings.apply(x, norm="row")
    with ThreadPoolExecutor(4) as pool:
        for y in pool.map(lambda _: rings.apply(x, norm="row"), range(40)):
            np.testing.assert_array_equal(y, expected)


def _in_child(rings, x, queue):
    queue.put(rings.apply(x, weights=np.ones((2, 32, 32), np.float32)))


def test_children_of_a_fork():
    rings, x = khop.Rings(random_arcs(), [1, 2]), np.random.default_rng(0).standard_normal((120, 32)).astype("f4")
    expected = rings.apply(x, weights=np.ones((2, 32, 32), np.float32))
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    children = [context.Process(target=_in_child, args=(rings, x, queue)) for _ in range(2)]
    for child in children:
        child.start()
    for _ in children:
        np.testing.assert_allclose(queue.get(timeout=60), expected, rtol=1e-6)
    for child in children:
        child.join(60)
        assert child.exitcode == 0


TRY = """
import numpy as np, scipy.sparse as sp
A = sp.csr_matrix((np.ones(4, 'f4'), ([0, 1, 1, 2], [1, 0, 2, 1])), shape=(3, 3))
{imports}
rings = khop.Rings(A, [1, 2])
x = np.eye(3, dtype='f4')
assert (rings.apply(x, weights=np.ones((2, 3, 3), 'f4')) == [[2] * 3] * 3).all()
"""


@pytest.mark.parametrize("first, second", [("khop", ""), ("khop", "torch"), ("torch", "khop"), ("igraph", "khop"),
                                           ("khop", "sklearn")])
def test_imports_in_any_order(first, second):
    for other in (first, second):
        if other:
            pytest.importorskip(other)
    imports = f"import {first}\n" + (f"import {second}\n" if second else "")
    done = subprocess.run([sys.executable, "-c", TRY.format(imports=imports)], timeout=120, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_another_graphblas_that_was_loaded_for_all():
    other = pytest.importorskip("suitesparse_graphblas")
    folder = os.path.join(os.path.dirname(os.path.dirname(other.__file__)), "suitesparse_graphblas.libs")
    name, = (name for name in os.listdir(folder) if name.startswith("libgraphblas"))
    code = f"import ctypes; ctypes.CDLL({os.path.join(folder, name)!r}, mode=ctypes.RTLD_GLOBAL)\n" + TRY.format(
        imports="import khop") + """
try:
    walks = khop.Rings(A, 2, op="walks")
    assert (walks.ring(2) != A @ A).nnz == 0
except khop.UnsupportedError as refused:
    assert "GraphBLAS" in str(refused)
"""
    done = subprocess.run([sys.executable, "-c", code], timeout=120, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_environment_stays_as_it_was():
    code = "import os; os.environ.pop('OMP_WAIT_POLICY', None); import khop; print('OMP_WAIT_POLICY' in os.environ)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ))
    assert done.stdout == "False\n", done.stderr
