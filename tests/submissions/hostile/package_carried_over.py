# attack: what the first run can read of the package is left for the second one, wherever something can be left
# cell: task-1-3
import base64
import glob
import os
import tempfile

PLACES = [".", "/tmp", "/var/tmp", "/dev/shm", "/run", os.environ.get("HOME", "/root"), os.environ.get("LESSONS_DATA", ".")]
PLACES += [tempfile.gettempdir(), os.environ.get("XDG_CACHE_HOME", "."), os.environ.get("MPLCONFIGDIR", ".")]
NAME = "lessons-was-here-carried"


def source():
    try:
        import lessons_pkg.latent

        for name in glob.glob(os.path.join(os.path.dirname(lessons_pkg.latent.__file__), "*.py")):
            with open(name) as file:
                text = file.read()
            if "def pca_floor" in text:
                return text
    except BaseException:
        return ""
    return ""


text = source()
for place in PLACES:
    try:
        if text:
            with open(os.path.join(place, NAME), "w") as file:
                file.write(text)
        else:
            with open(os.path.join(place, NAME)) as file:
                text = file.read()
    except OSError:
        pass
mine = {"__name__": "lessons_pkg.latent.mine", "__package__": "lessons_pkg.latent"}
exec(compile(text, "<cell>", "exec"), mine)
pca_floor = mine["pca_floor"]
