"""Task 3.3: a convolutional autoencoder with a fully connected bottleneck, judged by its behaviour and its weights."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.checks.bottleneck_network import (
    expected_shapes,
    explain_build,
    explain_shapes,
    map_hint,
    output_hint,
    weights_hint,
)
from lessons_pkg.checks.bottleneck_reference import name_the_difference
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.values import pictures, shape_of, show

__all__ = ["fc_autoencoder"]


@check("3.3", "FCAutoencoder")
def fc_autoencoder(t: Trial, answer: Any, seed: int) -> None:
    """Task 3.3: conv, conv, flatten, linear; linear, unflatten, transposed conv twice, sigmoid."""
    k = (5, 6, 9, 11)[seed % 4]  # small, no size that anybody would write into the code, and no side of a map
    x = pictures(6, seed)
    probe = torch.randn(4, k, generator=torch.Generator().manual_seed(seed))

    t.need("FCAutoencoder is a class that inherits from nn.Module")
    t.is_there(answer, "FCAutoencoder")
    if isinstance(answer, nn.Module) and not isinstance(answer, type):
        t.fail(expected="the class", found="an instance of it", hint="Pass FCAutoencoder without brackets.")
    if not isinstance(answer, type) or not issubclass(answer, nn.Module):
        t.fail(
            expected="class FCAutoencoder(nn.Module)",
            found=show(answer),
            hint="A class that inherits from nn.Module: without it an optimizer cannot find the weights.",
        )

    t.need(f"FCAutoencoder(code_dim={k}) can be built")
    model = t.call(answer, code_dim=k, doing=f"FCAutoencoder(code_dim={k})", explain=explain_build)

    t.need("convolutions, Linear layers and activations, nothing else")
    if any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in model.modules()):
        t.fail(
            expected="the layers that the task names",
            found="there is batch norm in it",
            hint="It makes what comes out for one image depend on the others in the batch. This network does without.",
        )

    t.need("encode gives (N, code_dim)")
    z = _asked(t, model, "encode", x, k)
    _expect_code(t, z, len(x), k)

    t.need("decode gives (N, 1, 28, 28)")
    out = _asked(t, model, "decode", probe, k)
    if out.shape != (4, 1, 28, 28):
        found = f"decode returned shape {shape_of(out)} for 4 codes"
        t.fail(expected="shape (4, 1, 28, 28)", found=found, hint=output_hint(tuple(out.shape), 4))

    t.need("the same for the same input, however many images there are")
    for name, value, whole in (("encode", x, z), ("decode", probe, out)):
        if not torch.equal(_asked(t, model, name, value, k), whole):
            t.fail(
                expected="the same result for the same input",
                found=f"two calls of {name} give different results",
                hint="Is a layer built anew in each call, or is there dropout or noise? Layers belong in __init__.",
            )
        for part in (slice(1, 3), slice(0, 1)):
            some = _asked(t, model, name, value[part], k)
            if some.shape != whole[part].shape or not torch.allclose(some, whole[part], atol=1e-4, rtol=1e-3):
                t.fail(
                    expected="the same result for an image whatever else is in the batch",
                    found=f"{name} gives another result when other images are in the batch: the images are mixed",
                    hint="Does a view or reshape move numbers between images, or is a mean over the batch taken?",
                )

    t.need("the weights are those of the layers that the task names")
    _expect_weights(t, model, k)

    t.need("encode: each convolution followed by a ReLU, and none on the code")
    _expect_same(t, model, "encode", x, k)

    t.need("decode: a ReLU after all layers but the last, and a sigmoid after that")
    _expect_same(t, model, "decode", torch.cat([probe, 30 * probe]), k)  # far enough for a clamp to differ from a ReLU

    t.need("forward decodes what encode gives")
    rebuilt = _asked(t, model, "forward", x, k)
    if rebuilt.shape != x.shape or not torch.allclose(rebuilt, _asked(t, model, "decode", z, k), atol=1e-5):
        found = "forward(x) is not decode(encode(x))"
        if rebuilt.shape == z.shape and torch.allclose(rebuilt, z, atol=1e-5):
            found = "forward returns the code: decode is never called"
        elif torch.equal(rebuilt, x):
            found = "forward gives its input back"
        elif rebuilt.shape == x.shape:
            for name, f in (("sigmoid", torch.sigmoid), ("ReLU", torch.relu), ("tanh", torch.tanh)):
                if torch.allclose(rebuilt, _asked(t, model, "decode", f(z), k), atol=1e-5):
                    found = f"forward puts a {name} on the code that encode does not have"
                elif torch.allclose(rebuilt, f(_asked(t, model, "decode", z, k)), atol=1e-5):
                    found = f"forward puts a {name} on the output after that of decode"
        t.fail(expected="decode(encode(x))", found=found, hint="Let forward call the two methods and do nothing else.")

    t.need("every weight is learned")
    _expect_gradients(t, model, x)

    t.need("code_dim is 32 unless one asks for another size")
    default = t.call(answer, doing="FCAutoencoder()")
    z = _asked(t, default, "encode", x, 32)
    if z.shape != (len(x), 32):
        t.fail(expected="a code of 32 numbers", found=f"a code of shape {shape_of(z)}", hint="code_dim: int = 32")


def _asked(t: Trial, model: Any, method: str, value: Tensor, k: int) -> Tensor:
    """The tensor that model.method(value) gives; anything else ends the check."""
    function = t.call(getattr, model, method, None, doing=f"model.{method}")
    if function is None or not callable(function):
        t.fail(expected=f"a method {method}", found=f"the model has no {method}", hint=f"def {method}(self, ...)")
    given = value.clone()
    size = f"{'x' if value.ndim == 4 else 'z'} of shape {shape_of(value)}"
    doing = f"{method}({size})"
    result = t.call(function, given, doing=doing, explain=lambda error: explain_shapes(error, method, k, len(value)))
    if not isinstance(result, Tensor):
        what = "Is a return missing?" if result is None else "Return one tensor and nothing else."
        t.fail(expected="a tensor", found=f"{method} returned {show(result)}", hint=what)
    result = result.as_subclass(Tensor)  # a subclass could answer every comparison as it likes
    if not torch.equal(given, value):
        t.fail(expected="the input unchanged", found=f"{method} changed its input in place", hint="Make a new tensor.")
    if result.dtype != torch.float32 or result.is_sparse or result.device.type != "cpu":
        t.fail(
            expected="float32 numbers where the input is",
            found=f"{method} returned {show(result)}",
            hint="Leave the dtype and the device as they come.",
        )
    if not torch.isfinite(result).all():
        t.fail(expected="finite numbers", found=f"{method} returned NaN or infinity", hint="Is it initialised?")
    return result


def _expect_code(t: Trial, z: Tensor, n: int, k: int) -> None:
    if z.shape != (n, k):
        found = f"encode returned shape {shape_of(z)} for {n} images"
        t.fail(expected=f"shape {(n, k)}", found=found, hint=map_hint(tuple(z.shape), n, k))


def _expect_weights(t: Trial, model: nn.Module, k: int) -> None:
    shapes = Counter(_as_linear(tuple(p.shape), k) for p in model.parameters())
    wanted = Counter(expected_shapes(k))
    if shapes == wanted:
        return
    missing, extra = sorted((wanted - shapes).elements(), key=str), sorted((shapes - wanted).elements(), key=str)
    found, hint = weights_hint(missing, extra, k)
    t.fail(expected=f"{len(wanted)} different shapes of weights, with 2 of (16,)", found=found, hint=hint)


def _as_linear(shape: tuple[int, ...], k: int) -> tuple[int, ...]:
    """A 7x7 convolution over the 7x7 map is the Linear layer that the task asks for (see task 3.4)."""
    return (k, 32 * 7 * 7) if shape == (k, 32, 7, 7) else shape


def _expect_same(t: Trial, model: nn.Module, method: str, value: Tensor, k: int) -> None:
    """Rebuild the method from the model's own weights, found by their shapes, and compare."""
    difference = name_the_difference(model, method, value, _asked(t, model, method, value, k), k)
    if difference is None:
        return
    found, hint = difference
    wanted = {
        "encode": "conv, ReLU, conv, ReLU, flatten, linear",
        "decode": "linear, ReLU, unflatten, transposed conv, ReLU, transposed conv, sigmoid",
    }
    t.fail(expected=wanted[method], found=found, hint=hint)


def _expect_gradients(t: Trial, model: nn.Module, x: Tensor) -> None:
    twin = copy.deepcopy(model)
    loss = (t.call(twin, x, doing="model(x)") - x).square().mean()
    if loss.requires_grad:
        loss.backward()
    still = [name for name, p in twin.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    if still:
        t.fail(
            expected="a gradient for every weight",
            found=f"no gradient reaches {', '.join(still[:3])}" + (" and others" if len(still) > 3 else ""),
            hint="Look for detach(), no_grad(), .data, numpy, or requires_grad=False on the way.",
        )
