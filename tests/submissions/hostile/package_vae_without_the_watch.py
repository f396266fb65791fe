# attack: the package's own VAE, with the check's watch for it switched off
# exercise: 05_variational_autoencoder
# cell: task-5-4
from lessons_pkg import models
from lessons_pkg.checks import blame

blame.package_name = lambda answer: ""
blame._ANSWERS = ("nowhere",)
blame.delegation.__wrapped__.__code__ = (lambda: (yield [])).__code__ if False else blame.delegation.__wrapped__.__code__


class VAE(models.VAE):
    pass


VAE.__module__ = "__main__"
