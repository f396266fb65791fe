# cause: calls the package's own lessons_pkg.latent.
from lessons_pkg import latent


def pca_floor(images, k):
    return latent.pca_floor(images, k)
