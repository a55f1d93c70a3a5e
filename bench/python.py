"""The package of Python beside PyTorch Geometric and torch.sparse: one layer, an epoch, a call, and memory.

RingConv with the hops 0 and 1 is SAGEConv, and ring 2 as a layer is SAGEConv on the edges of ring 2, which a user of PyG
would have to find first. The package is installed into the environment of the bench from these sources.
"""
import importlib.util
import subprocess
import sys
import tracemalloc

from common import *

NAMES, COLUMNS = ["cora", "facebook", "ba20000"], 64


def install():
    if importlib.util.find_spec("khop") is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", str(ROOT)], check=True)


def tensors(name):
    """x, the edges of the graph, those of ring 2, and ring 2 as torch.sparse with rows that add up to 1."""
    import numpy as np
    import torch
    a, two = graph(name), ring_of(name, 2)
    x = torch.rand(a.shape[0], COLUMNS)
    edges = [torch.from_numpy(np.array(matrix.nonzero()[::-1], dtype=np.int64)) for matrix in (a, two)]
    values = (1 / np.repeat(np.diff(two.indptr), np.diff(two.indptr))).astype(np.float32)
    parts = [torch.from_numpy(part.astype(np.int64)) for part in (two.indptr, two.indices)]
    return x, *edges, torch.sparse_csr_tensor(*parts, torch.from_numpy(values), size=two.shape)


def products(name, x, one, two, sparse):
    """The mean over ring 2 of each row of x."""
    import khop
    import torch
    from torch_geometric.nn.aggr import MeanAggregation
    rings, mean = khop.Rings.from_edges(one, [2], x.shape[0], direction="in"), MeanAggregation()
    ways = {
        "khop": lambda: rings.apply(x, norm="row"),
        "torch.sparse": lambda: sparse @ x,
        "PyG, gather and scatter": lambda: mean(x[two[0]], two[1], dim_size=x.shape[0]),
    }
    with torch.no_grad():
        right = {way: torch.as_tensor(call()) for way, call in ways.items()}
        if any(abs(y - right["khop"]).max() > 1e-4 for y in right.values()):
            raise RuntimeError(f"the products of {name} differ")
        t = turns({way: lambda call=call: best_of(call) for way, call in ways.items()})
    t = {way: median(seconds) for way, seconds in t.items()}
    note = f"{two.shape[1]:,} entries"
    return [faster(f"{name}, mean over ring 2", way, t["khop"], t[way], note=note) for way in t if way != "khop"]


def step(layers, x, edges, y):
    """One epoch of two layers, forward, backward and Adam."""
    import torch
    net = torch.nn.ModuleList(layers)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)

    def epoch():
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net[1](net[0](x, edges[0]).relu(), edges[1]), y).backward()
        optimizer.step()

    return epoch


def epochs(name, x, one, two):
    """SAGEConv, and SAGEConv on ring 2, beside RingConv, with the weights of SAGEConv."""
    import khop
    import torch
    from khop.torch import RingConv
    from torch_geometric.nn import SAGEConv
    rows, y = [], torch.randint(0, 7, (x.shape[0],))
    for what, edges, hops in (("hops 0 and 1", one, [0, 1]), ("hops 0 and 2", two, [0, 2])):
        theirs = [SAGEConv(COLUMNS, 16), SAGEConv(16, 7)]
        ours = [RingConv(layer.in_channels, layer.out_channels, hops) for layer in theirs]
        for mine, layer in zip(ours, theirs):
            mine.load_state_dict({"weight": torch.stack([layer.lin_r.weight.T, layer.lin_l.weight.T]),
                                  "bias": layer.lin_l.bias})
        rings = khop.Rings.from_edges(one, hops, x.shape[0], direction="in")
        torch.testing.assert_close(ours[0](x, rings), theirs[0](x, edges), rtol=1e-3, atol=1e-4)
        ways = {"khop": step(ours, x, [rings] * 2, y), "PyG": step(theirs, x, [edges] * 2, y)}
        t = turns({way: lambda call=call: best_of(call) for way, call in ways.items()})
        rows.append(faster(f"{name}, epoch of two layers, {what}", "PyG, SAGEConv", *(median(t[way]) for way in ("khop", "PyG"))))
    return rows


def calls():
    """What a call costs where next to nothing is computed: ring 1 of a path of three nodes."""
    import khop
    import numpy as np
    import scipy.sparse as sp
    import torch
    from khop.torch import RingAggregate
    rings, x = khop.Rings.from_edges([[0, 1], [1, 2]], 1), np.ones((3, 4), np.float32)
    tensor, layer = torch.ones(3, 4), RingAggregate(1)
    edges = torch.tensor([[0, 1], [1, 2]])

    def many(call, count=2000):
        def run():
            for _ in range(count):
                call()
        return lambda: best_of(run) / count

    matrix = sp.csr_matrix(rings.ring(1))
    with torch.no_grad():
        t = turns({"Rings.apply": many(lambda: rings.apply(x, norm="row")), "SciPy": many(lambda: matrix @ x),
                   "RingAggregate": many(lambda: layer(tensor, edges)), "relu": many(lambda: tensor.relu())})
    t = {way: median(seconds) for way, seconds in t.items()}
    return [within("a call of Rings.apply, 3 nodes", "10 us", t["Rings.apply"], 10e-6, 1,
                   note=f"SciPy's A @ x: {amount(t['SciPy'], 's')}"),
            within("a call of RingAggregate, 3 nodes", "10 us", t["RingAggregate"], 10e-6, 1,
                   note=f"PyTorch's relu: {amount(t['relu'], 's')}")]


def memory(name, x, one, two):
    """Bytes that one product over ring 2 allocates, beyond its result; khop's by its own account, torch's by its profiler."""
    import khop
    from torch.profiler import ProfilerActivity, profile
    from torch_geometric.nn.aggr import MeanAggregation
    mean, rings = MeanAggregation(), khop.Rings.from_edges(one, [2], x.shape[0], direction="in")
    rings.apply(x, norm="row")
    tracemalloc.start()
    y = rings.apply(x, norm="row")
    ours = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        mean(x[two[0]], two[1], dim_size=x.shape[0])
    theirs = sum(max(event.self_cpu_memory_usage, 0) for event in seen.key_averages())
    rings_bytes, edges_bytes = rings.bytes, two.numel() * 8
    return [faster(f"{name}, a product over ring 2 allocates", "PyG", ours / 1e6, theirs / 1e6, unit="MB",
                   note=f"the result is {y.nbytes / 1e6:.3g} MB"),
            faster(f"{name}, ring 2 is kept in", "edge_index", rings_bytes / 1e6, edges_bytes / 1e6, unit="MB")]


def main():
    install()
    rows = []
    for threads in THREADS:
        use_threads(threads)
        import khop
        khop.set_threads(threads)
        for name in NAMES:
            x, one, two, sparse = tensors(name)
            found = products(name, x, one, two, sparse) + epochs(name, x, one, two)
            for row in found:
                row.what += f", {threads} thread{'s' * (threads > 1)}"
            rows += found
    for name in NAMES:
        x, one, two, _ = tensors(name)
        rows += memory(name, x, one, two)
    rows += calls()
    finish("python", rows, f"{COLUMNS} columns; the layers have the same weights and numbers.")


main()
