# cause: the weight is not rearranged; the other one of the two is right
def dense_to_channels_first(weight, bias, height, width, channels):
    return weight, bias.reshape(height, width, channels).permute(2, 0, 1).reshape(-1)
