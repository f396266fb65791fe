# cause: Is the layout guessed from the sizes
def to_channels_first(images):
    if images.shape[1] in (1, 3):
        return images
    return images.permute(0, 3, 1, 2)
