# cause: stand in the order (c, x, y)
def dense_to_channels_first(weight, bias, height, width, channels):
    k = weight.shape[1]
    new_weight = weight.reshape(height, width, channels, k).transpose(0, 2).reshape(-1, k)
    return new_weight, bias.reshape(height, width, channels).transpose(0, 2).reshape(-1)
