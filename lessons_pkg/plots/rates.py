"""Bits against error: one curve for each coder, with the spread over the seeds as a band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from lessons_pkg import rate_distortion
from lessons_pkg.pictures import WIDTH, Palette, themed
from lessons_pkg.plots.curves import _label_ends, _plain_log_ticks
from lessons_pkg.plots.parts import refuse_nothing

Curve = Sequence[tuple[float, float]]


@themed
def rate_curves(
    palette: Palette,
    curves: Mapping[str, Sequence[Curve]],
    *,
    baseline: str | None = None,
    lossless: Mapping[str, float] | None = None,
    bits: tuple[float, float] | None = None,
    unit: str = "mean squared error per pixel",
) -> tuple[Figure, str]:
    """Error against bits per image, both logarithmic; lower and further left is better.

    curves: name -> one curve for each seed, each of (bits, error) with rising bits. A line at the (geometric) mean over
    the seeds, a band from the least to the greatest, where all seeds reach; baseline: the name drawn in ink and dashed.
    lossless: name -> bits per image without any error, a line upright. bits: the ends of the axis.
    """
    refuse_nothing("curves", curves)
    figure = Figure(figsize=(WIDTH, 4.2))
    axis = figure.subplots()
    hues, ends, told = cycle(palette.hues), {}, []
    for name, seeds in curves.items():
        refuse_nothing("curves", {name: [point for curve in seeds for point in curve]})
        x, errors = _on_common_bits(seeds, bits)
        mean = np.exp(np.log(errors).mean(0))
        hue = palette.ink if name == baseline else next(hues)
        axis.plot(x, mean, color=hue, linestyle="--" if name == baseline else "-", marker="o" if len(x) < 3 else None)
        if len(seeds) > 1:
            axis.fill_between(x, errors.min(0), errors.max(0), color=hue, alpha=0.25, linewidth=0)
        ends[name] = (x[-1], mean[-1], hue)
        told.append(f"{name} from {mean[0]:.2g} at {x[0]:,.0f} bits to {mean[-1]:.2g} at {x[-1]:,.0f}")
    axis.set(xscale="log", yscale="log", xlabel="bits per image", ylabel=unit)
    if bits is not None:
        axis.set_xlim(*bits)
    for number, (name, at) in enumerate((lossless or {}).items()):
        axis.axvline(at, color=palette.faint, linestyle=":", linewidth=1.5, zorder=0)
        height = 1.02 + 0.055 * number
        axis.text(at, height, name, transform=axis.get_xaxis_transform(), ha="center", va="bottom", fontsize=10)
        told.append(f"{name}, without error, {at:,.0f} bits")
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 3)))  # 1,000 and 2,000 would touch
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axis.xaxis.set_minor_locator(NullLocator())
    _plain_log_ticks(axis)
    _label_ends(figure, axis, ends)
    return figure, f"{unit} against bits per image, both logarithmic. {'; '.join(told)}."


def _on_common_bits(seeds: Sequence[Curve], limits: tuple[float, float] | None) -> tuple[np.ndarray, np.ndarray]:
    """Bits that every seed's curve reaches, (n,), and the errors there, (seeds, n)."""
    low = max(curve[0][0] for curve in seeds)
    high = min(curve[-1][0] for curve in seeds)
    if limits is not None:
        low, high = max(low, limits[0]), min(high, limits[1])
    if low > high:
        raise ValueError("the curves of the seeds have no bits in common")
    x = [*np.geomspace(low, high, 60)[:-1].tolist(), high] if low < high else [low]
    x[0] = low  # not a rounding error outside, where nothing is known
    return np.array(x), np.array([[rate_distortion.error_at(curve, at) for at in x] for curve in seeds])
