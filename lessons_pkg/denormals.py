"""Numbers too small for the ordinary format, taken as zero while a training runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["denormals_as_zero"]


@contextmanager
def denormals_as_zero() -> Iterator[None]:
    """Inside, a result below 1.2e-38 is zero on this thread of the CPU; afterwards it is as it was before.

    Such numbers are called denormal. A processor computes with them in microcode, many times as slowly. Adam makes
    them by the thousand: the averages of a gradient that has become zero, as at a pixel that is always black, shrink
    by a factor each step until they get there. What is lost is far below the last digit of any loss. Where the
    processor has no such switch, nothing happens.
    """
    before = _is_on()
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


def _is_on() -> bool:
    """Asked by doing: torch sets the switch, but does not tell how it stands."""
    smallest = torch.full((1,), torch.finfo(torch.float32).tiny)
    return (smallest / 2).item() == 0
