# cause: calls the package's own lessons_pkg.latent.codes
from lessons_pkg import latent


def encode_all(model, images, batch_size=256):
    return latent.codes(model, images, batch_size=batch_size)
