# cause: kernel ^ 2 is not the square
def conv_parameters(in_channels, out_channels, kernel):
    return out_channels * (in_channels * kernel ^ 2 + 1)
