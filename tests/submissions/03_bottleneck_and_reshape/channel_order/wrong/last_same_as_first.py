# cause: the axes move in the other direction
def to_channels_last(images):
    return images.permute(0, 3, 1, 2)
