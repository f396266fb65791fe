# cause: the package's own
from lessons_pkg.models import LinearAE

__all__ = ["LinearAE"]
