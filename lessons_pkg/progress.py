"""A progress bar for a terminal and for live Jupyter, which leaves nothing behind when it is done."""

from __future__ import annotations

import io
import os
import sys

from tqdm import tqdm


def progress_bar(total: int, description: str, *, shown: bool = True) -> tqdm:
    """A tqdm bar, to be used in a ``with``. Silent where nobody looks: output to a file, or ``LESSONS_PROGRESS=0``;
    and with ``shown=False``.

    It appears after a second, so that short work shows nothing at all.
    """
    wanted = shown and os.environ.get("LESSONS_PROGRESS", "1") != "0"
    options = {"total": total, "desc": description, "leave": False, "delay": 1.0}
    if wanted and _in_jupyter():
        return _JupyterBar(**options, file=io.StringIO(), mininterval=0.3, ncols=80)
    return tqdm(**options, disable=not (wanted and sys.stderr.isatty()))


def _in_jupyter() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


class _JupyterBar(tqdm):
    """Writes the bar into one output of the cell and empties it at the end.

    tqdm's own notebook bar leaves a dead widget in the saved notebook, its text bar a line of stderr.
    """

    _handle = None

    def display(self, msg: str | None = None, pos: int | None = None) -> bool:
        from IPython.display import display

        text = {"text/plain": str(self) if msg is None else msg}
        if self._handle is None:
            if not text["text/plain"]:
                return True
            self._handle = display(text, raw=True, display_id=True)
        else:
            self._handle.update(text, raw=True)
        return True

    def close(self) -> None:
        super().close()
        if self._handle is not None:
            # Text alone would be stored as an empty box; empty HTML is nothing at all on the page.
            self._handle.update({"text/html": "", "text/plain": ""}, raw=True)
            self._handle = None
