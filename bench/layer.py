"""A layer of three taps, forward and backward, beside the sum of its floors: its products alone and its
gathers alone."""
from common import *

NAMES = ["cora", "facebook", "grid300", "ba20000"]
WAYS = ["forward", "backward", "gemm", "pass"]


def main():
    rows = []
    for threads in THREADS:
        for name in NAMES:
            with Session("layer", graph_path(name), threads=threads) as session:
                t = {way: median(seconds) for way, seconds in
                     turns({way: lambda way=way: session.ask(way, 0) for way in WAYS}).items()}
            note = (f"forward {amount(t['forward'], 's')}, backward {amount(t['backward'], 's')}; "
                    f"gemm {amount(t['gemm'], 's')}, pass {amount(t['pass'], 's')}")
            rows.append(within(f"{name}, 3 taps, {threads} thread{'s' * (threads > 1)}", "its floors",
                               t["forward"] + t["backward"], t["gemm"] + t["pass"], 1.15, note))
    for name in NAMES:
        both = {name: lambda session: session.ask("forward", 0) + session.ask("backward", 0)}
        rows += beside_one_thread(both, 0.01, "layer", graph_path(name))
    finish("layer", rows, "A convolution over the rings 0, 1 and 2 (sym), 64 columns to 64. The floors: the three dense "
           "products through the BLAS alone, and each ring's rows gathered once forward and once backward.")


main()
