"""Growth with the entries of the rings: instructions, seconds and bytes an entry, from 10^4 to 10^8.

Instructions are counted by valgrind's callgrind inside khop_rings_build alone, on one thread. The ratio of
a line is its figure beside the smallest graph's of its family: 1 is linear growth."""
import shutil

from common import *

# Each family and its entries a node; a random graph of a hundred nodes has its rings end early.
FAMILIES = {"grid": 40, "random": 36}
SIZES = [10**4, 10**5, 10**6, 10**7, 10**8]


def instructions(family, nodes):
    log = BUILD / "data" / "callgrind.out"
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={log}",
                           "--toggle-collect=khop_rings_build", program("scale"), family, str(nodes)],
                          env={**os.environ, "OMP_NUM_THREADS": "1"}, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError(f"valgrind: {done.stderr.strip().splitlines()[-1]}")
    line = next(line for line in log.read_text().splitlines() if line.startswith(("totals:", "summary:")))
    return float(line.split()[1])


def line(what, unit, value, first, goal=None, note=""):
    """A figure an entry beside that of the smallest graph."""
    ratio = value / first
    return Row(what, "the smallest graph", value, first, ratio, f"<= {goal:g}" if goal else "",
               bool(ratio <= goal) if goal else None, note, unit)


def main():
    rows = []
    counted = shutil.which("valgrind")
    for family, per_node in FAMILIES.items():
        first = {}
        for size in SIZES:
            nodes = size // per_node
            runs = [run_program("scale", family, nodes) for _ in range(5 if size < 10**7 else 3 if size < 10**8 else 1)]
            entries = runs[0]["entries"]
            found = {"seconds": median(run["seconds"] for run in runs) / entries,
                     "bytes": runs[0]["bytes"] / entries, "peak": runs[0]["peak"] / entries}
            if counted:
                found["instructions"] = instructions(family, nodes) / entries
            first = first or found
            what = f"{family}, {entries:.3g} entries"
            if counted:
                rows.append(line(what, "instructions", found["instructions"], first["instructions"], 1.15))
            rows.append(line(what, "s", found["seconds"], first["seconds"],
                             note="caches are left behind" if size >= 10**7 else ""))
            rows.append(line(what, "bytes", found["bytes"], first["bytes"], 1.15))
            rows.append(line(what, "bytes at most", found["peak"], first["peak"], 1.15))
            print(f"  {what}: {found}", flush=True)
    finish("scale", rows, "Figures an entry of the rings, of a periodic grid to hop 4 and of a random graph to "
           "hop 2. Grids are searched 512 near rows at once, the smallest random graph whole, in fewer "
           "instructions than any other, which are searched a row at a time. Instructions are those of "
           "khop_rings_build on one thread"
           + (", counted by callgrind." if counted else ": valgrind is not here, so they are left out."))


main()
