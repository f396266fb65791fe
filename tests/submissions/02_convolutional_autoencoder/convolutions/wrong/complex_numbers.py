# cause: A root or a Fourier transform
import torch


def conv2d(image, kernel, stride=1, padding=0):
    rows, columns = image.shape[0] + 2 * padding, image.shape[1] + 2 * padding
    padded = torch.zeros(rows, columns)
    padded[padding : rows - padding, padding : columns - padding] = image
    turned = torch.fft.fft2(kernel, (rows, columns)).conj()
    out = torch.fft.ifft2(torch.fft.fft2(padded) * turned)
    return out[: rows - kernel.shape[0] + 1 : stride, : columns - kernel.shape[1] + 1 : stride]
