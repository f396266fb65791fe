# attack: raises its own limits again
# cell: task-1-3
# reason: nothing found
import resource


def pca_floor(images, k):
    for name in dir(resource):
        if name.startswith("RLIMIT_"):
            kind = getattr(resource, name)
            soft, hard = resource.getrlimit(kind)
            if hard == resource.RLIM_INFINITY:
                continue
            try:
                resource.setrlimit(kind, (hard + 1, hard + 1))
                raise RuntimeError(f"loot: {name} was raised")
            except (OSError, ValueError):
                pass
    raise RuntimeError("nothing found")
