"""A training that was interrupted and goes on ends where one that was not ends."""

from __future__ import annotations

import pytest
import torch

from lessons_pkg import models, optimizers, training
from lessons_pkg.checkpoints import CheckpointMismatch


def fit(path, images, *, model=None, muon=True, loss=None, **other):
    model = model or models.DenseVAE(2, hidden=(8,), image_size=4)
    optimizer = optimizers.MuonAndAdam(model) if muon else None
    settings = {"epochs": 4, "batch_size": 7, "schedule": training.cosine, "seed": 3, "device": "cpu"} | other
    history = training.fit(
        model, images, optimizer=optimizer, loss=loss, validation=images, checkpoint=path, **settings
    )
    return model, history


def stop_after(epochs, steps_per_epoch=5):
    """A loss that is interrupted in the middle of the epoch after these."""
    count = 0

    def loss(model, x):
        nonlocal count
        count += torch.is_grad_enabled()
        if count == epochs * steps_per_epoch + 2:
            raise KeyboardInterrupt
        return model.loss(x)

    return loss


@pytest.mark.parametrize("muon", [True, False])
def test_an_interrupted_training_that_goes_on_ends_with_the_same_weights(tmp_path, images, muon, capsys):
    straight, one_history = fit(None, images, muon=muon)
    path = tmp_path / "new folder" / "half.pt"
    _, half = fit(path, images, muon=muon, loss=stop_after(2))
    assert len(half.loss) == 2
    again, other_history = fit(path, images, muon=muon)
    assert other_history.loss == one_history.loss
    assert other_history.validation_loss == one_history.validation_loss
    for one, other in zip(straight.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_finished_training_is_not_run_again(tmp_path, images):
    path = tmp_path / "done.pt"
    first, _ = fit(path, images)
    second, history = fit(path, images, loss=stop_after(0))
    assert len(history.loss) == 4
    assert torch.equal(first.z_mean.weight, second.z_mean.weight)


def test_the_wall_time_covers_the_epochs_before_an_interruption(tmp_path, images):
    path = tmp_path / "half.pt"
    _, half = fit(path, images, loss=stop_after(2))
    state = torch.load(path, weights_only=True)
    *losses, seconds = state["history"]
    assert 0 < seconds <= half.seconds
    torch.save(state | {"history": (*losses, 1000.0)}, path)
    _, history = fit(path, images)
    assert 1000 < history.seconds < 1100
    assert history.images_per_second > 1  # those of this call in the seconds of this call


@pytest.mark.parametrize(
    ("change", "word"), [({"seed": 4}, "seed"), ({"epochs": 5}, "epochs"), ({"batch_size": 6}, "batch")]
)
def test_a_checkpoint_of_another_training_is_refused(tmp_path, images, change, word):
    path = tmp_path / "other.pt"
    fit(path, images)
    with pytest.raises(CheckpointMismatch, match=word):
        fit(path, images, **change)


def test_a_file_that_is_no_checkpoint_is_refused_and_kept(tmp_path, images):
    path = tmp_path / "notes.txt"
    path.write_text("my notes")
    with pytest.raises(CheckpointMismatch, match=r"notes\.txt is no checkpoint"):
        fit(path, images)
    assert path.read_text() == "my notes"


@pytest.mark.parametrize("change", ["other images", "another beta", "another size of the code", "another optimiser"])
def test_a_checkpoint_of_other_data_or_another_model_is_refused(tmp_path, images, change):
    path = tmp_path / "half.pt"
    fit(path, images, loss=stop_after(2))
    others = {
        "other images": {"images": images.flip(3) * 0.9},
        "another beta": {"model": models.DenseVAE(2, hidden=(8,), image_size=4, beta=50.0)},
        "another size of the code": {"model": models.DenseVAE(3, hidden=(8,), image_size=4)},
        "another optimiser": {"muon": False},
    }[change]
    with pytest.raises(CheckpointMismatch, match="remove it to begin anew"):
        fit(path, **{"images": images, **others})


def test_a_checkpoint_whose_weights_do_not_fit_is_refused_with_its_name(tmp_path, images):
    path = tmp_path / "half.pt"
    fit(path, images, loss=stop_after(2))
    state = torch.load(path, weights_only=True)
    state["model"].popitem()
    torch.save(state, path)
    with pytest.raises(CheckpointMismatch, match=r"half\.pt does not fit this training"):
        fit(path, images)
