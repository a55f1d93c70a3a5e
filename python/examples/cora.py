"""A script of PyTorch Geometric, and the same with two lines changed: cora.py [EPOCHS [SEEDS]].

Both are the two-layer network of Kipf and Welling (ICLR 2017) on Cora's public split. $KHOP_DATA is the folder that has
cora.npz.
"""

import sys
import time

import khop
import numpy as np
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
    """The test accuracy of the epoch that validates best, and the seconds of an epoch."""
    x, edge_index, y, train, val, test = data
    optimizer = torch.optim.Adam([{"params": net.first.parameters(), "weight_decay": 5e-4},
                                  {"params": net.second.parameters()}], lr=0.01)
    best, score, begin = -1.0, 0.0, time.perf_counter()
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
    return score, (time.perf_counter() - begin) / epochs


def main():
    epochs, seeds = (int(text) for text in (sys.argv[1:] + ["200", "5"][len(sys.argv) - 1:]))
    cora = khop.datasets.load("cora")
    x = torch.from_numpy(cora.X.toarray())
    x = x / x.sum(1, keepdim=True).clamp(min=1)
    edge_index = torch.from_numpy(np.array(cora.graph.nonzero(), dtype=np.int64))
    parts = [torch.from_numpy(mask[0]) for mask in (cora.train, cora.val, cora.test)]
    data = x, edge_index, torch.from_numpy(cora.y).long(), *parts
    features, classes = x.shape[1], len(set(cora.y.tolist()))
    layers = {
        "GCNConv": lambda f, g: GCNConv(f, g),
        "RingConv, the same numbers": lambda f, g: RingConv(f, g, 1, norm="sym", self_loop=True),
        "RingConv, rings 0, 1, 2": lambda f, g: RingConv(f, g, [0, 1, 2], norm="sym"),
    }
    for name, layer in layers.items():
        runs = []
        for seed in range(seeds):
            torch.manual_seed(seed)
            runs.append(trained(Net(layer(features, 16), layer(16, classes)), data, epochs))
        scores, seconds = zip(*runs)
        print(f"{name}: test accuracy {100 * np.mean(scores):.1f} +- {100 * np.std(scores):.1f} %, "
              f"{1000 * min(seconds):.1f} ms an epoch")


if __name__ == "__main__":
    main()
