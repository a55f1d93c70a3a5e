"""Building the exact rings 1 to K of a graph: khop beside a floor, and beside its peers.

SciPy: boolean powers and masks, ahead = (now @ A) without what was seen. igraph: igraph_neighborhood with
order = mindist = k, in C and in Python. NetworkX: a cut-off search from each node. Where a peer takes
long, every S-th node is a source and its time is multiplied by S: the note says so."""
from common import *

# a graph, K, and S for igraph and for NetworkX
CASES = [("cora", 8, 1, 20), ("power_grid", 8, 1, 20), ("facebook", 2, 1, 50), ("photo", 2, 1, 20),
         ("grid300", 8, 5, 200), ("ba20000", 3, 10, 500)]


def scipy_way(a, hops):
    """Returns the entries of all rings: the masked powers that a user of SciPy would write."""
    import scipy.sparse as sp
    a = a.astype("float32")
    now = seen = sp.eye_array(a.shape[0], format="csr", dtype="float32")
    rings = []
    for _ in range(hops):
        ahead = now @ a
        ahead.data[:] = 1
        ahead = ahead - ahead.multiply(seen)
        ahead.eliminate_zeros()
        now = ahead
        seen = seen + now
        now.sort_indices()
        rings.append(now)
    return sum(ring.nnz for ring in rings)


def python_igraph(graph, hops, step):
    sources = list(range(0, graph.vcount(), step))
    for k in range(1, hops + 1):
        graph.neighborhood(sources, order=k, mindist=k)


def networkx_way(graph, hops, step):
    import networkx as nx
    for source in range(0, graph.number_of_nodes(), step):
        rings = [[] for _ in range(hops + 1)]
        for node, hop in nx.single_source_shortest_path_length(graph, source, cutoff=hops).items():
            rings[hop].append(node)
        for ring in rings:
            ring.sort()


def measure(name, hops, igraph_step, networkx_step, session):
    import igraph
    import networkx as nx
    import scipy.sparse as sp
    a = graph(name)
    entries = session.ask("entries", 0)
    if session.ask("check", 0) != 0:
        raise RuntimeError(f"{name}: khop, the floor and igraph do not agree")
    upper = sp.triu(a).tocoo()
    ig = igraph.Graph(n=a.shape[0], edges=list(zip(upper.row.tolist(), upper.col.tolist())))
    g = nx.from_scipy_sparse_array(a)
    if scipy_way(a, hops) != entries:
        raise RuntimeError(f"{name}: SciPy finds another number of entries")
    ways = {"khop": lambda: session.ask("khop", 0),
            "floor": lambda: session.ask("floor", 0),
            "products": lambda: session.ask("products", 0),
            "igraph": lambda: session.ask("igraph", igraph_step),
            "python-igraph": lambda: best_of(lambda: python_igraph(ig, hops, igraph_step)) * igraph_step,
            "SciPy": lambda: best_of(lambda: scipy_way(a, hops)),
            "NetworkX": lambda: best_of(lambda: networkx_way(g, hops, networkx_step)) * networkx_step}
    return entries, {way: median(seconds) for way, seconds in turns(ways, rounds=3).items()}


def main():
    rows, teams = [], []
    use_threads(1)
    for name, hops, igraph_step, networkx_step in CASES:
        with Session("rings", graph_path(name), hops) as session:
            entries, t = measure(name, hops, igraph_step, networkx_step, session)
        what = f"{name}, rings 1 to {hops}, {entries / 1e6:.3g} M entries"
        sampled = f"every {igraph_step}th node, scaled up" if igraph_step > 1 else ""
        rows.append(within(what, "the floor", t["khop"], t["floor"], 1.3))
        rows.append(faster(what, "GraphBLAS, khop's products", t["khop"], t["products"]))
        for peer, goal, note in (("SciPy", 10, ""), ("igraph", 5, sampled), ("python-igraph", None, sampled),
                                 ("NetworkX", 100, f"every {networkx_step}th node, scaled up")):
            if peer in t:
                rows.append(faster(what, peer, t["khop"], t[peer], goal, note))
        asked = {what: lambda session: session.ask("khop", 0)}
        teams += beside_one_thread(asked, 0.02, "rings", graph_path(name), hops)
    finish("rings", rows + teams, "The exact rings 1 to K of every node, sorted. The floor is a breadth-first search "
           "from every node, written by hand in two passes, on one thread; the peers have one thread too.")


main()
