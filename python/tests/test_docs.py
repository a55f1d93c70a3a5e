"""Every block of Python in docs/python.md runs; those of a library that is not installed are left out."""

import importlib.util
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "python.md").read_text()
BLOCKS = re.findall(r"^## ([^\n]*)\n|^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def sections():
    """(title, code): later sections see the names of earlier ones."""
    title = ""
    for heading, code in BLOCKS:
        title = heading or title
        if code:
            yield title, code


def test_the_page_runs():
    names, run = {}, []
    for title, code in sections():
        needed = re.findall(r"^(?:import|from) (\w+)", code, re.MULTILINE)
        if all(importlib.util.find_spec(library) for library in needed):
            exec(compile(code, f"docs/python.md: {title}", "exec"), names)
            run.append(title)
    assert {"Quick start", "Learning without a framework", "Molecules, audits, data sets"} <= set(run)
    assert names["two"].nnz == sum(names["two"].data) and names["model"].score(None, None, names["group"]) > 0.5


@pytest.mark.parametrize("kind", ["Error", "Warning"])
def test_the_page_names_every_error(kind):
    import khop
    for name in khop.__all__:
        if name.endswith(kind) and name not in ("Error", "Warning"):
            assert f"`{name}`" in PAGE, name
