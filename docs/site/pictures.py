"""What the pages draw more than once, and the picture of the first page."""

import khop
import matplotlib.pyplot as plt
import networkx as nx
import numpy as np

GREY, EDGE = "#d8dde3", "#c3cad2"
HOPS = ["#1b1f24", "#d1495b", "#edae49", "#2a7f9e", "#66a182", "#8f6bb3"]


def draw(graph, places, colours, axes=None, size=90):
    """Nodes at their places, in their colours."""
    axes = axes or plt.gca()
    nx.draw_networkx_edges(graph, places, ax=axes, edge_color=EDGE, width=1)
    nx.draw_networkx_nodes(graph, places, ax=axes, node_color=colours, node_size=size, edgecolors="white")
    axes.set_axis_off()
    axes.set_aspect("equal")


def by_hop(hops):
    """A colour for each number of hops; grey for what is out of reach."""
    return [HOPS[hop] if 0 <= hop < len(HOPS) else GREY for hop in hops]


def in_one_picture():
    """A convolution over rings 0 to 3 of one node: what it adds up, and with which weights."""
    graph = nx.convert_node_labels_to_integers(nx.hexagonal_lattice_graph(4, 5))
    places = {node: place for node, place in enumerate(nx.get_node_attributes(graph, "pos").values())}
    middle = min(places, key=lambda node: np.hypot(*np.subtract(places[node], np.mean(list(places.values()), 0))))
    rings = khop.Rings(graph, [0, 1, 2, 3])
    figure, panels = plt.subplots(1, 4, figsize=(11, 3.3))
    for hop, axes in enumerate(panels):
        colours = np.full(rings.nodes, GREY, object)
        colours[middle] = HOPS[0]
        colours[rings.rows(middle, hop).indices] = HOPS[hop]
        draw(graph, places, colours, axes)
        axes.set_title("the node itself" if hop == 0 else f"ring {hop}", color=HOPS[hop], fontweight="bold")
        axes.text(0.5, -0.06, f"$R_{hop}\\,x\\,W_{hop}$", transform=axes.transAxes, ha="center", va="top", fontsize=14)
        if hop:
            axes.text(-0.09, -0.06, "+", transform=axes.transAxes, ha="center", va="top", fontsize=14)
    panels[0].text(-0.02, -0.06, "$y\\;=$", transform=panels[0].transAxes, ha="left", va="top", fontsize=14)
    return figure
