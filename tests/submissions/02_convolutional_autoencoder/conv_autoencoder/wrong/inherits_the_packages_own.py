# cause: the package's own
from lessons_pkg import models


class ConvAutoencoder(models.ConvAE):
    pass
