# cause: reshape may copy, view may not
def dense_to_channels_first(weight, bias, height, width, channels):
    k = weight.shape[1]
    new_weight = weight.view(height, width, channels, k).permute(2, 0, 1, 3).view(-1, k)
    return new_weight, bias.view(height, width, channels).permute(2, 0, 1).view(-1)
