"""A file that is there whole or not at all: a run that is killed while it writes leaves the file of the run before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

__all__ = ["write_whole"]


@contextmanager
def write_whole(path: Path, encoding: str = "utf-8", newline: str | None = "\n") -> Iterator[IO[str]]:
    """A text file to write into, which takes its place when the block ends without an error."""
    part = path.with_name(f".{path.name}.part")
    try:
        with open(part, "w", encoding=encoding, newline=newline) as file:
            yield file
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
