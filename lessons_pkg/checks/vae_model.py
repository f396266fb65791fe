"""Task 5.4: the VAE, its layers judged by their weights, and its noise by what a thousand samples do."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.model import Ask, built, expect_default
from lessons_pkg.checks.vae_loss import expect_forward, expect_loss, expect_noisy_loss, loss_of
from lessons_pkg.checks.vae_model_causes import find_places, name_decoder, name_posterior, weights_cause
from lessons_pkg.checks.vae_untouched import untouched
from lessons_pkg.checks.values import pictures, same, shape_of

__all__ = ["vae"]

EXPECTED = "784-400 (ReLU), two layers 400-code_dim side by side, code_dim-400 (ReLU), 400-784 (sigmoid in decode)"


class _Pair(Ask):
    """Asks for z_mean and z_log_var, and looks at the two side by side: (N, 2k)."""

    def __call__(self, method: str, *inputs: Tensor, tensors: int = 2) -> Any:
        return torch.cat(super().__call__(method, *inputs, tensors=2), 1)


@check("5.4", "VAE")
@untouched
def vae(t: Trial, answer: Any, seed: int) -> None:
    """Task 5.4: a class with posterior, encode, decode, forward and loss."""
    k = (5, 6, 7, 9)[seed % 4]
    x = pictures(6, seed)
    probe = torch.randn(4, k, generator=torch.Generator().manual_seed(seed))

    def explain(error: BaseException, method: str, n: int) -> str:
        return _explain(error, method, k)

    ask = built(t, answer, "VAE", explain=explain, code_dim=k)

    t.need("posterior gives z_mean and z_log_var, each (N, code_dim)")
    mean, log_var = ask("posterior", x, tensors=2)
    for name, value in (("z_mean", mean), ("z_log_var", log_var)):
        if value.shape != (len(x), k):
            hint = "Two layers side by side, both on the 400 numbers, both with code_dim outputs."
            if value.shape == (len(x), 20):
                hint = f"code_dim={k} was asked for and ignored: is a fixed 20 in the layer?"
            found = f"{name} has shape {shape_of(value)}"
            t.fail(expected=f"shape {(len(x), k)} for {len(x)} images", found=found, hint=hint)

    t.need("posterior says the same for the same images, whatever else is in the batch, in both modes")
    pair, whole = _Pair(t, ask.model, explain), torch.cat([mean, log_var], 1)
    pair.expect_steady("posterior", x, whole)
    pair.expect_independent("posterior", x, whole)
    pair.expect_one_mode("posterior", x, whole)

    t.need("the weights are those of the five layers")
    if cause := weights_cause(ask.model, k):
        t.fail(expected=EXPECTED, found=cause[0], hint=cause[1])

    if frozen := [name for name, p in ask.model.named_parameters() if not p.requires_grad]:
        found = f"{frozen[0]} is not learned: its requires_grad is False"
        t.fail(expected="weights that an optimizer can change", found=found, hint="Leave requires_grad as it comes.")

    t.need("posterior: a ReLU after the first layer, and nothing on z_mean and z_log_var")
    for far in (20, 2000):  # far enough for another activation to show, and then for a clamp
        wide = torch.cat([x, far * x, -far * x])
        wide_pair = ask("posterior", wide, tensors=2)
        places = find_places(ask.model, k, wide, *wide_pair)
        if places is None:
            found, hint = name_posterior(ask.model, k, wide, *wide_pair)
            t.fail(expected=EXPECTED, found=found, hint=hint)

    t.need("encode is the mean")
    _expect_encode(t, ask, x, mean, log_var)

    t.need("decode gives probabilities (N, 1, 28, 28)")
    codes = torch.cat([probe, 30 * probe])
    out = ask("decode", codes)
    if out.shape != (8, 1, 28, 28):
        hint = "Give the rows of 784 numbers the shape of images: unflatten(1, (1, 28, 28))."
        t.fail(expected="shape (8, 1, 28, 28)", found=f"decode returned shape {shape_of(out)} for 8 codes", hint=hint)
    ask.expect_steady("decode", codes, out)
    ask.expect_independent("decode", codes, out)
    ask.expect_one_mode("decode", codes, out)
    if cause := name_decoder(ask.model, k, codes, out):
        t.fail(expected="code_dim-400, ReLU, 400-784, sigmoid", found=cause[0], hint=cause[1])

    t.need("forward decodes a sample of q(z|x), in training and in evaluation mode")
    out = ask("forward", x)
    if out.shape != x.shape:
        t.fail(expected=f"shape {shape_of(x)}", found=f"forward returned shape {shape_of(out)}", hint="decode(sample)")
    expect_forward(t, ask, places, k, seed)

    t.need("loss is the negative ELBO in nats per image")
    expect_loss(t, ask, places, k, seed)

    t.need("the loss decodes a sample of q(z|x), a new one for each image, and learns through it")
    expect_noisy_loss(t, ask, places, k, seed)

    t.need("every weight is learned")
    ask.expect_gradients(loss_of(t, ask, x))  # in float64 as well: a divergence may be summed up in it

    t.need("code_dim is 20 unless one asks for another size")
    expect_default(t, answer, "VAE", x, 20)


def _expect_encode(t: Trial, ask: Ask, x: Tensor, mean: Tensor, log_var: Tensor) -> None:
    z = ask("encode", x)
    if same(z, mean):
        return ask.expect_one_mode("encode", x, z)
    found, hint = "encode gives other numbers than z_mean", "encode(x) is posterior(x)[0]."
    if not torch.equal(z, ask("encode", x)):
        found = "encode samples: two calls with the same images differ"
        hint = "A code that is asked for is the same each time: the mean. forward and loss are what samples."
    elif same(z, log_var):
        found = "encode gives z_log_var"
    elif z.shape != mean.shape:
        found = f"encode gives shape {shape_of(z)}, z_mean has {shape_of(mean)}"
    t.fail(expected="encode(x) equal to z_mean", found=found, hint=hint)


def _explain(error: BaseException, method: str, k: int) -> str:
    text = blame.message(error)
    if isinstance(error, NameError) and any(name in text for name in ("sample", "kl", "negative_elbo")):
        return "That function is from an earlier task: run its cell first."
    if method == "__init__":
        return ""
    if "between 0 and 1" in text:
        return (
            "F.binary_cross_entropy takes probabilities, and was given numbers outside [0, 1]: logits? "
            "binary_cross_entropy_with_logits takes those, the pixels second."
        )
    if isinstance(error, ValueError) and "unpack" not in text and method == "loss":
        return "All pixels lie in [0, 1] here. Which tensor is given as x?"
    if "mat1 and mat2" in text:
        return f"A layer gets rows of another length than it takes: images have 784 numbers, the code has {k}."
    if "must match the size" in text:
        return "Two tensors of different shapes meet: pixels have (N, 1, 28, 28), the code (N, code_dim)."
    if "tuple" in text:
        return "posterior returns two tensors: take them apart before you use them."
    return ""
