# cause: kernel x kernel of them
def conv_parameters(in_channels, out_channels, kernel):
    return out_channels * (in_channels * kernel + 1)
