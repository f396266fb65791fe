"""The first half of task 6.1: three kinds of noise, each drawn from a generator."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.apps_noise_causes import KINDS, noise_cause
from lessons_pkg.checks.framework import Trial
from lessons_pkg.checks.values import pictures, return_hint, shape_of, show

__all__ = ["IMAGES", "generator_of", "grey_pictures", "judge_noise", "noise_hint", "noisy_by"]

IMAGES = 300  # 235,200 pixels: a share of 0.3 is then known to 0.001


def grey_pictures(n: int, seed: int) -> Tensor:
    """Images (n, 1, 28, 28) whose pixels lie between 0.15 and 0.85: a pixel that became black or white is known."""
    draw = torch.Generator().manual_seed(seed + 1)
    return 0.2 + 0.5 * pictures(n, seed) + 0.1 * (torch.rand(n, 1, 28, 28, generator=draw) - 0.5)


def generator_of(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed % 2**31 + 17)


def judge_noise(t: Trial, add_noise: Callable, seed: int) -> None:
    few = grey_pictures(4, seed)
    t.need("add_noise gives new images of the shape of x, for each of the three kinds, and leaves x as it was")
    for kind in KINDS:
        for x in (few, few[:1, :, :9, :12]):
            noisy_by(t, add_noise, x, kind, 0.3, generator_of(seed))

    t.need("all random numbers come from the generator, and each call takes new ones")
    for kind in KINDS:
        _expect_own_generator(t, add_noise, few, kind, seed)

    x = grey_pictures(IMAGES, seed)
    strength = 0.25 + 0.1 * torch.rand((), generator=generator_of(seed)).item()
    t.need('"gaussian": normal noise of standard deviation strength is added to each pixel')
    _expect_noise(t, add_noise, x, "gaussian", strength, seed)
    _expect_noise(t, add_noise, x, "gaussian", 1.5, seed)
    t.need('"masking": the share strength of the pixels becomes black')
    _expect_noise(t, add_noise, x, "masking", strength, seed)
    _expect_noise(t, add_noise, x, "masking", 0.77, seed)
    t.need('"salt and pepper": the share strength of the pixels becomes black or white, half and half')
    _expect_noise(t, add_noise, x, "salt and pepper", strength, seed)
    _expect_noise(t, add_noise, x, "salt and pepper", 0.77, seed)

    t.need("at both ends: strength 0 leaves every pixel, strength 1 masks every pixel")
    for kind in KINDS:
        if not torch.equal(value := noisy_by(t, add_noise, few, kind, 0.0, generator_of(seed)), few):
            share = (value != few).double().mean().item()
            found = f"{share:.1%} of the pixels are changed by {kind!r} of strength 0"
            t.fail(expected="the image as it is", found=found, hint="Is there a number that strength does not reach?")
    if (value := noisy_by(t, add_noise, few, "masking", 1.0, generator_of(seed))).any():
        found = f"{(value != 0).double().mean().item():.1%} of the pixels are left by 'masking' of strength 1"
        t.fail(expected="black images", found=found, hint="With probability 1 each pixel is hit.")

    t.need("ValueError for a kind that is none of the three")
    for kind in ("speckle", "Gaussian", "salt-and-pepper", ""):
        call = f"add_noise(x, {kind!r}, 0.3, generator)"
        why = "a wrong word would otherwise give another noise, or none, and nobody would see it"
        t.expect_refused(add_noise, few.clone(), kind, 0.3, generator_of(seed), doing=call, why=why)


def noisy_by(
    t: Trial, add_noise: Callable, x: Tensor, kind: str, strength: float, generator: torch.Generator
) -> Tensor:
    """What add_noise gives: a plain float32 tensor of the shape of x, which is as it was."""
    given, words = x.clone(), f"add_noise(x of shape {shape_of(x)}, {kind!r}, {strength:.3g}, generator)"
    value = t.call(add_noise, given, kind, strength, generator, doing=words, explain=noise_hint)
    if not torch.equal(given, x):
        t.fail(
            expected="x as it was",
            found=f"{words} wrote the noise into x itself",
            hint="x += ..., x[mask] = ... and functions that end in _ change the tensor of the caller: the clean image "
            "would be gone. Make a new one.",
        )
    hint = return_hint(value, "Return the noisy images alone, one tensor.")
    value = t.tensor(value, f"{words} returned", expected=f"a tensor of shape {shape_of(x)}", hint=hint)
    if value.shape != x.shape:
        found = f"{words} returned {show(value)}"
        t.fail(expected=f"shape {shape_of(x)}", found=found, hint="A noisy image has as many pixels as the clean one.")
    if value.dtype != torch.float32:
        hint = "NumPy's random numbers are float64, and so is what double() gives. A comparison gives True and False."
        t.fail(expected="float32, as x", found=f"{words} returned {show(value)}", hint=hint)
    return value.detach()


def noise_hint(error: BaseException) -> str:
    text = blame.message(error)
    if "generator" in text and ("unexpected keyword" in text or "randn_like" in text or "rand_like" in text):
        return "That function takes no generator in this version of torch. torch.rand and torch.randn do."
    if isinstance(error, ValueError) and "kind" in text.lower():
        return 'The three kinds are spelled "gaussian", "salt and pepper" and "masking".'
    if "must match the size" in text or "shape mismatch" in text or "must match the existing size" in text:
        return "The random numbers have another shape than x: is 28, or a number of images, fixed in it?"
    return ""


def _expect_own_generator(t: Trial, add_noise: Callable, x: Tensor, kind: str, seed: int) -> None:
    def noise(generator: torch.Generator) -> Tensor:
        return noisy_by(t, add_noise, x, kind, 0.4, generator)

    generator = generator_of(seed)
    before = generator.get_state()
    first = noise(generator)
    used = not torch.equal(before, generator.get_state())
    expected = "the same noise from a generator with the same seed, other noise from the next call with it"
    if torch.equal(first, noise(generator)):
        found, hint = f"{kind!r}: two calls give the same noise", "The generator is passed on, and nothing else is done"
        if torch.equal(first, x):
            found = f"{kind!r}: the images come back as they were"
            hint = "Which branch of your function is this"
        elif used:
            found += ": the generator is set back inside the function"
        else:
            found += ", and the generator is not used: is a seed set inside, or a copy made of it?"
        t.fail(expected=expected, found=found, hint=f"{hint}: a network would learn this one noise by heart.")
    torch.manual_seed(seed + 1 + KINDS.index(kind))  # another one for each kind: no state comes twice
    again = noise(generator_of(seed))
    if torch.equal(first, again):
        return
    found = f"{kind!r}: a generator with the same seed gives other noise"
    found += ": random numbers come from elsewhere, or it is seeded anew"
    if torch.equal(first != x, again != x) and kind == "salt and pepper":
        found = f"{kind!r}: the generator says which pixels are hit, but not which of them become white"
    hint = "torch.rand(shape, generator=generator), and the same for randn: what is not given the generator, such as "
    t.fail(expected=expected, found=found, hint=hint + "randn_like(x) or NumPy, draws from other random numbers.")


def _expect_noise(t: Trial, add_noise: Callable, x: Tensor, kind: str, strength: float, seed: int) -> None:
    noisy = noisy_by(t, add_noise, x, kind, strength, generator_of(seed + 1))
    if cause := noise_cause(x, noisy, kind, strength):
        words = f"strength {strength:.3g}: "
        wanted = {
            "gaussian": f"x + {strength:.3g} * noise, the noise from N(0, 1), drawn for each pixel",
            "masking": f"{strength:.1%} of the pixels 0, each drawn by itself, the others as they were",
            "salt and pepper": f"{strength / 2:.2%} of the pixels 0 and as many 1, each drawn by itself, the others "
            "as they were",
        }
        t.fail(expected=wanted[kind], found=words + cause[0], hint=cause[1])
