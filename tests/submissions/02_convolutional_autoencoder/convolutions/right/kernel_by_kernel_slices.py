import torch


def conv2d(image, kernel, stride=1, padding=0):
    x = torch.nn.functional.pad(image, (padding,) * 4)
    kh, kw = kernel.shape
    h, w = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    return sum(
        kernel[a, b] * x[a : a + (h - 1) * stride + 1 : stride, b : b + (w - 1) * stride + 1 : stride]
        for a in range(kh)
        for b in range(kw)
    )


def conv_transpose2d(image, kernel, stride=1):
    h, w = image.shape
    kh, kw = kernel.shape
    out = torch.zeros((h - 1) * stride + kh, (w - 1) * stride + kw, dtype=image.dtype)
    for a in range(kh):
        for b in range(kw):
            out[a : a + (h - 1) * stride + 1 : stride, b : b + (w - 1) * stride + 1 : stride] += kernel[a, b] * image
    return out
