# cause: The result is transposed
def dense_to_channels_first(weight, bias, height, width, channels):
    k = weight.shape[1]
    new_weight = weight.reshape(height, width, channels, k).permute(3, 2, 0, 1).reshape(k, -1)
    return new_weight, bias.reshape(height, width, channels).permute(2, 0, 1).reshape(-1)
