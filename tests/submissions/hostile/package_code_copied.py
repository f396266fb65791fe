# attack: the code object of the package's function in a function of one's own, and under another file's name
# cell: task-1-3
import types

from lessons_pkg import latent

code = latent.pca_floor.__code__.replace(co_filename="<cell>", co_name="pca_floor", co_qualname="pca_floor")
pca_floor = types.FunctionType(code, {**latent.pca_floor.__globals__, "__name__": "__main__"}, "pca_floor")
pca_floor.__defaults__ = latent.pca_floor.__defaults__
