"""Exercise 2: with what means an answer calculates. The check looks for them as well, but beside it they can be hidden.

What is told are facts; the oracle says which of them are forbidden.
"""

from __future__ import annotations

import sys
import threading
from types import FrameType
from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode

__all__ = ["Watch"]

# What checks/conv_by_hand.py looks for: it cannot be imported in here.
_LIBRARIES = ("torch/nn/modules/conv", "torch/nn/modules/pooling", "scipy/signal", "scipy/ndimage")
_NUMPY = ("convolve", "correlate")
_TORCH = ("conv1d", "conv2d", "conv3d", "conv_tbc", "conv_transpose", "convolution", "_convolution")


class Watch(TorchDispatchMode):
    """Notes, while it is open, torch's operations with "conv" in their names, and what is called of libraries.

    Operations are seen in TorchScript and in gradients as well; in threads that begin meanwhile only their calls are.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()

    def seen(self) -> list[str]:
        """What has been noted so far, each once, in the order of the alphabet."""
        return sorted(self._seen)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if "conv" in str(func):
            self._seen.add(str(func))
        return func(*args, **(kwargs or {}))

    def _profile(self, frame: FrameType, event: str, value: Any) -> None:
        if event == "c_call":
            name = getattr(value, "__name__", "")
            if name.startswith(_TORCH):
                self._seen.add(f"torch.{name}")
        if event != "call":
            return
        file = frame.f_code.co_filename.replace("\\", "/")
        self._seen.update(place for place in _LIBRARIES if place in file)
        if "/numpy/" in file and frame.f_code.co_name in _NUMPY:
            self._seen.add(f"numpy.{frame.f_code.co_name}")

    def __enter__(self) -> Watch:
        self._before = sys.getprofile()
        threading.setprofile(self._profile)
        sys.setprofile(self._profile)
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        sys.setprofile(self._before)
        threading.setprofile(None)
