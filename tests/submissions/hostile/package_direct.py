# attack: the package's own model is the answer
# cell: task-1-1
from lessons_pkg.models import LinearAE
