"""One oracle for each task: it draws inputs from a secret seed, and judges what an answer made of them, from outside.

The checks of ``lessons_pkg.checks`` find the cause of a mistake, in the same process as the answer. A hostile answer
could change them there. The oracles run where no answer ever runs, and see plain data only. Points need both.
"""

from __future__ import annotations

from lessons_pkg.grading.oracles import (
    applications,
    applications_codes,
    bottleneck,
    bottleneck_comparison,
    convolution,
    convolution_models,
    latent,
    linear,
    linear_training,
    vae,
    vae_model,
    vae_use,
)
from lessons_pkg.grading.oracles.framework import ORACLES, Oracle, Wrong

__all__ = [
    "ORACLES",
    "Oracle",
    "Wrong",
    "applications",
    "applications_codes",
    "bottleneck",
    "bottleneck_comparison",
    "convolution",
    "convolution_models",
    "latent",
    "linear",
    "linear_training",
    "vae",
    "vae_model",
    "vae_use",
]
