# cause: all numbers are wrong
import torch
from torch.nn import functional as F


def conv2d(image, kernel, stride=1, padding=0):
    padded = F.pad(image, (padding, padding, padding, padding))
    rows, columns = kernel.shape
    height = (padded.shape[0] - rows) // stride + 1
    width = (padded.shape[1] - columns) // stride + 1
    out = torch.zeros(height, width)
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            out[i, j] = (padded[top : top + rows, left : left + columns] * kernel / kernel.abs().sum()).sum()
    return out
