"""What can go wrong with a sandbox itself."""

from __future__ import annotations

__all__ = ["NoSandbox", "SandboxDied"]


class NoSandbox(RuntimeError):
    """This machine has no sandbox; the message says why and what to do."""


class SandboxDied(RuntimeError):
    """The sandbox ended by itself: a fresh one is needed."""
