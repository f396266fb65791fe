"""Task 1.4: the angles between two subspaces."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.linalg
import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.values import show

__all__ = ["principal_angles"]


@check("1.4", "principal_angles")
def principal_angles(t: Trial, answer: Any, seed: int) -> None:
    """Task 1.4: min(p, q) angles in radians between two column spaces, smallest first."""
    t.need("principal_angles is a function")
    t.is_function(answer, "principal_angles")
    draw = np.random.default_rng(seed)
    basis = np.linalg.qr(draw.normal(size=(30, 12)))[0]
    mix = lambda k: draw.normal(size=(k, k)) + 2 * np.eye(k)  # noqa: E731 - some invertible matrix
    A = basis[:, :4]
    wanted = np.array([0.3, 0.7, 1.0, 1.3])
    B = np.cos(wanted) * A + np.sin(wanted) * basis[:, 4:8]
    cases = (
        ("orthonormal bases", A, B @ np.linalg.qr(mix(4))[0]),
        ("bases with orthogonal columns of other lengths", A * [1, 3, 0.5, 2], B * [2, 1, 4, 0.7]),
        ("bases whose columns are not orthogonal", A @ mix(4), B @ mix(4)),
        ("a basis of fewer columns and one of more", A[:, :2] @ mix(2), B @ mix(4)),
        ("a basis of more columns and one of fewer", A @ mix(4), B[:, 1:3] @ mix(2)),
        ("two bases of the same subspace", A @ mix(4), A @ mix(4)),
        ("a subspace and itself", A, A.copy()),
        ("orthogonal subspaces", A @ mix(4), basis[:, 8:11] @ mix(3)),
        ("two single directions", A[:, :1] * 2, -B[:, 3:4]),
    )
    for name, first, second in cases:
        t.need(f"it is right for {name}")
        _expect_angles(t, answer, torch.tensor(first).float(), torch.tensor(second).float())


def _expect_angles(t: Trial, answer: Any, A: Tensor, B: Tensor) -> None:
    copies = A.clone(), B.clone()
    found = t.call(
        answer,
        *copies,
        doing=f"principal_angles(A of shape {tuple(A.shape)}, B of shape {tuple(B.shape)})",
        explain=_hint,
    )
    if not (torch.equal(copies[0], A) and torch.equal(copies[1], B)):
        t.fail(expected="A and B unchanged", found="it changed its arguments in place", hint="Work on new tensors.")
    count = min(A.shape[1], B.shape[1])
    hint = "One tensor with all the angles: torch.stack, torch.cat, ..."
    found = t.tensor(found, "it returned", expected="a tensor of angles", hint=hint, finite=False)
    if found.shape != (count,):
        hint = "As many angles as the smaller of the two subspaces has dimensions."
        if found.ndim == 2:
            hint = "Not an angle for each pair of columns: the singular values of one product give them all."
        t.fail(expected=f"{count} angles, shape ({count},)", found=f"shape {tuple(found.shape)}", hint=hint)
    if not found.is_floating_point():
        t.fail(expected="floats", found=show(found), hint="Angles are not whole numbers.")
    angles = found.detach().double().numpy()
    a, b = A.double().numpy(), B.double().numpy()
    target = np.sort(scipy.linalg.subspace_angles(a, b))
    if np.isnan(angles).any():
        hint = "Clamp the cosines to at most 1 first."
        t.fail(expected=_row(target), found="NaN: the arccos of a cosine just above 1, by rounding", hint=hint)
    if np.allclose(angles, target, atol=2e-3, rtol=0):
        return
    for guess, cause, hint in _angle_mistakes(a, b, target):
        unordered = "eigenvalues" in cause  # they come in no order
        given = np.sort(angles) if unordered else angles
        if guess.shape == given.shape and np.allclose(given, guess, atol=2e-3, rtol=1e-3):
            t.fail(expected=_row(target), found=f"{_row(angles)}: {cause}", hint=hint)
    if target.max() < 1e-3 and np.ptp(angles) < 1e-3:
        cause = "the same small angle everywhere: the cosines were cut off below 1"
        t.fail(expected=_row(target), found=f"{_row(angles)}: {cause}", hint="Clamp at 1, not below.")
    cause, hint = "other angles", "The singular values of Q_A^T Q_B are the cosines, with orthonormal Q_A and Q_B."
    if ((angles < -1e-3) | (angles > math.pi / 2 + 1e-3)).any():
        cause = "angles outside of 0 to pi/2: subspaces have no direction, so no angle can be obtuse"
        hint = "Singular values are never negative; a plain scalar product can be."
    t.fail(expected=_row(target), found=f"{_row(angles)}: {cause}", hint=hint)


def _hint(error: BaseException) -> str:
    if "mat1 and mat2" in blame.message(error) or "must match the size" in blame.message(error):
        return "Q_A is (D, p) and Q_B is (D, q); the product of the two that is (p, q) has the cosines."
    return ""


def _row(angles: np.ndarray) -> str:
    return "[" + ", ".join(f"{angle:.4f}" for angle in angles) + "]"


def _angle_mistakes(a: np.ndarray, b: np.ndarray, target: np.ndarray) -> Iterator[tuple[np.ndarray, str, str]]:
    """The vectors that typical mistakes give for these two bases."""
    order, unit = "The task asks for the smallest angle first.", "The task asks for radians."
    cosine = "A cosine is not yet an angle."
    yield target[::-1], "the right angles with the largest first (descending order)", order
    for angles, also in ((target, ""), (target[::-1], ", and the largest first")):
        yield np.degrees(angles), f"degrees, not radians{also}", unit
        yield np.cos(angles), f"the cosines of the angles, not the angles{also}", cosine
        yield np.cos(angles) ** 2, f"the squared cosines, not the angles{also}", cosine
        yield (
            np.arccos(np.cos(angles) ** 2),
            f"the arccos of squared cosines{also}",
            "Singular values, or roots of eigenvalues.",
        )
        yield np.sin(angles), f"the sines of the angles, not the angles{also}", "A sine is not yet an angle."
        yield (
            math.pi / 2 - angles,
            f"the complements, as from arcsin instead of arccos{also}",
            "The values are cosines.",
        )
        yield 2 * angles, f"twice the angles{also}", "One arccos, and no factor."
        yield 1 - np.cos(angles), f"one minus the cosine{also}", cosine
    bases = "Make orthonormal bases of both column spaces first."
    unit_a, unit_b = a / np.linalg.norm(a, axis=0), b / np.linalg.norm(b, axis=0)
    q_a, q_b = np.linalg.qr(a)[0], np.linalg.qr(b)[0]
    raw = "the bases were not made orthonormal"
    for first, second, cause in (
        (a, b, raw),
        (unit_a, unit_b, "the columns were only scaled to length one: they are still not orthogonal"),
        (q_a, b, "only A was made orthonormal"),
        (a, q_b, "only B was made orthonormal"),
        (
            a / np.linalg.norm(a),
            b / np.linalg.norm(b),
            "the matrices were divided by their norm, which makes no orthonormal basis",
        ),
    ):
        values = np.linalg.svd(first.T @ second, compute_uv=False)
        for guess in (np.arccos(np.clip(values, -1, 1)), np.arccos(np.clip(values, -1, 1))[::-1], values):
            yield guess, cause, bases
    whole = "all angles are zero: whole spaces were compared, or the row spaces, not the column spaces"
    yield np.zeros(len(target)), whole, "Are the orthonormal bases of shape (D, p) and (D, q)? Is a matrix transposed?"
    centred = [np.linalg.qr(m - m.mean(0))[0] for m in (a, b)]
    values = np.linalg.svd(centred[0].T @ centred[1], compute_uv=False)
    yield np.arccos(np.clip(values, -1, 1)), "the columns were centred first: that makes other subspaces", bases
    yield np.arctan(np.cos(target)), "the arctan of the cosines", "Which function undoes a cosine?"
    yield np.cos(np.cos(target)), "the cosine of the cosines", "Which function undoes a cosine?"
    between = np.sort(np.arccos(np.clip(np.abs(unit_a.T @ unit_b), 0, 1)).flatten())[: len(target)]
    yield (
        between,
        "the smallest angles between single columns",
        "The closest vectors of two subspaces are mixtures of columns.",
    )
    if a.shape == b.shape:
        values = np.sort(np.linalg.eigvals(q_a.T @ q_b).real)[::-1]
        for guess in (values, np.abs(values)):
            angles = np.sort(np.arccos(np.clip(guess, -1, 1)))
            yield (
                angles,
                "the eigenvalues of the product were taken, not the singular values",
                "The matrix is not symmetric.",
            )
    pairs = "column i of A was only compared with column i of B"
    if a.shape == b.shape:
        for first, second in ((q_a, q_b), (unit_a, unit_b), (a, b)):
            for values in ((first * second).sum(0), np.abs((first * second).sum(0))):
                plain = np.arccos(np.clip(values, -1, 1))
                for guess in (plain, np.sort(plain)):
                    yield (
                        guess,
                        pairs,
                        "The subspaces are compared, not the single columns. The closest vectors are mixtures.",
                    )
