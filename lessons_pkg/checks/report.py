"""What a check answers with: a Report, how it looks, and the errors it becomes under LESSONS_STRICT=1."""

from __future__ import annotations

import html
import os
import sys
from dataclasses import dataclass

__all__ = ["CheckFailed", "NotWritten", "Report", "publish", "strict"]


def strict() -> bool:
    """True where a failed check is to raise: in solutions, tests and grading (``LESSONS_STRICT=1``)."""
    return os.environ.get("LESSONS_STRICT", "0") not in ("", "0")


@dataclass(frozen=True)
class Report:
    """The judgement on one answer.

    task, title: "1.1" and what it asks for. passed: every requirement holds. written: False for a stub.
    requirement: the first that does not hold; expected, found: in words and numbers; hint: where to look.
    met: the requirements that hold, in the order they were tried.
    """

    task: str
    title: str
    passed: bool
    written: bool = True
    requirement: str = ""
    expected: str = ""
    found: str = ""
    hint: str = ""
    met: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        state = "passed" if self.passed else "not right yet" if self.written else "not written yet"
        return f"Task {self.task} ({self.title}): {state}"

    @property
    def reason(self) -> str:
        """The cause, in plain lines; empty if it passed."""
        return "\n".join(f"{name}: {text}" for name, text in self._lines())

    def _lines(self) -> list[tuple[str, str]]:
        named = (
            ("Required", self.requirement),
            ("Expected", self.expected),
            ("Found", self.found),
            ("Hint", self.hint),
        )
        return [] if self.passed else [(name, text) for name, text in named if text]

    @property
    def _met_label(self) -> str:
        many = f"{len(self.met)} requirement{'s' if len(self.met) > 1 else ''}"
        return f"{many} checked" if self.passed else f"Already right: {many}"

    def __str__(self) -> str:
        lines = [self.headline]
        lines += [f"  {name}: {text}".replace("\n", "\n    ") for name, text in self._lines()]
        if self.met:
            lines.append(f"  {self._met_label}.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """A box that takes the page's own text colour and a half-transparent frame, so any theme suits it."""
        colour = "#2e9e5b" if self.passed else "#d08700" if self.written else "#808080"
        rows = "".join(
            f"<div style='margin-top:.3em'><b>{name}:</b> "
            f"<span style='white-space:pre-wrap'>{html.escape(text)}</span></div>"
            for name, text in self._lines()
        )
        if self.met:
            items = "".join(f"<li>{html.escape(text)}</li>" for text in self.met)
            rows += f"<details style='margin-top:.3em'><summary>{self._met_label}</summary><ul>{items}</ul></details>"
        return (
            f"<div role='status' style='border:1px solid rgba(128,128,128,.4);border-left:5px solid {colour};"
            "border-radius:4px;padding:.5em .8em;margin:.3em 0;max-width:46em;color:inherit;background:transparent;"
            f"line-height:1.45'><b>{html.escape(self.headline)}</b>{rows}</div>"
        )

    def _ipython_display_(self) -> None:
        """What Jupyter asks of a cell's last value: show it, unless this cell has shown it already."""
        if _shown_in.get(id(self)) != (self, _cell()):
            _display(self)


class CheckFailed(AssertionError):
    """Raised by a failed check under LESSONS_STRICT=1. The message is the whole reason; ``report`` has the parts."""

    def __init__(self, message: str, report: Report | None = None) -> None:
        super().__init__(message)
        self.report = report

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: the reason, and no frame of this package."""
        return [f"{type(self).__name__}: {self}"]


class NotWritten(CheckFailed):
    """The answer is still the stub."""


# The last report shown and the cell that showed it, by the report's id: a cell that ends in the check call must
# not show the report a second time, while a later cell that looks at it must.
_shown_in: dict[int, tuple[Report, int | None]] = {}


def publish(report: Report) -> Report:
    """Show a report once, where its check was called; under LESSONS_STRICT=1 raise it instead if it is not a pass."""
    if strict() and not report.passed:
        raise (CheckFailed if report.written else NotWritten)(str(report), report)
    _shown_in.clear()
    _shown_in[id(report)] = (report, _cell())
    _display(report)
    return report


def _display(report: Report) -> None:
    if hasattr(_ipython(), "kernel"):
        from IPython.display import display

        display({"text/plain": str(report), "text/html": report._repr_html_()}, raw=True)
    else:
        print(report)


def _ipython() -> object | None:
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


def _cell() -> int | None:
    return getattr(_ipython(), "execution_count", None)
