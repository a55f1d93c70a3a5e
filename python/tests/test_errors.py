"""Every refusal is one of khop's errors, an error of Python's own kind too, with the numbers in it."""

import numpy as np
import pytest
import scipy.sparse as sp

import khop
from oracle import random_arcs


@pytest.mark.parametrize("call, kind, words", [
    (lambda: khop.Rings(sp.csr_matrix((2, 3)), 1), ValueError, r"square, this one is \(2, 3\)"),
    (lambda: khop.Rings(np.zeros((2, 5)), 1), ValueError, "from_edges"),
    (lambda: khop.Rings("karate", 1), ValueError, "builtins.str"),
    (lambda: khop.Rings(random_arcs(), -1), ValueError, "hop of -1"),
    (lambda: khop.Rings(random_arcs(), 1.5), ValueError, "whole numbers"),
    (lambda: khop.Rings(random_arcs(), []), ValueError, "whole numbers"),
    (lambda: khop.Rings(random_arcs(), 1, direction="up"), ValueError, "out, in, all, not 'up'"),
    (lambda: khop.Rings(random_arcs(), 1, form="dense"), ValueError, "matrix-free"),
    (lambda: khop.Rings(random_arcs(), [1, 2], form="stored", max_bytes=100), MemoryError, "0.0001 MB"),
    (lambda: khop.Rings.from_edges([[0, 1], [1, 9]], 1, nodes=5), ValueError, "9, is not one of the 5 nodes"),
    (lambda: khop.Rings.from_edges([[0.5, 1], [1, 0]], 1), ValueError, "integers"),
    (lambda: khop.Rings.from_edges(np.zeros((3, 3), int), 1), ValueError, r"not \(3, 3\)"),
    (lambda: khop.Rings(random_arcs(), 1).ring(2), ValueError, "hop 2 is not kept"),
    (lambda: khop.Rings(random_arcs(), 1).apply(np.zeros((7, 2))), ValueError, r"\(120, F\).*not \(7, 2\)"),
    (lambda: khop.Rings(random_arcs(), 1).apply(np.zeros(120, complex)), ValueError, "complex128"),
    (lambda: khop.Rings(random_arcs(), 1).apply(sp.identity(120)), ValueError, "dense"),
    (lambda: khop.Rings(random_arcs(), 1).apply(np.zeros((120, 2)), weights=np.zeros((1, 3, 3))), ValueError, "weights"),
    (lambda: khop.Rings(random_arcs(), 1).apply(np.zeros((120, 2)), norm="mean"), ValueError, "none, row, sym, col"),
    (lambda: khop.set_threads(-1), ValueError, "-1"),
])
def test_refusals(call, kind, words):
    with pytest.raises(khop.Error, match=words) as refused:
        call()
    assert isinstance(refused.value, kind)


def test_progress_reports_and_stops():
    shares = []
    khop.Rings(random_arcs(), [1, 2], progress=shares.append)
    assert shares and shares == sorted(shares) and shares[-1] == 1
    with pytest.raises(khop.InterruptedError):
        khop.Rings(random_arcs(), [1, 2], progress=lambda share: False)

    def interrupted(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        khop.Rings(random_arcs(), [1, 2], progress=interrupted)
