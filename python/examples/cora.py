"""A script of PyTorch Geometric, and the same with two lines changed: cora.py [EPOCHS [SEEDS [DATA]]].

Both are the two-layer network of Kipf and Welling (ICLR 2017) on Cora's public split. $KHOP_DATA is the folder that has
cora.npz; DATA is another data set of nodes, by name or path.
"""

import sys
import time

import khop
import numpy as np
import scipy.sparse as sp
import torch
from khop.torch import RingConv
from torch_geometric.nn import GCNConv


class Net(torch.nn.Module):
    def __init__(self, first, second):
        super().__init__()
        self.first, self.second = first, second

    def forward(self, x, edge_index):
        x = torch.nn.functional.dropout(x, 0.5, self.training)
        x = self.first(x, edge_index).relu()
        return self.second(torch.nn.functional.dropout(x, 0.5, self.training), edge_index)


def trained(net, data, epochs):
    """The test accuracy of the epoch that validates best, and the processor's seconds."""
    x, edge_index, y, train, val, test = data
    optimizer = torch.optim.Adam([{"params": net.first.parameters(), "weight_decay": 5e-4},
                                  {"params": net.second.parameters()}], lr=0.01)
    best, score, begin = -1.0, 0.0, time.process_time()
    for _ in range(epochs):
        net.train()
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(x, edge_index)[train], y[train]).backward()
        optimizer.step()
        net.eval()
        with torch.no_grad():
            right = net(x, edge_index).argmax(1) == y
        if right[val].float().mean() > best:
            best, score = float(right[val].float().mean()), float(right[test].float().mean())
    return score, time.process_time() - begin


def tensors_of(name):
    """Features, scaled by rows as theirs are (of nodes without any: one column a node), edges, classes, and a split."""
    data = khop.datasets.load(name)
    nodes = data.graph.shape[0]
    x = torch.eye(nodes) if data.X is None else torch.from_numpy(data.X.toarray() if sp.issparse(data.X) else data.X)
    edge_index = torch.from_numpy(np.array(data.graph.nonzero(), dtype=np.int64))
    parts = [torch.from_numpy(mask[0]) for mask in (data.train, data.val, data.test)]
    return x / x.sum(1, keepdim=True).clamp(min=1), edge_index, torch.from_numpy(data.y).long(), *parts


def main():
    epochs, seeds, name = sys.argv[1:] + ["200", "5", "cora"][len(sys.argv) - 1:]
    data = tensors_of(name)
    features, classes = data[0].shape[1], int(data[2].max()) + 1
    layers = {
        "GCNConv": lambda f, g: GCNConv(f, g),
        "RingConv, the same numbers": lambda f, g: RingConv(f, g, 1, norm="sym", self_loop=True),
        "RingConv, rings 0, 1, 2": lambda f, g: RingConv(f, g, [0, 1, 2], norm="sym"),
    }
    for layer_name, layer in layers.items():
        runs = []
        for seed in range(int(seeds)):
            torch.manual_seed(seed)
            runs.append(trained(Net(layer(features, 16), layer(16, classes)), data, int(epochs)))
        scores, seconds = zip(*runs)
        print(f"{layer_name}: test accuracy {100 * np.mean(scores):.1f} +- {100 * np.std(scores):.1f} %, "
              f"{sum(seconds):.1f} s")


if __name__ == "__main__":
    main()
