"""Writes tests/files/folders: data sets in the folders of Geom-GCN and of the Open Graph Benchmark, small.

geom, film and ogb are the same six nodes with the edges 0-1, 1-2, 2-0, 3-4, 4-5, the classes 0 1 0 1 0 1, and features
that say of node i: i in binary (geom and ogb as numbers, film as the columns that are 1). Run it again only to change
the files; it needs numpy.
"""
import gzip
import os

import numpy as np

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "folders")
pairs = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5)]
labels = [0, 1, 0, 1, 0, 1]
bits = [[node >> bit & 1 for bit in range(3)] for node in range(6)]
train, val, test = [0, 1], [2, 3], [4, 5]


def mask(nodes):
    return np.isin(np.arange(6), nodes)


def place(*names):
    path = os.path.join(here, *names)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def geom(name, features):
    with open(place(name, "out1_graph_edges.txt"), "w") as file:
        file.write("node_id\tnode_id\n" + "".join("%d\t%d\n" % pair for pair in pairs))
    with open(place(name, "out1_node_feature_label.txt"), "w") as file:
        file.write("node_id\tfeature\tlabel\n")
        for node in [3, 0, 1, 2, 5, 4]:  # in any order
            file.write("%d\t%s\t%d\n" % (node, ",".join(map(str, features[node])), labels[node]))


def split(path, parts):
    np.savez_compressed(path, train_mask=mask(parts[0]), val_mask=mask(parts[1]), test_mask=mask(parts[2]))


def packed(path, lines, end=".gz"):
    text = "".join(",".join(map(str, line)) + "\n" for line in lines).encode()
    with open(place(*(path + ".csv" + end).split("/")), "wb") as file:
        file.write(gzip.compress(text, mtime=0) if end else text)


geom("geom", bits)
split(place("geom", "geom_split_0.6_0.2_2.npz"), (train, val, test))
split(place("geom", "geom_split_0.6_0.2_10.npz"), (test, train, val))
geom("film", [[bit for bit in range(3) if row[bit]] for row in bits])
split(place("splits", "film_split_0.6_0.2_0.npz"), (train, val, test))
split(place("splits", "other_split_0.6_0.2_0.npz"), (test, val, train))

packed("ogb/raw/num-node-list", [[6]])
packed("ogb/raw/num-edge-list", [[5]], "")
packed("ogb/raw/edge", pairs)
packed("ogb/raw/node-feat", [map(float, row) for row in bits])
packed("ogb/raw/node-label", [[label] for label in labels])
packed("ogb/raw/node_year", [[2013 + node] for node in range(6)])
for name, nodes in (("train", train), ("valid", val), ("test", test)):
    packed("ogb/split/time/" + name, [[node] for node in nodes])

# three graphs: a triangle, an edge, a node; atoms 6 and 8, bonds 0 and 1; the second task of graph 1 is missing
packed("ogb_set/raw/num-node-list", [[3], [2], [1]])
packed("ogb_set/raw/num-edge-list", [[3], [1], [0]])
packed("ogb_set/raw/edge", [(0, 1), (1, 2), (2, 0), (0, 1)])
packed("ogb_set/raw/edge-feat", [(0, 0), (0, 0), (1, 0), (0, 0)])
packed("ogb_set/raw/node-feat", [(6, 0), (6, 1), (8, 0), (6, 0), (8, 1), (6, 0)])
packed("ogb_set/raw/graph-label", [(0,), (1,), (1,)])
packed("ogb_set/mapping/mol", [("smiles", "mol_id")])
for name, graphs in (("train", [0]), ("valid", [2]), ("test", [1])):
    packed("ogb_set/split/scaffold/" + name, [[graph] for graph in graphs])
