# cause: height and width are exchanged
def to_channels_first(images):
    return images.transpose(1, 3)
