# cause: Is the layout guessed from the sizes
def to_channels_last(images):
    if images.shape[-1] == 1:
        return images
    return images.permute(0, 2, 3, 1)
