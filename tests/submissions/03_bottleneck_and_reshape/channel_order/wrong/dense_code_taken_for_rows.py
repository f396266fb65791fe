# cause: the weights of different rows are mixed
def dense_to_channels_first(weight, bias, height, width, channels):
    k = weight.shape[1]
    new_weight = weight.reshape(k, height, width, channels).permute(0, 3, 1, 2).reshape(-1, k)
    return new_weight, bias.reshape(height, width, channels).permute(2, 0, 1).reshape(-1)
