def to_channels_first(images):
    return images.permute(0, 3, 1, 2)


def to_channels_last(images):
    return images.permute(0, 2, 3, 1)


def dense_to_channels_first(weight, bias, height, width, channels):
    k = weight.shape[1]
    new_weight = weight.reshape(height, width, channels, k).permute(2, 0, 1, 3).reshape(-1, k)
    new_bias = bias.reshape(height, width, channels).permute(2, 0, 1).reshape(-1)
    return new_weight, new_bias
