# cause: calls the package's own lessons_pkg.models.vae.reparameterise
from lessons_pkg.models.vae import reparameterise


def sample(z_mean, z_log_var):
    return reparameterise(z_mean, z_log_var)
