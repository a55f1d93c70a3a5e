"""What the parts of the bench share: turns, programs in C, graphs, rows of results.

A part measures its candidates in turn, several times, and finishes with a list of rows:

    from common import *
    times = turns({"khop": lambda: run_program("rings", path, 3)["seconds"], "SciPy": scipy_way})
    finish("rings", [faster("cora, K = 3", "SciPy", median(times["khop"]), median(times["SciPy"]), goal=10)])
"""
import contextlib
import dataclasses
import importlib.metadata
import json
import os
import pathlib
import platform
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build-bench"
DATA = BUILD / "data"
KHOP_DATA = pathlib.Path(os.environ.get("KHOP_DATA", ROOT / "datasets")).resolve()
THREADS = [int(t) for t in os.environ.get("KHOP_BENCH_THREADS", "1 2").split()]

# KHOP_BENCH_CLOCK=cpu counts the processor's time instead of the wall's: for one thread, where the machine
# is shared and a wall clock measures the others.
CPU = os.environ.get("KHOP_BENCH_CLOCK") == "cpu"
clock = time.process_time if CPU else time.perf_counter

median = statistics.median

# --- turns ------------------------------------------------------------------------------------------


def turns(candidates, rounds=5):
    """Calls each candidate once to warm up, then all of them in turn, `rounds` times.

    A candidate returns its own seconds, or None, and then the time of the call counts. Returns the
    seconds of each, name -> list. What fails in the warm-up is left out, with a word."""
    times = {}
    for name, candidate in candidates.items():
        try:
            candidate()
            times[name] = []
        except Exception as reason:
            print(f"  {name}: left out: {type(reason).__name__}: {str(reason).splitlines()[0] if str(reason) else ''}",
                  flush=True)
    for _ in range(rounds):
        for name in times:
            begin = clock()
            own = candidates[name]()
            times[name].append(clock() - begin if own is None else own)
    return times


def best_of(call, least=0.15, most=100):
    """The fastest of as many calls as fit into `least` seconds, at least 2 and at most `most`."""
    best, begin, calls = float("inf"), clock(), 0
    while calls < 2 or (calls < most and clock() - begin < least):
        start = clock()
        call()
        best = min(best, clock() - start)
        calls += 1
    return best


# --- programs in C -----------------------------------------------------------------------------------


def program(name):
    """The path of a program of bench/meson.build, such as "spmm"."""
    path = BUILD / "khop" / "bench" / f"bench_{name}"
    if not path.exists():
        raise FileNotFoundError(f"{path} is not built: run bench/run")
    return str(path)


def _environment(threads):
    return {**os.environ, "OMP_NUM_THREADS": str(threads), "KHOP_DATA": str(KHOP_DATA)}


def _parse(text):
    found = {}
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        try:
            found[key] = float(value)
        except ValueError:
            found[key] = value
    return found


def run_program(name, *args, threads=1):
    """Runs a program to its end. It prints lines of a key and a value; numbers become floats."""
    done = subprocess.run([program(name), *map(str, args)], env=_environment(threads), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip() or done.returncode}")
    return _parse(done.stdout)


class Session:
    """A program that stays: each line it reads is a question, each answer one line of numbers."""

    def __init__(self, name, *args, threads=1):
        self.name = name
        self.process = subprocess.Popen([program(name), *map(str, args)], env=_environment(threads), text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer.strip():
            raise RuntimeError(f"{self.name} {' '.join(map(str, words))}: no answer")
        numbers = [float(word) for word in answer.split()]
        return numbers[0] if len(numbers) == 1 else numbers

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def beside_one_thread(questions, least, name, *args):
    """Rows of one program on the other THREADS beside itself on one: both stand open and are asked in turn.

    questions: what -> a function of a session that returns seconds. Where one thread takes less than `least`
    seconds there is no goal."""
    rows, others = [], [t for t in THREADS if t > 1]
    if 1 not in THREADS or not others:
        return rows
    with contextlib.ExitStack() as opened:
        sessions = {t: opened.enter_context(Session(name, *args, threads=t)) for t in [1, *others]}
        for what, ask in questions.items():
            t = turns({threads: lambda session=session: ask(session) for threads, session in sessions.items()})
            t = {threads: median(seconds) for threads, seconds in t.items()}
            goal = 1.7 if t[1] > least else None
            rows += [faster(f"{what}, {n} threads", "khop, 1 thread", t[n], t[1], goal) for n in others]
    return rows


def use_threads(count):
    """The same number of threads for PyTorch, and for programs that are started later."""
    os.environ["OMP_NUM_THREADS"] = str(count)
    import torch
    torch.set_num_threads(count)


# --- graphs ------------------------------------------------------------------------------------------

REAL = {"cora": "cora", "power_grid": "power_grid", "facebook": "facebook", "photo": "amazon_electronics_photo",
        "minesweeper": "minesweeper", "slashdot": "soc_slashdot0902"}


def _grid(side):
    import scipy.sparse as sp
    line = sp.diags_array([1.0, 1.0], offsets=[-1, 1], shape=(side, side))
    one = sp.eye_array(side)
    return sp.kron(line, one) + sp.kron(one, line)


def _attachment(nodes, links, seed):
    """Preferential attachment (Barabasi and Albert 1999): a new node joins ends of edges drawn so far."""
    import numpy as np
    import scipy.sparse as sp
    draw = np.random.default_rng(seed)
    ends = list(range(links)) * 2
    rows, columns = [], []
    for node in range(links, nodes):
        chosen = set()
        while len(chosen) < links:
            chosen.add(ends[draw.integers(len(ends))])
        for other in sorted(chosen):
            rows.append(node)
            columns.append(other)
            ends += [node, other]
    a = sp.coo_array((np.ones(len(rows)), (rows, columns)), shape=(nodes, nodes))
    return a + a.T


MADE = {"grid300": lambda: _grid(300), "ba20000": lambda: _attachment(20000, 4, seed=1),
        "ba63681": lambda: _attachment(63681, 4, seed=2)}


def graph(name):
    """The adjacency of a graph of the bench as a SciPy CSR of float32 ones: symmetric, no self-loops.

    Real graphs come from KHOP_DATA, made ones from a formula. graph_path(name) is the same as a file."""
    import numpy as np
    import scipy.sparse as sp
    if name in MADE:
        a = sp.csr_array(MADE[name]())
    else:
        path = KHOP_DATA / f"{REAL[name]}.npz"
        if not path.exists():
            raise FileNotFoundError(f"{path} is not there: KHOP_DATA names the folder of the data sets")
        z = np.load(path)
        a = sp.csr_array((np.ones(len(z["adj_indices"])), z["adj_indices"], z["adj_indptr"]), shape=tuple(z["adj_shape"]))
        a = a + a.T
    a = sp.csr_array(a)
    a.setdiag(0)
    a.eliminate_zeros()
    a.data = np.ones(a.nnz, np.float32)
    a.sort_indices()
    return a


def graph_path(name, ending="npz"):
    """The path of the same graph as a file that khop reads: "npz" (adj_* arrays) or "txt" (an edge list)."""
    import numpy as np
    import scipy.sparse as sp
    path = DATA / f"{name}.{ending}"
    if not path.exists():
        a = graph(name)
        beside = DATA / f".{name}.{os.getpid()}.{ending}"
        if ending == "txt":
            upper = sp.triu(a).tocoo()
            np.savetxt(beside, np.column_stack([upper.row, upper.col]), fmt="%d")
        else:
            np.savez(beside, adj_indptr=a.indptr, adj_indices=a.indices, adj_data=a.data, adj_shape=np.array(a.shape))
        beside.rename(path)
    return str(path)


def ring_of(name, hop):
    """The ring as SciPy CSR, from SciPy's own boolean powers: no row of it comes from khop."""
    import scipy.sparse as sp
    a = graph(name)
    seen = sp.eye_array(a.shape[0], format="csr", dtype="float32")
    now = seen
    for _ in range(hop):
        ahead = now @ a
        ahead.data[:] = 1
        ahead = ahead - ahead.multiply(seen)
        ahead.eliminate_zeros()
        now = ahead
        seen = seen + now
    now = sp.csr_array(now, dtype="float32")
    now.sort_indices()
    return now


# --- rows --------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Row:
    """One line of the results. khop and other are medians in `unit`; met is None where nothing was promised."""
    what: str
    peer: str
    khop: float
    other: float
    ratio: float
    goal: str = ""
    met: bool | None = None
    note: str = ""
    unit: str = "s"


def faster(what, peer, khop, other, goal=None, note="", unit="s"):
    """A peer: the ratio says how many times khop is ahead; the goal is the least."""
    ratio = other / khop
    return Row(what, peer, khop, other, ratio, f">= {goal:g}" if goal else "", bool(ratio >= goal) if goal else None,
               note, unit)


def within(what, floor, khop, other, goal, note="", unit="s"):
    """A floor: the ratio says how many times the floor khop takes; the goal is the most."""
    ratio = khop / other
    return Row(what, floor, khop, other, ratio, f"<= {goal:g}", bool(ratio <= goal), note, unit)


def amount(value, unit):
    if unit != "s":
        return f"{value:.4g} {unit}".strip()
    for scale, name in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if value >= scale:
            return f"{value / scale:.3g} {name}"
    return f"{value / 1e-9:.3g} ns"


def table(rows):
    lines = ["| what | beside | khop | beside it | ratio | goal | met | note |", "|---|---|--:|--:|--:|---|---|---|"]
    for r in rows:
        met = {None: "", True: "yes", False: "**no**"}[r["met"]]
        lines.append(f"| {r['what']} | {r['peer']} | {amount(r['khop'], r['unit'])} | {amount(r['other'], r['unit'])} | "
                     f"{r['ratio']:.3g} | {r['goal']} | {met} | {r['note']} |")
    return "\n".join(lines)


def processor():
    try:
        names = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
        return f"{names[0]}, {len(names)} cores"
    except (OSError, IndexError):
        return platform.processor()


def versions():
    found = {"Python": platform.python_version()}
    for name in ("numpy", "scipy", "pandas", "networkx", "igraph", "torch", "torch_geometric", "rdkit"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not here"
    return found


def finish(part, rows, about=""):
    """Prints the table of a part and writes build-bench/PART.json. about: a sentence or two on the method."""
    rows = [dataclasses.asdict(row) for row in rows]
    about += " Processor time, not wall time." if CPU else ""
    print(table(rows), flush=True)
    BUILD.mkdir(exist_ok=True)
    (BUILD / f"{part}.json").write_text(json.dumps(
        {"part": part, "about": about, "processor": processor(), "versions": versions(), "rows": rows}, indent=1))
