"""From codes to numbers: PCA and its floor, what a code says about its label, and what is wrong with a latent space.

linear: PCA, angles between subspaces. codes: codes, neighbours, labels. sampling: where one may sample from.
area, distribution, holes: the three problems of a latent space. fidelity: are decoded samples like the images?
likelihood: how probable a VAE finds an image, and which of its dimensions it uses.
anomaly: how unlike the training images an image is. mixtures: several Gaussians to sample from. picture: can a picture
of codes be read as a map?
"""

from lessons_pkg.latent.anomaly import auroc, minus_elbos, nearest_distances, reconstruction_errors, share_found
from lessons_pkg.latent.area import class_shares, evenness
from lessons_pkg.latent.codes import codes, knn_accuracy, neighbours_kept, tsne, unexplained_share
from lessons_pkg.latent.distribution import asymmetry, code_ranges, mirror_asymmetry, mmd
from lessons_pkg.latent.fidelity import density_coverage, doubt, precision_recall
from lessons_pkg.latent.holes import detour, hole_share, neighbour_distance, roughness, round_trip_error
from lessons_pkg.latent.likelihood import (
    NLL,
    ProbabilisticPCA,
    active_units,
    importance_weighted_loss,
    kl_per_dimension,
    log_weights,
    nll,
    probabilistic_pca,
    sampled_codes,
)
from lessons_pkg.latent.linear import (
    PCA,
    decoder_matrix,
    moments,
    patches,
    pca,
    pca_floor,
    principal_angles,
    principal_directions,
)
from lessons_pkg.latent.mixtures import Mixture, mixture
from lessons_pkg.latent.picture import (
    class_centres,
    distance_agreement,
    groups_found,
    rank_correlation,
    trustworthiness,
)
from lessons_pkg.latent.sampling import Whitening, box_uniform, fitted_gaussian, standard_normal, whitening

__all__ = [
    "NLL",
    "PCA",
    "Mixture",
    "ProbabilisticPCA",
    "Whitening",
    "active_units",
    "asymmetry",
    "auroc",
    "box_uniform",
    "class_centres",
    "class_shares",
    "code_ranges",
    "codes",
    "decoder_matrix",
    "density_coverage",
    "detour",
    "distance_agreement",
    "doubt",
    "evenness",
    "fitted_gaussian",
    "groups_found",
    "hole_share",
    "importance_weighted_loss",
    "kl_per_dimension",
    "knn_accuracy",
    "log_weights",
    "minus_elbos",
    "mirror_asymmetry",
    "mixture",
    "mmd",
    "moments",
    "nearest_distances",
    "neighbour_distance",
    "neighbours_kept",
    "nll",
    "patches",
    "pca",
    "pca_floor",
    "precision_recall",
    "principal_angles",
    "principal_directions",
    "probabilistic_pca",
    "rank_correlation",
    "reconstruction_errors",
    "roughness",
    "round_trip_error",
    "sampled_codes",
    "share_found",
    "standard_normal",
    "trustworthiness",
    "tsne",
    "unexplained_share",
    "whitening",
]
