# cause: the channels are not where they belong
def to_channels_first(images):
    return images.transpose(2, 3)
