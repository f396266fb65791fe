# cause: height and width are exchanged
def to_channels_first(images):
    return images.permute(0, 3, 2, 1)
