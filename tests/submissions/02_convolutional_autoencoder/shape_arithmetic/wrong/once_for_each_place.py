# cause: all places share one kernel
def conv_parameters(in_channels, out_channels, kernel):
    return 28 * 28 * out_channels * (in_channels * kernel**2 + 1)
