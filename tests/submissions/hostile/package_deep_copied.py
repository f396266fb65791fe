# attack: a class built anew from the package's own class
# cell: task-1-1
import copy

from torch import nn

from lessons_pkg import models

LinearAE = type("LinearAE", (nn.Module,), {})
for base in reversed(models.LinearAE.__mro__[:-2]):
    for name, value in vars(base).items():
        if name not in ("__dict__", "__weakref__", "__module__", "__qualname__") and base is not nn.Module:
            try:
                setattr(LinearAE, name, copy.deepcopy(value))
            except (TypeError, AttributeError):
                pass
LinearAE.__module__ = "__main__"
