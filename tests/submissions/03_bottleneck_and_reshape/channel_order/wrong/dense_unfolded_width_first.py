# cause: was unfolded as (width, height, channels)
def dense_to_channels_first(weight, bias, height, width, channels):
    k = weight.shape[1]
    new_weight = weight.reshape(width, height, channels, k).permute(2, 1, 0, 3).reshape(-1, k)
    return new_weight, bias.reshape(width, height, channels).permute(2, 1, 0).reshape(-1)
