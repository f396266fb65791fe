"""The explorers in Jupyter: the same scripts as on the page, with data from the kernel.

widget.live("shapes", shapes.stack(layers, (1, 28, 28)))     # layers of your own
widget.OwnModel("latent", data, answer)                      # what the scripts ask is answered here: see own.py
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import anywidget
import torch
import traitlets
from torch import Tensor

from lessons_pkg.explore import JS, scripts

__all__ = ["LiveExplorer", "OwnModel", "Trouble", "live"]

_RENDER = """
export default {
  render({ model, el }) {
    const place = document.createElement("div");
    place.className = "lessons-explorer";
    el.append(place);
    return %s;
  },
};
"""
_WITH_DATA = 'Lessons.explorers[model.get("kind")](place, model.get("data"))'
_WITH_ANSWERS = 'Lessons.live(model.get("kind"), place, model)'


@cache
def _scripts(kind: str, *, asks: bool = False) -> str:
    """One module of all scripts that a kind needs; what they share registers itself once in the page."""
    files = [*scripts(kind), *(["kernel.js"] if asks else [])]
    render = _RENDER % (_WITH_ANSWERS if asks else _WITH_DATA)
    return "\n".join((JS / name).read_text(encoding="utf-8") for name in files) + render


class LiveExplorer(anywidget.AnyWidget):
    """kind: the file js/<kind>.js. data: what it reads, plain values."""

    _css = JS.parent / "explorers.css"
    kind = traitlets.Unicode().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)

    def __repr__(self) -> str:
        return f"an explorer, live in Jupyter: {self.kind}"  # without an address, which would differ at every run

    def _repr_mimebundle_(self, **kwargs: object) -> Any:
        if "LESSONS_STILL" in os.environ:  # outputs are stored: a widget would be an address of this kernel
            return {"text/plain": repr(self)}
        return super()._repr_mimebundle_(**kwargs)


class Trouble(Exception):
    """Why there is no answer: a sentence for the reader."""


class OwnModel(LiveExplorer):
    """An explorer that asks the kernel. answer(values): the numbers of one question -> a tensor for each result."""

    def __init__(self, kind: str, data: dict[str, Any], answer: Callable[[Tensor], Sequence[Tensor]]) -> None:
        super().__init__(kind=kind, data=data, _esm=_scripts(kind, asks=True))
        self._answer = answer
        self.on_msg(self._asked)

    def _asked(self, _: object, question: Any, buffers: Sequence[bytes | memoryview]) -> None:
        """js/kernel.js waits for an answer to every question, whatever happens here."""
        if not isinstance(question, dict) or "id" not in question:
            return
        words, results = {"id": question["id"]}, []
        try:
            values = torch.frombuffer(bytearray(buffers[0]), dtype=torch.float32)
            results = [part.detach().cpu().float().contiguous().numpy().tobytes() for part in self._answer(values)]
        except Trouble as trouble:
            words["trouble"] = str(trouble)
        except KeyboardInterrupt:
            words["trouble"] = "The kernel was interrupted while your model was at work. Move on to ask it again."
        except Exception as error:
            words["trouble"] = f"Your model raised {type(error).__name__}: {_first_line(error)}"
        self.send(words, results)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "it says no more.")[:300]


def live(kind: str, data: dict[str, Any]) -> LiveExplorer:
    """An explorer of this kind as a widget. Raises ValueError for a kind that there is not."""
    return LiveExplorer(kind=kind, data=data, _esm=_scripts(kind))
