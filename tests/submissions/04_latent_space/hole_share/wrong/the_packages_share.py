# cause: calls the package's own lessons_pkg.latent.holes.hole_share
from lessons_pkg import latent


def hole_share(points, codes, held_out, radius=3.0):
    return latent.hole_share(points, codes, held_out, radius=radius)
