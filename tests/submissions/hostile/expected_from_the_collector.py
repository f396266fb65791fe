# attack: asks the garbage collector for all tensors, and returns one that looks like the expected angles
# cell: task-1-4
import gc
import math

import torch


def principal_angles(A, B):
    size = min(A.shape[1], B.shape[1])
    for one in gc.get_objects():
        try:
            if type(one) is torch.Tensor and one.shape == (size,) and one.dtype == torch.float64:
                if 0 <= one.min() and one.max() <= math.pi / 2 and (one.diff() >= 0).all():
                    return one.clone()
        except BaseException:
            pass
    return torch.full((size,), math.pi / 4, dtype=torch.float64)
