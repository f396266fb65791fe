"""The script of the page, in which the second process is killed after two epochs: torchrun killed.py train.py"""

import os
import runpy
import signal
import sys

from lessons_pkg.checkpoints import Checkpoint

whole, saves = Checkpoint.save, []


def save(self, history):
    whole(self, history)
    saves.append(history)
    if self.team.rank == 1 and len(saves) == 2:
        os.kill(os.getpid(), signal.SIGKILL)


Checkpoint.save = save
runpy.run_path(sys.argv[1], run_name="__main__")
