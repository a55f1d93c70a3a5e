"""peer_read.py FILE.csv: the graph of an edge list as users of pandas and SciPy make it: ids to 0 .. N-1, both
directions, each edge once. Prints what bench_read prints."""
import resource
import sys

import numpy as np
import pandas
import scipy.sparse as sp

from common import clock

begin = clock()
table = pandas.read_csv(sys.argv[1])
ids, ends = np.unique(table[["source", "target"]].to_numpy().ravel(), return_inverse=True) \
    if table["source"].dtype.kind in "iu" else pandas.factorize(table[["source", "target"]].to_numpy().ravel())[::-1]
source, target = ends[0::2], ends[1::2]
a = sp.coo_array((np.ones(len(source), np.int8), (source, target)), shape=(len(ids), len(ids))).tocsr()
a = (a + a.T).astype(bool).astype(np.float32)
a.setdiag(0)
a.eliminate_zeros()
seconds = clock() - begin
print(f"seconds {seconds:.6f}\npeak {1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}")
print(f"nodes {len(ids)}\nedges {a.nnz // 2}")
