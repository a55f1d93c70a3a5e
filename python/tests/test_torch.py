"""Layers against dense products of PyTorch, forward and backward, and against those of PyTorch Geometric."""

import copy
import io
import re
import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import khop
from khop.torch import RingAggregate, RingConv, rings_of
from oracle import distances, normalised, random_arcs

NODES = 40


def graph(directed=True):
    arcs = random_arcs(NODES, 0.06, directed)
    return torch.from_numpy(np.array(arcs.nonzero(), dtype=np.int64)), arcs


def dense_rings(arcs, hops, norm, self_loop=False, direction="in"):
    away = distances(arcs, direction)
    loops = np.eye(len(away)) * self_loop
    return [torch.from_numpy(normalised((away == hop) + (loops if hop else 0), norm)) for hop in hops]


def reference(layer, x, rings):
    if layer.weights == "full":
        y = sum(ring @ x @ w for ring, w in zip(rings, layer.weight))
    else:
        copies = layer.weight.shape[2] // x.shape[1]
        y = sum(ring @ (x.repeat_interleave(copies, 1) * w[0]) for ring, w in zip(rings, layer.weight))
        y = y if layer.pointwise is None else y @ layer.pointwise
    return y if layer.bias is None else y + layer.bias


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("weights", ["full", "separable", "depthwise"])
@pytest.mark.parametrize("norm", ["row", "none", "sym", "col"])
def test_a_convolution_is_the_dense_one(directed, weights, norm):
    edge_index, arcs = graph(directed)
    torch.manual_seed(0)
    layer = RingConv(4, 8, [0, 1, 2], norm=norm, weights=weights).double()
    with torch.no_grad():
        layer.bias.normal_()
    x, dy = torch.randn(NODES, 4, dtype=torch.float64), torch.randn(NODES, 8, dtype=torch.float64)
    sides = []
    for run in (lambda x: layer(x, edge_index), lambda x: reference(layer, x, dense_rings(arcs, [0, 1, 2], norm))):
        x = x.detach().requires_grad_()
        layer.zero_grad()
        y = run(x)
        y.backward(dy)
        sides.append([y.detach(), x.grad] + [p.grad.clone() for p in layer.parameters()])
    for ours, theirs in zip(*sides):
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-10)


def test_gradients_pass_gradcheck():
    edge_index, _ = graph()
    x = torch.randn(NODES, 2, dtype=torch.float64, requires_grad=True)
    for weights in ("full", "separable", "depthwise"):
        layer = RingConv(2, 2, [0, 1, 3], weights=weights, norm="sym").double()
        assert torch.autograd.gradcheck(lambda x, *_: layer(x, edge_index), (x, *layer.parameters()))
    for concat in (False, True):
        assert torch.autograd.gradcheck(lambda x: RingAggregate([0, 1, 2], concat=concat)(x, edge_index), (x,))


def test_what_is_not_differentiated_has_the_same_numbers():
    edge_index, _ = graph()
    layer, x = RingConv(3, 3, [0, 2], weights="depthwise"), torch.randn(NODES, 3)
    with torch.no_grad():
        y = layer(x, edge_index)
        z = RingAggregate([1, 2], concat=True)(x, edge_index)
    assert not y.requires_grad and torch.equal(y, layer(x, edge_index)) and layer(x, edge_index).requires_grad
    assert torch.equal(z, RingAggregate([1, 2], concat=True)(x.requires_grad_(), edge_index))


def test_derivatives_forward_are_refused_and_not_dropped():
    forward_ad = torch.autograd.forward_ad
    edge_index, _ = graph()
    with forward_ad.dual_level(), torch.no_grad(), pytest.raises(RuntimeError, match="jvp|forward"):
        RingAggregate(1)(forward_ad.make_dual(torch.randn(NODES, 3), torch.randn(NODES, 3)), edge_index)


def test_aggregates_and_dilation():
    edge_index, arcs = graph()
    x = torch.randn(NODES, 3, dtype=torch.float64)
    one, two, four = (ring @ x for ring in dense_rings(arcs, [1, 2, 4], "row"))
    torch.testing.assert_close(RingAggregate([1, 2])(x, edge_index), one + two)
    torch.testing.assert_close(RingAggregate([1, 2], dilation=2, concat=True)(x, edge_index), torch.cat([two, four], 1))
    out = dense_rings(arcs, [1], "row", direction="out")[0]
    torch.testing.assert_close(RingAggregate(1, direction="out")(x, edge_index), out @ x)
    torch.testing.assert_close(RingAggregate(1)(x.float(), edge_index), one.float(), rtol=1e-5, atol=1e-5)


def test_rings_are_built_once_for_a_tensor():
    edge_index, arcs = graph()
    assert rings_of(edge_index, (1,), NODES) is rings_of(edge_index, (1,), NODES)
    before = rings_of(edge_index, (1,), NODES)
    edge_index[0, 0] = (edge_index[0, 0] + 1) % NODES
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a repeated edge
        assert rings_of(edge_index, (1,), NODES) is not before
    rings = khop.Rings(arcs, [1, 2], direction="in")
    x = torch.randn(NODES, 3)
    torch.testing.assert_close(RingAggregate([1, 2])(x, rings), RingAggregate([1, 2])(x, arcs))


def test_graphs_in_a_batch_do_not_mix():
    edge_index, arcs = graph()
    x = torch.randn(2 * NODES, 4)
    layer = RingConv(4, 3, [0, 1, 2])
    both = layer(x, torch.cat([edge_index, edge_index + NODES], 1))
    torch.testing.assert_close(both, torch.cat([layer(x[:NODES], edge_index), layer(x[NODES:], edge_index)]))


def test_no_numbers_are_copied_on_the_way(monkeypatch):
    edge_index, _ = graph()
    seen, real = [], khop.torch._pointer
    monkeypatch.setattr(khop.torch, "_pointer", lambda core, t: seen.append(t) or real(core, t))
    layer, x = RingConv(4, 3, [0, 1]), torch.randn(NODES, 4)
    y = layer(x, edge_index)
    pointers = {tensor.data_ptr() for tensor in seen if tensor is not None}
    assert {x.data_ptr(), y.data_ptr(), layer.weight.data_ptr(), layer.bias.data_ptr()} == pointers


def test_state_dicts_copies_and_pickles():
    edge_index, _ = graph()
    x = torch.randn(NODES, 4)
    for weights in ("full", "separable"):
        layer = RingConv(4, 3, [0, 2], weights=weights)
        other = RingConv(4, 3, [0, 2], weights=weights)
        assert not torch.equal(layer(x, edge_index), other(x, edge_index))
        other.load_state_dict(layer.state_dict())
        file = io.BytesIO()
        torch.save(layer, file)
        file.seek(0)
        for same in (other, copy.deepcopy(layer), torch.load(file, weights_only=False)):
            assert torch.equal(layer(x, edge_index), same(x, edge_index))


@pytest.mark.skipif(not hasattr(torch, "compile"), reason="PyTorch 1 compiles nothing")
def test_compiled_networks_have_the_same_numbers():
    edge_index, _ = graph()
    net = torch.nn.ModuleList([RingConv(4, 8, [0, 1, 2]), RingConv(8, 3, [0, 2])])
    x = torch.randn(NODES, 4)

    def forward(x):
        return net[1](net[0](x, edge_index).relu(), edge_index)

    torch.testing.assert_close(torch.compile(forward, backend="eager")(x), forward(x))


def test_refusals():
    edge_index, _ = graph()
    layer = RingConv(4, 3, [0, 1])
    for x, words in ((torch.zeros(NODES, 5), "5 columns"), (torch.zeros(NODES, 4).half(), "float16"),
                     (torch.zeros(NODES, 4).double(), "float64"), (torch.zeros(4), r"\(N, F\)"),
                     (torch.zeros(NODES, 4, device="meta"), "meta")):
        with pytest.raises(khop.Error, match=words):
            layer(x, edge_index)
    with pytest.raises(khop.ShapeError, match=r"\(2, E\)"):
        layer(torch.zeros(NODES, 4), edge_index.T)
    with pytest.raises(khop.ShapeError, match="no multiple"):
        RingConv(4, 6, 1, weights="depthwise")
    with pytest.raises(RuntimeError, match="once_differentiable"):
        x = torch.randn(NODES, 4, requires_grad=True)
        first, = torch.autograd.grad(layer(x, edge_index).square().sum(), x, create_graph=True)
        first.sum().backward()


class Doubled(torch.utils.data.Dataset):
    def __init__(self):
        self.edge_index, self.layer = graph()[0], RingConv(4, 3, [0, 1, 2])
        self.layer(torch.zeros(NODES, 4), self.edge_index)

    def __len__(self):
        return 4

    def __getitem__(self, i):
        with torch.no_grad():
            return self.layer(torch.full((NODES, 4), float(i)), self.edge_index)


def test_workers_of_a_data_loader():
    data = Doubled()
    for i, y in enumerate(torch.utils.data.DataLoader(data, batch_size=None, num_workers=2, timeout=60)):
        torch.testing.assert_close(y, data[i])


# --- layers of PyTorch Geometric ------------------------------------------------------------------------------


def test_gcn_and_sage_are_rings_of_hop_one():
    nn = pytest.importorskip("torch_geometric.nn")
    edge_index, _ = graph(directed=False)
    x = torch.randn(NODES, 4)
    theirs, ours = nn.GCNConv(4, 3), RingConv(4, 3, 1, norm="sym", self_loop=True)
    ours.load_state_dict({"weight": theirs.lin.weight.T[None], "bias": theirs.bias})
    torch.testing.assert_close(ours(x, edge_index), theirs(x, edge_index))
    edge_index, _ = graph(directed=True)
    theirs, ours = nn.SAGEConv(4, 3), RingConv(4, 3, [0, 1])
    ours.load_state_dict({"weight": torch.stack([theirs.lin_r.weight.T, theirs.lin_l.weight.T]),
                          "bias": theirs.lin_l.bias})
    torch.testing.assert_close(ours(x, edge_index), theirs(x, edge_index))


def test_tag_and_mixhop_are_powers_of_the_first_ring():
    nn = pytest.importorskip("torch_geometric.nn")
    edge_index, _ = graph(directed=False)
    x = torch.randn(NODES, 4)

    def powers(step, count):
        rows = [x]
        for _ in range(count):
            rows.append(step(rows[-1], edge_index))
        return rows

    tag = nn.TAGConv(4, 3, K=3)
    rows = powers(RingAggregate(1, norm="sym"), 3)
    torch.testing.assert_close(sum(lin(row) for lin, row in zip(tag.lins, rows)) + tag.bias, tag(x, edge_index))
    mixhop = nn.MixHopConv(4, 3, powers=[0, 1, 2])
    rows = powers(RingAggregate(1, norm="sym", self_loop=True), 2)
    ours = torch.cat([lin(row) for lin, row in zip(mixhop.lins, rows)], 1)
    torch.testing.assert_close(ours + mixhop.bias, mixhop(x, edge_index))


def test_data_of_pyg():
    data = pytest.importorskip("torch_geometric.data")
    edge_index, arcs = graph()
    rings = khop.Rings(data.Data(edge_index=edge_index, num_nodes=NODES), [1, 2])
    assert (rings.ring(2) != khop.Rings(arcs, 2).ring(2)).nnz == 0


@pytest.mark.parametrize("nodes, ends", [(12, [(11, 0)]), (16, [])], ids=["circle", "path"])
def test_cheb_conv_is_the_rings_of_a_path(nodes, ends):
    """With degree 2, L - I = -(S + S')/2 for the shift S along the path, so that Chebyshev's T_k of it is (-1)^k times the
    mean over ring k: cos k t = T_k(cos t). It is exact on a circle, and on a path as far as no end is within reach."""
    nn, order = pytest.importorskip("torch_geometric.nn"), 4
    edges = torch.tensor([(i, i + 1) for i in range(nodes - 1)] + ends).T
    edge_index, x = torch.cat([edges, edges.flip(0)], 1), torch.randn(nodes, 4, dtype=torch.float64)
    theirs, ours = nn.ChebConv(4, 3, order).double(), RingConv(4, 3, range(order)).double()
    ours.load_state_dict({"weight": torch.stack([(-1) ** k * lin.weight.T for k, lin in enumerate(theirs.lins)]),
                          "bias": theirs.bias})
    far = slice(None) if ends else slice(order, -order)
    torch.testing.assert_close(ours(x, edge_index)[far], theirs(x, edge_index)[far])
    assert ends or not torch.allclose(ours(x, edge_index), theirs(x, edge_index))


def test_gradients_are_those_of_pyg():
    nn = pytest.importorskip("torch_geometric.nn")
    edge_index, _ = graph(directed=True)
    theirs, ours = nn.SAGEConv(4, 3).double(), RingConv(4, 3, [0, 1]).double()
    ours.load_state_dict({"weight": torch.stack([theirs.lin_r.weight.T, theirs.lin_l.weight.T]),
                          "bias": theirs.lin_l.bias})
    x, dy = torch.randn(NODES, 4, dtype=torch.float64), torch.randn(NODES, 3, dtype=torch.float64)
    grads = []
    for layer in (theirs, ours):
        x = x.detach().requires_grad_()
        layer(x, edge_index).backward(dy)
        grads.append(x.grad)
    torch.testing.assert_close(*grads)
    torch.testing.assert_close(ours.weight.grad[1], theirs.lin_l.weight.grad.T)
    torch.testing.assert_close(ours.weight.grad[0], theirs.lin_r.weight.grad.T)


def test_graphs_of_dgl(monkeypatch):
    monkeypatch.setenv("DGLBACKEND", "pytorch")
    if torch.__version__.startswith("1.13.0a0"):
        monkeypatch.setattr(torch, "__version__", "1.13.1")  # which Debian's package is, whatever it says
    dgl = pytest.importorskip("dgl")
    edge_index, arcs = graph()
    rings = khop.Rings(dgl.graph((edge_index[0], edge_index[1]), num_nodes=NODES), [1, 2])
    assert (rings.ring(2) != khop.Rings(arcs, 2).ring(2)).nnz == 0
    x = torch.randn(NODES, 3)
    conv = dgl.nn.SAGEConv(3, 2, "mean")
    with torch.no_grad():
        ours = RingConv(3, 2, [0, 1])
        ours.weight.copy_(torch.stack([conv.fc_self.weight.T, conv.fc_neigh.weight.T]))
        ours.bias.copy_(conv.fc_self.bias)
        torch.testing.assert_close(ours(x, edge_index), conv(dgl.graph((edge_index[0], edge_index[1]), num_nodes=NODES), x))


def test_weights_of_an_estimator_are_those_of_layers():
    arcs = random_arcs(NODES, 0.1, directed=False)
    x = np.random.default_rng(4).standard_normal((NODES, 5)).astype("f4")
    model = khop.KHopClassifier("gcn", epochs=10).fit(arcs, x, np.arange(NODES) % 3, train=range(20), val=range(20, 30))
    state = {name: torch.from_numpy(numbers) for name, numbers in model.state_dict().items()}
    scale = float(re.search(r"scale .* times (\S+)", model.describe()).group(1))
    layers = [RingConv(5, 16, 1, norm="sym", self_loop=True), RingConv(16, 3, 1, norm="sym", self_loop=True)]
    names = [name[:-len("weight")] for name in state if name.endswith(".conv.weight")]
    for layer, name in zip(layers, names):
        layer.load_state_dict({"weight": state[name + "weight"], "bias": state[name + "bias"]})
    rings = khop.Rings(arcs, 1)
    theirs = layers[1](layers[0](torch.from_numpy(x) * scale, rings).relu(), rings).softmax(1).detach().numpy()
    np.testing.assert_allclose(model.predict_proba(arcs, x), theirs, atol=1e-5)
    with torch.no_grad():
        layers[1].bias += torch.tensor([3.0, 0, 0])
    model.load_state_dict({**state, names[1] + "bias": layers[1].bias})              # and back, as tensors
    theirs = layers[1](layers[0](torch.from_numpy(x) * scale, rings).relu(), rings).softmax(1).detach().numpy()
    np.testing.assert_allclose(model.predict_proba(arcs, x), theirs, atol=1e-5)
