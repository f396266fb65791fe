# cause: torch.stack makes one tensor
def to_channels_first(images):
    return [image.permute(2, 0, 1) for image in images]
