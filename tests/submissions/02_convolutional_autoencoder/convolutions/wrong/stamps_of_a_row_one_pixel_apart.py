# cause: along the columns its stamps lie one pixel apart
import torch


def conv_transpose2d(image, kernel, stride=1):
    rows, columns = kernel.shape
    height = (image.shape[0] - 1) * stride + rows
    width = (image.shape[1] - 1) * stride + columns
    out = torch.zeros(height, width)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            top, left = i * stride, j
            out[top : top + rows, left : left + columns] += image[i, j] * kernel
    return out
