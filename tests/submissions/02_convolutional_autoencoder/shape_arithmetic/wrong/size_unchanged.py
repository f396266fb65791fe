# cause: comes back as it went in
def conv_size(size, kernel, stride, padding):
    return size
