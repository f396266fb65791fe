# cause: changed them in place
def dense_to_channels_first(weight, bias, height, width, channels):
    k = weight.shape[1]
    weight[:] = weight.reshape(height, width, channels, k).permute(2, 0, 1, 3).reshape(-1, k).clone()
    bias[:] = bias.reshape(height, width, channels).permute(2, 0, 1).reshape(-1).clone()
    return weight, bias
