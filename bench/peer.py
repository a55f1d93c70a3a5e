"""The model of bench/train.c as a user of PyTorch Geometric writes it: k-hop convolutions over rings that
were built before, in two ways:

  scatter  MessagePassing over edge lists: gathers a message an edge, and scatters the sums
  sparse   MessagePassing over CSR matrices: message_and_aggregate, a sparse product a tap

Features are a CSR matrix where the data have them so, or dense; weights come before the product, as in
PyG's own GCNConv, which is the cheaper order here.

    peer.py NAME WAY THREADS EPOCHS     trains, and prints its sizes: bench/memory.py
"""
import sys

import numpy as np
import scipy.sparse as sp

from common import DATA, KHOP_DATA, REAL, graph, ring_of

HIDDEN, HOPS = 64, (0, 1, 2)
WAYS = ["scatter", "sparse", "sparse, CSR features"]


def formula(count):
    """The numbers that bench/train.c fills its parameters with."""
    i = np.arange(count, dtype=np.uint32)
    i *= np.uint32(2654435761)
    i ^= i >> np.uint32(15)
    i *= np.uint32(2246822519)
    i ^= i >> np.uint32(13)
    return ((i >> np.uint32(8)).astype(np.float32) * np.float32(2**-24) - np.float32(0.5)) * np.float32(0.125)


def normalised(name, hop):
    """A ring scaled by the roots of its own degrees, kept in a file: peers are not charged for building it."""
    path = DATA / f"{name}.ring{hop}.sym.npz"
    if not path.exists():
        ring = ring_of(name, hop)
        degrees = np.asarray(ring.sum(1), dtype=np.float64)
        scale = np.divide(1, np.sqrt(degrees), out=np.zeros_like(degrees), where=degrees > 0)
        ring = sp.csr_array(sp.diags_array(scale) @ ring @ sp.diags_array(scale), dtype=np.float32)
        ring.sort_indices()
        sp.save_npz(path, ring, compressed=False)
    return sp.csr_array(sp.load_npz(path))


def load(name):
    """Features (SciPy CSR), labels and the training mask of the first split."""
    z = np.load(KHOP_DATA / f"{REAL[name]}.npz")
    if "attr_matrix" in z:
        x = z["attr_matrix"].astype(np.float32)
    else:
        x = sp.csr_array((z["attr_data"], z["attr_indices"], z["attr_indptr"]), shape=tuple(z["attr_shape"]))
    mask = z["train_mask"]
    return x, z["labels"], mask if mask.ndim == 1 else mask[:, 0]


def torch_csr(a):
    import torch
    return torch.sparse_csr_tensor(torch.from_numpy(a.indptr.astype(np.int64)),
                                   torch.from_numpy(a.indices.astype(np.int64)),
                                   torch.from_numpy(a.data.astype(np.float32)), a.shape)


def make(name, way):
    """(step, losses): step() is one epoch of training."""
    import torch
    from torch_geometric.nn import MessagePassing
    from torch_geometric.utils import spmm

    class KHop(MessagePassing):
        """Y = sum over the taps of R_t (X W_t), plus a bias."""

        def __init__(self, taps, inputs, outputs):
            super().__init__(aggr="add", node_dim=0)
            self.weight = torch.nn.Parameter(torch.empty(taps, inputs, outputs))
            self.bias = torch.nn.Parameter(torch.empty(outputs))

        def forward(self, x, rings):
            y = self.bias
            for tap, ring in enumerate(rings):
                h = x @ self.weight[tap]
                if ring is None:
                    y = y + h
                elif isinstance(ring, tuple):
                    y = y + self.propagate(ring[0], x=h, scale=ring[1])
                else:
                    y = y + self.propagate(ring, x=h, scale=None)
            return y

        def message(self, x_j, scale):
            return x_j * scale

        def message_and_aggregate(self, ring, x):
            return spmm(ring, x, reduce="sum")

    x, labels, mask = load(name)
    classes = int(labels.max()) + 1
    if way.endswith("features") and not sp.issparse(x):
        raise ValueError("the features are dense")
    columns = x.shape[1]
    if sp.issparse(x):
        x = torch_csr(x) if way.endswith("features") else torch.from_numpy(x.toarray())
    else:
        x = torch.from_numpy(x)
    rings = [None]
    for hop in HOPS[1:]:
        ring = normalised(name, hop)
        if way == "scatter":
            coo = ring.tocoo()
            edges = torch.from_numpy(np.stack([coo.col, coo.row]).astype(np.int64))
            rings.append((edges, torch.from_numpy(coo.data).unsqueeze(1)))
        else:
            rings.append(torch_csr(ring))
    labels, mask = torch.from_numpy(labels.astype(np.int64)), torch.from_numpy(mask)
    first, second = KHop(3, columns, HIDDEN), KHop(3, HIDDEN, classes)
    parameters = [first.weight, first.bias, second.weight, second.bias]
    numbers = torch.from_numpy(formula(sum(p.numel() for p in parameters)))
    with torch.no_grad():
        at = 0
        for p in parameters:
            p.copy_(numbers[at:at + p.numel()].reshape(p.shape))
            at += p.numel()
    adam = torch.optim.Adam(parameters, lr=0.01)
    losses = []

    def step():
        adam.zero_grad()
        y = second(torch.relu(first(x, rings)), rings)
        loss = torch.nn.functional.cross_entropy(y[mask], labels[mask])
        loss.backward()
        adam.step()
        losses.append(loss.item())

    return step, losses


def resident(key):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(key))


def main():
    name, way, threads, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    import torch
    import torch_geometric.nn  # noqa: F401  what every user of it loads
    torch.set_num_threads(threads)
    imported = resident("VmRSS")
    step, losses = make(name, way)
    for _ in range(epochs):
        step()
    print("imported", imported)
    print("peak", resident("VmHWM"))
    print("loss", losses[-1])


if __name__ == "__main__":
    main()
