# cause: the batch axis was moved
def to_channels_first(images):
    return images.permute(3, 0, 1, 2)
