"""Layers of PyTorch Geometric with their weights and outputs, as tests/files/pyg.tsv: a name, a shape, the numbers.

    pip install torch==2.15.0 torch_geometric==2.8.1; python make_pyg.py >pyg.tsv

Names are those of state_dict(). The graph of SAGE is directed, those of the others are not."""

import torch
from torch_geometric.nn import GCNConv, MixHopConv, SAGEConv
from torch_geometric.transforms import SIGN
from torch_geometric.data import Data

torch.manual_seed(5)
nodes, features, hidden, classes = 14, 5, 4, 3


def put(name, array):
    array = torch.as_tensor(array)
    numbers = " ".join(repr(float(v)) if array.is_floating_point() else str(int(v)) for v in array.flatten())
    print(name, "x".join(str(n) for n in array.shape), numbers, sep="\t")


def put_layer(model, layer):
    for name, array in layer.state_dict().items():
        put(f"{model}.{name}", array)


pairs = torch.randint(0, nodes, (2, 40)).t().tolist()
one_way = sorted({(a, b) for a, b in pairs if a < b} | {(b, a) for a, b in pairs[:8] if a < b})
arcs = torch.tensor([p for p in one_way if p[0] < p[1] or (p[1], p[0]) not in one_way]).t()  # each pair of nodes once
both = torch.cat([arcs, arcs.flip(0)], 1)
x = torch.randn(nodes, features)
put("arcs", arcs)
put("x", x)

with torch.no_grad():
    first, second = GCNConv(features, hidden), GCNConv(hidden, classes)
    first.bias.normal_(), second.bias.normal_()
    put_layer("gcn.0", first), put_layer("gcn.1", second)
    put("gcn.out", second(first(x, both).relu(), both))

    sage = SAGEConv(features, classes)
    put_layer("sage", sage)
    put("sage.out", sage(x, arcs))

    mixhop = MixHopConv(features, hidden, powers=[0, 1, 2])
    mixhop.bias.normal_()
    put_layer("mixhop", mixhop)
    put("mixhop.out", mixhop(x, both))

    data = SIGN(2)(Data(x=x, edge_index=both))
    lins = [torch.nn.Linear(features, hidden) for _ in range(3)]
    last = torch.nn.Linear(3 * hidden, classes)
    for k, lin in enumerate(lins):
        put_layer(f"sign.lins.{k}", lin)
    put_layer("sign.last", last)
    powers = [data.x, data.x1, data.x2]
    put("sign.out", last(torch.cat([lin(p).relu() for lin, p in zip(lins, powers)], 1)))
