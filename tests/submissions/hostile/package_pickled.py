# attack: the package's own model out of a pickle
# cell: task-1-1
import pickle

from lessons_pkg import models

LinearAE = pickle.loads(b"clessons_pkg.models\nLinearAE\n.") if models else None
