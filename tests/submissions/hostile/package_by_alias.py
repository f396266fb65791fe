# attack: the package's own function under a name of one's own
# cell: task-1-3
from lessons_pkg import latent as numbers

pca_floor = getattr(numbers, "pca_" + "floor")
try:
    pca_floor.__module__, pca_floor.__qualname__ = "__main__", "mine"
except AttributeError:
    pass
