import torch


def matrix(h, w, kernel, stride):
    """Row by row what each window does to the flat image."""
    kh, kw = kernel.shape
    rows = []
    for i in range(0, h - kh + 1, stride):
        for j in range(0, w - kw + 1, stride):
            row = torch.zeros(h, w)
            row[i : i + kh, j : j + kw] = kernel
            rows.append(row.flatten())
    return torch.stack(rows)


def conv2d(image, kernel, stride=1, padding=0):
    x = torch.nn.functional.pad(image, [padding] * 4)
    windows = x.unfold(0, kernel.shape[0], stride).unfold(1, kernel.shape[1], stride)
    return torch.einsum("ijab,ab->ij", windows, kernel)


def conv_transpose2d(image, kernel, stride=1):
    h = (image.shape[0] - 1) * stride + kernel.shape[0]
    w = (image.shape[1] - 1) * stride + kernel.shape[1]
    return (matrix(h, w, kernel, stride).T @ image.flatten()).reshape(h, w)
