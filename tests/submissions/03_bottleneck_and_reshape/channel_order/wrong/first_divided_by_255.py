# cause: other numbers than those of the images
def to_channels_first(images):
    return images.permute(0, 3, 1, 2) / 255
