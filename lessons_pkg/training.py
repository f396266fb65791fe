"""Training: ``fit`` is one function to be read from top to bottom, and ``evaluate`` its counterpart without gradients.

The images are a tensor that lies on the device; a batch is an index into it. There is no DataLoader, because
for images this small it costs more than the step itself.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg import team
from lessons_pkg.checkpoints import Checkpoint, epochs_in
from lessons_pkg.data import ImageSet, as_floats
from lessons_pkg.evaluating import evaluating, noise_from
from lessons_pkg.progress import progress_bar
from lessons_pkg.quick_adam import QuickAdam

__all__ = [
    "History",
    "TrainingDiverged",
    "bce_per_image",
    "best_device",
    "cosine",
    "evaluate",
    "fit",
    "mse_per_pixel",
    "warm_up_and_cosine",
]

Loss = Callable[[nn.Module, Tensor], Tensor]

# Part of every result file's hash: raise it when a change here (or in latent/) changes the numbers that come out.
NUMERICS_VERSION = 1


class TrainingDiverged(RuntimeError):
    """The loss became NaN or infinite. The message says at which step, and what to try."""


@dataclass
class History:
    """What happened in a training.

    loss: per epoch, the mean over the images seen (in the unit of the loss that was used), while the weights moved;
    validation_loss: per epoch, after it; empty without validation images. seconds: wall time of the whole training,
    also of the epochs before it went on from a checkpoint; images_per_second: since then.
    """

    loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    seconds: float = 0.0
    images_per_second: float = 0.0
    device: str = "cpu"
    note: str = ""  # why it ended early, if it did


def mse_per_pixel(model: nn.Module, x: Tensor) -> Tensor:
    """Mean squared error per pixel, averaged over the batch."""
    return F.mse_loss(model(x), x)


def bce_per_image(model: nn.Module, x: Tensor) -> Tensor:
    """Binary cross-entropy in nats per image: summed over the pixels, averaged over the batch.

    For a model whose output is a probability (its last layer a sigmoid) and images in [0, 1].
    """
    return F.binary_cross_entropy(model(x), x, reduction="sum") / len(x)


bce_per_image.needs_unit_interval = True


def cosine(done: float) -> float:
    """A schedule for ``fit``: the learning rate falls from its start to zero along half a cosine."""
    return 0.5 * (1 + math.cos(math.pi * done))


def warm_up_and_cosine(done: float, *, share: float = 0.05) -> float:
    """A schedule for ``fit``: a straight rise over the first ``share`` of the training, then ``cosine``."""
    return done / share if done < share else cosine((done - share) / (1 - share))


def best_device() -> torch.device:
    """CUDA if there is one, else Apple's MPS, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def fit(
    model: nn.Module,
    train: ImageSet | Tensor,
    *,
    loss: Loss | None = None,
    epochs: int = 10,
    batch_size: int = 128,
    lr: float = 1e-3,
    seed: int = 0,
    schedule: Callable[[float], float] | None = None,
    optimizer: torch.optim.Optimizer | None = None,
    validation: ImageSet | Tensor | None = None,
    device: str | torch.device | None = None,
    checkpoint: str | Path | None = None,
) -> History:
    """Train a model to reconstruct its input. The model is changed in place and left on the device.

    train, validation: an ImageSet or a tensor (N, 1, H, W) of floats.
    loss: ``loss(model, x) -> scalar``; without it the model's own ``model.loss(x)``, else ``mse_per_pixel``.
    seed: decides the order of the images, and any noise that the model draws; nothing global is touched.
    schedule: maps the share of the training that is done, 0 to 1, to a factor on the learning rate (see ``cosine``).
    optimizer: Adam with ``lr`` unless you bring one (built on this model's parameters; then ``lr`` is not used).
    device: the best one there is, unless named.
    checkpoint: a file that is written after each epoch. If it is there, the training goes on from it, and ends with
    the same weights as one that was never interrupted; a file of another training is refused (CheckpointMismatch).

    An interrupt (Ctrl-C, or Jupyter's stop button) ends the training and returns the history so far.

    Under ``torchrun`` each process calls this with the same arguments, and together they make the steps of one process
    with the same batch_size: each takes its share of every batch (see ``lessons_pkg.team``). All end with the same
    weights and losses; the first one alone prints and writes. Two things then depend on the number of processes: noise
    that a model draws (another run, as good as the first), and batch normalisation, which looks at one share at a time
    (its running statistics are those of the first process).

    Raises ValueError or TypeError for input that cannot work, TrainingDiverged when the loss is no longer finite,
    TeamBroken when another process of the team has ended.
    """
    ranks = team.join(torch.device(device) if device is not None else best_device())
    device = ranks.device
    loss = loss or _own_loss(model)
    images, extent = _checked_images(train, "train")
    held_out = None
    if validation is not None:
        held_out, held_out_extent = _checked_images(validation, "validation")
    if epochs < 0 or batch_size < 1:
        raise ValueError(f"epochs={epochs}, batch_size={batch_size}: epochs must be 0 or more, batch_size 1 or more")
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ValueError("the model has nothing to train: none of its parameters requires a gradient")
    model.to(device)
    _check_fits_together(model, loss, images, extent, device)
    if held_out is not None:
        _check_fits_together(model, loss, held_out, held_out_extent, device)

    images = images.to(device)
    adam = QuickAdam if device.type in ("cpu", "cuda") else torch.optim.Adam  # where torch has the fused kernel
    optimizer = optimizer or adam(model.parameters(), lr=lr)
    first_lr = [group["lr"] for group in optimizer.param_groups]
    order = torch.Generator().manual_seed(seed)  # on the CPU: the same order on every device
    steps_per_epoch = math.ceil(len(images) / batch_size)
    history = History(device=device.type)
    start, seen = time.perf_counter(), 0

    with (
        ranks.ending_together(lambda: _left_in(checkpoint)),
        noise_from(ranks.noise_seed(seed), device),
        progress_bar(epochs * steps_per_epoch, "training", shown=ranks.rank == 0) as bar,
    ):
        loss_on = ranks.loss_on(model, loss, images)
        if checkpoint is not None:
            plan = _plan(model, optimizer, images, device) | {
                "epochs": epochs,
                "batch_size": batch_size,
                "seed": seed,
                "lr": first_lr,
            }
            saved = Checkpoint(Path(checkpoint), plan, model, optimizer, order, device, ranks)
            history.loss, history.validation_loss, history.seconds = saved.restore() or ([], [], 0.0)
            start -= history.seconds
            bar.update(len(history.loss) * steps_per_epoch)
        try:
            for epoch in range(len(history.loss), epochs):
                model.train()
                batches = torch.randperm(len(images), generator=order).to(device).split(batch_size)
                # Losses stay on the device until the epoch ends: reading one back would make the GPU wait.
                losses = torch.zeros(steps_per_epoch, device=device)
                for step, batch in enumerate(batches):
                    if schedule is not None:
                        done = (epoch * steps_per_epoch + step) / (epochs * steps_per_epoch)
                        for group, lr_0 in zip(optimizer.param_groups, first_lr, strict=True):
                            group["lr"] = lr_0 * schedule(done)
                    value = loss_on(batch)
                    optimizer.zero_grad()
                    value.backward()
                    optimizer.step()
                    losses[step] = value.detach()
                    seen += len(batch)
                    bar.update()
                losses = ranks.after_epoch(model, losses)
                _stop_if_not_finite(losses, epoch)
                sizes = torch.tensor([len(batch) for batch in batches], device=device)
                mean = ((losses * sizes).sum() / len(images)).item()
                if held_out is not None:
                    history.validation_loss.append(evaluate(model, validation, loss=loss, device=device))
                history.loss.append(mean)  # after it, so that an interrupt in it leaves both equally long
                bar.set_postfix_str(f"loss {mean:.5g}", refresh=False)  # a refresh would show the bar too early
                if checkpoint is not None:
                    saved.save((history.loss, history.validation_loss, time.perf_counter() - start))
        except KeyboardInterrupt:
            history.note = f"interrupted in epoch {len(history.loss) + 1} of {epochs}"
            if ranks.rank == 0:
                print(f"Training {history.note}: the model keeps what it has learned, the history has the full epochs.")
        finally:
            for group, lr_0 in zip(optimizer.param_groups, first_lr, strict=True):
                group["lr"] = lr_0
    model.eval()
    before, history.seconds = history.seconds, time.perf_counter() - start
    history.images_per_second = seen / (history.seconds - before)
    return history


def evaluate(
    model: nn.Module,
    images: ImageSet | Tensor,
    *,
    loss: Loss | None = None,
    batch_size: int = 1000,
    device: str | torch.device | None = None,
    seed: int = 0,
) -> float:
    """The loss over all the images, the model standing still: the mean over images of ``loss`` (default as in fit).

    seed: of the noise that a model such as a VAE draws: the same call gives the same number, and nothing global is
    touched, so that watching a training does not change it.
    """
    device = torch.device(device) if device is not None else _device_of(model)
    loss = loss or _own_loss(model)
    total = 0.0
    images, _ = _checked_images(images, "images")
    with evaluating(model), noise_from(seed, device):
        for batch in images.split(batch_size):
            total += loss(model, as_floats(batch.to(device))).item() * len(batch)
    return total / len(images)


def _device_of(model: nn.Module) -> torch.device:
    parameter = next(model.parameters(), None)
    return parameter.device if parameter is not None else torch.device("cpu")


def _own_loss(model: nn.Module) -> Loss:
    return (lambda model, x: model.loss(x)) if callable(getattr(model, "loss", None)) else mse_per_pixel


def _plan(model: nn.Module, optimizer: torch.optim.Optimizer, images: Tensor, device: torch.device) -> dict[str, Any]:
    """What tells one training from another: a checkpoint goes on only with the same. Plain values."""
    settings = {name: value for name, value in vars(model).items() if isinstance(value, int | float | str)}
    return {
        "model": str(model),
        **{f"model.{name}": value for name, value in settings.items() if name != "training"},
        "optimizer": type(optimizer).__name__,
        "images": len(images),
        # Of bytes and of the floats they become the same; not every device knows float64.
        "sum of the images": sum(as_floats(some.cpu()).sum(dtype=torch.float64).item() for some in images.split(1000)),
        "device": device.type,
    }


def _left_in(checkpoint: str | Path | None) -> str:
    """What a training that broke off has left, and how it goes on."""
    if checkpoint is None:
        return "nothing of it was kept: with fit(checkpoint=FILE) the next one can go on where it broke off"
    full = epochs_in(checkpoint)
    if full == 0:
        return f"it ended before the checkpoint {checkpoint} was first written: the same command begins anew"
    return f"the checkpoint {checkpoint} holds {full} epoch{'s'[: full > 1]}: the same command goes on from there"


def _checked_images(images: ImageSet | Tensor, name: str) -> tuple[Tensor, tuple[float, float]]:
    """The pixels as they are kept, with the least and the greatest value of the images, or what is wrong with them."""
    may_be_bytes = isinstance(images, ImageSet)
    images = images.pixels if isinstance(images, ImageSet) else images
    if not isinstance(images, Tensor):
        raise TypeError(f"{name} is an ImageSet or a tensor of images, not {type(images).__name__}")
    if images.ndim != 4:
        raise ValueError(
            f"{name} has shape {tuple(images.shape)}; images are (N, 1, H, W). "
            "A batch of flat rows becomes images with .reshape(-1, 1, 28, 28), one image with .unsqueeze(0)."
        )
    if len(images) == 0:
        raise ValueError(f"{name} is empty: no image was selected")
    if may_be_bytes and images.dtype == torch.uint8:
        return images, tuple(as_floats(torch.stack(images.aminmax())).tolist())
    if not images.is_floating_point():
        raise TypeError(f"{name} holds {images.dtype}; images are floats in [0, 1]: use images.float() / 255")
    low, high = (value.item() for value in images.aminmax())  # a NaN shows in both, and no copy is made
    if not (math.isfinite(low) and math.isfinite(high)):
        bad = int((~torch.isfinite(images)).flatten(1).any(1).nonzero()[0])
        raise ValueError(f"{name} contains NaN or infinity, first in image {bad}: remove or mend such images")
    return images, (low, high)


def _check_fits_together(
    model: nn.Module, loss: Loss, images: Tensor, extent: tuple[float, float], device: torch.device
) -> None:
    """Refuse a model, a loss and images that do not belong together, before an hour is spent on them.

    extent: the least and the greatest value of the images.
    """
    low, high = extent
    if (low < 0 or high > 1) and (_ends_in_unit_interval(model) or hasattr(loss, "needs_unit_interval")):
        raise ValueError(
            f"the images lie in [{low:.3g}, {high:.3g}], but this model or loss works in [0, 1] "
            "(a sigmoid can give nothing else): rescale the images, or take a model with a linear output"
        )
    model.eval()  # a single image must not move batch statistics
    one = as_floats(images[:1].to(device))
    with torch.no_grad(), torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        try:
            answer = model(one)
        except RuntimeError as error:
            raise ValueError(
                f"the model cannot take images of shape {tuple(one.shape[1:])}: {str(error).splitlines()[0]}"
            ) from error
    if isinstance(answer, Tensor) and answer.shape != one.shape:
        raise ValueError(
            f"the model answers an image of shape {tuple(one.shape[1:])} with shape {tuple(answer.shape[1:])}: "
            "a reconstruction has the shape of its input"
        )


def _ends_in_unit_interval(model: nn.Module) -> bool:
    last = list(model.modules())[-1]
    return getattr(model, "unit_interval_output", False) or isinstance(last, nn.Sigmoid)


def _stop_if_not_finite(losses: Tensor, epoch: int) -> None:
    broken = (~torch.isfinite(losses)).nonzero()
    if len(broken):
        step = int(broken[0])
        raise TrainingDiverged(
            f"the loss became {losses[step].item()} at step {step + 1} of epoch {epoch + 1}. "
            "Try a smaller learning rate first (lr / 10); then look for a log or a division of zero in the loss. "
            "The model's weights are no longer usable: build it anew."
        )
