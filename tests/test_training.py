"""Training: the numbers of a loop written by hand, the same ones for the same seed, and no silent nonsense."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lessons_pkg import data, latent
from lessons_pkg.models import DenseAE, DenseVAE, LinearAE
from lessons_pkg.training import TrainingDiverged, bce_per_image, cosine, evaluate, fit, mse_per_pixel

SMALL = {"image_shape": (1, 4, 4)}
needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")


def tiny(seed: int = 0, **options) -> LinearAE:
    return LinearAE(3, seed=seed, **SMALL, **options)


def fit_cpu(*args, **options):
    return fit(*args, device="cpu", **options)


class Noisy(LinearAE):
    """Draws noise in its loss, as a denoising or a variational autoencoder does."""

    def loss(self, x):
        return F.mse_loss(self(x + 0.1 * torch.randn_like(x)), x)


class Plain(nn.Module):
    """No ``loss``, no ``encode``: any module with images in and images out."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(1, 1, 3, padding=1)

    def forward(self, x):
        return self.layer(x)


def of_bytes(count: int = 30) -> data.ImageSet:
    """Images kept as bytes, as those of MNIST are."""
    pixels = torch.randint(0, 256, (count, 1, 4, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(5))
    return data.ImageSet(pixels, torch.zeros(count, dtype=torch.int64), ("x",), "bytes")


# --- the numbers ----------------------------------------------------------------------------------------------------


def by_hand(images, *, epochs, batch_size, lr, seed, schedule=None):
    """The same training, in the plainest words: the loss per epoch and the trained model."""
    model = tiny()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, foreach=False)
    order = torch.Generator().manual_seed(seed)
    per_epoch, step, steps = [], 0, epochs * math.ceil(len(images) / batch_size)
    for _ in range(epochs):
        total = 0.0
        shuffled = images[torch.randperm(len(images), generator=order)]
        for start in range(0, len(images), batch_size):
            x = shuffled[start : start + batch_size]
            if schedule is not None:
                optimizer.param_groups[0]["lr"] = lr * schedule(step / steps)
            loss = ((model(x) - x) ** 2).mean()
            model.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            step += 1
        per_epoch.append(total / len(images))
    return per_epoch, model


@pytest.mark.parametrize("schedule", [None, cosine])
@pytest.mark.parametrize("batch_size", [7, 10, 30, 100])  # 7 leaves a last batch of 2, which must weigh less
def test_fit_gives_the_numbers_of_a_loop_written_by_hand(images, batch_size, schedule):
    settings = {"epochs": 4, "batch_size": batch_size, "lr": 0.01, "seed": 5, "schedule": schedule}
    model = tiny()
    history = fit_cpu(model, images, **settings)
    losses, expected = by_hand(images, **settings)
    assert history.loss == pytest.approx(losses, rel=1e-6)
    assert torch.allclose(model.encoder.weight, expected.encoder.weight, atol=1e-6)


def test_without_a_learning_rate_the_loss_is_that_of_the_standing_model(images):
    """With lr 0 nothing moves, so every epoch's mean over the images is the loss over all of them."""
    model = tiny()
    history = fit_cpu(model, images, epochs=3, batch_size=7, lr=0)
    whole = F.mse_loss(model(images), images).item()
    assert history.loss == pytest.approx([whole] * 3, rel=1e-6)


def test_history_has_one_loss_per_epoch_and_the_wall_time(images):
    history = fit_cpu(tiny(), images, epochs=3, validation=images[:5])
    assert len(history.loss) == len(history.validation_loss) == 3
    assert all(isinstance(value, float) for value in history.loss + history.validation_loss)
    assert history.images_per_second == pytest.approx(3 * 30 / history.seconds)
    assert history.seconds > 0
    assert (history.device, history.note) == ("cpu", "")
    assert fit_cpu(tiny(), images, epochs=1).validation_loss == []


def test_validation_is_measured_after_the_epoch_and_changes_nothing(images):
    held_out = images[20:] * 0.5
    with_it, without = tiny(), tiny()
    history = fit_cpu(with_it, images[:20], epochs=2, validation=held_out)
    assert history.loss == fit_cpu(without, images[:20], epochs=2).loss
    assert history.validation_loss[-1] == pytest.approx(mse_per_pixel(with_it, held_out).item(), rel=1e-6)


def test_the_loss_can_be_the_models_own_or_given_or_the_mean_squared_error(images):
    model = DenseAE(3, **SMALL)
    own = fit_cpu(DenseAE(3, **SMALL), images, epochs=1, lr=0, batch_size=7).loss[0]
    given = fit_cpu(DenseAE(3, **SMALL), images, epochs=1, lr=0, batch_size=7, loss=bce_per_image).loss[0]
    plain = fit_cpu(Plain(), images, epochs=2, batch_size=7, lr=0.01)
    expected = F.binary_cross_entropy(model(images), images, reduction="none").sum((1, 2, 3)).mean().item()
    assert own == pytest.approx(F.mse_loss(model(images), images).item(), rel=1e-6)
    assert given == pytest.approx(expected, rel=1e-6)  # nats per image, summed over its pixels
    assert plain.loss[1] < plain.loss[0]


def test_evaluate_is_the_mean_over_images_whatever_the_batch_size(images):
    model = DenseAE(3, **SMALL)
    for loss in (None, mse_per_pixel, bce_per_image):
        values = [evaluate(model, images, loss=loss, batch_size=size) for size in (7, 30, 1000)]
        assert values == pytest.approx([values[1]] * 3, rel=1e-6)
    assert model.training  # as it was before
    assert evaluate(model.eval(), images) == pytest.approx(mse_per_pixel(model, images).item(), rel=1e-6)
    assert not model.training


def test_an_image_set_trains_like_its_tensor(digits):
    part = digits[0][:50]
    assert fit_cpu(LinearAE(4), part, epochs=2).loss == fit_cpu(LinearAE(4), part.images, epochs=2).loss


# --- seeds ----------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others(images):
    def run(seed):
        return fit_cpu(Noisy(3, **SMALL), images, epochs=2, batch_size=7, seed=seed).loss

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_the_seed_decides_the_noise_too(images):
    """One batch holds all the images, so that their order cannot be what differs."""
    first, second = (fit_cpu(Noisy(3, **SMALL), images, epochs=1, seed=seed).loss[0] for seed in (1, 2))
    assert abs(first - second) > 1e-6


def test_the_global_random_state_neither_decides_nor_changes(images, rng_untouched):
    first = fit_cpu(Noisy(3, **SMALL), images, epochs=1, validation=images).loss
    with torch.random.fork_rng():
        torch.manual_seed(123)
        assert fit_cpu(Noisy(3, **SMALL), images, epochs=1, validation=images).loss == first


def test_training_on_the_cpu_leaves_the_gpus_random_state_alone(images, monkeypatch):
    seeded = []
    model = tiny()
    monkeypatch.setattr(torch.cuda, "manual_seed_all", seeded.append)
    fit_cpu(model, images, epochs=1)
    assert not seeded


# --- optimizer, schedule, mode --------------------------------------------------------------------------------------


def test_cosine_falls_from_one_to_zero():
    assert [cosine(0), cosine(0.5), cosine(1)] == pytest.approx([1, 0.5, 0])


def test_your_own_optimizer_is_used_and_its_learning_rate_restored(images):
    model, by_formula = tiny(), tiny()
    own = torch.optim.SGD(
        [{"params": model.encoder.parameters(), "lr": 0.5}, {"params": model.decoder.parameters()}], 0.1
    )
    fit_cpu(model, images, epochs=1, batch_size=30, optimizer=own, schedule=lambda done: 0.5, lr=99)
    assert [group["lr"] for group in own.param_groups] == [0.5, 0.1]
    mse_per_pixel(by_formula, images).backward()
    for layer, rate in (("encoder", 0.25), ("decoder", 0.05)):
        before = getattr(by_formula, layer).weight
        assert torch.allclose(getattr(model, layer).weight, before - rate * before.grad, atol=1e-6)


def test_the_schedule_is_asked_for_the_share_that_is_done(images):
    asked = []
    fit_cpu(tiny(), images, epochs=2, batch_size=15, schedule=lambda done: asked.append(done) or 1.0)
    assert asked == [0, 0.25, 0.5, 0.75]


def test_the_model_is_in_training_mode_while_it_learns_and_in_eval_mode_afterwards(images):
    modes = []

    def loss(model, x):
        modes.append((model.training, torch.is_grad_enabled()))
        return mse_per_pixel(model, x)

    model = tiny()
    fit_cpu(model, images, epochs=2, batch_size=30, loss=loss, validation=images)
    assert modes == [(True, True), (False, False)] * 2
    assert not model.training


def test_frozen_parameters_stay_and_a_model_without_any_other_is_refused(images):
    model = tiny()
    model.encoder.requires_grad_(False)
    before = model.encoder.weight.clone()
    history = fit_cpu(model, images, epochs=5, lr=0.01)
    assert torch.equal(model.encoder.weight, before)
    assert history.loss[-1] < history.loss[0]
    model.decoder.requires_grad_(False)
    for nothing in (model, nn.Identity()):
        with pytest.raises(ValueError, match="the model has nothing to train"):
            fit_cpu(nothing, images)


def test_no_epochs_change_nothing(images):
    model = tiny()
    history = fit_cpu(model, images, epochs=0, validation=images, schedule=cosine)
    assert (history.loss, history.validation_loss, history.images_per_second) == ([], [], 0)
    assert torch.equal(model.encoder.weight, tiny().encoder.weight)


# --- an end before the end ------------------------------------------------------------------------------------------


def interrupting(at: int):
    """A loss that is interrupted at its ``at``-th call."""
    calls = []

    def loss(model, x):
        calls.append(1)
        if len(calls) == at:
            raise KeyboardInterrupt
        return mse_per_pixel(model, x)

    return loss


def test_an_interrupt_returns_the_history_so_far_with_a_note(images, capsys, rng_untouched):
    model = tiny()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    # Three steps an epoch: the eighth call is in the third epoch.
    history = fit_cpu(
        model, images, epochs=9, batch_size=10, loss=interrupting(8), optimizer=optimizer, schedule=cosine
    )
    assert len(history.loss) == 2
    assert history.note == "interrupted in epoch 3 of 9"
    assert "interrupted in epoch 3 of 9: the model keeps what it has learned" in capsys.readouterr().out
    assert not model.training
    assert optimizer.param_groups[0]["lr"] == 0.1
    assert history.images_per_second == pytest.approx(70 / history.seconds)


def test_an_interrupt_in_the_first_epoch_returns_an_empty_history(images):
    assert fit_cpu(tiny(), images, loss=interrupting(1)).loss == []


def test_an_interrupted_validation_leaves_both_histories_equally_long(images):
    # A step and a validation per epoch: the fourth call is the second validation.
    history = fit_cpu(tiny(), images, epochs=5, loss=interrupting(4), validation=images)
    assert len(history.loss) == len(history.validation_loss) == 1
    assert history.note == "interrupted in epoch 2 of 5"


@pytest.mark.parametrize(("value", "named"), [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf")])
def test_a_loss_that_is_not_finite_stops_and_names_the_step(images, value, named):
    calls = []

    def loss(model, x):
        calls.append(1)
        return mse_per_pixel(model, x) + (value if len(calls) == 5 else 0)

    model = tiny()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with pytest.raises(TrainingDiverged, match=f"became {named} at step 2 of epoch 2. Try a smaller learning rate"):
        fit_cpu(model, images, epochs=9, batch_size=10, loss=loss, optimizer=optimizer, schedule=cosine)
    assert len(calls) == 6  # no further epoch
    assert optimizer.param_groups[0]["lr"] == 0.1


def test_a_learning_rate_far_too_large_is_noticed(images):
    model = tiny()
    with pytest.raises(TrainingDiverged):
        fit_cpu(model, images, epochs=50, optimizer=torch.optim.SGD(model.parameters(), 1e6))


# --- input that cannot work -----------------------------------------------------------------------------------------

GOOD = torch.rand(6, 1, 4, 4)
WITH_NAN = GOOD.clone()
WITH_NAN[2, 0, 1, 1] = math.nan

BAD_IMAGES = {
    "one image": (GOOD[0], ValueError, r"has shape \(1, 4, 4\); images are \(N, 1, H, W\)"),
    "flat rows": (GOOD.flatten(1), ValueError, r"\.reshape\(-1, 1, 28, 28\)"),
    "bytes": (
        (GOOD * 255).byte(),
        TypeError,
        r"torch.uint8; images are floats in \[0, 1\]: use images.float\(\) / 255",
    ),
    "whole numbers": ((GOOD * 255).long(), TypeError, "torch.int64"),
    "NaN": (WITH_NAN, ValueError, "contains NaN or infinity, first in image 2"),
    "infinity": (WITH_NAN.nan_to_num(nan=math.inf), ValueError, "contains NaN or infinity, first in image 2"),
    "none at all": (GOOD[:0], ValueError, "is empty: no image was selected"),
    "an empty ImageSet": (data.ImageSet(GOOD[:0], torch.zeros(0), (), "x"), ValueError, "is empty"),
    "an array": (GOOD.numpy(), TypeError, "an ImageSet or a tensor of images, not ndarray"),
    "a pair of sets": ((GOOD, GOOD), TypeError, "not tuple"),
}


@pytest.mark.parametrize("bad", BAD_IMAGES)
def test_images_that_are_none_are_refused_by_their_name(bad):
    given, error, said = BAD_IMAGES[bad]
    model = tiny()
    with pytest.raises(error, match=f"train .*{said}"):
        fit_cpu(model, given)
    with pytest.raises(error, match=f"validation .*{said}"):
        fit_cpu(model, GOOD, validation=given)
    with pytest.raises(error, match=said):
        evaluate(model, given)
    assert torch.equal(model.encoder.weight, tiny().encoder.weight)


@pytest.mark.parametrize("bad", [GOOD * 2 - 1, GOOD * 255])
def test_images_outside_the_unit_interval_are_refused_where_only_it_makes_sense(bad):
    sigmoid = DenseAE(3, **SMALL)
    plain = nn.Sequential(nn.Flatten(), nn.Linear(16, 16), nn.Unflatten(1, (1, 4, 4)))
    last = nn.Sequential(*plain, nn.Sigmoid())
    for model, options in ((sigmoid, {}), (last, {}), (plain, {"loss": bce_per_image})):
        with pytest.raises(ValueError, match=r"the images lie in \[.*works in \[0, 1\]"):
            fit_cpu(model, bad, **options)
        with pytest.raises(ValueError, match="the images lie in"):
            fit_cpu(model, GOOD, validation=bad, **options)
    assert len(fit_cpu(tiny(), bad, epochs=1).loss) == 1  # a linear output can reach them


def test_images_of_another_shape_than_the_models_are_refused():
    with pytest.raises(ValueError, match=r"the model cannot take images of shape \(1, 5, 5\): "):
        fit_cpu(tiny(), torch.rand(6, 1, 5, 5))
    with pytest.raises(ValueError, match=r"the model cannot take images of shape \(1, 5, 5\): "):
        fit_cpu(tiny(), GOOD, validation=torch.rand(6, 1, 5, 5))


def test_a_model_whose_output_has_another_shape_is_refused():
    with pytest.raises(
        ValueError, match=r"shape \(1, 4, 4\) with shape \(1, 3, 3\): a reconstruction has the shape of"
    ):
        fit_cpu(nn.Conv2d(1, 1, 2), GOOD)
    # Without this, (N, 16) against (N, 1, 4, 4) may broadcast into a number that means nothing.
    with pytest.raises(ValueError, match=r"with shape \(16,\)"):
        fit_cpu(nn.Sequential(nn.Flatten(), nn.Linear(16, 16)), GOOD)


@pytest.mark.parametrize("options", [{"epochs": -1}, {"batch_size": 0}, {"batch_size": -5}])
def test_negative_epochs_and_empty_batches_are_refused(options):
    with pytest.raises(ValueError, match="epochs must be 0 or more, batch_size 1 or more"):
        fit_cpu(tiny(), GOOD, **options)


def test_checking_a_model_moves_no_batch_statistics():
    model = nn.Sequential(nn.BatchNorm2d(1), nn.Conv2d(1, 1, 1))
    fit_cpu(model, GOOD, epochs=0, validation=GOOD)
    assert model[0].num_batches_tracked == 0


# --- the theorem ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tied", [False, True])
def test_linear_ae_spans_the_principal_subspace(tied):
    """Trained on images with a clear spectrum, it ends within 0.1 % of the PCA floor, in PCA's subspace."""
    draw = torch.Generator().manual_seed(0)
    spread = torch.tensor([1.0, 0.8, 0.6] + [0.1] * 13)  # three directions that matter, thirteen of noise
    basis = torch.linalg.qr(torch.randn(16, 16, generator=draw))[0]
    images = (torch.randn(400, 16, generator=draw) * spread @ basis.T + 0.5).reshape(-1, 1, 4, 4)
    model = tiny(tied=tied)
    fit_cpu(model, images, epochs=1500, batch_size=400, lr=0.05, schedule=cosine)
    fitted = latent.pca(images)
    floor = latent.pca_floor(fitted, 3)
    reached = evaluate(model, images)
    assert floor * (1 - 1e-5) <= reached < floor * 1.001
    angles = latent.principal_angles(latent.decoder_matrix(model, 3), fitted.components[:, :3])
    assert angles.max() < math.radians(1)
    # The decoder's own columns are not the principal directions; through the covariance of the codes they are.
    recovered = latent.principal_directions(model, images)
    assert ((recovered.T @ fitted.components[:, :3]).abs().diagonal() > 0.999).all()


# --- a GPU, where there is one --------------------------------------------------------------------------------------


@needs_cuda
def test_on_a_gpu_the_numbers_are_those_of_the_cpu(images):
    model = tiny()
    history = fit(model, images, epochs=3, batch_size=7, seed=1, device="cuda", validation=images)
    expected = fit_cpu(tiny(), images, epochs=3, batch_size=7, seed=1, validation=images)
    assert history.device == "cuda"
    assert next(model.parameters()).device.type == "cuda"
    assert history.loss == pytest.approx(expected.loss, rel=1e-4)
    assert history.validation_loss == pytest.approx(expected.validation_loss, rel=1e-4)
    assert latent.codes(model, images).device.type == "cpu"


@needs_cuda
def test_a_gpu_is_taken_when_there_is_one(images):
    assert fit(tiny(), images, epochs=1).device == "cuda"


@needs_cuda
@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_training_leaves_the_random_state_of_a_gpu_alone(images, device):
    before = torch.cuda.get_rng_state()
    first = fit(Noisy(3, **SMALL), images, epochs=1, device=device).loss
    assert torch.equal(torch.cuda.get_rng_state(), before)
    torch.cuda.manual_seed(99)
    assert fit(Noisy(3, **SMALL), images, epochs=1, device=device).loss == first


def test_watching_a_training_does_not_change_it_even_where_the_model_draws_noise(images):
    watched, alone = (DenseVAE(2, hidden=(5,), image_size=4, seed=0) for _ in range(2))
    with_it = fit_cpu(watched, images, epochs=2, validation=images)
    assert with_it.loss == fit_cpu(alone, images, epochs=2).loss
    assert all(torch.equal(a, b) for a, b in zip(watched.parameters(), alone.parameters(), strict=True))


def test_an_evaluation_with_noise_can_be_repeated_and_touches_nothing_global(images, rng_untouched):
    model = DenseVAE(2, hidden=(5,), image_size=4, seed=0)
    once = evaluate(model, images)
    assert evaluate(model, images) == once
    assert evaluate(model, images, seed=1) != once


def test_parts_that_stand_still_go_on_standing_still(images):
    model = tiny()
    frozen = next(part for part in model.modules() if part is not model)
    model.train()
    frozen.eval()
    evaluate(model, images)
    assert model.training
    assert not frozen.training


def test_images_kept_as_bytes_train_and_judge_exactly_like_their_floats(tmp_path):
    kept, one, other = of_bytes(), tiny(), tiny()
    options = {"epochs": 2, "batch_size": 7, "validation": kept[:9], "checkpoint": tmp_path / "bytes"}
    of_kept = fit_cpu(one, kept, **options)
    of_floats = fit_cpu(other, kept.images, **options | {"checkpoint": tmp_path / "floats"})
    assert of_kept.loss == of_floats.loss
    assert of_kept.validation_loss == of_floats.validation_loss
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    assert evaluate(one, kept, batch_size=11) == evaluate(one, kept.images, batch_size=11)
    # The checkpoint of the one is a checkpoint of the other: it is the same training.
    again = fit_cpu(tiny(), kept.images, **options)
    assert again.loss == of_kept.loss


def test_bytes_that_are_no_image_set_are_refused_still():
    with pytest.raises(TypeError, match=r"holds torch.uint8; .*images.float\(\) / 255"):
        fit_cpu(tiny(), of_bytes().pixels)
