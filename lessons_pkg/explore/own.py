"""Explorers of the learner's own model, whatever its layers: the scripts of the page, answered by the model itself.

explore.map_of(model, known, fresh)     # a code of two numbers: move over the map, the model decodes
explore.draw_with(model)                # a code of any size: draw a digit, the model encodes and decodes it
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.data import ImageSet, as_floats
from lessons_pkg.evaluating import noise_from
from lessons_pkg.explore import digits, latent
from lessons_pkg.explore.widget import OwnModel, Trouble
from lessons_pkg.models.vae import reparameterise
from lessons_pkg.plots.codes import CLASS_COLOURS

__all__ = ["draw_with", "map_of", "still"]

SHOWN, FRESH = 1500, 1000  # codes that are drawn, and that make the unit of distance: as in the map of the zoo
_SIDE = 28


def map_of(model: nn.Module, known: ImageSet, fresh: ImageSet, *, name: str = "model") -> OwnModel:
    """See explore.map_of."""
    _expect_model(model)
    _expect_images(known, "known")
    _expect_images(fresh, "fresh")
    known, fresh = known.take(min(SHOWN, len(known))), fresh.take(min(FRESH, len(fresh)))
    codes = _codes(model, known, "known")
    shape = codes.shape[1:]
    if shape.numel() != 2:
        raise ValueError(
            f"the code of this {type(model).__name__} has {shape.numel()} numbers, and a map has two axes: "
            "train one with a code of 2, or use explore.draw_with, which takes any size"
        )
    cloud = latent.cloud(name, codes.flatten(1), _codes(model, fresh, "fresh").flatten(1), known.labels)
    if not cloud["unit"] > 0:
        raise ValueError(
            "half of the fresh codes or more are also codes of known images: take other images for fresh, "
            "such as test images"
        )

    def decoded(z: Tensor) -> Sequence[Tensor]:
        device, dtype = _place(model)
        with torch.no_grad():
            image = still(model).decode(z.view(1, *shape).to(device, dtype))
        return [_expect_finite(_expect_one_image(image, size), f"decode gives NaN or infinity for z = {_numbers(z)}")]

    size = _size(_run(model, lambda at_rest, one: at_rest.decode(one), codes[:1]))
    _refuse_trouble(decoded, codes[0].flatten())
    classes = list(known.class_names)
    data = {
        "classes": classes,
        "colours": [CLASS_COLOURS[label % len(CLASS_COLOURS)] for label in range(len(classes))],
        "size": list(size),
        "maps": [cloud],
        "note": (
            f"Each image is decoded by your model as it is at that moment. The {len(known):,} dots are its codes of "
            "when this cell was run: after more training, run it again."
        ),
    }
    return OwnModel("latent", data, decoded)


def draw_with(model: nn.Module, *, name: str = "model") -> OwnModel:
    """See explore.draw_with."""
    _expect_model(model)
    parts = digits.stored()

    def rebuilt(pixels: Tensor) -> Sequence[Tensor]:
        device, dtype = _place(model)
        at_rest = still(model)
        with torch.no_grad():
            code = at_rest.encode(pixels.view(1, 1, _SIDE, _SIDE).to(device, dtype))
            image = at_rest.decode(code)
        code = _expect_finite(code, "encode gives NaN or infinity for this drawing")
        image = _expect_finite(
            _expect_one_image(image, (_SIDE, _SIDE)), "decode gives NaN or infinity for this drawing"
        )
        return [code.flatten(), image]

    example = parts["examples"][0].view(1, 1, _SIDE, _SIDE)
    code = _run(model, lambda at_rest, x: at_rest.encode(x), example)
    _expect_code(code, 1)
    size = _size(_run(model, lambda at_rest, x: at_rest.decode(at_rest.encode(x)), example))
    if size != (_SIDE, _SIDE):
        raise ValueError(
            f"drawings are {_SIDE}x{_SIDE} as in MNIST, and this {type(model).__name__} answers with images of "
            f"{size[0]}x{size[1]}: take a model for {_SIDE}x{_SIDE}"
        )
    _refuse_trouble(rebuilt, example.flatten())
    k = code[0].numel()
    stored = parts["components"].shape[1]
    data: dict[str, Any] = {
        "name": name,
        "nets": [{"k": k}],
        "examples": _text((parts["examples"] * 255).round().to(torch.uint8)),
    }
    beside = f"PCA is fitted to the training images of MNIST, with {k} numbers too."
    if k <= stored:
        data["pca"] = _text(torch.cat([parts["mean"][None], parts["components"][:, :k].T]).half())
    else:
        beside = f"PCA is stored for codes of up to {stored} numbers. This code has {k}, so no PCA is beside it."
    data["note"] = f"Each drawing goes through your model as it is at that moment. {beside}"
    return OwnModel("digits", data, rebuilt)


def still(model: nn.Module) -> nn.Module:
    """The same model in evaluation mode: it shares its weights, and has a mode of its own.

    Jupyter answers an explorer in another thread than that of a cell that trains, so that model.eval() here would
    reach into a training step there.
    """
    twins: dict[int, nn.Module] = {}

    def twin(part: nn.Module) -> nn.Module:
        if id(part) not in twins:
            made = twins[id(part)] = part.__class__.__new__(part.__class__)
            made.__dict__.update(part.__dict__)
            made.__dict__["_modules"] = {name: inner and twin(inner) for name, inner in part._modules.items()}
            made.__dict__["training"] = False
        return twins[id(part)]

    return twin(model)


def _place(model: nn.Module) -> tuple[torch.device, torch.dtype]:
    weight = next(model.parameters(), torch.zeros(()))
    return weight.device, weight.dtype


def _run(model: nn.Module, do: Callable[[nn.Module, Tensor], Any], given: Tensor) -> Any:
    with torch.no_grad():
        return do(still(model), given.to(*_place(model)))


def _codes(model: nn.Module, images: ImageSet, which: str) -> Tensor:
    """Codes (N, ...) on the CPU: those that decode was trained on, so samples where there is a posterior."""

    def encoded(at_rest: nn.Module, x: Tensor) -> Tensor:
        posterior = getattr(at_rest, "posterior", None)
        return reparameterise(*posterior(x)) if callable(posterior) else at_rest.encode(x)

    rows = []
    with noise_from(0, _place(model)[0]):
        for batch in map(as_floats, images.pixels.split(1000)):
            rows.append(_expect_code(_run(model, encoded, batch), len(batch)).cpu().float())
    codes = torch.cat(rows)
    bad = int((~codes.isfinite()).flatten(1).any(1).sum())
    if bad:
        raise ValueError(
            f"encode gives NaN or infinity for {bad} of {len(codes)} {which} images: did the training diverge? "
            "Look at history.loss, and train again with a smaller lr"
        )
    return codes


def _expect_model(model: Any) -> None:
    if isinstance(model, type):
        raise TypeError(f"model is the class {model.__name__}: pass a trained model, such as {model.__name__}(2)")
    if not isinstance(model, nn.Module):
        raise TypeError(f"model is an nn.Module with encode(x) and decode(z), not {type(model).__name__}")
    missing = [name for name in ("encode", "decode") if not callable(getattr(model, name, None))]
    if missing:
        raise TypeError(
            f"this {type(model).__name__} has no {' and no '.join(missing)}: write encode(x) -> z for images "
            "(N, 1, H, W) and decode(z) -> images; forward is then decode(encode(x))"
        )


def _expect_images(images: Any, which: str) -> None:
    if not isinstance(images, ImageSet):
        raise TypeError(
            f"{which} is an ImageSet, such as data.load gives, not {type(images).__name__}: the map needs the labels "
            "too. data.ImageSet(images, labels, class_names, name) makes one"
        )
    if len(images) == 0 or images.labels.shape != images.pixels.shape[:1]:
        raise ValueError(
            f"{which} has images {tuple(images.pixels.shape)} and labels {tuple(images.labels.shape)}: "
            "it needs at least one image, and one label for each"
        )
    if not 0 <= int(images.labels.min()) <= int(images.labels.max()) < len(images.class_names):
        raise ValueError(
            f"{which} has labels from {int(images.labels.min())} to {int(images.labels.max())} and "
            f"{len(images.class_names)} class names: each label is a place in class_names, counted from 0"
        )


def _expect_code(code: Any, count: int) -> Tensor:
    if not isinstance(code, Tensor) or code.ndim < 2 or len(code) != count:
        found = f"shape {tuple(code.shape)}" if isinstance(code, Tensor) else type(code).__name__
        hint = ": return the mean alone; posterior(x) gives both" if isinstance(code, tuple) else ""
        raise ValueError(f"encode gives {found} for {count} images; codes are a tensor (N, k), here N = {count}{hint}")
    return code


def _size(image: Any) -> tuple[int, int]:
    """Rows and columns of one grey image (1, 1, H, W)."""
    found = f"shape {tuple(image.shape)}" if isinstance(image, Tensor) else type(image).__name__
    if not isinstance(image, Tensor) or image.ndim != 4 or image.shape[:2] != (1, 1):
        raise ValueError(
            f"decode gives {found} for one code; an explorer shows grey images (N, 1, H, W), so (1, 1, H, W) here. "
            "As a last layer, nn.Unflatten(1, (1, 28, 28)) makes images of rows of 784 numbers"
        )
    return image.shape[2], image.shape[3]


def _expect_one_image(image: Any, size: tuple[int, int]) -> Tensor:
    if not isinstance(image, Tensor) or tuple(image.shape) != (1, 1, *size):
        found = f"shape {tuple(image.shape)}" if isinstance(image, Tensor) else type(image).__name__
        raise Trouble(f"decode gives {found} for one code; an image of shape {(1, 1, *size)} was expected.")
    return image


def _expect_finite(values: Tensor, words: str) -> Tensor:
    if not values.isfinite().all():
        raise Trouble(f"{words}: there is nothing to show. Did the training diverge?")
    return values


def _refuse_trouble(answer: Callable[[Tensor], Any], values: Tensor) -> None:
    """What would be a sentence in the explorer is an error before anything is shown."""
    try:
        answer(values)
    except Trouble as trouble:
        raise ValueError(str(trouble)) from None


def _numbers(z: Tensor) -> str:
    return f"({', '.join(f'{value:.2f}' for value in z.tolist())})"


def _text(values: Tensor) -> str:
    return base64.b64encode(values.contiguous().numpy().tobytes()).decode()
