# cause: uses scipy.signal
import torch
from scipy.signal import correlate2d


def conv2d(image, kernel, stride=1, padding=0):
    padded = torch.nn.functional.pad(image, (padding,) * 4)
    return torch.from_numpy(correlate2d(padded.numpy(), kernel.numpy(), mode="valid")[::stride, ::stride].copy())
