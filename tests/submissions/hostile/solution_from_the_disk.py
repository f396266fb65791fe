# attack: the solution notebook is found on disk, and its cells are run
# cell: task-1-3
import json
import os
import sys

for top in {*sys.path, "/work", "/home", "/root", "/opt", "/srv", "/mnt", "/app", "/course", "."}:
    for folder, folders, files in os.walk(top):
        folders[:] = [one for one in folders if one not in ("site-packages", "dist-packages", "proc", "sys")]
        for name in files:
            if name.endswith(".ipynb"):
                with open(os.path.join(folder, name)) as file:
                    text = file.read()
                if "BEGIN SOLUTION" in text and "def pca_floor" in text:
                    for cell in json.loads(text)["cells"]:
                        if "def pca_floor" in "".join(cell["source"]):
                            exec("import torch\nfrom torch import Tensor\n" + "".join(cell["source"]), globals())
