# attack: a subclass of the package's own model, with nothing in it
# cell: task-1-1
from lessons_pkg import models


class LinearAE(models.LinearAE):
    pass


LinearAE.__module__ = "__main__"
