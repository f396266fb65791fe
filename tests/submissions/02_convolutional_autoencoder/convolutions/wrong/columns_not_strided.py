# cause: along a row, windows lie one pixel apart
import torch


def conv2d(image, kernel, stride=1, padding=0):
    rows, columns = image.shape
    framed = torch.zeros(rows + 2 * padding, columns + 2 * padding)
    framed[padding : padding + rows, padding : padding + columns] = image
    high, wide = kernel.shape
    out = torch.zeros((framed.shape[0] - high) // stride + 1, (framed.shape[1] - wide) // stride + 1)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (framed[i * stride : i * stride + high, j : j + wide] * kernel).sum()
    return out
