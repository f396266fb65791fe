"""Task 6.1: from noisy images back to how the noise was made. All pixels of the clean ones lie strictly in (0, 1)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

__all__ = ["KINDS", "Cause", "noise_cause"]

KINDS = ("gaussian", "salt and pepper", "masking")
SIGMAS = 7.0  # a right answer is refused less than once in a hundred thousand million times
Cause = tuple[str, str]

_EACH = "Each pixel of each image has its own random number: as many of them as x has pixels."
_ADDED = "x + strength * noise, with noise from N(0, 1) for each pixel, and nothing else."
_REPLACED = "Where a pixel is hit, its value is replaced; where it is not, it stays as it was, to the last digit."
_SHARE = "A number between 0 and 1, drawn evenly, lies below p with probability p."


def noise_cause(x: Tensor, noisy: Tensor, kind: str, strength: float) -> Cause | None:
    """What is wrong with the noise; None if nothing is. x, noisy: (N, 1, H, W), some 100,000 pixels or more.

    strength: for "gaussian" the standard deviation, else the share of the pixels that are replaced.
    """
    x, noisy = x.double(), noisy.double()
    if torch.equal(x, noisy):
        return "the images come back as they were: there is no noise", "Is the noisy image what is returned?"
    return (_gaussian if kind == "gaussian" else _replacing)(x, noisy, kind, strength)


# --- gaussian -------------------------------------------------------------------------------------------------------


def _gaussian(x: Tensor, noisy: Tensor, kind: str, strength: float) -> Cause | None:
    rest = noisy - x
    still = (rest == 0).double().mean().item()
    if still > 0.02:
        found = f"{still:.0%} of the pixels are as they were"
        return f"{found}: this is not Gaussian noise", f"Every pixel gets some. {_ADDED}"
    for limit in (noisy.max(), noisy.min()):
        if (cut := (noisy == limit).double().mean().item()) > 0.005:
            found = f"the result is clipped: {cut:.1%} of the pixels are exactly {limit.item():.4g}"
            return found, "Values below 0 and above 1 stay as they are here: what is clipped is no longer Gaussian."
    if cause := _copied(rest, "noise"):
        return cause
    if noisy.min() > -1e-6 and rest.min() < -0.05:
        found = "no pixel ends below 0, although some become darker: is there an absolute value, or is the range moved?"
        return found, f"What leaves [0, 1] stays outside. {_ADDED}"
    return _faded(x, rest, strength) or _together(rest - rest.mean()) or _of_another_law(rest, strength)


def _faded(x: Tensor, rest: Tensor, strength: float) -> Cause | None:
    """Noise that is not simply added: the image itself is weakened, or the noise grows with it."""
    centred = x - x.mean()
    slope = (centred * rest).mean().item() / centred.square().mean().item()
    error = (rest.std() / x.std()).item() / math.sqrt(rest.numel())
    if abs(slope) > SIGMAS * error:
        faded = {1 - strength: "(1 - strength)", math.sqrt(max(1 - strength**2, 0.0)): "sqrt(1 - strength^2)"}
        near = [words for factor, words in faded.items() if abs(1 + slope - factor) < SIGMAS * error]
        words = near[0] if near else f"about {1 + slope:.3g}"
        return f"the image itself is multiplied by {words} before the noise is added", _ADDED
    dark, bright = rest[x < x.quantile(0.25)].std().item(), rest[x > x.quantile(0.75)].std().item()
    if not 0.9 < bright / dark < 1.1:
        found = f"bright pixels get more noise than dark ones: {bright:.3g} against {dark:.3g}"
        if bright < dark:
            found = f"dark pixels get more noise than bright ones: {dark:.3g} against {bright:.3g}"
        return f"{found}; is the noise multiplied with the image?", _ADDED
    return None


def _of_another_law(rest: Tensor, strength: float) -> Cause | None:
    """Another distribution than N(0, strength^2)."""
    count = rest.numel()
    mean, spread = rest.mean().item(), rest.std().item()
    fourth = ((rest - mean) / spread).pow(4).mean().item()
    normal = "randn draws from N(0, 1); rand draws evenly from [0, 1)."
    if abs(fourth - 3) > SIGMAS * math.sqrt(24 / count) + 0.05:
        law = "even, as rand draws" if abs(fourth - 1.8) < 0.05 else f"not normal: its fourth moment is {fourth:.3g}"
        side = ", and never negative" if rest.min() >= 0 else ""
        return f"the distribution of the noise is {law}{side}", normal
    if abs(mean) > SIGMAS * spread / math.sqrt(count):
        return f"the noise has the mean {mean:.3g}: on average the images become brighter or darker", normal
    if abs(spread / strength - 1) < SIGMAS / math.sqrt(2 * count):
        return None
    spreads = {
        strength**2: "strength squared, the variance in place of its root",
        math.sqrt(strength): "the root of strength: strength was taken for a variance",
        1.0: "1: strength does nothing",
        2 * strength: "twice the strength",
        math.sqrt(2) * strength: "sqrt(2) times strength: is noise added twice?",
        strength / 2: "half of strength",
        strength / 255: "strength / 255: the pixels lie in [0, 1] already",
        2.355 * strength: "2.355 times strength",
    }
    near = min(spreads, key=lambda one: abs(spread / one - 1))
    words = spreads[near] if abs(spread / near - 1) < 0.01 else "which is not strength"
    return (
        f"the noise has the standard deviation {spread:.4g}, {words}",
        f"strength is the standard deviation. {_ADDED}",
    )


def _together(rest: Tensor) -> Cause | None:
    """Pixels or images whose noise goes together without being the same."""
    scaled = rest / rest.std()
    limit = SIGMAS / math.sqrt(rest.numel()) + 0.01
    pairs = {
        "neighbouring pixels": (scaled[..., 1:] * scaled[..., :-1]).mean().item(),
        "pixels below each other": (scaled[..., 1:, :] * scaled[..., :-1, :]).mean().item(),
        "one image and the next": (scaled[1:] * scaled[:-1]).mean().item(),
        "the two halves of the batch": (scaled[: len(scaled) // 2] * scaled[-(len(scaled) // 2) :]).mean().item(),
    }
    for words, correlation in pairs.items():
        if abs(correlation) > limit:
            return f"the noise of {words} goes together: correlation {correlation:.2f}", _EACH
    return None


# --- pixels that are replaced ---------------------------------------------------------------------------------------


def _replacing(x: Tensor, noisy: Tensor, kind: str, strength: float) -> Cause | None:
    hit, white, black = noisy != x, noisy == 1, noisy == 0
    other = hit & ~black if kind == "masking" else hit & ~black & ~white
    if other.any():
        return _other_values(x, noisy, other, kind, strength)
    return (
        _copied(hit.double(), "pattern of replaced pixels")
        or _wrong_share(hit, white, kind, strength)
        or _uneven(hit, strength)
        or (_colours(x, hit, white) if kind == "salt and pepper" else None)
    )


def _other_values(x: Tensor, noisy: Tensor, other: Tensor, kind: str, strength: float) -> Cause:
    wanted = "0 or 1" if kind == "salt and pepper" else "0"
    part = other.double().mean().item()
    values = noisy[other]
    if torch.allclose(values, x[other] / (1 - strength), rtol=1e-4):
        hint = "Dropout does that, to keep the average brightness; a mask that hides pixels leaves the others alone."
        return "the pixels that are not hidden are divided by 1 - strength", hint
    if torch.allclose(values, 1 - x[other], atol=1e-5):
        return "a pixel that is hit becomes 1 - x: it is inverted, not replaced", f"It becomes {wanted}. {_REPLACED}"
    if torch.allclose(values, values[0].expand_as(values)):
        cause = f"pixels that are hit become {values[0].item():.4g}, not {wanted}"
        if values[0] == 1 and kind == "masking":
            cause = "pixels that are hidden become 1, white: they are to be black"
        return cause, _REPLACED
    if len(values.unique()) <= 2:
        low, high = values.min().item(), values.max().item()
        extremes = ": these are the darkest and the brightest pixel of the images" if low == x.min() else ""
        return f"pixels that are hit become {low:.4g} or {high:.4g}, not {wanted}{extremes}", _REPLACED
    if len((values - x[other]).mul(1e4).round().unique()) <= 2:
        step = (values - x[other]).abs().mean().item()
        return f"{step:.4g} is added to a pixel or taken from it, and what came out is no {wanted}", _REPLACED
    found = f"{part:.0%} of the pixels are neither as they were nor {wanted}"
    found += " (is this Gaussian noise?)" if part > 0.98 else ""
    return found, _REPLACED


def _copied(rest: Tensor, what: str) -> Cause | None:
    """One random number where there should be many. rest: (N, 1, H, W), the noise or which pixels are hit."""
    if _flat(rest, (0, 1, 2, 3)):
        return f"one and the same {what} everywhere: a single random number for the whole batch", _EACH
    if _flat(rest, (0,)):
        return f"all images of the batch get the same {what}", f"{_EACH} x.shape begins with the number of images."
    if _flat(rest, (1, 2, 3)):
        whole = "whole images are hit, or not at all" if "pattern" in what else "every pixel of an image gets the same"
        return f"{whole}: one random number for each image", _EACH
    if _flat(rest, (3,)):
        return f"the {what} is the same along each row of pixels", _EACH
    if _flat(rest, (2,)):
        return f"the {what} is the same along each column of pixels", _EACH
    return None


def _flat(rest: Tensor, axes: tuple[int, ...]) -> bool:
    return bool((rest.amax(axes) - rest.amin(axes)).max() < 1e-5)


def _wrong_share(hit: Tensor, white: Tensor, kind: str, p: float) -> Cause | None:
    count, share = hit.numel(), hit.double().mean().item()
    salt = white.double().mean().item()
    if abs(share - p) < SIGMAS * math.sqrt(p * (1 - p) / count):
        return None
    found = f"{share:.2%} of the pixels are replaced where strength is {p:.2%}"
    shares = {
        1 - p: ("1 - strength: the pixels that were to stay are replaced", "Which side of the comparison stays?"),
        2 * p: ("twice the share: strength is the share of both colours together", _SHARE),
        p / 2: ("half of the share: strength is the share of both colours together", _SHARE),
        p * p: ("strength squared: are two conditions to be true at once?", _SHARE),
        p * p / 2: ("half of strength squared: two masks drawn, of which the one hides the other", _SHARE),
        1 - (1 - p) ** 2: ("are pixels drawn twice, each time with the whole strength?", _SHARE),
        math.sqrt(p): ("the root of strength", _SHARE),
        0.5: ("half of the pixels, whatever strength is", _SHARE),
        1.0: ("every pixel", _SHARE),
        math.erfc(p / math.sqrt(2)) / 2: ("is a normal number, as randn draws, compared with strength?", _SHARE),
        (1 + math.erf(p / math.sqrt(2))) / 2: ("is a normal number, as randn draws, compared with strength?", _SHARE),
    }
    if kind == "salt and pepper":
        twice = "black and white are drawn one after the other, each with half the share, and the later ones overwrite"
        shares[1 - (1 - p / 2) ** 2] = (
            f"{twice} some of the earlier",
            "One random number for each pixel can say both: whether it is hit, and what it becomes.",
        )
        if salt in (0.0, share) and abs(share - p / 2) < 0.01:
            colour = "black" if salt == 0 else "white"
            return f"{found}, and all of them become {colour}", "Half of the pixels that are hit become the other."
    near = min(shares, key=lambda one: abs(share - one))
    if abs(share - near) < SIGMAS * math.sqrt(0.25 / count):
        words, hint = shares[near]
        return f"{found}: {words}", hint
    return found, _SHARE


def _uneven(hit: Tensor, p: float) -> Cause | None:
    """Some images, or some places, are hit more than others, or places are hit together."""
    images, places = hit.double().mean((1, 2, 3)), hit.double().mean((0, 1))
    # An exact count in each image is more even than chance, and no mistake: only the other side is tested.
    for shares, words, count in ((images, "images", hit[0].numel()), (places, "places in the image", len(hit))):
        limit = SIGMAS * math.sqrt(p * (1 - p) / count)
        if (shares - p).abs().max() > limit:
            low, high = shares.min().item(), shares.max().item()
            return f"some {words} are hit more than others: from {low:.0%} to {high:.0%} of the pixels", _EACH
    return _together(hit.double() - p) if 0 < p < 1 else None


def _colours(x: Tensor, hit: Tensor, white: Tensor) -> Cause | None:
    """Half of what is hit becomes white, by a coin of its own for each pixel."""
    half = "Half of the pixels that are hit become 1, the others 0, and a coin for each pixel says which."
    salt = white[hit].double().mean().item()
    limit = SIGMAS * 0.5 / math.sqrt(int(hit.sum()))
    if salt in (0.0, 1.0):
        return f"all pixels that are hit become {'white' if salt else 'black'}", half
    of_images = white.double().sum((1, 2, 3)) / hit.double().sum((1, 2, 3)).clamp(min=1)
    if ((of_images == 0) | (of_images == 1)).all():
        return "in each image all pixels that are hit get the same colour: one coin for each image", half
    of_places = white.double().sum((0, 1)) / hit.double().sum((0, 1)).clamp(min=1)
    if ((of_places == 0) | (of_places == 1)).double().mean() > 0.9:
        return "each place in the image has one colour, in all images: the coin is the same for the whole batch", half
    bright, dark = white[hit & (x > x.median())].double().mean(), white[hit & (x <= x.median())].double().mean()
    if (bright - dark).abs() > 0.05:
        found = f"of bright pixels that are hit {bright:.0%} become white, of dark ones {dark:.0%}"
        return f"{found}: the colour depends on the pixel", half
    if abs(salt - 0.5) > limit:
        return f"{salt:.1%} of the pixels that are hit become white, not half of them", half
    signed = torch.where(hit, white.double() - 0.5, 0.0)
    together = _together(signed)
    return (together[0].replace("the noise", "the colour"), half) if together else None
