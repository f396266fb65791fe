# cause: moved as it should be, and then given the shape
def to_channels_first(images):
    return images.permute(0, 3, 1, 2).unsqueeze(0)
