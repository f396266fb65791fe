# attack: the package's source, read by inspect and run as the learner's own
# cell: task-1-3
import inspect

from lessons_pkg import latent

source = inspect.getsource(inspect.getmodule(latent.pca_floor))
mine = {"__name__": "mine"}
exec(compile(source, "<cell>", "exec"), mine)
pca_floor = mine["pca_floor"]
