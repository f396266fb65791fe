# cause: the package's own
from lessons_pkg.latent import principal_angles

__all__ = ["principal_angles"]
