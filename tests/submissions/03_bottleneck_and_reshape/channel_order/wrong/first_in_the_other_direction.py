# cause: the axes move in the other direction
def to_channels_first(images):
    return images.permute(0, 2, 3, 1)
