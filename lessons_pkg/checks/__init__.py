"""What a learner's cell calls: each check says whether an answer is right and, if it is not, what is wrong with it.

checks.linear_ae(LinearAE)      # shows and returns a Report; raises CheckFailed under LESSONS_STRICT=1
if checks.ready("1.1"): ...     # True once the check of that task has passed in this session
"""

from lessons_pkg.checks.apps_anomaly import anomaly
from lessons_pkg.checks.apps_denoising import denoising
from lessons_pkg.checks.apps_probe import few_label_probe
from lessons_pkg.checks.apps_rate import rate_distortion
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
from lessons_pkg.checks.latent_area import class_shares
from lessons_pkg.checks.latent_encoding import encode_all
from lessons_pkg.checks.latent_grid import decode_grid
from lessons_pkg.checks.latent_holes import hole_share
from lessons_pkg.checks.latent_search import find_hole
from lessons_pkg.checks.linear_angles import principal_angles
from lessons_pkg.checks.linear_codes import latent_codes
from lessons_pkg.checks.linear_model import linear_ae
from lessons_pkg.checks.linear_pca import pca_floor
from lessons_pkg.checks.linear_training import training_step
from lessons_pkg.checks.report import CheckFailed, NotWritten, Report
from lessons_pkg.checks.vae_collapse import diagnose
from lessons_pkg.checks.vae_comparison import compare_latent
from lessons_pkg.checks.vae_elbo import negative_elbo
from lessons_pkg.checks.vae_kl import kl
from lessons_pkg.checks.vae_model import vae
from lessons_pkg.checks.vae_sample import sample

__all__ = [
    "TASKS",
    "CheckFailed",
    "NotWritten",
    "Report",
    "anomaly",
    "as_linear",
    "channel_order",
    "class_shares",
    "compare",
    "compare_latent",
    "conv_autoencoder",
    "conv_encoder",
    "convolutions",
    "decode_grid",
    "denoising",
    "diagnose",
    "encode_all",
    "fair_comparison",
    "fc_autoencoder",
    "few_label_probe",
    "find_hole",
    "hole_share",
    "kl",
    "latent_codes",
    "linear_ae",
    "memory_order",
    "negative_elbo",
    "pca_floor",
    "principal_angles",
    "rate_distortion",
    "ready",
    "sample",
    "shape_arithmetic",
    "training_step",
    "vae",
]
