"""Exercise 2: sizes, and convolutions by hand."""

from __future__ import annotations

import random
from typing import Any

from lessons_pkg.checks.conv_scratch_causes import conv, transposed
from lessons_pkg.grading.oracles.framework import Wrong, oracle, same, tensor, value
from lessons_pkg.grading.oracles.networks import drawn, listed
from lessons_pkg.shapes import conv_size, transposed_conv_size

__all__ = ["Convolutions", "ShapeArithmetic"]


# What a task that asks for the calculation itself forbids, by a part of the name of what was used, as the check has it.
_FORBIDDEN = {
    "torch/nn/modules/conv": "a convolution layer of torch.nn",
    "torch/nn/modules/pooling": "a pooling layer of torch.nn",
    "scipy/signal": "scipy.signal",
    "scipy/ndimage": "scipy.ndimage",
    "numpy.convolve": "numpy.convolve",
    "numpy.correlate": "numpy.correlate",
    "conv": "torch's own convolution",
}


def _expect_by_hand(names: str, found: Any) -> None:
    """Raise Wrong where the means that were noted hold one that the task forbids."""
    for one in value(found, "means", list):
        used = value({"a means": one}, "a means", str)
        for part, means in _FORBIDDEN.items():
            if part in used:
                raise Wrong(f"{names}: it uses {means}: this calls the layer it should explain")


def _parameters(inputs: int, outputs: int, kernel: int) -> int:
    return outputs * (inputs * kernel * kernel + 1)


@oracle("2.1", probe="convolution:shape_arithmetic")
class ShapeArithmetic:
    """The formulas, for layers of many configurations."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        some = random.Random(seed).randint
        convs = [(some(8, 64), some(1, 8), some(1, 5), some(0, 4)) for _ in range(60)]
        strides = [some(1, 4) for _ in range(60)]
        stamps = [(some(6, 32), some(1, 6), stride, some(0, 2), some(0, stride - 1)) for stride in strides]
        counts = [(some(1, 9), some(1, 9), some(1, 9)) for _ in range(20)]
        return {"cases": [[list(case) for case in cases] for cases in (convs, stamps, counts)]}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        formulas = {
            "conv_size": conv_size,
            "transposed_conv_size": transposed_conv_size,
            "conv_parameters": _parameters,
        }
        _expect_by_hand(", ".join(formulas), found)
        columns = listed(found, "sizes", len(formulas))
        for (name, formula), cases, column in zip(formulas.items(), given["cases"], columns, strict=True):
            for case, size in zip(cases, listed({name: column}, name, len(cases)), strict=True):
                if type(size) is not int or size != formula(*case):
                    words = f"{size}"[:20] if type(size) in (int, float) else f"a {type(size).__name__}"
                    raise Wrong(f"{name}{tuple(case)}: expected {formula(*case)}, found {words}")


@oracle("2.2", probe="convolution:convolutions")
class Convolutions:
    """torch's own layers in float64."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        some = random.Random(seed).randint

        def pair(least: int, kh: int, kw: int) -> list[Any]:
            h, w = least + some(0, 3), least + some(0, 3)
            w += h == w  # rows and columns never look alike
            return [drawn((h, w), some(0, 2**60)), drawn((kh, kw), some(0, 2**60))]

        settings = [(3, 3, 1, 0), (3, 3, 1, 1), (3, 3, 2, 0), (3, 3, 2, 1), (2, 4, 1, some(0, 1)), (3, 2, 3, 2)]
        stamps = [(2, 2, 2), (3, 3, 1), (3, 3, 2), (2, 3, 2), (2, 2, 3), (some(1, 3), 4, some(1, 3))]
        return {
            "cases": [
                [[*pair(5, kh, kw), [stride, padding]] for kh, kw, stride, padding in settings],
                [[*pair(3, kh, kw), [stride]] for kh, kw, stride in stamps],
            ]
        }

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        layers = {"conv2d": conv, "conv_transpose2d": transposed}
        _expect_by_hand(", ".join(layers), found)
        columns = listed(found, "outputs", len(layers))
        for (name, layer), cases, column in zip(layers.items(), given["cases"], columns, strict=True):
            for (image, kernel, numbers), output in zip(cases, listed({name: column}, name, len(cases)), strict=True):
                right = layer(image.double(), kernel.double(), *numbers)
                words = f"{name}: image {tuple(image.shape)}, kernel {tuple(kernel.shape)}, {numbers}"
                same(words, tensor({words: output}, words, tuple(right.shape)), right, rel=1e-4, abs=1e-4)
