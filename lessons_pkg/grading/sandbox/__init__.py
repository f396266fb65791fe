"""A sandbox on Linux, by bubblewrap: private root, no network, nobody's rights, limits, one submission at a time.

    with Sandbox(folder / "bare", folder / "full") as sandbox: ...

Layers: bubblewrap takes the machine away (bwrap.py); inside it a process that has imported torch forks for each
submission (zygote.py), which first goes into namespaces of its own (nest.py) and then runs the cells (runner.py).
"""

from __future__ import annotations

from lessons_pkg.grading.sandbox.errors import NoSandbox, SandboxDied

__all__ = ["NoSandbox", "SandboxDied"]
