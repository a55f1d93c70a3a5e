"""Writes tests/files/found_*.npz: data sets as NumPy, SciPy and PyTorch Geometric users save them, with NumPy itself.

All are the same graph of six nodes: the edges 0-1, 1-2, 2-0, 3-4, 4-5. Run it again only to change the files; it needs
numpy and scipy.
"""
import os

import numpy as np
import scipy.sparse

here = os.path.dirname(os.path.abspath(__file__))
pairs = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5)]
rows = [a for a, b in pairs] + [b for a, b in pairs]
columns = [b for a, b in pairs] + [a for a, b in pairs]
arcs = np.array([rows, columns])
matrix = scipy.sparse.csr_matrix((np.ones(10), (rows, columns)), shape=(6, 6))
weighted = scipy.sparse.csr_matrix((1 + np.arange(10), (rows, columns)), shape=(6, 6))


def place(name):
    return os.path.join(here, "found_" + name + ".npz")


def save(name, **members):
    np.savez_compressed(place(name), **members)


scipy.sparse.save_npz(place("bsr"), weighted.tobsr((2, 3)))
scipy.sparse.save_npz(place("dia"), matrix.todia())
scipy.sparse.save_npz(place("csc"), matrix.tocsc())
save("dense", adj=matrix.toarray(), y=[0, 1, 0, 1, 0, 1])

x = np.arange(12).reshape(6, 2).astype("float32")
words = np.array(["red", "blue", "red", "gr\u00fcn", "", "blue"])
people = np.array(["Ann", "Bob", "C\u00e9line", "Dan", "Eve", "Fay"])
save("strings", edge_index=arcs, x=x, y=words, node_names=people, feature_names=np.array(["age", "height"]))
save("bytes", edge_index=arcs, x=x, y=[0, 1, 0, 2, -1, 1], ids=[10, 20, 30, 40, 50, 60],
     label_names=np.array([b"red", b"blue", b"green"]), edge_weight=np.ones(10), edge_attr=np.ones((10, 3)))

save("pickled_label", edge_index=arcs, x=x, labels=words.astype(object))
save("pickled_extra", edge_index=arcs, x=x, y=[0, 1, 0, 1, 0, 1], class_names=np.array(["a", None], dtype=object),
     meta=np.array({"by": "a dictionary"}), more=[1, 2, 3])
save("pickled_graph", adj=np.array(matrix, dtype=object), labels=[0, 1, 0, 1, 0, 1])

train, test = np.array([[0, 1], [2, 3], [4, 5]]), np.array([[2, 3], [4, 5], [0, 1]])
save("ids_by_row", edge_index=arcs, y=[0, 1, 0, 1, 0, 1], train_idx=train, test_idx=test)
save("ids_by_column", edge_index=arcs.T, y=[0, 1, 0, 1, 0, 1], train_idx=train.T, test_idx=test.T)

# the same links with a direction beside them, a path that is followed one way, and masks by two prefixes
one_way = scipy.sparse.csr_matrix((np.ones(5), ([0, 1, 2, 3, 4], [1, 2, 0, 4, 5])), shape=(6, 6))
thirds = {name: np.arange(6) % 3 == k for k, name in enumerate(["train", "val", "test"])}
halves = {name: np.arange(6) // 2 == k for k, name in enumerate(["train", "val", "test"])}
save("two_links", adj_indptr=matrix.indptr, adj_indices=matrix.indices, adj_data=matrix.data, adj_shape=matrix.shape,
     dir_indptr=one_way.indptr, dir_indices=one_way.indices, dir_data=one_way.data, dir_shape=one_way.shape,
     attr_matrix=x, labels=[0, 1, 0, 1, 0, 1], **{f"geom_{k}_mask": v for k, v in thirds.items()},
     **{f"fixed_{k}_mask": v for k, v in halves.items()})

# the graph of tests/cli/names.sh: node i is w(7 i + 3 mod 30), of class k mod 3 and feature 10 (k mod 3) + k / 100
who = [(7 * i + 3) % 30 for i in range(30)]
at = {k: i for i, k in enumerate(who)}
ends = [(at[k], at[(k + far) % 30]) for k in range(30) for far in (1, 4)]
save("named_graph", edge_index=np.array(ends + [(b, a) for a, b in ends]).T.copy(),
     x=np.array([[10 * (k % 3) + k / 100] for k in who], dtype="float32"), feature_names=np.array(["f"]),
     y=np.array([["red", "green", "blue"][k % 3] for k in who]), node_names=np.array([f"w{k:02d}" for k in who]))
