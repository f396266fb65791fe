"""Start weights with which the small convolutional autoencoder's code is a thumbnail: 2x2 numbers for each 4x4 patch.

A convolution does the same at every place, and a maximum does not tell where it was found. So a number of the code
cannot single out one corner (2x2 pixels) of its cell. But it can look at a window that is centred on the corner: the
two poolings compare 4x4 neighbouring values, and a kernel that looks one pixel up and to the left moves that window
from the middle of the cell to its upper left corner. Which extreme is taken there is a matter of sign. The first
pooling keeps the brightest of 2x2. If the second keeps the darkest of four such (the largest of their negatives), a
stroke that only touches the window does not count, one that fills the corner does: a morphological closing. If it
keeps the brightest, any stroke nearby counts.
"""

from __future__ import annotations

import torch

from lessons_pkg.models.conv import ConvAE

__all__ = ["CORNERS", "start_as_thumbnail"]

CORNERS = ("upper left", "upper right", "lower left", "lower right")

# Chosen by the correlation of code and corner, and by the error before training, on MNIST images.
_NEAR, _FAR = 0.8, 0.2  # of the corner's own pixel and the next one, across and down
_DIAGONAL = 0.1  # of the four diagonal neighbours on the 14x14 map: lifts a minimum that is too dark
_GAIN, _MIDDLE = 6.0, 0.5  # the decoder draws sigmoid(gain * (brightness - middle))
_UNUSED = 0.3  # how much of their random weights the other channels keep


@torch.no_grad()
def start_as_thumbnail(model: ConvAE, *, sign: float = 1.0) -> None:
    """Set the weights, in place, so that each cell's four numbers tell of the four corners of its 4x4 patch.

    Number k of a cell (1, 2, 3, 4 in the order of CORNERS) is about -sign times the brightness, 0 to 1, of the 2x2
    pixels there, and the decoder draws them in that brightness. sign=1: large where the corner is dark, so the
    max-pooling takes the darkest of its window. sign=-1, the turned sign: large where it is bright, and the pooling
    takes the brightest; the decoder is turned with it. Other values scale the code and the decoder undoes it.

    Four channels of the 16 are used; the others keep ``_UNUSED`` of the random weights that join them to the code,
    so that they differ by the model's seed and can learn. Weights of a fixed value would stay alike.
    Raises ValueError for a model with ReLU (which would cut the negative numbers off), without four numbers per cell or
    with fewer than four channels, and for a sign that is 0 or not finite.
    """
    encoder, decoder = model.encoder, model.decoder
    channels, numbers = encoder.conv2.in_channels, encoder.conv2.out_channels
    if encoder.relu or decoder.relu:
        raise ValueError("a thumbnail needs a model without ReLU: half of its numbers are negative")
    if numbers != 4 or channels < 4:
        raise ValueError(
            f"a thumbnail needs 4 numbers per cell, one for each corner, and at least 4 channels; "
            f"this model has {numbers} and {channels}"
        )
    if sign == 0 or not torch.isfinite(torch.tensor(float(sign))):
        raise ValueError(f"sign={sign}: 1 or -1 (or another finite factor of the code, but not 0)")
    across = torch.tensor([_NEAR, _FAR, 0.0])
    place = torch.full((3, 3), 0.0)
    place[::2, ::2], place[1, 1] = _DIAGONAL, 1.0

    for joined in (encoder.conv2, decoder.t_conv1):
        joined.weight.mul_(_UNUSED)
        joined.bias.zero_()
    encoder.conv2.weight[:, :4] = 0
    decoder.t_conv1.weight[:, :4] = 0
    decoder.t_conv2.bias.fill_(-_GAIN * _MIDDLE)
    for corner in range(4):
        row, column = divmod(corner, 2)
        # Three taps, one pixel before to one after: turned round for the lower and the right corners.
        down, right = (across.flip(0) if turned else across for turned in (row, column))
        encoder.conv1.weight[corner, 0] = torch.outer(down, right)
        encoder.conv1.bias[corner] = 0
        encoder.conv2.weight[corner, corner] = -sign * place
        # The gain is shared by both layers, so that both move at about the same pace.
        decoder.t_conv1.weight[corner, corner, row, column] = -(_GAIN**0.5) / sign
        decoder.t_conv2.weight[corner, 0] = _GAIN**0.5
