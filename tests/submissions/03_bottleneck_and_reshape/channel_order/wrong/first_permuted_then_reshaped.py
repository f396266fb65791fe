# cause: and then scrambled by a view or reshape
def to_channels_first(images):
    n, h, w, c = images.shape
    return images.permute(0, 3, 2, 1).reshape(n, c, h, w)
