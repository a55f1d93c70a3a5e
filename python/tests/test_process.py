"""What one process does with khop: threads and forks. Who else is in it: test_beside.py."""

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

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


def test_the_environment_stays_as_it_was():
    code = "import os; os.environ.pop('OMP_WAIT_POLICY', None); import khop; print('OMP_WAIT_POLICY' in os.environ)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ))
    assert done.stdout == "False\n", done.stderr
