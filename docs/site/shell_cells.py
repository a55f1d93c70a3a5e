"""Cells of the shell: the directive `shell` runs its lines and shows them, what they print, and the pictures they draw.

Cells of one page share a folder, from which they are gone when the site is built. A line that fails is an error.
"""

import base64
import subprocess
import tempfile
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

FOLDERS = {}


class ShellCell(SphinxDirective):
    has_content = True

    def run(self):
        page = self.env.docname
        folder = Path(FOLDERS.setdefault(page, tempfile.TemporaryDirectory()).name)
        before = set(folder.glob("*.svg"))
        lines = "\n".join(self.content)
        ran = subprocess.run(["sh", "-eu"], input=lines, cwd=folder, text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
        if ran.returncode:
            raise self.error(f"{page}: the shell ended with {ran.returncode}:\n{ran.stdout}")
        shown = [nodes.literal_block(lines, lines, language="sh")]
        if ran.stdout.strip():
            shown.append(nodes.literal_block(ran.stdout, ran.stdout.strip("\n"), language="none", classes=["printed"]))
        return shown + [picture(path) for path in sorted(set(folder.glob("*.svg")) - before)]


def picture(path):
    text = base64.b64encode(path.read_bytes()).decode()
    return nodes.image(uri=f"data:image/svg+xml;base64,{text}", alt=path.stem, classes=["drawn"])


def setup(app):
    app.add_directive("shell", ShellCell)
    return {"parallel_read_safe": True}
