"""Public headers as pages: Sphinx reads include/khop/*.h, whose comments are the reference of the C library.

A header is a list of parts: a comment that begins a line, and the declarations under it. On the page the declarations
stand first, with the comment as their text: paragraphs as paragraphs, indented lines as they stand, and the names of
functions, headers and pages as links.
"""

import re
from itertools import groupby
from pathlib import Path

from sphinx.parsers import RSTParser

INCLUDES = Path(__file__).resolve().parents[2] / "include" / "khop"
AROUND = re.compile(r'#((ifndef|define) KHOP_\w+_H$|include|if|el|endif|define KHOP_(API|PRINTF)\b)|extern "C" \{|\}$')
ROLES = {"function": "func", "type": "type", "macro": "macro"}
SECTION = re.compile(r"--- (.*?) -{3,}\n?")


def parts(text):
    """(comment, declarations) in the order of a header."""
    comment, declared, lines = "", [], iter(text.splitlines())
    for line in lines:
        is_comment, is_blank = line.startswith("/*"), not line.strip()
        if (is_comment or is_blank) and declared or is_comment and comment:
            yield comment, declared
            comment, declared = "", []
        if is_comment:
            comment = _plain(_until(line, lines, lambda text: "*/" in text))
        elif not is_blank and not AROUND.match(line):
            ends = _is_whole_macro if line.startswith("#") else _is_whole
            declared.append(_until(line, lines, ends))
    if comment or declared:
        yield comment, declared


def _until(text, lines, is_end):
    while not is_end(text):
        text += "\n" + next(lines)
    return text


def _is_whole_macro(text):
    return not text.endswith("\\") and text.count("/*") == text.count("*/")


def _is_whole(text):
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).rstrip()
    return "/*" not in bare and bare.endswith(";") and bare.count("{") == bare.count("}")


def _plain(comment):
    """The text of a comment without its stars."""
    lines = comment.removeprefix("/*").removesuffix("*/").splitlines()
    return "\n".join([lines[0].strip()] + [re.sub(r"^ ?\* ?", "", line).rstrip() for line in lines[1:]]).strip()


# --- comments as reStructuredText ----------------------------------------------------------------------------------


def names_of(headers):
    """What the name of a function, a type, a header stands for on other pages."""
    names = {}
    for path in headers:
        names[f"khop/{path.name}"] = f":doc:`khop/{path.name} </include/khop/{path.stem}>`"
        for _, declared in parts(path.read_text()):
            for kind, name in (named(text) for text in declared):
                if name:
                    names[name] = f":c:{ROLES[kind]}:`{name}`"
    return names


def linked(text, names):
    """Plain text with links."""
    def link(match):
        word = match.group()
        if word in names:
            return rf"\ {names[word]}\ "
        if word.endswith(".md"):
            return rf"\ :doc:`/{word[:-3]}`\ "
        return f"``{word[1:-1]}``" if len(word) > 2 and word[0] == "`" else re.sub(r"([\\*`_|])", r"\\\1", word)

    return re.sub(r"`[^`]+`|docs/[\w/-]+\.md|khop/\w+\.h\b|\bkhop_\w+\b|[\\*`_|]", link, text, flags=re.IGNORECASE)


def prose(comment, names):
    """Paragraphs; lines that are indented stand as they are, errors and costs begin a line."""
    for chunk in re.split(r"\n\s*\n", comment):
        for is_drawn, lines in _runs(chunk.splitlines()):
            if is_drawn:
                yield "::\n\n" + indented("\n".join(lines))
                continue
            for text in re.split(r"(?<=\S)\s+(?=(?:Errors?|Costs?): )", " ".join(line.strip() for line in lines)):
                yield re.sub(r"^(Errors?|Costs?): ", r"**\1:** ", linked(text, names))


def _runs(lines):
    runs = []
    for line in lines:
        is_drawn = line.startswith("  ")
        if not runs or runs[-1][0] != is_drawn:
            runs.append((is_drawn, []))
        runs[-1][1].append(line)
    return runs


# --- declarations ----------------------------------------------------------------------------------------------------


def named(text):
    """The kind and the name of what a declaration declares; constants have none."""
    macro = re.match(r"#define (\w+)", text)
    if macro:
        return "macro", macro.group(1)
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    if bare.startswith("KHOP_API"):
        return "function", re.search(r"(\w+)\(", bare.removeprefix("KHOP_API")).group(1)
    typedef = re.search(r"^typedef .*?(?:\(\*(\w+)\)\([^()]*\)|(\w+));\s*$", bare, re.DOTALL)
    return ("type", typedef.group(1) or typedef.group(2)) if typedef else ("constants", "")


def signature(text):
    """A prototype on one line."""
    bare = re.sub(r"/\*.*?\*/|KHOP_API|KHOP_PRINTF\(.*?\)", "", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", bare).strip(" ;")


def page(text, names):
    """A header as reStructuredText."""
    (first, alone), *rest = parts(text)
    title, _, first = first.partition(": ")
    yield f"{title}\n{'=' * len(title)}"
    yield from prose(first[:1].upper() + first[1:], names)
    known = set()
    for comment, declared in [("", alone)] + rest:
        section = SECTION.match(comment)
        if section:
            yield section.group(1).capitalize() + "\n" + "-" * len(section.group(1))
            comment = comment[section.end():]
        body = list(prose(comment, names))
        if not declared:
            yield from body
        for kind, group in groupby(declared, key=lambda text: _kind(text, known)):
            yield described(kind, list(group), body)
            body = []


def _kind(text, known):
    """What a declaration declares; of a name that the page has already, as under another #if, nothing new."""
    kind, name = named(text)
    if name in known:
        return "constants"
    known.add(name)
    return kind


def described(kind, texts, body):
    """Declarations of one kind with what is said of them: prototypes as signatures, all else as code too."""
    code = ".. code-block:: c\n\n" + indented("\n".join(texts))
    if kind == "constants":
        return "\n\n".join([code] + body)
    if kind == "function":
        heads = [signature(text) for text in texts]
        beside = (re.search(r"; /\*(.*)\*/\s*$", text, re.DOTALL) for text in texts)
        body = body + [f"``{named(text)[1]}``: {linked(note.group(1).strip(), {})}"
                       for text, note in zip(texts, beside) if note]
    else:
        heads, body = [named(text)[1] for text in texts], [code] + body
    return f".. c:{kind}:: " + "\n   ".join(heads) + "\n\n" + indented("\n\n".join(body))


def indented(text):
    return "\n".join("   " + line if line else "" for line in text.splitlines())


# --- Sphinx ----------------------------------------------------------------------------------------------------------


class HeaderParser(RSTParser):
    """Reads a public header in the place of reStructuredText."""

    supported = ("header",)
    names = {}

    def parse(self, inputstring, document):
        if not self.names:
            self.names.update(names_of(sorted(INCLUDES.glob("*.h"))))
        super().parse("\n\n".join(page(inputstring, self.names)) + "\n", document)


def setup(app):
    app.add_source_suffix(".h", "header")
    app.add_source_parser(HeaderParser)
    return {"parallel_read_safe": True}
