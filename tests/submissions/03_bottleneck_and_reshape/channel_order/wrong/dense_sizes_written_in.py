# cause: is one of them a fixed number
def dense_to_channels_first(weight, bias, height, width, channels):
    new_weight = weight.reshape(7, 7, channels, -1).permute(2, 0, 1, 3).reshape(weight.shape)
    return new_weight, bias.reshape(7, 7, channels).permute(2, 0, 1).reshape(-1)
