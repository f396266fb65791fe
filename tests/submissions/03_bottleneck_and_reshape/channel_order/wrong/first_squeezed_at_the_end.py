# cause: an axis of size 1 is gone
def to_channels_first(images):
    return images.permute(0, 3, 1, 2).squeeze(1)
