"""Writes the small files beside this script with NumPy, SciPy and safetensors themselves.

The tests hold khop's readers against them. Item i of every array of numbers is (7 i + 3) mod 100,
which each type but bool can hold. Run it again only to change the files; it needs numpy, scipy and
safetensors.
"""
import os

import numpy as np
import scipy.sparse
from safetensors.numpy import save_file

here = os.path.dirname(os.path.abspath(__file__))


def place(name):
    return os.path.join(here, name)


def items(shape, dtype):
    count = int(np.prod(shape))
    return ((7 * np.arange(count) + 3) % 100).reshape(shape).astype(dtype)


types = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
arrays = {name: items((3, 5), name) for name in types}
arrays["bool"] = items((3, 5), "int64") % 2 == 1
arrays["bytes"] = np.array([b"csr", b"ab"])
arrays["scalar"] = np.array(42, dtype="int32")
arrays["empty"] = np.zeros((0, 4), dtype="float32")
arrays["deep"] = items((2, 1, 3, 2), "float64")
arrays["fortran"] = np.asfortranarray(items((2, 3, 4), "int32"))
np.savez_compressed(place("numpy_deflate.npz"), **arrays)
np.savez(place("numpy_store.npz"), **arrays)

np.save(place("objects.npy"), np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
np.save(place("bigendian.npy"), items((4,), ">i4"))
np.save(place("records.npy"), np.zeros(2, dtype=[("a", "i4"), ("b", "f8")]))
np.save(place("half.npy"), items((4,), "float16"))
np.save(place("complex.npy"), items((4,), "complex64"))
np.save(place("unicode.npy"), np.array(["csr", "ab"]))
np.lib.format.write_array(open(place("version2.npy"), "wb"), items((4,), "int32"), version=(2, 0))
np.lib.format.write_array(open(place("version3.npy"), "wb"), items((4,), "int32"), version=(3, 0))

# 5 nodes: 0-1, 1-2, 2-0 as an undirected triangle, 3-4 as an edge
ends = [(0, 1), (1, 2), (2, 0), (3, 4)]
rows = [a for a, b in ends] + [b for a, b in ends]
columns = [b for a, b in ends] + [a for a, b in ends]
graph = scipy.sparse.csr_matrix((np.ones(8, dtype="float32"), (rows, columns)), shape=(5, 5))
scipy.sparse.save_npz(place("scipy_csr.npz"), graph)
scipy.sparse.save_npz(place("scipy_coo.npz"), graph.tocoo())
one_way = scipy.sparse.csr_matrix((np.ones(4), ([0, 1, 2, 3], [1, 2, 0, 4])), shape=(5, 5))
scipy.sparse.save_npz(place("scipy_one_way.npz"), one_way, compressed=False)

tensors = {name: items((3, 5), name) for name in types}
tensors["bool"] = arrays["bool"]
tensors["scalar"] = np.array(42, dtype="float32")
tensors["empty"] = np.zeros((0, 4), dtype="float64")
save_file(tensors, place("package.safetensors"), metadata={"khop": "0.1", "quote": 'a "b"\n\u00e9'})
save_file({"half": items((4,), "float16")}, place("half.safetensors"))
