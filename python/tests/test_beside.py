"""khop beside others in one process, each case in a process of its own: who comes first, threads, forks, workers.

Of each: the numbers are those of SciPy, they have the same bits for one and two threads, and in a fork, and nothing
hangs.
"""

import importlib.util
import subprocess
import sys
import textwrap

import pytest

# What is imported, in this order. "a GraphBLAS for all" loads the library of another wheel globally.
ORDERS = {
    "khop alone": ["khop"],
    "torch first": ["torch", "khop"],
    "khop first": ["khop", "torch"],
    "igraph and torch first": ["igraph", "torch", "khop"],
    "scikit-learn first": ["sklearn.cluster", "khop"],
    "another GraphBLAS first": ["suitesparse_graphblas", "khop"],
    "a GraphBLAS for all": ["suitesparse_graphblas", "a GraphBLAS for all", "khop", "torch"],
    "everything": ["pandas", "sklearn.cluster", "networkx", "igraph", "torch", "khop", "suitesparse_graphblas"],
}

FOR_ALL = """
import ctypes, glob, os
folder = os.path.dirname(os.path.dirname(suitesparse_graphblas.__file__))
ctypes.CDLL(*glob.glob(folder + "/suitesparse_graphblas.libs/libgraphblas-*"), mode=ctypes.RTLD_GLOBAL)
"""

# Products small enough for one thread and large enough for several, and what they should be.
SETUP = """
import hashlib, sys
import numpy as np, scipy.sparse as sp
import khop

A = sp.random(2000, 2000, 0.002, format="csr", random_state=0)
A.setdiag(0)
A.eliminate_zeros()
A.data[:] = 1
two = sp.csr_matrix(((A @ A) > 0).astype(float))
two = sp.csr_matrix(two - two.multiply(A) - sp.diags(two.diagonal()))
two.eliminate_zeros()
generator = np.random.default_rng(0)
X = generator.standard_normal((2000, 64)).astype("f4")
W = generator.standard_normal((1, 64, 64)).astype("f4")
mean = sp.diags(1 / np.maximum(np.diff(two.indptr), 1)) @ two @ X.astype(float)
rings = khop.Rings(A, [1, 2])

def products():
    kinds = np.float32, np.float64
    return [rings.apply(X.astype(kind), "row", hops=[2], weights=weights) for kind in kinds for weights in (None, W)]

def bits():
    return [hashlib.sha256(y.tobytes()).digest() for y in products()]

def right():
    scale = abs(mean @ W[0]).max()
    return all(abs(y - expected).max() <= 1e-5 * scale for y, expected in zip(products(), [mean, mean @ W[0]] * 2))

assert right()
expected = bits()
"""

WAYS = {
    "threads of khop": """
    for threads in (1, 2, 0):
        khop.set_threads(threads)
        assert bits() == expected, threads
    """,
    "threads of Python": """
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(4) as pool:
        assert all(one == expected for one in pool.map(lambda _: bits(), range(8)))
    """,
    "a fork": """
    import os
    for _ in range(3):
        child = os.fork()
        if child == 0:
            os._exit(0 if bits() == expected else 1)
        assert os.waitpid(child, 0)[1] == 0
    assert bits() == expected
    """,
    "a spawned process": """
    import multiprocessing
    with multiprocessing.get_context("forkserver").Pool(1) as pool:
        again = pool.apply(khop.Rings, (A, [1, 2]))
        assert again.entries == rings.entries
    """,
    "products of torch in turn": """
    if "torch" in sys.modules:
        import torch
        m, before = torch.randn(500, 500), torch.get_num_threads()
        first = m @ m
        for _ in range(20):
            assert torch.equal(m @ m, first) and bits() == expected
        assert torch.get_num_threads() == before
    """,
    "walks by GraphBLAS": """
    try:
        walks = khop.Rings(A, 2, op="walks")
        assert abs(walks.ring(2) - A @ A).max() == 0
    except khop.UnsupportedError as refused:
        assert "GraphBLAS" in str(refused)
    """,
}


@pytest.mark.parametrize("order", ORDERS)
def test_right_numbers_same_bits_no_hang(order):
    for name in ORDERS[order]:
        if " " not in name and importlib.util.find_spec(name.split(".")[0]) is None:
            pytest.skip(f"{name} is not installed")
    lines = [FOR_ALL if " " in name else f"import {name}" for name in ORDERS[order]]
    code = "\n".join(["import warnings; warnings.simplefilter('ignore')", *lines, SETUP, "if __name__ == '__main__':", *(
        f"    print({name!r}, flush=True){textwrap.indent(textwrap.dedent(way), '    ')}" for name, way in WAYS.items())])
    done = subprocess.run([sys.executable, "-c", code], timeout=300, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert done.stdout.splitlines() == list(WAYS)
