# cause: that one needs the kernel turned
import torch


def conv_transpose2d(image, kernel, stride=1):
    rows, columns = kernel.shape
    between = torch.zeros((image.shape[0] - 1) * stride + 1, (image.shape[1] - 1) * stride + 1)
    between[::stride, ::stride] = image
    framed = torch.nn.functional.pad(between, (columns - 1, columns - 1, rows - 1, rows - 1))
    out = torch.zeros(framed.shape[0] - rows + 1, framed.shape[1] - columns + 1)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (framed[i : i + rows, j : j + columns] * kernel).sum()
    return out
