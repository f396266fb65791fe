"""A hash of what decides a result, which a comment, a docstring or another layout does not change."""

from __future__ import annotations

import hashlib
import io
import tokenize
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType


def hash_of(modules: Iterable[ModuleType], version: int) -> str:
    """Sixteen hexadecimal digits for the code of these modules and the numerics version; the same on every Python."""
    text = "".join(code_only(Path(module.__file__).read_text()) for module in modules)
    return hashlib.sha256(f"{version}{text}".encode()).hexdigest()[:16]


def code_only(source: str) -> str:
    """The code without comments, docstrings and layout: what may change without changing a number."""
    lines = source.splitlines(keepends=True)
    kept: list[str] = []
    statement_begins, opened = True, []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind, text = tokenize.tok_name[token.type], token.string
        # From Python 3.12 on an f-string comes in pieces: take it whole, as before, so that the hash is the same.
        if kind == "FSTRING_START":
            opened.append(token.start)
        elif kind == "FSTRING_END":
            text = _between(lines, opened.pop(), token.end)
        if opened or kind in ("COMMENT", "NL"):
            continue
        if kind in ("NEWLINE", "INDENT", "DEDENT"):
            if not (kind == "NEWLINE" and statement_begins):  # the line of a docstring that was left out
                kept.append(kind)
            statement_begins = True
        elif not (kind == "STRING" and statement_begins):  # a string that begins a statement is a docstring
            kept.append(text)
            statement_begins = False
    return " ".join(kept)


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """The text from one (line, column) to another, lines counted from 1."""
    (first, left), (last, right) = start, end
    if first == last:
        return lines[first - 1][left:right]
    return lines[first - 1][left:] + "".join(lines[first : last - 1]) + lines[last - 1][:right]
