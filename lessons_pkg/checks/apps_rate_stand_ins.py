"""A coder for task 6.3, built and not trained, and images whose codes no rounding error moves to another symbol."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lessons_pkg.checks.latent_probes import Probe
from lessons_pkg.checks.values import pictures

__all__ = ["Coder", "drawn_case", "steady"]

_MARGIN = 2e-3  # of a step: farther from the middle and from the ends of its cell lies every number of a code


class Coder(nn.Module):
    """encode: skew numbers of very different size, none with mean 0; decode leaves [0, 1] on both sides.

    sizes: the spread of each dimension; one of size 0 is the same for all images.
    """

    def __init__(self, sizes: tuple[float, ...], images: Tensor, seed: int) -> None:
        super().__init__()
        draw = torch.Generator().manual_seed(seed)
        k = len(sizes)
        self.look = nn.Parameter(torch.randn(784, k, generator=draw) / 28)
        self.patterns = nn.Parameter(0.12 * torch.randn(k, 784, generator=draw))
        self.register_buffer("sizes", torch.tensor(sizes))
        self.register_buffer("centre", 0.3 + 1.5 * torch.rand(k, generator=draw))
        seen = images.flatten(1) @ self.look.detach()
        self.register_buffer("mean", seen.mean(0))
        self.register_buffer("spread", seen.std(0))

    def encode(self, x: Tensor) -> Tensor:
        if x.ndim != 4 or x.shape[1:] != (1, 28, 28):
            raise RuntimeError(f"encode takes images of shape (N, 1, 28, 28), not {tuple(x.shape)}")
        seen = (x.flatten(1) @ self.look - self.mean) / self.spread
        return self.centre + self.sizes * (seen + 0.2 * seen.square())

    def decode(self, z: Tensor) -> Tensor:
        if z.ndim != 2 or z.shape[1] != len(self.patterns):
            raise RuntimeError(f"decode takes codes of shape (N, {len(self.patterns)}), not {tuple(z.shape)}")
        scaled = z / torch.where(self.sizes > 0, self.sizes, 1.0)
        return (0.3 + scaled @ self.patterns).unflatten(1, (1, 28, 28))


def steady(codes: Tensor, step: float) -> Tensor:
    """Which rows of the codes (N, k) no rounding error gives another symbol, by round or by floor: (N,) of bool."""
    halves = 2 * codes.double() / step
    return ((halves - halves.round()).abs() > 2 * _MARGIN).all(1)


@torch.no_grad()
def drawn_case(seed: int, *, sizes: tuple[float, ...], step: float, train: int, test: int) -> Probe:
    """The arguments of one call. Some test images are negatives, and get symbols that training never saw."""
    known, fresh = pictures(train + test + 160, seed).split([train + 80, test + 80])
    fresh[1::19] = 1 - fresh[1::19]
    coder = Coder(sizes, known, seed)
    known, fresh = (x[steady(coder.encode(x), step)] for x in (known, fresh))
    known, fresh = known[:train], fresh[:test]
    return {"encode": coder.encode, "decode": coder.decode, "train": known, "test": fresh, "step": step}
