"""A sandbox on Linux, by bubblewrap: private root, no network, nobody's rights, limits, one submission at a time.

    worker = Worker(folder / "bare", limits=Limits(seconds=60))    # worker.py; the folder by stage.py
    for line in worker.run(job): ...

Layers: bubblewrap takes the machine away (bwrap.py); inside it a process that has imported torch forks for each
submission (zygote.py), which first goes into namespaces of its own (nest.py) and then runs the cells (runner.py).
"""

from __future__ import annotations

from lessons_pkg.grading.sandbox.bwrap import available
from lessons_pkg.grading.sandbox.errors import NoSandbox, SandboxDied

__all__ = ["NoSandbox", "SandboxDied", "available"]
