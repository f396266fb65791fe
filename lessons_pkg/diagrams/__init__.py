"""Drawings that explain: convolutions with their numbers in the cells, networks as blocks, the order of memory.

Every function returns a ``Picture``: light and dark, with alt text (``alt=`` replaces it). What stands in a cell was
computed by ``lessons_pkg.convolution`` or read from a real tensor, and an architecture is that of a model that ran.
"""

from lessons_pkg.diagrams.architecture import architecture
from lessons_pkg.diagrams.chain import Block, Chain, chain
from lessons_pkg.diagrams.convolutions import convolution_of_channels, padding_same, strided_convolution
from lessons_pkg.diagrams.memory import channel_order, memory_order
from lessons_pkg.diagrams.sizes import output_padding_pair
from lessons_pkg.diagrams.transposed import matrix_view, overlaps, transposed_convolution

__all__ = [
    "Block",
    "Chain",
    "architecture",
    "chain",
    "channel_order",
    "convolution_of_channels",
    "matrix_view",
    "memory_order",
    "output_padding_pair",
    "overlaps",
    "padding_same",
    "strided_convolution",
    "transposed_convolution",
]
