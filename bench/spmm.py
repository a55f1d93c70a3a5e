"""One ring applied to F columns: khop beside a floor of gathering, and beside its peers."""
import dataclasses
import gc

from common import *

WIDTHS, NARROW = [16, 64, 256], [4, 7, 16, 64]
CASES = [("cora", 4, WIDTHS), ("facebook", 2, WIDTHS), ("grid300", 8, WIDTHS), ("ba20000", 2, WIDTHS),
         ("cora", 1, NARROW), ("facebook", 1, NARROW), ("grid300", 1, NARROW), ("slashdot", 1, NARROW)]
MOST_BYTES = 2e9  # of gathered rows: a way that would hold more is not tried


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
    if 4 * ring.nnz * x.shape[1] > MOST_BYTES:
        del ways["index_add"], ways["PyG scatter"]
    return {name: (lambda way=way: best_of(way, most=20)) for name, way in ways.items()}


def measure(session, name, hop, ring, width, threads):
    import numpy as np
    worst = session.ask("check", width)
    if not worst <= 1e-3:
        raise RuntimeError(f"{name}, ring {hop}: khop and GraphBLAS differ by {worst}")
    x = np.random.default_rng(0).standard_normal((ring.shape[0], width)).astype("float32")
    candidates = {"floor": lambda: session.ask("floor", width), "khop": lambda: session.ask("khop", width),
                  "ladder": lambda: session.ask("ladder", width),
                  "GrB_mxm": lambda: session.ask("mxm", width), **peers_of(ring, x)}
    t = {way: median(seconds) for way, seconds in turns(candidates, rounds=3).items()}
    what = f"{name}, ring {hop}, F = {width}, {threads} thread{'s' * (threads > 1)}"
    stored, khop = t["khop"], min(t["khop"], t["ladder"])
    note = f"as a ladder; stored {amount(stored, 's')}" if khop < stored else ""
    csr = min((way for way in t if way.startswith("PyTorch")), key=t.get)
    scattered = min((way for way in t if way in ("index_add", "PyG scatter")), key=t.get, default=None)
    found = [
        within(what, "the floor", stored, t["floor"], 1 / 0.7),
        faster(what, csr, khop, t[csr], 3, note),
        faster(what, "GrB_mxm", khop, t["GrB_mxm"], 1.5, note),
        faster(what, "SciPy, 1 thread", khop, t["SciPy"], note=note),
    ]
    if scattered:
        found.append(faster(what, scattered, khop, t[scattered], 15, note))
    print(table(map(dataclasses.asdict, found)).split("\n", 2)[2], flush=True)
    return found


def main():
    rows = []
    for threads in THREADS:
        use_threads(threads)
        for name, hop, widths in CASES:
            ring = ring_of(name, hop)
            with Session("spmm", graph_path(name), hop, threads=threads) as session:
                if session.ask("entries", 0) != ring.nnz:
                    raise RuntimeError(f"{name}: SciPy's ring {hop} has {ring.nnz} entries, khop's another number")
                for width in widths:
                    rows += measure(session, name, hop, ring, width, threads)
                    gc.collect()
    for name, hop, widths in CASES:
        asked = {f"{name}, ring {hop}, F = {w}": lambda session, w=w: session.ask("khop", w) for w in widths}
        rows += beside_one_thread(asked, 0.005, "spmm", graph_path(name), hop)
    finish("spmm", rows, "One exact ring times F columns of float32. The floor gathers the same rows in the same "
           "order and only sums them, as one long list, and is held against the stored ring, as two threads are. Of two "
           "ways of a peer the faster counts, and of khop's two forms, which both are the ring exactly.")


main()
