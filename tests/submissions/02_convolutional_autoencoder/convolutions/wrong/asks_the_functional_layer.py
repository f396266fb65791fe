# cause: this calls the layer it should explain
from torch.nn import functional as F


def conv2d(image, kernel, stride=1, padding=0):
    return F.conv2d(image[None, None], kernel[None, None], stride=stride, padding=padding)[0, 0]
