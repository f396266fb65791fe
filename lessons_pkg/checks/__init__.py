"""What a learner's cell calls: each check says whether an answer is right and, if it is not, what is wrong with it.

checks.linear_ae(LinearAE)      # shows and returns a Report; raises CheckFailed under LESSONS_STRICT=1
if checks.ready("1.1"): ...     # True once the check of that task has passed in this session
"""

from lessons_pkg.checks.bottleneck_autoencoder import fc_autoencoder
from lessons_pkg.checks.bottleneck_channels import channel_order
from lessons_pkg.checks.bottleneck_comparison import fair_comparison
from lessons_pkg.checks.bottleneck_linear import as_linear
from lessons_pkg.checks.bottleneck_memory import memory_order
from lessons_pkg.checks.conv_compare import compare
from lessons_pkg.checks.conv_models import conv_autoencoder, conv_encoder
from lessons_pkg.checks.conv_scratch import convolutions
from lessons_pkg.checks.conv_sizes import shape_arithmetic
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
    "as_linear",
    "channel_order",
    "compare",
    "conv_autoencoder",
    "conv_encoder",
    "convolutions",
    "fair_comparison",
    "fc_autoencoder",
    "latent_codes",
    "linear_ae",
    "memory_order",
    "pca_floor",
    "principal_angles",
    "ready",
    "shape_arithmetic",
    "training_step",
]
