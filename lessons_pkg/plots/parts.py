"""What several figures share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor


def refuse_nothing(what: str, named: Mapping[str, Sequence | Tensor]) -> None:
    """A clear word where there is nothing to draw, instead of a division by zero inside."""
    if not named:
        raise ValueError(f"{what} is empty: give at least one name with something to draw")
    for name, values in named.items():
        if len(values) == 0:
            raise ValueError(f"{what}: there is nothing to draw for {name!r}")
