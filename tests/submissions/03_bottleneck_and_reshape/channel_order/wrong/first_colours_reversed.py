# cause: the channels come in reverse order
def to_channels_first(images):
    return images.flip(-1).permute(0, 3, 1, 2)
