"""report.py FILE: joins the parts that are there, build-bench/*.json, into one page."""
import json
import pathlib
import sys

from common import BUILD, table

ORDER = ["rings", "rows", "spmm", "layer", "train", "memory", "scale", "forms", "molecules", "read", "python"]


def page(parts):
    lines = ["# khop beside its peers", "", "Made by `sh bench/run`; bench/README.md says how it is measured.", ""]
    machines = sorted({part["processor"] for part in parts})
    lines += [f"Processor: {'; '.join(machines)}.", ""]
    for key in dict.fromkeys(key for part in parts for key in part["versions"]):
        values = sorted({part["versions"].get(key, "") for part in parts})
        lines.append(f"- {key} {', '.join(values)}")
    rows = [row for part in parts for row in part["rows"]]
    held = [row for row in rows if row["met"] is not None]
    lines += ["", f"{sum(row['met'] for row in held)} of {len(held)} figures that are held to a goal meet it.", ""]
    for part in parts:
        lines += [f"## {part['part']}", ""]
        lines += [part["about"], ""] if part["about"] else []
        lines += [table(part["rows"]), ""]
    return "\n".join(lines)


there = [json.loads((BUILD / f"{name}.json").read_text()) for name in ORDER if (BUILD / f"{name}.json").exists()]
if not there:
    sys.exit("bench/report.py: there is no part in build-bench")
pathlib.Path(sys.argv[1]).write_text(page(there))
print(f"bench/report.py: {sys.argv[1]}: {', '.join(part['part'] for part in there)}")
