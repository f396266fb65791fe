def conv2d(image, kernel, stride=1, padding=0):
    h, w = image.shape
    kh, kw = kernel.shape
    framed = image.new_zeros(h + 2 * padding, w + 2 * padding)
    framed[padding : padding + h, padding : padding + w] = image
    out = image.new_zeros((h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for a in range(kh):
                for b in range(kw):
                    out[i, j] += framed[i * stride + a, j * stride + b] * kernel[a, b]
    return out


def conv_transpose2d(image, kernel, stride=1):
    h, w = image.shape
    kh, kw = kernel.shape
    out = image.new_zeros((h - 1) * stride + kh, (w - 1) * stride + kw)
    for i in range(h):
        for j in range(w):
            for a in range(kh):
                for b in range(kw):
                    out[i * stride + a, j * stride + b] += image[i, j] * kernel[a, b]
    return out
