"""Rings against depth where labels lie far, at equal parameters: make_longrange.py says what the data are.

Every model gets the number of columns with which it has as many parameters as `dilated` with 32 (within 5 %), and the
same training: Adam, rate 0.01, dropout 0.1, no weight decay, all epochs, the epoch with the best validation score. What
each learned is then audited: influence by hop, khop audit --model. KHOP_BENCH_SIZE: small, some minutes [small];
medium; full: 10^5 nodes of roads, and graphs of diameter 17 to 40, hours.

Writes build-bench/longrange/SIZE/: the data, a model each, longrange.md and the pictures.
"""
import json
import os
import subprocess
import sys

import numpy as np

from common import BUILD, THREADS
from make_longrange import SIZES, make_all

SIZE = os.environ.get("KHOP_BENCH_SIZE", "small")
FOLDER = BUILD / "longrange" / SIZE
KHOP = BUILD / "khop" / "src" / "cli" / "khop"
EPOCHS = {"small": (150, 150), "medium": (150, 200), "full": (60, 300)}  # of roads, of the others
SAMPLES = 50

# name: (recipe, hops, dilation of each layer). The reach is the largest hop times the sum of the dilations.
MODELS = {
    "no graph": ("residual", [0], [1] * 3),
    "gcn": ("gcn", [1], [1, 1]),
    "depth 3": ("residual", [0, 1], [1] * 3),
    "depth 14": ("residual", [0, 1], [1] * 14),
    "rings 1 2 4": ("dilated", [0, 1, 2], [1, 2, 4]),
    "depth 30": ("residual", [0, 1], [1] * 30),
    "rings 1 2 4 8": ("dilated", [0, 1, 2], [1, 2, 4, 8]),
}
TASKS = {"road": "accuracy", "sssp": "mae", "ecc": "mae", "diam": "mae"}


def reach(name):
    _, hops, dilations = MODELS[name]
    return max(hops) * sum(dilations)


# --- equal parameters --------------------------------------------------------------------------------


def parameters(name, features, hidden, outputs):
    """As khop counts them: run() compares."""
    recipe, hops, dilations = MODELS[name]
    ends = features * hidden + hidden + hidden * outputs + outputs
    if recipe == "gcn":
        return ends
    layer = 2 * hidden + len(hops) * hidden**2 + hidden
    return ends + len(dilations) * layer + 2 * hidden


def columns(name, features, outputs):
    wanted = parameters("rings 1 2 4", features, 32, outputs)
    return min(range(2, 4000), key=lambda hidden: abs(parameters(name, features, hidden, outputs) - wanted))


# --- training and audit ------------------------------------------------------------------------------


def khop(*arguments):
    done = subprocess.run([str(KHOP), *map(str, arguments)], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError(f"khop {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def train(task, name):
    recipe, hops, dilations = MODELS[name]
    data, model = FOLDER / f"{task}.npz", FOLDER / f"{task} {name}.safetensors"
    with np.load(data) as z:
        features, outputs = z["x"].shape[1], 10 if task == "road" else 1
    hidden = columns(name, features, outputs)
    options = ["--metric", TASKS[task], "--epochs", EPOCHS[SIZE][task != "road"], "--patience",
               "never"]
    if task != "road":
        options += ["--target", "y"]
    if recipe == "dilated":
        options += ["--dilations", ",".join(map(str, dilations))]
    found = khop("train", data, "--recipe", recipe, "--hops", ",".join(map(str, hops)), "--layers", len(dilations),
                 "--hidden", hidden, "--lr", 0.01, "--dropout", 0.1 if task == "road" else 0, "--schedule", "cosine", "--input-dropout", 0, "--weight-decay", 0,
                 "--feature-norm", "none", "--row-normalize", "no", "--threads", max(THREADS), "--save", model, "-q",
                 "--json", *options)
    assert found["parameters"] == parameters(name, features, hidden, outputs), (name, found["parameters"])
    return {"task": task, "model": name, "reach": reach(name), "hidden": hidden, "parameters": found["parameters"],
            "score": found["test_mean"], "epoch": found["runs"][0]["best_epoch"], "ms": 1e3 * found["seconds_per_epoch"],
            "file": str(model)}


def audit(row):
    data = FOLDER / f"{row['task']}.npz"
    found = khop("audit", data, "--model", row["file"], "--samples", SAMPLES, "--threads", max(THREADS), "--json",
                 "--plot", row["file"].replace(".safetensors", ".svg"))["influence"]
    row["range"], row["shares"] = found["range"], found["share_per_hop"]
    return row


# --- what is written ---------------------------------------------------------------------------------


def table(rows):
    lines = ["| task | model | reach | columns | parameters | test | mean hop of its influence | best epoch | ms an epoch |",
             "|---|---|--:|--:|--:|--:|--:|--:|--:|"]
    for r in rows:
        score = f"{100 * r['score']:.1f} %" if TASKS[r["task"]] == "accuracy" else f"{r['score']:.3f}"
        lines.append(f"| {r['task']} | {r['model']} | {r['reach']} | {r['hidden']} | {r['parameters']} | {score} | "
                     f"{r['range']:.2f} | {r['epoch']} | {r['ms']:.3g} |")
    return "\n".join(lines)


COLOURS = ["#777777", "#009e73", "#56b4e9", "#0072b2", "#e69f00", "#000000", "#d55e00"]  # of Okabe and Ito


def ticks(most):
    """From 0 to beyond most, at most six, in steps of 1, 2 or 5 times a power of ten."""
    steps = [a * 10.0**b for b in range(-3, 4) for a in (1, 2, 5)]
    step = next(s for s in steps if most / s <= 5)
    return step * np.arange(np.ceil(most / step - 1e-9) + 1)


def draw(path, title, across, up, series):
    """Lines of series {name: [(x, y), ..]} over one pair of axes, from 0 on."""
    wide, high, left, top = 560, 300, 70, 50
    along_x = ticks(max(x for points in series.values() for x, _ in points) or 1)
    along_y = ticks(max(y for points in series.values() for _, y in points) or 1)
    place = lambda x, y: (left + wide * x / along_x[-1], top + high * (1 - y / along_y[-1]))
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + wide + 150}" height="{top + high + 60}" '
           'font-family="sans-serif" font-size="12">', f'<text x="{left}" y="26" font-size="16">{title}</text>',
           f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" fill="none" stroke="#888"/>',
           f'<text x="{left + wide / 2}" y="{top + high + 42}" text-anchor="middle">{across}</text>',
           f'<text transform="translate(18 {top + high / 2}) rotate(-90)" text-anchor="middle">{up}</text>']
    out += [f'<text x="{place(x, 0)[0]:.1f}" y="{top + high + 18}" text-anchor="middle">{x:.3g}</text>' for x in along_x]
    out += [f'<text x="{left - 8}" y="{place(0, y)[1] + 4:.1f}" text-anchor="end">{y:.3g}</text>' for y in along_y]
    for n, (name, points) in enumerate(series.items()):
        colour, at = COLOURS[n % len(COLOURS)], [place(x, y) for x, y in points]
        out.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in at)}" fill="none" '
                   f'stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in at]
        out.append(f'<text x="{left + wide + 12}" y="{top + 14 + 18 * n}" fill="{colour}">{name}</text>')
    path.write_text("\n".join(out) + "\n</svg>\n")


def draw_all(rows):
    for task in dict.fromkeys(r["task"] for r in rows):
        of_task = [r for r in rows if r["task"] == task]
        up = "test accuracy" if TASKS[task] == "accuracy" else "mean absolute error of the test"
        families = {}
        for r in sorted(of_task, key=lambda r: r["reach"]):
            families.setdefault(r["model"].rstrip(" 0123456789"), []).append((r["reach"], r["score"]))
        draw(FOLDER / f"{task} reach.svg", f"{task}: score by reach, equal parameters", "reach, hops", up, families)
        draw(FOLDER / f"{task} influence.svg", f"{task}: influence by hop", "hop", "share of the influence",
             {r["model"]: list(enumerate(r["shares"])) for r in of_task if r["reach"]})


def main():
    tasks = sys.argv[1:] or list(TASKS)
    if SIZE not in SIZES:
        sys.exit(f"bench/longrange.py: KHOP_BENCH_SIZE is '{SIZE}', not one of {', '.join(SIZES)}")
    if not (FOLDER / "diam.npz").exists():
        make_all(FOLDER, SIZE)
    rows = []
    for task in tasks:
        for name in MODELS:
            rows.append(audit(train(task, name)))
            print(table(rows[-1:]).splitlines()[-1], flush=True)
    (FOLDER / "longrange.json").write_text(json.dumps(rows, indent=1))
    (FOLDER / "longrange.md").write_text(table(rows) + "\n")
    draw_all(rows)


if __name__ == "__main__":
    main()
