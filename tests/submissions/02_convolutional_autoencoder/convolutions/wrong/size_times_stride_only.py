# cause: does not lie inside
import torch


def conv_transpose2d(image, kernel, stride=1):
    rows, columns = kernel.shape
    height = image.shape[0] * stride
    width = image.shape[1] * stride
    out = torch.zeros(height, width)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            top, left = i * stride, j * stride
            out[top : top + rows, left : left + columns] += image[i, j] * kernel
    return out
