# cause: rounded to the nearest
def conv_size(size, kernel, stride, padding):
    return round((size + 2 * padding - kernel) / stride) + 1
