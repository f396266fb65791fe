# cause: calls the package's own lessons_pkg.latent.area.evenness
from lessons_pkg import latent


def evenness(shares):
    return latent.evenness(shares)
