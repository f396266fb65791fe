# cause: a bias for each input channel
def conv_parameters(in_channels, out_channels, kernel):
    return in_channels * out_channels * kernel**2 + in_channels
