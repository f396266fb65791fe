# cause: Leave the dtype as it comes
def to_channels_first(images):
    return images.permute(0, 3, 1, 2).float()
