# cause: a negative index counts from the end
import torch


def conv2d(image, kernel, stride=1, padding=0):
    rows, columns = image.shape
    high, wide = kernel.shape
    out = torch.zeros((rows + 2 * padding - high) // stride + 1, (columns + 2 * padding - wide) // stride + 1)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for a in range(high):
                for b in range(wide):
                    y, x = i * stride + a - padding, j * stride + b - padding
                    if y < rows and x < columns:
                        out[i, j] += image[y, x] * kernel[a, b]
    return out
