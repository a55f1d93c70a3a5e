"""An epoch of one model: khop beside PyTorch Geometric, from equal weights, with equal losses."""
import gc
import time

from common import *
from peer import WAYS, make

NAMES = ["cora", "facebook", "photo", "minesweeper"]
EPOCHS = 10
SMALL = {"cora"}  # elsewhere an epoch of gathering and scattering takes minutes; on Cora it loses to the others


def ways_of(name):
    return [way for way in WAYS if name in SMALL or way != "scatter"]


def seconds_of(step, least=0.2):
    """The fastest of the epochs that fit into `least` seconds."""
    return best_of(step, least=least, most=20)


def same(name, way, khop, peer):
    worst = max(abs(a - b) / abs(b) for a, b in zip(khop, peer, strict=True))
    if not worst <= 1e-4:
        raise RuntimeError(f"{name}: khop and PyG ({way}) differ: {khop} and {peer}")
    return worst


def measure(name, threads):
    use_threads(threads)
    with Session("train", KHOP_DATA / f"{REAL[name]}.npz", threads=threads) as session:
        khop_losses = session.ask("epochs", EPOCHS)[1:]
        candidates, worst = {"khop": lambda: session.ask("epochs", 5)[0]}, 0
        for way in ways_of(name):
            try:
                step, losses = make(name, way)
                for _ in range(EPOCHS if threads == THREADS[0] else 1):
                    step()
            except (ValueError, RuntimeError) as reason:
                print(f"  {name}: {way}: left out: {str(reason).splitlines()[0]}", flush=True)
                continue
            worst = max(worst, same(name, way, khop_losses[:len(losses)], losses))
            candidates[way] = lambda step=step: seconds_of(step)
        t = {way: median(seconds) for way, seconds in turns(candidates, rounds=3).items()}
    candidates.clear()
    gc.collect()
    what = f"{name}, {threads} thread{'s' * (threads > 1)}"
    best = min((way for way in t if way != "khop"), key=t.get)
    rows = [faster(what, f"PyG, {way}", t["khop"], seconds, 5 if way == best else None,
                   f"losses differ by {worst:.1g}" if way == best else "")
            for way, seconds in t.items() if way != "khop"]
    print(table(map(dataclasses.asdict, rows)).split("\n", 2)[2], flush=True)
    return rows


def main():
    rows = []
    for threads in THREADS:
        for name in NAMES:
            rows += measure(name, threads)
    for name in NAMES:
        rows += beside_one_thread({name: lambda session: session.ask("epochs", 5)[0]}, 0.02, "train",
                                  KHOP_DATA / f"{REAL[name]}.npz")
    finish("train", rows, "An epoch (forward, backward, Adam) of two k-hop convolutions over the rings 0, 1 and 2 with "
           "64 columns between them, no dropout, weights from one formula: the losses of the first "
           f"{EPOCHS} epochs are compared first. The goal is held against the faster way of PyG.")


main()
