# attack: removes the folder that it runs in, and changes to another one
# cell: task-1-3
# reason: done
import os
import shutil

here = os.getcwd()
if here.startswith("/tmp/") and os.environ.get("LESSONS_SANDBOX"):
    shutil.rmtree(here, ignore_errors=True)
os.chdir("/")


def pca_floor(images, k):
    raise RuntimeError("done")
