"""The forms of a ring: entries of the ladder against stored ones, and the time of a product in each form."""
from common import *

# graph, hop, the least ratio of stored entries to the ladder's. A speed is held to half of that ratio.
RINGS = [("cora", 2, 4.6), ("cora", 3, 5.4), ("cora", 4, 4.5), ("photo", 2, 2.9), ("photo", 3, 2.1),
         ("facebook", 2, 2.9), ("facebook", 3, 2.8), ("power_grid", 2, 1.8), ("power_grid", 3, 2.6),
         ("power_grid", 4, 3.1), ("minesweeper", 2, 1.2), ("minesweeper", 3, 1.6), ("minesweeper", 4, 2.0),
         ("slashdot", 2, 4.7)]


# Rings too many to be searched for again in a product while one waits.
LARGE = {"slashdot", "debian"}


def debian():
    """The set of this machine's package index, where `khop data build debian` has been run."""
    found = subprocess.run([BUILD / "khop" / "src" / "cli" / "khop", "data", "path", "debian"], text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return found.stdout.strip() if found.returncode == 0 else None


def measured(path, hop, forms, rounds):
    """The medians of some runs: a run calls one form after another."""
    runs = [run_program("forms", path, hop, 64, *forms) for _ in range(rounds)]
    return {key: median([run[key] for run in runs]) for key in runs[0]}


def main():
    rows = []
    index = debian()
    for name, hop, goal in RINGS + ([("debian", 2, 101)] if index else []):
        forms = ["stored", "ladder"] + (["matrix-free"] if name not in LARGE else [])
        got = measured(index if name == "debian" else graph_path(name), hop, forms, 1 if name in LARGE else 3)
        what, stored = f"{name}, hop {hop}", got["stored.forward"]
        note = (f"built in {amount(got['ladder.build'], 's')}, stored in {amount(got['stored.build'], 's')}; "
                f"largest difference {got['ladder.off']:.1g}")
        rows.append(faster(f"{what}: entries", "stored", got["ladder.kept"], got["entries"], goal, unit=""))
        rows.append(faster(f"{what}: product", "stored", got["ladder.forward"], stored, goal / 2, note))
        if "matrix-free" in forms:
            rows.append(faster(f"{what}: matrix-free product", "stored", got["matrix-free.forward"], stored))
    finish("forms", rows, "One ring alone, 64 columns, row means. A ladder's product takes what it needs of the rungs below."
           + (" debian: the package index of this machine." if index else ""))


main()
