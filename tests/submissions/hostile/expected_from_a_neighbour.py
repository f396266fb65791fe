# attack: looks in memory and in the working folders for what an earlier submission has left
# cell: task-1-3
import gc
import glob
import types

pca_floor = None
for one in gc.get_objects():
    if isinstance(one, types.FunctionType) and one.__name__ == "pca_floor":
        if not one.__module__.startswith("lessons_pkg"):
            pca_floor = one
for name in glob.glob("/tmp/**/*.ipynb", recursive=True) + glob.glob("/tmp/**/*.py", recursive=True):
    with open(name, errors="replace") as file:
        if "svdvals" in file.read():
            raise RuntimeError(f"loot: {name}")
