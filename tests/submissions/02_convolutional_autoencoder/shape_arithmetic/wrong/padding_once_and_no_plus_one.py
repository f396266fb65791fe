# cause: counted once, and it is there on both sides, and the + 1 is missing
def conv_size(size, kernel, stride, padding):
    return (size + padding - kernel) // stride
