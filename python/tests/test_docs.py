"""Every block of Python in the pages of docs runs; those of a library that is not installed are left out.

Cells of notebooks, ```{code-cell}, are run by tools/site.
"""

import importlib.util
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {path.relative_to(DOCS).as_posix(): path.read_text() for path in sorted(DOCS.rglob("*.md"))}
BLOCK = re.compile(r"^#+ ([^\n]*)\n|^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
WITH_PYTHON = [name for name, page in PAGES.items() if "\n```python\n" in page]


def sections(page):
    """(title, code): later sections see the names of earlier ones."""
    title = ""
    for heading, code in BLOCK.findall(page):
        title = heading or title
        if code:
            yield title, code


def run(name):
    """The titles of the sections that were run, and the names that they leave."""
    names, titles = {}, []
    for title, code in sections(PAGES[name]):
        needed = re.findall(r"^(?:import|from) (\w+)", code, re.MULTILINE)
        if all(importlib.util.find_spec(library) for library in needed):
            exec(compile(code, f"docs/{name}: {title}", "exec"), names)
            titles.append(title)
    return titles, names


@pytest.mark.parametrize("name", WITH_PYTHON)
def test_the_page_runs(name):
    assert run(name)[0]


def test_a_page_that_does_not_run_is_seen(monkeypatch):
    monkeypatch.setitem(PAGES, "new.md", "# New\n\n```python\nassert 1 == 2\n```\n")
    with pytest.raises(AssertionError):
        run("new.md")


def test_what_the_pages_say_is_so():
    titles, names = run("coming-from.md")
    assert {"From SciPy", "From NetworkX and igraph", "From RDKit"} <= set(titles)
    assert names["two"].nnz == 8 and len(names["strangers"]) == 9
    assert {"coming-from.md", "index.md", "python.md"} <= set(WITH_PYTHON)


@pytest.mark.parametrize("kind", ["Error", "Warning"])
def test_the_page_names_every_error(kind):
    import khop
    for name in khop.__all__:
        if name.endswith(kind) and name not in ("Error", "Warning"):
            assert f"`{name}`" in PAGES["python.md"], name
