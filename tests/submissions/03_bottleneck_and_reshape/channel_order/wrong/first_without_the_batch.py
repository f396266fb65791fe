# cause: Count the axes
def to_channels_first(images):
    return images.permute(2, 0, 1)
