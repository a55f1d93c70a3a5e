"""Writes LICENSES.txt into a wheel: licences.py WHEEL FOLDER; the new wheel is in FOLDER.

It names each library that the wheel holds, and what is linked into khop itself, with the terms that Debian's packages
and Python's say. A library that is not in the table is an error: nothing goes out without its licence.
"""

import importlib.metadata
import re
import subprocess
import sys
import tempfile
from pathlib import Path

DOC, TEXTS = Path("/usr/share/doc"), Path("/usr/share/common-licenses")
GOMP = "GPL-3 or later with the GCC Runtime Library Exception 3.1, which lets any program be linked with it"
# By the beginning of a file's name: what it is, its licence, and the texts.
HELD = {
    "libcjson": ("cJSON, which reads and writes JSON", "MIT", [DOC / "libcjson1/copyright"]),
    "libgomp": ("libgomp, GCC's runtime of OpenMP", GOMP, [DOC / "libgomp1/copyright", TEXTS / "GPL-3"]),
}


def cffi_licence():
    """Its header is compiled into the extension modules."""
    files = importlib.metadata.files("cffi")
    return next(Path(file.locate()) for file in files if Path(file).name == "LICENSE")


def linked_in():
    return {
        "cffi's _cffi_include.h": ("how C and Python call each other", "MIT", [cffi_licence()]),
        "libgcc": ("what GCC's own code calls", GOMP, []),
        "libc_nonshared.a": ("glibc's few functions that programs hold themselves",
                             "LGPL-2.1 or later with the exception for linked files", [DOC / "libc6/copyright"]),
    }


def row_of(library):
    """The row of HELD that a file belongs to."""
    name = re.match(r"[A-Za-z_]+", library).group()
    if name not in HELD:
        raise SystemExit(f"licences.py: {library} is in the wheel, and its licence is not in HELD")
    return HELD[name]


def text_of(rows):
    """LICENSES.txt: a list of what there is, then each text once."""
    lines = ["khop itself is under the Apache License 2.0 (LICENSE). This wheel also holds:", ""]
    texts = []
    for name, (about, licence, files) in rows.items():
        lines.append(f"{name}: {about}. {licence}.")
        texts += [file for file in files if file not in texts]
    for file in texts:
        lines += ["", "=" * 78, f"{file.parent.name}/{file.name}", "=" * 78, "", file.read_text()]
    return "\n".join(lines)


def main():
    wheel, folder = (Path(text) for text in sys.argv[1:])
    with tempfile.TemporaryDirectory() as place:
        run = [sys.executable, "-m", "wheel"]
        subprocess.run([*run, "unpack", wheel, "-d", place], check=True, stdout=subprocess.DEVNULL)
        root, = Path(place).iterdir()
        rows = {file.name: row_of(file.name) for file in sorted(root.glob("khop.libs/*"))}
        notes, = root.glob("khop-*.dist-info")
        (notes / "licenses").mkdir(exist_ok=True)
        (notes / "licenses/LICENSES.txt").write_text(text_of({**rows, **linked_in()}))
        subprocess.run([*run, "pack", root, "-d", folder], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
