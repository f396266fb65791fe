"""The script of the page, in which the second process is killed after two epochs: torchrun killed.py train.py

Each process leaves an empty file that says how many epochs there were when it began.
"""

import os
import runpy
import signal
import sys
from pathlib import Path

from lessons_pkg.checkpoints import Checkpoint

whole_save, whole_restore = Checkpoint.save, Checkpoint.restore


def save(self, history):
    whole_save(self, history)
    if self.team.rank == 1 and len(history[0]) == 2:
        os.kill(os.getpid(), signal.SIGKILL)


def restore(self):
    history = whole_restore(self)
    Path(f"{self.team.rank} begins after {len(history[0]) if history else 0}").touch()
    return history


Checkpoint.save, Checkpoint.restore = save, restore
runpy.run_path(sys.argv[1], run_name="__main__")
