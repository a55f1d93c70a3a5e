"""Arrays go in and come out without a copy, whatever library holds them."""

import numpy as np
import pytest

import khop
from khop._native import Core
from oracle import random_arcs

NODES = 120


class Lent:
    """An array of another library, which speaks one protocol alone."""

    def __init__(self, array, *names, device=1):
        self.array, self.device = array, device
        for name in names:
            setattr(self, name, getattr(array, name))


class ByDLPack(Lent):
    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.device, 0


@pytest.fixture
def seen(monkeypatch):
    """Addresses of the arrays that went to C."""
    addresses, real = set(), Core.pointer

    def pointer(core, kind, array):
        if array is not None:
            addresses.add(array.__array_interface__["data"][0])
        return real(core, kind, array)

    monkeypatch.setattr(Core, "pointer", pointer)
    return addresses


def address(array):
    return array.__array_interface__["data"][0]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("lend", [lambda x: x, ByDLPack, lambda x: Lent(x, "__array_interface__")],
                         ids=["numpy", "dlpack", "array interface"])
def test_products_read_and_write_where_the_numbers_are(seen, kind, lend):
    rings, x = khop.Rings(random_arcs(), [1, 2]), np.random.default_rng(0).standard_normal((NODES, 8)).astype(kind)
    expected = rings.apply(x, norm="row")
    seen.clear()
    y = rings.apply(lend(x), norm="row")
    assert seen == {address(x), address(y)}
    np.testing.assert_array_equal(y, expected)
    np.testing.assert_array_equal(rings.apply(lend(x[:, 0])), rings.apply(x[:, 0]))
    np.testing.assert_array_equal(rings @ lend(x), rings @ x)
    out = np.from_dlpack(y)
    assert address(out) == address(y) and out.dtype == kind


def test_columns_with_gaps_are_read_in_place(seen):
    rings, x = khop.Rings(random_arcs(), [1, 2]), np.ones((NODES, 12), np.float32)
    rings.apply(x)
    seen.clear()
    y = rings.apply(x[:, 2:7])
    assert seen == {address(x) + 2 * 4, address(y)}


def test_lists_of_edges_by_dlpack():
    arcs = random_arcs()
    ends = np.array(arcs.nonzero(), dtype=np.int64)
    assert (khop.Rings.from_edges(ByDLPack(ends), 2, NODES).ring(2) != khop.Rings(arcs, 2).ring(2)).nnz == 0


def test_what_is_not_in_the_memory_of_the_cpu_is_refused():
    with pytest.raises(khop.ArgumentError, match="CPU, and this ByDLPack is on another device"):
        khop.Rings(random_arcs(), 1).apply(ByDLPack(np.ones((NODES, 2)), device=2))


def test_tensors_in_and_out(seen):
    torch = pytest.importorskip("torch")
    rings, x = khop.Rings(random_arcs(), [1, 2]), torch.randn(NODES, 8)
    rings.apply(x)
    seen.clear()
    y = rings.apply(x)
    assert seen == {x.data_ptr(), address(y)}
    assert torch.from_dlpack(y).data_ptr() == torch.from_numpy(y).data_ptr() == address(y)
    with pytest.raises(khop.ArgumentError, match="RingAggregate"):
        rings.apply(x.requires_grad_())
    with pytest.raises(khop.ArgumentError, match="meta"):
        rings.apply(torch.zeros(NODES, 2, device="meta"))
