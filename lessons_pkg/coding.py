"""From a code of real numbers to bits: rounding, a model of the symbols, their length, and a coder that writes them.

symbols = coding.quantise(z, step)          # (N, k) whole numbers
model = coding.fit(symbols)                 # one histogram for each dimension
coding.bits(symbols, model)                 # (N,) bits per image, the ideal length
coding.encode(symbols, model)               # the same as bytes, by a range coder (extra: codec)
coding.dequantise(symbols, step)            # back to real numbers, at most step / 2 away
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lessons_pkg.evaluating import evaluating

__all__ = ["CodeModel", "bits", "decode", "dequantise", "encode", "fit", "image_metric_basis", "quantise"]

_TOTAL = 2**16  # a frequency is stored in 16 bits


def quantise(z: Tensor, step: float) -> Tensor:
    """The nearest whole multiple of ``step``, as that whole number: (...) -> (...) int64.

    Raises ValueError for a step that is not above 0, or codes that are NaN or infinite.
    """
    if not step > 0:
        raise ValueError(f"step={step}: the step of a quantiser is more than 0")
    if not torch.isfinite(z).all():
        raise ValueError("the code contains NaN or infinity: no whole number stands for it")
    return torch.round(z / step).long()


def dequantise(symbols: Tensor, step: float) -> Tensor:
    """The middle of each symbol's interval: int64 (...) -> float32 (...)."""
    return symbols.float() * step


@dataclass(frozen=True, eq=False)
class CodeModel:
    """What sender and receiver know about the symbols: a table of frequencies for each dimension.

    low: (k,) int64, the smallest symbol of each table; frequencies: for each dimension whole numbers of 16 bits, one
    for each symbol from ``low`` on, and a last one for the escape: "none of these".
    """

    low: Tensor
    frequencies: list[Tensor]

    @property
    def numbers(self) -> int:
        """How many numbers of 16 bits the model takes: all frequencies, and where each table begins."""
        return sum(len(table) + 1 for table in self.frequencies)


def fit(symbols: Tensor) -> CodeModel:
    """A histogram of each column of (N, k), from its smallest to its largest symbol, and an escape.

    Half an occurrence is added to every symbol and to the escape, so that none is impossible (Krichevsky & Trofimov
    1981); a frequency is at least 1 of about 65,536.
    Raises ValueError where there is no symbol, or where a range is too wide for such a table.
    """
    if symbols.ndim != 2 or symbols.numel() == 0:
        raise ValueError(f"symbols are (N, k) and not empty; these have the shape {tuple(symbols.shape)}")
    low, high = symbols.aminmax(dim=0)
    if (widest := int((high - low).max())) >= _TOTAL // 4:
        raise ValueError(f"one dimension runs over {widest + 1} symbols: too many for a table; take a larger step")
    tables = []
    for column, first, last in zip(symbols.T, low.tolist(), high.tolist(), strict=True):
        counts = torch.bincount(column - first, minlength=last - first + 2).double() + 0.5
        tables.append((counts / counts.sum() * _TOTAL).round().long().clamp(1, _TOTAL - 1))
    return CodeModel(low, tables)


def bits(symbols: Tensor, model: CodeModel) -> Tensor:
    """The ideal length of each row, in bits: (N, k) -> (N,) float64. Symbols are independent given the model.

    A symbol of probability p takes -log2 p bits. One outside its table takes those of the escape, 1 for the side on
    which it lies, and for the distance d beyond the table Elias' gamma code, 2 floor(log2 d) + 1.
    """
    places, beyond, _ = _places(symbols, model)
    total = torch.zeros(len(symbols), dtype=torch.float64)
    for j, table in enumerate(model.frequencies):
        lengths = -torch.log2(table.double() / table.sum())
        total += lengths[places[:, j]]
    escaped = beyond > 0
    gamma = 2 * torch.floor(torch.log2(beyond.clamp(min=1).double())) + 1
    return total + torch.where(escaped, gamma + 1, 0.0).sum(1)


def _places(symbols: Tensor, model: CodeModel) -> tuple[Tensor, Tensor, Tensor]:
    """Each symbol's place in its table, how far beyond the table it lies (0: inside), and whether above it."""
    if symbols.ndim != 2 or symbols.shape[1] != len(model.frequencies):
        raise ValueError(f"the model is one of {len(model.frequencies)} dimensions; symbols {tuple(symbols.shape)}")
    sizes = torch.tensor([len(table) - 1 for table in model.frequencies])
    place = symbols - model.low
    above = place >= sizes
    beyond = torch.where(above, place - sizes + 1, (-place).clamp(min=0))
    return torch.where(beyond > 0, sizes, place), beyond, above


def encode(symbols: Tensor, model: CodeModel) -> bytes:
    """All the rows in one stream of bytes, by a range coder (Martin 1979).

    Raises ModuleNotFoundError, naming the extra, where the library ``constriction`` is not installed.
    """
    stream = _stream()
    places, beyond, above = _places(symbols, model)
    coder = stream.queue.RangeEncoder()
    for j, table in enumerate(model.frequencies):
        coder.encode(places[:, j].numpy().astype(np.int32), _categorical(stream, table))
        for row in beyond[:, j].nonzero().flatten().tolist():
            number = f"{int(beyond[row, j]):b}"
            told = [int(above[row, j]), *[0] * (len(number) - 1), *map(int, number)]
            coder.encode(np.array(told, dtype=np.int32), _fair(stream))
    return coder.get_compressed().tobytes()


def decode(stored: bytes, count: int, model: CodeModel) -> Tensor:
    """``count`` rows from what ``encode`` has written with the same model: (count, k) int64."""
    stream = _stream()
    coder = stream.queue.RangeDecoder(np.frombuffer(stored, dtype=np.uint32))
    columns = []
    for first, table in zip(model.low.tolist(), model.frequencies, strict=True):
        size = len(table) - 1
        column = torch.from_numpy(coder.decode(_categorical(stream, table), count).astype(np.int64))
        for row in (column == size).nonzero().flatten().tolist():
            is_above, zeros = coder.decode(_fair(stream)), 0
            while not coder.decode(_fair(stream)):
                zeros += 1
            distance = 1
            for _ in range(zeros):
                distance = 2 * distance + int(coder.decode(_fair(stream)))
            column[row] = size - 1 + distance if is_above else -distance
        columns.append(column + first)
    return torch.stack(columns, dim=1)


def _stream() -> ModuleType:
    try:
        from constriction import stream
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "a real coder needs the library constriction, the extra 'codec': pip install -e .[codec]"
        ) from error
    return stream


def _categorical(stream: ModuleType, table: Tensor) -> Any:
    return stream.model.Categorical((table.double() / table.sum()).numpy(), perfect=False)


def _fair(stream: ModuleType) -> Any:
    return stream.model.Categorical(np.array([0.5, 0.5]), perfect=False)


def image_metric_basis(model: nn.Module, images: Tensor, *, samples: int = 200) -> tuple[Tensor, Tensor]:
    """A code in which one step is right for all numbers, as for PCA: matrix (k, k) and origin (k,).

    In w = matrix (z - origin) the numbers are uncorrelated over ``images``, the first with the largest variance, and
    a small change of w by a length moves the decoded image by the same length, on average over the first ``samples``
    images and over directions near them: with J the decoder's derivative, the mean of J^T J is the identity.
    For a linear autoencoder that found the principal subspace, w are the principal scores, up to signs.
    """
    with evaluating(model):
        z = torch.cat([model.encode(some) for some in images.split(5000)])
        near = z[:samples]
        directions = torch.eye(z.shape[1]).split(1)
        # One column of every image's derivative at a time, (samples, D) each.
        columns = [torch.autograd.functional.jvp(model.decode, near, d.expand_as(near))[1] for d in directions]
    jacobians = torch.stack([column.flatten() for column in columns]).double()  # (k, samples * D)
    metric = jacobians @ jacobians.T / len(near)
    values, vectors = torch.linalg.eigh(metric)
    values = values.clamp(min=1e-6 * float(values.max()))  # a number that the decoder ignores must not divide by 0
    root = (vectors * values.sqrt()) @ vectors.T
    origin = z.double().mean(0)
    scaled = (z.double() - origin) @ root
    _, turn = torch.linalg.eigh(scaled.T @ scaled / len(z))
    return turn.flip(1).T @ root, origin
