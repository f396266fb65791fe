# cause: Is the batch axis in it
def to_channels_first(images):
    n, h, w, c = images.shape
    return images.view(c, h, w)
