# cause: only one image
def to_channels_first(images):
    return images[0].permute(2, 0, 1)
