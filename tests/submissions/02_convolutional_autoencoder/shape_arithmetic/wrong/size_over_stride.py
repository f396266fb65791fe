# cause: holds for padding 'same' only
def conv_size(size, kernel, stride, padding):
    return -(-size // stride)
