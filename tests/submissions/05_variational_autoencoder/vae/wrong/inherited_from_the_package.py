# cause: the package's own
from lessons_pkg.models import DenseVAE


class VAE(DenseVAE):
    pass
