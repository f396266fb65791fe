# attack: the package's own functions by importlib, under names put together from letters
# cell: task-1-4
import importlib

angles = getattr(importlib.import_module("".join(["les", "sons_", "pkg.lat", "ent"])), "elgna_lapicnirp"[::-1] + "s", None)
angles = angles or getattr(importlib.import_module("lessons_pkg.latent"), "principal_" + "angles")


def principal_angles(A, B):
    return angles(A, B)
