"""The oracles of exercises 1 to 3: what is right is accepted however it is written, and wrong outputs are not.

The checks catch more than wrong outputs. Wrong answers of the bank that an oracle lets pass are named here, with why.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from oracle_bank import BANK, answer_in, answers, bent, drawn_for, judged, name_of, probed, spoilt, verdict
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg import checks
from lessons_pkg.grading.oracles import ORACLES

RIGHT = answers("right", "01", "02", "03")
WRONG = answers("wrong", "01", "02", "03")
TASKS = [task for task in checks.TASKS if task[0] in "123"]
SEED = 20261121

OUTPUTS = "the outputs are right, and the check sees what was done besides: "
CHANGED = OUTPUTS + "what came in was changed in place"
KIND = OUTPUTS + "the numbers came in another kind of container"
BORROWED = "the outputs are right, and the functions that are used are not there where grading takes place"
GLOBAL = OUTPUTS + "gradients stay switched off in the whole process"
FEW = "the outputs are right for fewer than a thousand images; so many would take the oracle seconds"
PASSES = {
    "channel_order-dense_changed_in_place": CHANGED,
    "channel_order-first_in_place": CHANGED,
    "channel_order-first_numpy_returned": KIND,
    "compare-borrowed_from_the_checks": BORROWED,
    "compare-first_thousand_for_patches": FEW,
    "compare-first_thousand_for_pca": FEW,
    "compare-first_thousand_images_of_test": FEW,
    "compare-gradients_off_for_good": GLOBAL,
    "compare-images_changed": CHANGED,
    "compare-the_packages_pca": BORROWED,
    "conv_autoencoder-inherits_the_packages_own": BORROWED,
    "conv_autoencoder-wraps_the_packages_own": BORROWED,
    "convolutions-numpy_returned": KIND,
    "fair_comparison-the_packages_pca": BORROWED,
    "latent_codes-gradients_off_for_good": GLOBAL,
    "latent_codes-images_changed_in_place": CHANGED,
    "latent_codes-the_packages_codes": BORROWED,
    "linear_ae-inherits_the_packages_own": BORROWED,
    "linear_ae-input_changed_in_place": CHANGED,
    "linear_ae-the_packages_own": BORROWED,
    "linear_ae-wraps_the_packages_own": BORROWED,
    "memory_order-borrowed_from_the_checks": BORROWED,
    "memory_order-index_as_a_list": KIND,
    "memory_order-strides_as_a_list": KIND,
    "pca_floor-changed_in_place": CHANGED,
    "pca_floor-delegated_to_the_package": BORROWED,
    "principal_angles-changed_in_place": CHANGED,
    "principal_angles-delegated_to_the_package": BORROWED,
    "principal_angles-numpy_returned": KIND,
    "shape_arithmetic-borrowed_from_the_checks": BORROWED,
    "shape_arithmetic-the_packages_own_inside": BORROWED,
    "training_step-x_changed_in_place": CHANGED,
}


def right_answer(task: str) -> Any:
    folder = checks.TASKS[task].__name__
    return answer_in(next(path for path in RIGHT if path.parts[-3] == folder))[1]


@functools.cache
def found_by_a_right_answer(task: str, seed: int = SEED) -> bytes:
    return probed(task, right_answer(task), seed)


def of_the_bank(task: str, stem: str) -> Any:
    return answer_in(next(BANK.glob(f"*/{checks.TASKS[task].__name__}/right/{stem}.py")))[1]


# --- the bank -------------------------------------------------------------------------------------------------------


def test_every_task_has_an_oracle() -> None:
    assert set(TASKS) <= set(ORACLES)
    assert {answer_in(path)[0] for path in RIGHT} == set(TASKS)


@pytest.mark.parametrize("path", RIGHT, ids=name_of)
@pytest.mark.parametrize("seed", [0, SEED, 2**31 - 5])
def test_a_right_answer_is_accepted_whatever_the_seed(path: Path, seed: int) -> None:
    task, answer = answer_in(path)
    assert verdict(task, answer, seed) == ""


@pytest.mark.parametrize("path", WRONG, ids=name_of)
def test_a_wrong_answer_is_refused_unless_its_outputs_are_right(path: Path) -> None:
    task, answer = answer_in(path)
    assert (verdict(task, answer, SEED) == "") == (name_of(path) in PASSES)


def test_what_may_pass_is_in_the_bank() -> None:
    assert set(PASSES) <= {name_of(path) for path in WRONG}


# --- right answers that the bank does not have ----------------------------------------------------------------------


class OneMatrixEachWay(nn.Module):
    def __init__(self, code_dim: int = 32) -> None:
        super().__init__()
        self.all = nn.ParameterDict({
            "d": nn.Parameter(torch.rand(784 + 1, code_dim).T - 0.5),
            "e": nn.Parameter(torch.rand(code_dim, 784 + 1)),
        })  # fmt: skip
        self.rest = nn.Parameter(torch.rand(784 - code_dim))

    def encode(self, x: Tensor) -> Tensor:
        return F.pad(x.flatten(1), (0, 1), value=1.0) @ self.all["e"].T

    def decode(self, z: Tensor) -> Tensor:
        bias = torch.cat([self.all["d"][:, 784], self.rest])
        return (z @ self.all["d"][:, :784] + bias).reshape(len(z), 1, 28, 28)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


def step_by_hand(model: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor) -> float:
    difference = (model(x) - x).flatten()
    loss = torch.dot(difference, difference) / difference.numel()
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = torch.autograd.grad(loss, parameter, retain_graph=True)[0]
    optimizer.step()
    for parameter in model.parameters():
        parameter.grad.zero_()
    return loss.tolist()


def floor_by_the_variance_that_is_left(images: Tensor, k: int) -> float:
    rows = images.flatten(1).double()
    rest, lost = rows - rows.mean(0), rows.new_zeros(())
    values = torch.linalg.eigvalsh(rest @ rest.T).flip(0)
    return (lost + values[k:].clamp(min=0).sum()).item() / images.numel()


def angles_by_norms(A: Tensor, B: Tensor) -> Tensor:
    A, B = (torch.linalg.svd(m.double(), full_matrices=False)[0] for m in (A, B))
    return torch.acos(torch.linalg.svdvals(B.mT @ A).minimum(torch.ones(()))).to(torch.float32)


def codes_in_chunks(model: nn.Module, train_set: Any, batch_size: int = 256) -> tuple[Tensor, Tensor]:
    before = model.training
    try:
        codes = torch.vstack([model.eval().encode(x).data.double() for x in torch.split(train_set.images, batch_size)])
    finally:
        model.train(before)
    return codes, train_set.labels.to(torch.int32)


def strided(image: Tensor, kernel: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    x = F.pad(image.double(), (padding,) * 4).contiguous()
    sizes = [(have - want) // stride + 1 for have, want in zip(x.shape, kernel.shape, strict=True)]
    step = x.stride()
    windows = x.as_strided((*sizes, *kernel.shape), (step[0] * stride, step[1] * stride, *step))
    return (windows * kernel).sum((2, 3))


def overlapped(image: Tensor, kernel: Tensor, stride: int = 1) -> Tensor:
    (h, w), (kh, kw) = image.shape, kernel.shape
    stamps = torch.einsum("hw,ab->abhw", image, kernel).reshape(1, kh * kw, h * w)
    return F.fold(stamps, ((h - 1) * stride + kh, (w - 1) * stride + kw), (kh, kw), stride=stride)[0, 0]


class ShiftedSums(nn.Module):
    """The convolution as a sum of nine shifted images, the pool as a sort."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ParameterList([torch.randn(16), torch.randn(4), torch.randn(4, 16, 3, 3)])
        self.first = nn.Conv2d(1, 16, 3).weight

    def forward(self, x: Tensor) -> Tensor:
        for weight, bias in ((self.first, self.layers[0]), (self.layers[2], self.layers[1])):
            framed, size = F.pad(x, (1, 1, 1, 1)), x.shape[-1]
            x = sum(
                torch.einsum("nihw,oi->nohw", framed[:, :, a : a + size, b : b + size], weight[:, :, a, b])
                for a in range(3)
                for b in range(3)
            )
            x = x + bias[None, :, None, None]
            x = x.unflatten(3, (-1, 2)).unflatten(2, (-1, 2)).movedim(3, -1).flatten(-2).sort(-1).values[..., -1]
        return x


class WithALoss(nn.Module):
    """Sequentials, and the two 2x2 stamps of the decoder as outer products."""

    def __init__(self) -> None:
        super().__init__()
        self.decoder = nn.Sequential(nn.ConvTranspose2d(4, 16, 2, 2), nn.ConvTranspose2d(16, 1, 2, 2))
        self.encoder = ShiftedSums()

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        return 0.5 + 0.5 * torch.tanh(self.decoder(z) / 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


class Lazy(nn.Module):
    def __init__(self, code_dim: int = 32) -> None:
        super().__init__()
        self.widen, self.narrow = nn.LazyLinear(1568), nn.LazyLinear(code_dim)
        self.up = nn.Sequential(nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 4, 2, 1))
        self.down = nn.Sequential(nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU())

    def encode(self, x: Tensor) -> Tensor:
        return self.narrow(self.down(x).permute(0, 3, 1, 2).flatten(1))

    def decode(self, z: Tensor) -> Tensor:
        return self.up(self.widen(z).clamp(min=0).unflatten(1, (7, 32, 7)).transpose(1, 2)).sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


def as_linear_by_unfolding(conv: nn.Conv2d, height: int, width: int) -> nn.Linear:
    if list(conv.kernel_size) != [height, width] or (conv.padding if conv.padding != "valid" else (0, 0)) != (0, 0):
        raise ValueError(conv)
    linear = nn.utils.skip_init(nn.Linear, height * width * conv.in_channels, conv.out_channels)
    linear.weight.data.copy_(conv.weight.data.reshape(conv.out_channels, -1))
    linear.bias.data.zero_()
    if conv.bias is not None:
        linear.bias.data += conv.bias.data
    return linear


def sizes_by_range() -> tuple[Callable, ...]:
    return (
        lambda size, kernel, stride, padding: len(range(0, size + 2 * padding - kernel + 1, stride)),
        lambda size, kernel, stride, padding, extra: range(0, size * stride, stride)[-1] + kernel - 2 * padding + extra,
        lambda *sizes: sum([sizes[1], sizes[0] * sizes[1] * sizes[2] ** 2]),
    )


def moved() -> tuple[Callable, ...]:
    def dense(weight: Tensor, bias: Tensor, height: int, width: int, channels: int) -> list[Tensor]:
        order = torch.arange(len(bias)).view(height * width, channels).T.reshape(-1)
        return [weight.index_select(0, order), bias.index_select(0, order)]

    return (
        lambda x: torch.einsum("nhwc->nchw", x),
        lambda x: x.swapaxes(1, 2).swapaxes(2, 3),
        dense,
    )


def with_torch() -> tuple[Callable, ...]:
    return (
        lambda shape: tuple(torch.empty(*shape, device="meta").stride()),
        lambda index, shape: sum(
            i * s for i, s in zip(index, torch.empty(*shape, device="meta").stride(), strict=True)
        ),
        lambda place, shape: tuple(int(i) for i in torch.unravel_index(torch.tensor(place), shape)),
    )


def errors_in_batches(model: nn.Module, train: Tensor, test: Tensor) -> dict[str, float]:
    def left(rows: Tensor, others: Tensor, k: int) -> float:
        rest = others.double() - rows.double().mean(0)
        basis = torch.linalg.eigh(torch.cov(rows.double().T))[1][:, :-k]  # all that is thrown away
        return (rest @ basis).square().sum().item() / others.numel()

    before = model.training
    model.train(False)
    with torch.no_grad():
        sums = [F.mse_loss(model(part), part, reduction="sum").item() for part in test.split(37)]
    model.train(before)
    cut = lambda x: torch.stack(x.split(4, 2), 1).unfold(4, 4, 4).movedim(4, 2).reshape(-1, 16)  # noqa: E731
    pca = left(train.flatten(1), test.flatten(1), 196), left(cut(train), cut(test), 4)
    return {"model": sum(sums) / test.numel(), "pca": pca[0], "patch_pca": pca[1]}


def compare_model_by_model(make_a: Any, make_b: Any, fit: Any, train: Tensor, test: Tensor, seeds: list[int]) -> dict:
    made = {name: [make(seed) for seed in seeds] for name, make in (("a", make_a), ("b", make_b))}
    sizes = {name: models[0].encode(test[-1:]).numel() for name, models in made.items()}
    if len(set(sizes.values())) > 1 or len(set(seeds)) < 5:
        raise ValueError(sizes)
    errors: dict[str, list[float]] = {"b": [], "a": []}
    for name in errors:
        for model, seed in zip(made[name], seeds, strict=True):
            fit(model, train, seed)
            with torch.inference_mode():
                errors[name].append((model.eval()(test) - test).pow(2).mean().double().item())
    rows = train.flatten(1).double()
    basis = torch.linalg.svd(rows - rows.mean(0), full_matrices=False)[2][: sizes["a"]]
    rest = test.flatten(1).double() - rows.mean(0)
    wins = [all(x < y for x in errors[one] for y in errors[other]) for one, other in ("ab", "ba")]
    return {
        **errors,
        "code_size": sizes["b"],
        "baseline": (rest - rest @ basis.T @ basis).square().mean().item(),
        "parameters": [sum(p.numel() for p in made[name][0].parameters()) for name in "ab"],
        "verdict": ["undecided", "a", "b"][wins[0] + 2 * wins[1]],
    }


INVENTED = {
    "1.1": OneMatrixEachWay,
    "1.2": step_by_hand,
    "1.3": floor_by_the_variance_that_is_left,
    "1.4": angles_by_norms,
    "1.5": codes_in_chunks,
    "2.1": sizes_by_range(),
    "2.2": (strided, overlapped),
    "2.3": ShiftedSums,
    "2.4": WithALoss,
    "2.5": errors_in_batches,
    "3.1": with_torch(),
    "3.2": moved(),
    "3.3": Lazy,
    "3.4": as_linear_by_unfolding,
    "3.5": compare_model_by_model,
}


@pytest.mark.parametrize("task", TASKS)
def test_a_right_answer_that_is_written_differently_is_accepted_too(task: str) -> None:
    for seed in (1, 2, SEED):
        assert verdict(task, INVENTED[task], seed) == ""
    assert checks.TASKS[task].judge(INVENTED[task], seed=1).passed, "so does the check"


# --- answers that know nothing --------------------------------------------------------------------------------------

Change = Callable[[Any], Any]
CHANGES: dict[str, Change] = {
    "zeros": lambda v: torch.zeros_like(v) if isinstance(v, Tensor) else type(v)(0),
    "ones": lambda v: torch.ones_like(v) if isinstance(v, Tensor) else type(v)(1),
    "chance": lambda v: torch.rand(v.shape).to(v.dtype) if isinstance(v, Tensor) else type(v)(7 * torch.rand(1)),
    "NaN": lambda v: v * torch.nan if isinstance(v, Tensor) else float("nan"),
    "the negative": lambda v: -v - 1,
    "a little more": lambda v: (1.03 * v + 0.01).to(v.dtype) + (not v.is_floating_point()) if isinstance(v, Tensor)
    else v + 1 if isinstance(v, int) else 1.03 * v + 0.01,
    "in another order": lambda v: v.flatten().flip(0).reshape(v.shape) if isinstance(v, Tensor) else v + 1,
    "words": lambda v: str(v)[:20],
    "nothing": lambda v: None,
    "one axis more": lambda v: v[None] if isinstance(v, Tensor) else torch.tensor([v]),
    "one axis less": lambda v: v.sum() if isinstance(v, Tensor) else [v],
    "whole numbers": lambda v: v.long() if isinstance(v, Tensor) and v.is_floating_point() else int(v) + 1
    if not isinstance(v, Tensor) else v.float() + 1,
}  # fmt: skip


def changed(value: Any, change: Change) -> Any:
    """Every number and tensor in what an answer gives, changed; words, dicts and layers stay what they are."""
    if isinstance(value, (list, tuple)):
        return type(value)(changed(one, change) for one in value)
    if isinstance(value, dict):
        return {key: changed(one, change) for key, one in value.items()}
    if isinstance(value, nn.Linear):
        layer = copy.copy(value)
        layer._parameters = {name: changed(one, change) for name, one in value._parameters.items()}
        return layer
    return value if isinstance(value, (str, bool, type(None))) else change(value)


def otherwise(answer: Any, change: Change) -> Any:
    """The answer with its results changed: of a function, of several, or of the methods of a class."""
    if isinstance(answer, tuple):
        return tuple(otherwise(one, change) for one in answer)
    if not isinstance(answer, type):
        return lambda *args: changed(answer(*args), change)
    methods = [name for name in ("encode", "decode", "forward") if hasattr(answer, name)]
    made = {name: lambda self, x, name=name: changed(getattr(answer, name)(self, x), change) for name in methods}
    return type("Otherwise", (answer,), made)


@pytest.mark.parametrize("task", TASKS)
def test_results_that_are_passed_on_unchanged_are_accepted(task: str) -> None:
    assert verdict(task, otherwise(right_answer(task), lambda value: value), SEED) == ""


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", CHANGES)
def test_results_that_are_changed_are_refused(task: str, name: str) -> None:
    assert verdict(task, otherwise(right_answer(task), CHANGES[name]), SEED)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("place", [0, -1])
def test_the_inputs_are_no_results(task: str, place: int) -> None:
    def given_back(*args: Any, **kwargs: Any) -> Any:
        return args[place]

    answer = right_answer(task)
    if isinstance(answer, tuple):
        assert verdict(task, (given_back,) * len(answer), SEED)
    elif isinstance(answer, type):
        methods = {name: lambda self, x: x for name in ("encode", "decode", "forward")}
        assert verdict(task, type("GivenBack", (answer,), methods), SEED)
    else:
        assert verdict(task, given_back, SEED)


@pytest.mark.parametrize("task", TASKS)
def test_what_was_right_for_another_seed_is_wrong_for_this(task: str) -> None:
    found = {seed: found_by_a_right_answer(task, seed) for seed in (1, 2, SEED)}
    for mine in found:
        for other in found:
            assert (judged(task, found[other], mine) == "") == (mine == other)


@pytest.mark.parametrize("task", TASKS)
def test_what_is_drawn_follows_from_the_seed_alone(task: str) -> None:
    drawn_for.cache_clear()
    once = [drawn_for(task, seed) for seed in (1, 2, 2**31 - 1)]
    drawn_for.cache_clear()
    torch.rand(3)
    assert once == [drawn_for(task, seed) for seed in (1, 2, 2**31 - 1)]
    assert len(set(once)) == 3


# --- models ---------------------------------------------------------------------------------------------------------

MODELS = ["1.1", "2.3", "2.4", "3.3"]


def born_with_zeros(cls: type) -> type:
    def __init__(self: nn.Module, **sizes: int) -> None:
        cls.__init__(self, **sizes)
        for parameter in self.parameters():
            parameter.data.zero_()

    return type("Zeros", (cls,), {"__init__": __init__})


def frozen(cls: type) -> type:
    def __init__(self: nn.Module, **sizes: int) -> None:
        cls.__init__(self, **sizes)
        self.requires_grad_(False)

    return type("Frozen", (cls,), {"__init__": __init__})


def half_frozen(cls: type) -> type:
    def __init__(self: nn.Module, **sizes: int) -> None:
        cls.__init__(self, **sizes)
        for parameter in list(self.parameters())[-2:]:
            parameter.requires_grad_(False)

    return type("HalfFrozen", (cls,), {"__init__": __init__})


def in_double(cls: type) -> type:
    def __init__(self: nn.Module, **sizes: int) -> None:
        cls.__init__(self, **sizes)
        self.double()

    def forward(self: nn.Module, x: Tensor) -> Tensor:
        return cls.forward(self, x.double()).float()

    return type("Double", (cls,), {"__init__": __init__, "forward": forward})


def with_one_more(cls: type) -> type:
    def __init__(self: nn.Module, **sizes: int) -> None:
        cls.__init__(self, **sizes)
        self.more = nn.Parameter(torch.ones(1))

    return type("OneMore", (cls,), {"__init__": __init__})


def detached(cls: type) -> type:
    return otherwise(cls, Tensor.detach)


def always_the_first_weights(cls: type) -> type:
    """Computes with the weights that it had at birth, whatever its parameters say; and yet a gradient reaches these."""

    def __init__(self: nn.Module, **sizes: int) -> None:
        cls.__init__(self, **sizes)
        self.__dict__["twin"] = cls(**sizes)
        self.twin.load_state_dict(self.state_dict())

    methods = [name for name in ("encode", "decode", "forward") if hasattr(cls, name)]

    def asked_of_twin(self: nn.Module, x: Tensor, name: str) -> Tensor:
        every = sum(parameter.sum() for parameter in self.parameters())
        return getattr(self.twin, name)(x) + every - every.detach()

    asked = {name: lambda self, x, name=name: asked_of_twin(self, x, name) for name in methods}
    return type("Remembers", (cls,), {"__init__": __init__, **asked})


DEPARTURES = [born_with_zeros, frozen, half_frozen, in_double, with_one_more, detached, always_the_first_weights]


@pytest.mark.parametrize("task", MODELS)
@pytest.mark.parametrize("departure", DEPARTURES, ids=lambda one: one.__name__)
def test_a_model_computes_with_its_own_weights_and_learns_them_all(task: str, departure: Callable) -> None:
    stem = {"1.1": "other_names_and_sequential", "2.3": "as_in_the_source", "2.4": "two_sequentials"}
    answer = of_the_bank(task, stem.get(task, "sequential"))
    assert verdict(task, answer, SEED) == ""
    assert verdict(task, departure(answer), SEED)


@pytest.mark.parametrize("task", ["1.1", "3.3"])
def test_the_default_code_size_is_asked_for_too(task: str) -> None:
    answer = right_answer(task)

    class Sixteen(answer):
        def __init__(self, code_dim: int = 16) -> None:
            super().__init__(code_dim=code_dim)

    assert verdict(task, Sixteen, SEED)


def test_where_the_last_step_leads_counts_although_no_loss_comes_after_it() -> None:
    answer, calls = right_answer("1.2"), []

    def no_third_step(model: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor) -> float:
        calls.append(x)
        return F.mse_loss(model(x), x).item() if len(calls) % 3 == 0 else answer(model, optimizer, x)

    assert "weights" in verdict("1.2", no_third_step, SEED)


def test_a_model_that_is_measured_is_not_changed() -> None:
    answer = right_answer("2.5")

    def measured_and_changed(model: nn.Module, train: Tensor, test: Tensor) -> dict[str, float]:
        errors = answer(model, train, test)
        next(model.parameters()).data += 1
        return errors

    assert "changed" in verdict("2.5", measured_and_changed, SEED)


# --- whatever comes back --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("found", [b"null", b"1", b"[]", b'"ValueError"', b'{"dict":{}}', b"NaN", b"[[]]"])
def test_an_oracle_refuses_what_is_nothing_like_a_result(task: str, found: bytes) -> None:
    assert judged(task, found, SEED)


@pytest.mark.parametrize("task", TASKS)
def test_an_oracle_survives_whatever_stands_in_one_place(task: str) -> None:
    found = found_by_a_right_answer(task)
    for one in bent(found, seed=1, count=40):
        judged(task, one, SEED)  # raises what an oracle may not raise


@pytest.mark.parametrize("task", TASKS)
def test_no_part_of_a_result_may_be_missing_or_no_number(task: str) -> None:
    # The other answers give a bias of zeros where there is none: no bias is as good.
    found = probed(task, of_the_bank(task, "copied"), SEED) if task == "3.4" else found_by_a_right_answer(task)
    for one in spoilt(found, seed=2, count=40):
        assert judged(task, one, SEED)
