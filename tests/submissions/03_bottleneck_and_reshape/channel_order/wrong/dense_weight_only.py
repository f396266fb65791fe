# cause: a pair (weight, bias)
def dense_to_channels_first(weight, bias, height, width, channels):
    k = weight.shape[1]
    return weight.reshape(height, width, channels, k).permute(2, 0, 1, 3).reshape(-1, k)
