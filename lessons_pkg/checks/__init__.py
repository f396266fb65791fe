"""What a learner's cell calls: each check says whether an answer is right and, if it is not, what is wrong with it.

checks.linear_ae(LinearAE)      # shows and returns a Report; raises CheckFailed under LESSONS_STRICT=1
if checks.ready("1.1"): ...     # True once the check of that task has passed in this session
"""

from lessons_pkg.checks.framework import TASKS, ready
from lessons_pkg.checks.linear_angles import principal_angles
from lessons_pkg.checks.linear_codes import latent_codes
from lessons_pkg.checks.linear_model import linear_ae
from lessons_pkg.checks.linear_pca import pca_floor
from lessons_pkg.checks.linear_training import training_step
from lessons_pkg.checks.report import CheckFailed, NotWritten, Report

__all__ = [
    "TASKS",
    "CheckFailed",
    "NotWritten",
    "Report",
    "latent_codes",
    "linear_ae",
    "pca_floor",
    "principal_angles",
    "ready",
    "training_step",
]
