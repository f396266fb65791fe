"""Who calls the layer that is to be explained? A function of exercise 2 has to do the calculation itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode

from lessons_pkg.checks.framework import Trial

__all__ = ["by_hand"]

_LIBRARIES = {
    "torch/nn/modules/conv": "a convolution layer of torch.nn",
    "torch/nn/modules/pooling": "a pooling layer of torch.nn",
    "scipy/signal": "scipy.signal",
    "scipy/ndimage": "scipy.ndimage",
}


class _Watch(TorchDispatchMode):
    """Notes, while it is open, every convolution that torch, numpy or scipy does, and each layer that is built."""

    def __init__(self, seen: list[str]) -> None:
        super().__init__()
        self.seen = seen

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if "conv" in str(func):
            self.seen.append("torch's own convolution")
        return func(*args, **(kwargs or {}))

    def _profile(self, frame: FrameType, event: str, value: Any) -> None:
        if self.before is not None:
            self.before(frame, event, value)
        if event != "call":
            return
        file = frame.f_code.co_filename.replace("\\", "/")
        self.seen += [name for place, name in _LIBRARIES.items() if place in file]
        if "/numpy/" in file and frame.f_code.co_name in ("convolve", "correlate"):
            self.seen.append(f"numpy.{frame.f_code.co_name}")

    def __enter__(self) -> _Watch:
        self.before = sys.getprofile()
        sys.setprofile(self._profile)
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        sys.setprofile(self.before)


def by_hand(t: Trial, function: Callable, *args: Any, doing: str, **options: Any) -> Any:
    """``t.call``, and a verdict where the function lets the layer do the work that it is to show."""
    seen: list[str] = []

    def watched(*values: Any) -> Any:
        with _Watch(seen):
            return function(*values)

    value = t.call(watched, *args, doing=doing, **options)
    if seen:
        t.fail(
            expected="sums and products of your own",
            found=f"{doing} uses {seen[0]}: this calls the layer it should explain",
            hint="The check compares your answer with that layer. Write the calculation itself, as the formula says.",
        )
    return value
