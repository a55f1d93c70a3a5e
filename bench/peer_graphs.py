"""The model of bench/learn.c as a user of PyTorch Geometric writes it: rings computed before, one edge list
a hop, a DataLoader of 32 graphs, MessagePassing with the mean."""
import time

import numpy as np

from common import DATA

HIDDEN, LAYERS, HOPS, BATCH = 64, 3, (1, 2), 32


def read(name):
    return np.load(DATA / f"learn.{name}.npy")


def rings_of(edges, nodes):
    """The edge lists of the hops, from SciPy's shortest paths."""
    import scipy.sparse as sp
    from scipy.sparse.csgraph import shortest_path
    a = sp.csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(nodes, nodes))
    distance = shortest_path(a, unweighted=True)
    return [np.stack(np.nonzero(distance == hop)) for hop in HOPS]


def load():
    """A Data a molecule: x, y (standardised, as khop does), ring1_index, ring2_index."""
    import torch
    from torch_geometric.data import Data
    x, y, first, edges = read("x"), read("y"), read("first").astype(int).ravel(), read("edges").astype(int)
    y = (y - y.mean()) / y.std()
    graph_of = np.searchsorted(first, edges[:, 0], side="right") - 1
    found = []
    for g in range(len(first) - 1):
        rings = rings_of(edges[graph_of == g] - first[g], first[g + 1] - first[g])
        found.append(Data(x=torch.from_numpy(x[first[g]:first[g + 1]]), y=torch.from_numpy(y[g:g + 1]),
                          **{f"ring{hop}_index": torch.from_numpy(ring) for hop, ring in zip(HOPS, rings)}))
    return found


def make():
    """(parameters, train): train(epochs) answers the seconds an epoch, and the mean loss of the last."""
    import torch
    from torch_geometric.loader import DataLoader
    from torch_geometric.nn import MessagePassing, global_add_pool
    nn = torch.nn

    class KHop(MessagePassing):
        """Y = X W_0 + mean over ring 1 of X W_1 + mean over ring 2 of X W_2 + b."""

        def __init__(self):
            super().__init__(aggr="mean")
            self.own = nn.Linear(HIDDEN, HIDDEN)
            self.of_hop = nn.ModuleList(nn.Linear(HIDDEN, HIDDEN, bias=False) for _ in HOPS)

        def forward(self, x, rings):
            y = self.own(x)
            for linear, ring in zip(self.of_hop, rings):
                y = y + self.propagate(ring, x=linear(x))
            return y

    class Net(nn.Module):
        def __init__(self, columns):
            super().__init__()
            self.first = nn.Linear(columns, HIDDEN)
            self.norms = nn.ModuleList(nn.LayerNorm(HIDDEN) for _ in range(LAYERS))
            self.convs = nn.ModuleList(KHop() for _ in range(LAYERS))
            self.norm = nn.LayerNorm(HIDDEN)
            self.second, self.last = nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, 1)

        def forward(self, data):
            rings = [data[f"ring{hop}_index"] for hop in HOPS]
            h = torch.relu(self.first(data.x))
            for norm, conv in zip(self.norms, self.convs):
                h = h + torch.relu(conv(norm(h), rings))
            g = global_add_pool(self.norm(h), data.batch)
            return self.last(torch.relu(self.second(g)))

    molecules = load()
    loader = DataLoader(molecules, batch_size=BATCH, shuffle=True)
    torch.manual_seed(0)
    net = Net(molecules[0].x.shape[1])
    adam = torch.optim.Adam(net.parameters(), lr=0.001)

    def train(epochs, clock=time.perf_counter):
        begin, loss = clock(), 0
        for _ in range(epochs):
            total = 0
            for batch in loader:
                adam.zero_grad()
                error = torch.nn.functional.mse_loss(net(batch), batch.y)
                error.backward()
                adam.step()
                total += error.item() * batch.num_graphs
            loss = total / len(molecules)
        return (clock() - begin) / epochs, loss

    return sum(p.numel() for p in net.parameters()), train
