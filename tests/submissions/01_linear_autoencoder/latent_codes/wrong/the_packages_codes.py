# cause: calls the package's own lessons_pkg.latent.codes
from lessons_pkg import latent


def latent_codes(model, train_set, batch_size=256):
    return latent.codes(model, train_set, batch_size=batch_size), train_set.labels
