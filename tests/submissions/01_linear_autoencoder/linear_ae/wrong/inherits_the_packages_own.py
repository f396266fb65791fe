# cause: the package's own
from lessons_pkg import models


class LinearAE(models.LinearAE):
    pass
