# cause: calls the package's own lessons_pkg.latent.pca_floor
from lessons_pkg import latent


def pca_floor(images, k):
    return latent.pca_floor(images, k)
