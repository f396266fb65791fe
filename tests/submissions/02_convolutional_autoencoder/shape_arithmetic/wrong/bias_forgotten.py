# cause: the bias is forgotten
def conv_parameters(in_channels, out_channels, kernel):
    return in_channels * out_channels * kernel**2
