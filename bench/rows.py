"""Some rows alone, and an edit: khop beside itself on the whole, and beside PyTorch Geometric's k_hop_subgraph and
NeighborLoader (all neighbours of two hops), on a graph of the size of Debian's."""
from common import *

NAME, COLUMNS = "ba63681", 64


def chosen(nodes, count):
    """The nodes that bench/rows.c chooses."""
    return [(k * (nodes // 1000) + nodes // 2) % nodes for k in range(count)]


def peers(a, count):
    """The ways of PyG to the ball of the first `count` nodes: what it has found, and what is timed."""
    import torch
    from torch_geometric.data import Data
    from torch_geometric.loader import NeighborLoader
    from torch_geometric.utils import k_hop_subgraph
    coo = a.tocoo()
    edges = torch.stack([torch.from_numpy(coo.row.astype("int64")), torch.from_numpy(coo.col.astype("int64"))])
    nodes = torch.tensor(chosen(a.shape[0], count))
    data = Data(x=torch.rand(a.shape[0], COLUMNS), edge_index=edges, num_nodes=a.shape[0])

    def subgraph():
        return k_hop_subgraph(nodes, 2, edges, relabel_nodes=True, num_nodes=a.shape[0])[0]

    ways = {"k_hop_subgraph": subgraph}
    try:
        loader = NeighborLoader(data, num_neighbors=[-1, -1], input_nodes=nodes, batch_size=count, shuffle=False)
        next(iter(loader))
        ways["NeighborLoader"] = lambda: next(iter(loader)).n_id
    except (ImportError, RuntimeError) as reason:
        print(f"  NeighborLoader: left out: {str(reason).splitlines()[0]}", flush=True)
    return ways


def balls(session, a, count):
    """Rows for the ball of `count` nodes."""
    ways, size = peers(a, count), session.ask("size", count)
    for way, call in ways.items():
        if len(call().unique()) != size:
            raise RuntimeError(f"{way} finds another ball of {count} nodes than khop")
    t = turns({"ball": lambda: session.ask("ball", count), "batch": lambda: session.ask("batch", count),
               **{way: lambda call=call: best_of(call) for way, call in ways.items()}}, rounds=3)
    t = {way: median(seconds) for way, seconds in t.items()}
    what, note = f"ball of two hops, nodes: {count}", f"{size:.0f} nodes in it"
    asked = {"k_hop_subgraph": ("ball", what), "NeighborLoader": ("batch", f"{what}, with features")}
    return [faster(asked[way][1], f"PyG, {way}", t[asked[way][0]], t[way], note=note) for way in ways]


def main():
    rows = []
    use_threads(1)
    a = graph(NAME)
    with Session("rows", graph_path(NAME, "txt")) as session:
        if session.ask("check", 10) != 0:
            raise RuntimeError("rows, or an edit, have other bits than the whole")
        for count in (1, 1000):
            rows += balls(session, a, count)
        for what, few, whole in (("rings 0 to 2", "rows", "build"), ("scores, two layers", "nodes", "predict")):
            for count in (1, 1000):
                t = turns({way: lambda way=way: session.ask(way, count) for way in (few, whole)}, rounds=3)
                rows.append(faster(f"{what}, nodes: {count}", "khop, all nodes", median(t[few]), median(t[whole])))
        t = turns({way: lambda way=way: session.ask(way, 10) for way in ("edit", "rebuild")}, rounds=3)
        t = {way: median(seconds) for way, seconds in t.items()}
        rows.append(faster("rings 0 to 2, 10 edges edited", "khop, built anew", t["edit"], t["rebuild"]))
    finish("rows", rows, f"Some rows, on a graph of preferential attachment of {a.shape[0]:,} nodes and "
           f"{a.nnz // 2:,} edges, one thread. Balls are compared with PyG's first, edits and scores with the whole, to "
           "the bit.")


main()
