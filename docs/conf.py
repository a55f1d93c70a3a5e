"""The site: pages stand where they stand in this repository, so that a link leads to the same place here and there."""

import os
import sys
from pathlib import Path

import khop
from sphinx import addnodes

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "docs" / "site"
sys.path.insert(0, str(SITE))

project = "khop"
author = copyright = "the khop developers"
version = release = khop.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_design", "sphinx_copybutton",
              "header_pages", "shell_cells"]
root_doc = "docs/index"
include_patterns = ["docs/**.md", "include/khop/*.h", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md",
                    "bench/README.md", "bench/results.md", "datasets/README.md", "examples/**.md", "tests/*/README.md"]
exclude_patterns = ["build*", ".git"]
smartquotes = False
highlight_language = "none"
default_role = "py:obj"
toc_object_entries = False    # a third of the time goes into them

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

# Cells are run in a folder of their own, with the data set that ships.
os.environ.update(KHOP_DATA=str(ROOT / "datasets"), MATPLOTLIBRC=str(SITE / "matplotlibrc"), PYTHONPATH=str(SITE))
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_show_tb = True
nb_execution_timeout = 600
nb_merge_streams = True

c_extra_keywords = ["alignas", "alignof", "bool", "noreturn", "static_assert", "thread_local"]
add_function_parentheses = False

autodoc_mock_imports = ["torch"]
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_use_rtype = False

html_theme = "furo"
html_title = "khop"
html_copy_source = False
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_extra_path = ["site/root"]


def leave_out_of_the_sidebar(app, doctree):
    """Notes are found by their table, docs/notes/README.md, which a test holds to be whole."""
    if app.env.docname.startswith("docs/notes/2"):
        app.env.metadata[app.env.docname]["orphan"] = True


def call_pages_by_their_titles(app, doctree):
    """A link whose text is the name of a file, as it reads best in the sources, shows the title of the page."""
    for link in doctree.findall(addnodes.pending_xref):
        if link.get("refexplicit") and link.astext().endswith(".md"):
            link["refexplicit"] = False


def setup(app):
    app.connect("doctree-read", leave_out_of_the_sidebar)
    app.connect("doctree-read", call_pages_by_their_titles)
