# cause: the input channels are forgotten
def conv_parameters(in_channels, out_channels, kernel):
    return out_channels * (kernel**2 + 1)
