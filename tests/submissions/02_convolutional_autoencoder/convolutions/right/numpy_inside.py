import numpy as np
import torch


def conv2d(image, kernel, stride=1, padding=0):
    x, k = np.pad(image.numpy(), padding), kernel.numpy()
    rows = range(0, x.shape[0] - k.shape[0] + 1, stride)
    columns = range(0, x.shape[1] - k.shape[1] + 1, stride)
    return torch.tensor([[np.sum(x[r : r + k.shape[0], c : c + k.shape[1]] * k).item() for c in columns] for r in rows])


def conv_transpose2d(image, kernel, stride=1):
    spread = np.zeros([(n - 1) * stride + 1 for n in image.shape])
    spread[::stride, ::stride] = image.numpy()
    frame = [(n - 1, n - 1) for n in kernel.shape]
    return conv2d(torch.from_numpy(np.pad(spread, frame)), kernel.flip(0, 1))
