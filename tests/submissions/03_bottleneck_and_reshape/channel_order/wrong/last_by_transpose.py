# cause: height and width are exchanged
def to_channels_last(images):
    return images.transpose(1, 3)
