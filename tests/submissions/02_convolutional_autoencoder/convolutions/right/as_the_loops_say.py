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
            out[i, j] = (padded[top : top + rows, left : left + columns] * kernel).sum()
    return out


def conv_transpose2d(image, kernel, stride=1):
    rows, columns = kernel.shape
    height = (image.shape[0] - 1) * stride + rows
    width = (image.shape[1] - 1) * stride + columns
    out = torch.zeros(height, width)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            top, left = i * stride, j * stride
            out[top : top + rows, left : left + columns] += image[i, j] * kernel
    return out
