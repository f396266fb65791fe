# cause: an axis of size 1 is gone
def to_channels_last(images):
    return images.permute(0, 2, 3, 1).squeeze()
