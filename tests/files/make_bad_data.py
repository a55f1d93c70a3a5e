"""Writes tests/files/bad/*.npz: data sets with one thing wrong each, named after it.

Needs Python alone. All are built from one good data set (good.npz): a path of six nodes, two features,
two classes, a split. Run it again only to change the files.
"""
import io
import os
import struct
import zipfile

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bad")


def npy(descr, shape, items, code):
    header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (descr, tuple(shape))
    header += " " * (-(len(header) + 11) % 64) + "\n"
    body = struct.pack("<%d%s" % (len(items), code), *items)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + body


def ints(*items, shape=None):
    return npy("<i8", shape or [len(items)], items, "q")


def floats(*items, shape=None):
    return npy("<f4", shape or [len(items)], items, "f")


def bools(*items, shape=None):
    return npy("|b1", shape or [len(items)], items, "?")


good = {
    "adj_indptr": ints(0, 1, 3, 5, 7, 9, 10),
    "adj_indices": ints(1, 0, 2, 1, 3, 2, 4, 3, 5, 4),
    "adj_shape": ints(6, 6),
    "attr_matrix": floats(*[0.25 * i for i in range(12)], shape=[6, 2]),
    "labels": ints(0, 0, 0, 1, 1, 1),
    "train_mask": bools(1, 0, 0, 1, 0, 0),
    "val_mask": bools(0, 1, 0, 0, 1, 0),
    "test_mask": bools(0, 0, 1, 0, 0, 1),
}
nan, inf = float("nan"), float("inf")
cases = {
    "good": {},
    "targets": {"labels": floats(0, 1, 2, 3, 4, 5)},
    "targets_huge": {"labels": floats(1e30, -1e30, 1e30, -1e30, 1e30, -1e30)},
    "no_graph": {"adj_indptr": None},
    "no_train_mask": {"train_mask": None},
    "features_nan": {"attr_matrix": floats(*[0.0] * 7, nan, *[0.0] * 4, shape=[6, 2])},
    "features_inf": {"attr_matrix": floats(*[0.0] * 7, inf, *[0.0] * 4, shape=[6, 2])},
    "features_rows": {"attr_matrix": floats(*[0.0] * 10, shape=[5, 2])},
    "features_three": {"attr_matrix": floats(*[0.5] * 18, shape=[6, 3])},
    "features_sparse_rows": {"attr_matrix": None, "attr_indptr": ints(0, 1, 2), "attr_indices": ints(0, 1),
                             "attr_data": floats(1, 1), "attr_shape": ints(2, 2)},
    "features_sparse_range": {"attr_matrix": None, "attr_indptr": ints(0, 1, 2, 2, 2, 2, 2),
                              "attr_indices": ints(0, 7), "attr_data": floats(1, 1), "attr_shape": ints(6, 2)},
    "labels_rows": {"labels": ints(0, 0, 0, 1, 1)},
    "label_below": {"labels": ints(0, 0, -2, 1, 1, 1)},
    "label_huge": {"labels": ints(0, 0, 2000000000, 1, 1, 1)},
    "label_missing": {"labels": ints(-1, 0, 0, 1, 1, 1)},
    "mask_overlap": {"val_mask": bools(1, 1, 0, 0, 1, 0)},
    "mask_nothing": {"train_mask": bools(0, 0, 0, 0, 0, 0)},
    "mask_rows": {"train_mask": bools(1, 0, 0, 1, 0)},
    "mask_two": {"train_mask": ints(1, 0, 0, 2, 0, 0)},
    "mask_float": {"train_mask": floats(1, 0, 0, 1, 0, 0)},
    "mask_columns": {"train_mask": bools(*[1, 0] * 6, shape=[6, 2]), "val_mask": bools(*[0] * 18, shape=[6, 3])},
    "split_overlap": {"train_mask": bools(1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, shape=[6, 2]),
                      "val_mask": bools(0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, shape=[6, 2]),
                      "test_mask": bools(0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, shape=[6, 2])},
    "index_beyond": {"adj_indices": ints(1, 0, 2, 1, 3, 2, 4, 3, 6, 4)},
    "index_negative": {"adj_indices": ints(1, 0, 2, 1, 3, 2, 4, 3, -1, 4)},
    "indptr_falls": {"adj_indptr": ints(0, 3, 1, 5, 7, 9, 10)},
    "indptr_short": {"adj_indptr": ints(0, 1, 3, 5, 7, 9)},
    "indptr_beyond": {"adj_indptr": ints(0, 1, 3, 5, 7, 9, 1000000000000)},
    "not_square": {"adj_shape": ints(6, 7)},
    "shape_huge": {"adj_shape": ints(1 << 62, 1 << 62)},
    "claims_much": {"adj_indices": ints(1, 0, 2, 1, 3, 2, 4, 3, 5, 4, shape=[10**15])},
    "objects": {"labels": npy("|O", [6], [0] * 6, "q")},
    "header_broken": {"labels": ints(0, 0, 0, 1, 1, 1)[:40]},
    "no_numpy": {"labels": b"these are no labels"},
}
os.makedirs(folder, exist_ok=True)
for name, changes in cases.items():
    with zipfile.ZipFile(os.path.join(folder, name + ".npz"), "w", zipfile.ZIP_DEFLATED) as archive:
        for key, array in {**good, **changes}.items():
            if array is not None:
                archive.writestr(zipfile.ZipInfo(key + ".npy"), array, zipfile.ZIP_DEFLATED)
