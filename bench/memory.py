"""The peak size of the training of bench/train.py: khop's process beside PyG's."""
import subprocess
import sys

from common import *
from common import _parse

NAMES = ["cora", "facebook", "photo", "minesweeper"]
EPOCHS = 3


def peer(name, way):
    done = subprocess.run([sys.executable, "-W", "ignore", str(ROOT / "bench" / "peer.py"), name, way, "1", str(EPOCHS)],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["no word"])[-1])
    return _parse(done.stdout)


def main():
    rows = []
    for name in NAMES:
        with Session("train", KHOP_DATA / f"{REAL[name]}.npz", threads=1) as session:
            session.ask("epochs", EPOCHS)
            peak, own = (value / 1e6 for value in session.ask("bytes", 0))
        found = {}
        for way in ("scatter", "sparse", "sparse, CSR features"):
            try:
                found[way] = peer(name, way)
            except RuntimeError as reason:
                print(f"  {name}: {way}: left out: {reason}", flush=True)
        least = min(found, key=lambda way: found[way]["peak"])
        for way, sizes in found.items():
            goal = 5 if way == least else None
            rows.append(faster(f"{name}, peak of the process", f"PyG, {way}", peak, sizes["peak"] / 1e6, goal,
                               f"khop's own blocks: {own:.0f} MB", "MB"))
            rows.append(faster(f"{name}, without what importing takes", f"PyG, {way}", peak,
                               (sizes["peak"] - sizes["imported"]) / 1e6, None, "", "MB"))
    finish("memory", rows, "Peak resident size of a process that trains three epochs on one thread. PyG reads its rings from a "
           "file, khop builds them. The goal is held against the smaller way of PyG, its imports included.")


main()
