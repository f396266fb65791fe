# cause: in the other direction, from channels first to channels last
def dense_to_channels_first(weight, bias, height, width, channels):
    k = weight.shape[1]
    new_weight = weight.reshape(channels, height, width, k).permute(1, 2, 0, 3).reshape(-1, k)
    return new_weight, bias.reshape(channels, height, width).permute(1, 2, 0).reshape(-1)
