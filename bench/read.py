"""Reading an edge list: seconds, and the peak size of the process, beside pandas and SciPy."""
import subprocess
import sys

from common import *
from common import _parse

LINES = 10_000_000


def edges(kind):
    """A CSV of LINES edges between a tenth as many nodes, drawn at random: numbers, or names such as n48213."""
    import numpy as np
    path = DATA / f"edges_{kind}.csv"
    if path.exists():
        return path
    beside = DATA / f".edges_{kind}.{os.getpid()}.csv"
    draw, mark = np.random.default_rng(1), "n" if kind == "names" else ""
    with open(beside, "w") as file:
        file.write("source,target\n")
        for _ in range(10):
            ends = draw.integers(0, LINES // 10, (LINES // 10, 2)).tolist()
            file.writelines(f"{mark}{a},{mark}{b}\n" for a, b in ends)
    beside.rename(path)
    return path


def peer(path):
    done = subprocess.run([sys.executable, "-W", "ignore", str(ROOT / "bench" / "peer_read.py"), str(path)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["no word"])[-1])
    return _parse(done.stdout)


def main():
    rows = []
    for kind in ("numbers", "names"):
        path, own, other = edges(kind), [], []
        for _ in range(3):
            own.append(run_program("read", path))
            other.append(peer(path))
        if any(own[0][key] != other[0][key] for key in ("nodes", "edges")):
            raise RuntimeError(f"{path}: khop has {own[0]}, and pandas {other[0]}")
        khop, pandas = ({key: median([run[key] for run in runs]) for key in ("seconds", "peak")} for runs in (own, other))
        what = f"CSV of 10^7 lines, {kind}"
        rows.append(faster(what, "pandas and SciPy", khop["seconds"], pandas["seconds"], 2))
        rows.append(within(what, "5 s", khop["seconds"], 5, 1))
        rows.append(faster(f"{what}, peak", "pandas and SciPy", khop["peak"] / 1e6, pandas["peak"] / 1e6, 1, "", "MB"))
        rows.append(within(f"{what}, peak", "1.5 GB", khop["peak"] / 1e6, 1500, 1, "", "MB"))
    finish("read", rows, "One process reads one file once, on one thread, three times in turn: 10^6 nodes, random edges, a header. "
           "Both end with each edge once in both directions, without self-loops.")


main()
