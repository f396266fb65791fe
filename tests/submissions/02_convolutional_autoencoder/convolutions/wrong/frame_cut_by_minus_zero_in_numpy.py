# cause: the slice 0:-0 is empty
import numpy as np
import torch


def conv2d(image, kernel, stride=1, padding=0):
    framed = np.zeros([side + 2 * padding for side in image.shape], dtype=np.float32)
    framed[padding:-padding, padding:-padding] = image.numpy()
    high, wide = kernel.shape
    rows, columns = ((side - k) // stride + 1 for side, k in zip(framed.shape, kernel.shape))
    starts = [[(i * stride, j * stride) for j in range(columns)] for i in range(rows)]
    weights = kernel.numpy()
    return torch.tensor(
        [[float((framed[y : y + high, x : x + wide] * weights).sum()) for y, x in row] for row in starts]
    )
