"""Text that a submission may have written, made fit for a terminal, a page or a file."""

from __future__ import annotations

import unicodedata

__all__ = ["plain_text"]


def plain_text(text: str, longest: int) -> str:
    """Without control characters, escape sequences, marks that turn the writing direction, and half characters.

    longest: characters that are kept.
    """
    kept = "".join(
        char
        if char == "\n" or char.isprintable()
        else " "
        if char.isspace() or unicodedata.category(char) == "Zs"
        else ""
        for char in text[: 2 * longest].replace("\r\n", "\n")
    )
    return kept if len(kept) <= longest else f"{kept[:longest]} …"
