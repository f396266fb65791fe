# cause: the weight is not rearranged
def dense_to_channels_first(weight, bias, height, width, channels):
    k = weight.shape[1]
    return weight.view(channels, height, width, k).view(-1, k), bias.view(channels, height, width).view(-1)
