"""One ring applied to F columns: khop beside a floor of gathering, and beside its peers."""
import gc

from common import *

CASES = [("cora", 4), ("facebook", 2), ("grid300", 8), ("ba20000", 2)]
WIDTHS = [16, 64, 256]


def ring_of(name, hop):
    """The ring as SciPy CSR, from SciPy's own boolean powers: no row of it comes from khop."""
    import scipy.sparse as sp
    a = graph(name)
    seen = sp.eye_array(a.shape[0], format="csr", dtype="float32")
    now = seen
    for _ in range(hop):
        ahead = now @ a
        ahead.data[:] = 1
        ahead = ahead - ahead.multiply(seen)
        ahead.eliminate_zeros()
        now = ahead
        seen = seen + now
    now = sp.csr_array(now, dtype="float32")
    now.sort_indices()
    return now


def peers_of(ring, x):
    """The ways of PyTorch and SciPy, each a function of no argument."""
    import torch
    from torch_geometric.utils import scatter
    t = torch.from_numpy(x)
    values = torch.ones(ring.nnz)
    rows = torch.from_numpy(ring.tocoo().row.astype("int64"))
    columns = torch.from_numpy(ring.indices.astype("int64"))
    shape = ring.shape
    long = torch.sparse_csr_tensor(torch.from_numpy(ring.indptr.astype("int64")), columns, values, shape)
    short = torch.sparse_csr_tensor(torch.from_numpy(ring.indptr.astype("int32")), columns.int(), values, shape)
    ways = {
        "PyTorch CSR, 64 bits": lambda: long @ t,
        "PyTorch CSR, 32 bits": lambda: short @ t,
        "index_add": lambda: torch.zeros(shape[0], t.shape[1]).index_add_(0, rows, t[columns]),
        "PyG scatter": lambda: scatter(t[columns], rows, dim=0, dim_size=shape[0]),
        "SciPy": lambda: ring @ x,
    }
    return {name: (lambda way=way: best_of(way, least=0.02, most=20)) for name, way in ways.items()}


def measure(session, name, hop, ring, width, threads):
    import numpy as np
    worst = session.ask("check", width)
    if not worst <= 1e-3:
        raise RuntimeError(f"{name}, ring {hop}: khop and GraphBLAS differ by {worst}")
    x = np.random.default_rng(0).standard_normal((ring.shape[0], width)).astype("float32")
    candidates = {"floor": lambda: session.ask("floor", width), "khop": lambda: session.ask("khop", width),
                  "GrB_mxm": lambda: session.ask("mxm", width), **peers_of(ring, x)}
    t = {way: median(seconds) for way, seconds in turns(candidates, rounds=3).items()}
    what = f"{name}, ring {hop}, F = {width}, {threads} thread{'s' * (threads > 1)}"
    khop = t["khop"]
    csr = min((way for way in t if way.startswith("PyTorch")), key=t.get)
    scattered = min((way for way in t if way in ("index_add", "PyG scatter")), key=t.get)
    return khop, [
        within(what, "the floor", khop, t["floor"], 1 / 0.7),
        faster(what, csr, khop, t[csr], 3),
        faster(what, "GrB_mxm", khop, t["GrB_mxm"], 1.5),
        faster(what, scattered, khop, t[scattered], 15),
        faster(what, "SciPy, 1 thread", khop, t["SciPy"]),
    ]


def main():
    rows, alone = [], {}
    for threads in THREADS:
        use_threads(threads)
        for name, hop in CASES:
            ring = ring_of(name, hop)
            with Session("spmm", graph_path(name), hop, threads=threads) as session:
                if session.ask("entries", 0) != ring.nnz:
                    raise RuntimeError(f"{name}: SciPy's ring {hop} has {ring.nnz} entries, khop's another number")
                for width in WIDTHS:
                    khop, found = measure(session, name, hop, ring, width, threads)
                    rows += found
                    alone[name, width, threads] = khop
                    gc.collect()
    for (name, width, threads), khop in alone.items():
        one = alone.get((name, width, 1))
        if threads > 1 and one:
            rows.append(faster(f"{name}, F = {width}, {threads} threads", "khop, 1 thread", khop, one,
                               1.7 if one > 0.005 else None))
    finish("spmm", rows, "One exact ring times F columns of float32. The floor gathers the same rows in the same "
           "order and only sums them, as one long list; of two ways of a peer the faster counts.")


main()
