"""Explorers of a learner's own model: questions of js/kernel.js are answered by the model as it is, or in words."""

from __future__ import annotations

import base64
import threading

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lessons_pkg import data, explore, latent, models
from lessons_pkg.explore import own, widget

TRAIN, TEST = data.digits()
KNOWN, FRESH = TRAIN.take(200), TEST.take(100)


class Own(nn.Module):
    """Layers that the browser's side does not know, and that behave otherwise in training mode."""

    def __init__(self, k: int = 2) -> None:
        super().__init__()
        self.enter = nn.Sequential(nn.Flatten(), nn.Linear(784, 16, bias=False), nn.BatchNorm1d(16), nn.Linear(16, k))
        self.leave = nn.Sequential(nn.Linear(k, 16), nn.GELU(), nn.Dropout(0.5), nn.Linear(16, 784))

    def encode(self, x: Tensor) -> Tensor:
        return self.enter(x)

    def decode(self, z: Tensor) -> Tensor:
        return torch.tanh(self.leave(z)).view(-1, 1, 28, 28)


@pytest.fixture
def model() -> Own:
    torch.manual_seed(0)
    return Own()


def ask(explorer: widget.OwnModel, values: object) -> tuple[dict, list[np.ndarray]]:
    """What a message from the browser is answered with, without a browser."""
    sent: list = []
    explorer.send = lambda content, buffers=None: sent.append((content, buffers))
    numbers = np.asarray(values, dtype="<f4").tobytes()
    explorer._handle_custom_msg({"id": 7}, [memoryview(numbers)])
    ((content, buffers),) = sent
    assert content["id"] == 7
    return content, [np.frombuffer(part, "<f4") for part in buffers]


def expected(model: nn.Module, z: list[float]) -> np.ndarray:
    was_training = model.training
    with torch.no_grad():
        image = model.eval().decode(torch.tensor([z])).flatten().numpy()
    model.train(was_training)
    return image


def test_a_code_is_decoded_by_the_model_in_evaluation_mode_which_stays_in_its_own(model):
    model.train()
    model.leave[0].eval()  # a part in another mode than the rest
    before = {name: value.clone() for name, value in model.state_dict().items()}
    explorer = explore.map_of(model, KNOWN, FRESH, name="mine")
    _, (image,) = ask(explorer, [0.3, -1.2])
    assert [part.training for part in (model, *model.leave)] == [True, False, True, True, True]
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())  # BatchNorm's means too
    assert np.allclose(image, expected(model, [0.3, -1.2]), atol=1e-6)
    assert explorer.data["size"] == [28, 28]


def test_while_it_decodes_a_cell_that_trains_still_has_a_model_in_training_mode(model):
    """JupyterLab answers in another thread: a switched mode would reach into the training step."""
    seen = []

    class Watched(Own):
        def decode(self, z: Tensor) -> Tensor:
            seen.append((watched.training, watched.leave[2].training, self.training, torch.is_grad_enabled()))
            return super().decode(z)

    watched = Watched().train()
    explorer = explore.map_of(watched, KNOWN, FRESH)
    seen.clear()
    answers = []
    thread = threading.Thread(target=lambda: answers.append(ask(explorer, [0.0, 0.0])))
    thread.start()
    thread.join()
    ((words, _),) = answers
    assert "trouble" not in words
    assert set(seen) == {(True, True, False, False)}


def test_after_more_training_the_next_move_shows_the_new_weights_and_the_old_codes(model):
    explorer = explore.map_of(model, KNOWN, FRESH)
    codes = explorer.data["maps"][0]["codes"]
    _, (before,) = ask(explorer, [0.5, 0.5])
    with torch.no_grad():
        model.leave[0].weight.mul_(3)  # in place, as an optimizer does
    model.leave[3] = nn.Linear(16, 784)
    _, (after,) = ask(explorer, [0.5, 0.5])
    assert not np.allclose(before, after)
    assert np.allclose(after, expected(model, [0.5, 0.5]), atol=1e-6)
    assert explorer.data["maps"][0]["codes"] == codes
    assert "of when this cell was run" in explorer.data["note"]


def test_the_map_is_that_of_the_codes_and_its_unit_that_of_chapter_4(model):
    (each,) = explore.map_of(model, KNOWN, FRESH, name="mine").data["maps"]
    known = KNOWN.take(200)  # in the order in which they are drawn
    codes, fresh = latent.codes(model, known), latent.codes(model, FRESH)
    assert each["name"] == "mine"
    assert torch.allclose(torch.tensor(each["codes"]), codes, atol=1e-6)
    assert each["labels"] == known.labels.tolist()
    white = latent.whitening(codes)
    point = torch.tensor([[0.5, -0.5]])
    nearest = torch.cdist(white.apply(point), white.apply(codes)).amin().item()
    assert nearest / each["unit"] == pytest.approx(latent.neighbour_distance(point, codes, fresh).item(), rel=1e-4)
    assert not {"spec", "weights"} & set(each)


def test_a_model_with_a_posterior_is_mapped_by_samples_of_it_and_the_random_state_is_left_alone():
    class Noisy(Own):
        def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
            z = self.enter(x)
            return z, torch.full_like(z, 2.0)

    torch.manual_seed(3)
    model = Noisy()
    state = torch.get_rng_state()
    (each,) = explore.map_of(model, KNOWN, FRESH).data["maps"]
    assert torch.equal(torch.get_rng_state(), state)
    spread = (torch.tensor(each["codes"]) - latent.codes(model, KNOWN.take(200))).std().item()
    assert spread == pytest.approx(np.e, rel=0.1)  # exp(2 / 2)


def test_a_code_with_a_shape_of_its_own_keeps_it():
    class Maps(Own):
        def encode(self, x: Tensor) -> Tensor:
            return super().encode(x)[:, :, None, None]

        def decode(self, z: Tensor) -> Tensor:
            assert z.shape[1:] == (2, 1, 1)
            return super().decode(z.flatten(1))

    _, (image,) = ask(explore.map_of(Maps(), KNOWN, FRESH), [0.1, 0.2])
    assert image.shape == (784,)


def test_a_model_in_double_precision_is_asked_in_its_own(model):
    _, (image,) = ask(explore.map_of(model.double(), KNOWN, FRESH), [0.3, 0.1])
    assert np.allclose(image, expected(model.float(), [0.3, 0.1]), atol=1e-6)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_a_model_that_moves_to_the_gpu_goes_on_answering(model):
    explorer = explore.map_of(model, KNOWN, FRESH)
    paper = explore.draw_with(model)
    _, (before,) = ask(explorer, [0.3, 0.1])
    model.cuda()
    content, (after,) = ask(explorer, [0.3, 0.1])
    assert "trouble" not in content
    assert np.allclose(before, after, atol=1e-3)
    assert len(ask(paper, np.zeros(784))[1]) == 2
    assert explore.map_of(model, KNOWN, FRESH).data["maps"][0]["codes"]


@pytest.mark.parametrize(
    ("decode", "words"),
    [
        (
            lambda z: torch.zeros(1, 5) @ z.T,
            "Your model raised RuntimeError: mat1 and mat2 shapes cannot be multiplied",
        ),
        (lambda z: torch.full((1, 1, 28, 28), torch.nan), "decode gives NaN or infinity for z = (0.50, -1.00)"),
        (lambda z: torch.zeros(1, 784), "decode gives shape (1, 784) for one code; an image of shape (1, 1, 28, 28)"),
        (lambda z: None, "decode gives NoneType for one code"),
        (lambda z: (_ for _ in ()).throw(KeyboardInterrupt), "The kernel was interrupted while your model was at work"),
        (lambda z: (_ for _ in ()).throw(KeyError), "Your model raised KeyError: it says no more."),
    ],
)
def test_what_goes_wrong_in_the_model_is_answered_with_a_sentence(model, decode, words):
    explorer = explore.map_of(model, KNOWN, FRESH)
    model.decode = decode
    content, buffers = ask(explorer, [0.5, -1.0])
    assert content["trouble"].startswith(words)
    assert buffers == []
    del model.decode
    assert "trouble" not in ask(explorer, [0.5, -1.0])[0]  # and it goes on


def test_messages_of_others_are_not_answered(model):
    explorer = explore.map_of(model, KNOWN, FRESH)
    explorer.send = lambda *_: pytest.fail("answered")
    explorer._asked(explorer, {"kind": "anywidget-command"}, [])
    explorer._asked(explorer, "resize", [])


class WithPair(Own):
    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        z = super().encode(x)
        return z, z


class WithNaN(Own):
    def encode(self, x: Tensor) -> Tensor:
        return super().encode(x) / torch.zeros(1)


class Flat(Own):
    def decode(self, z: Tensor) -> Tensor:
        return super().decode(z).flatten(1)


class Line(Own):
    def encode(self, x: Tensor) -> Tensor:
        return super().encode(x)[:, :1].expand(-1, 2)


class Lost(Own):
    def decode(self, z: Tensor) -> Tensor:
        return super().decode(z) * torch.nan


def labelled(labels: Tensor, names: tuple[str, ...] = KNOWN.class_names) -> data.ImageSet:
    return data.ImageSet(KNOWN.images, labels, names, "mine")


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((Own, KNOWN, FRESH), TypeError, r"model is the class Own: pass a trained model, such as Own\(2\)"),
        ((nn.Linear(2, 2), KNOWN, FRESH), TypeError, "this Linear has no encode and no decode: write encode"),
        ((lambda x: x, KNOWN, FRESH), TypeError, "an nn.Module with encode.* not function"),
        ((Own(), KNOWN.images, FRESH), TypeError, "known is an ImageSet.* not Tensor"),
        ((Own(), KNOWN, None), TypeError, "fresh is an ImageSet.* not NoneType"),
        ((Own(), labelled(KNOWN.labels[:9]), FRESH), ValueError, r"known has images \(200, .* and labels \(9,\)"),
        ((Own(), labelled(KNOWN.labels, ("0", "1")), FRESH), ValueError, "known has labels from 0 to 9 and 2 class na"),
        ((Own(3), KNOWN, FRESH), ValueError, "Own has 3 numbers, and a map has two axes: .*draw_with"),
        ((WithPair(), KNOWN, FRESH), ValueError, "encode gives tuple for 200 images.*return the mean alone"),
        ((WithNaN(), KNOWN, FRESH), ValueError, "encode gives NaN or infinity for 200 of 200 known images"),
        ((Line(), KNOWN, FRESH), ValueError, "1 of 2 directions of the codes carry no variance"),
        ((Own(), KNOWN, KNOWN), ValueError, "take other images for fresh"),
        ((Flat(), KNOWN, FRESH), ValueError, r"decode gives shape \(1, 784\) for one code.*Unflatten"),
        ((Lost(), KNOWN, FRESH), ValueError, "decode gives NaN or infinity"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_shown(arguments, error, words):
    with pytest.raises(error, match=words):
        explore.map_of(*arguments)


@pytest.mark.parametrize("k", [1, 32, 33])
def test_a_drawing_is_encoded_and_decoded_by_the_model_at_any_code_size(k):
    torch.manual_seed(k)
    model = Own(k).train()
    paper = explore.draw_with(model, name="mine")
    drawing = np.random.default_rng(0).random(784, dtype=np.float32)
    _, (code, image) = ask(paper, drawing)
    assert model.training
    with torch.no_grad():
        z = model.eval().encode(torch.from_numpy(drawing).view(1, 1, 28, 28))
        assert np.allclose(code, z[0], atol=1e-5)
        assert np.allclose(image, model.decode(z).flatten(), atol=1e-5)
    assert paper.data["nets"] == [{"k": k}]
    if k <= 32:
        assert len(base64.b64decode(paper.data["pca"])) == 2 * 784 * (k + 1)
    else:
        assert "pca" not in paper.data
        assert "stored for codes of up to 32 numbers. This code has 33, so no PCA" in paper.data["note"]


@pytest.mark.parametrize(
    ("model", "error", "words"),
    [
        (Own, TypeError, "model is the class Own"),
        (models.DeepConvAE(2), ValueError, "drawings are 28x28 .* DeepConvAE answers with images of 32x32"),
        (WithPair(), ValueError, "encode gives tuple"),
        (WithNaN(), ValueError, "encode gives NaN or infinity"),
        (Flat(), ValueError, r"decode gives shape \(1, 784\)"),
    ],
)
def test_a_model_that_cannot_draw_is_refused(model, error, words):
    with pytest.raises(error, match=words):
        explore.draw_with(model)


def test_a_resting_twin_shares_weights_and_parts_that_are_used_twice():
    part = nn.Linear(2, 2)
    model = nn.Sequential(part, nn.Dropout(), part).train()
    twin = own.still(model)
    assert twin[0] is twin[2]
    assert twin[0].weight is part.weight
    assert [m.training for m in (twin, *twin)] == [False] * 4
    assert all(m.training for m in model.modules())


def test_what_is_stored_of_it_names_no_kernel(model, monkeypatch):
    explorer = explore.map_of(model, KNOWN, FRESH)
    assert repr(explorer) == "an explorer, live in Jupyter: latent"
    monkeypatch.delenv("LESSONS_STILL", raising=False)
    shown, *_ = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown
    monkeypatch.setenv("LESSONS_STILL", "1")
    assert explorer._repr_mimebundle_() == {"text/plain": repr(explorer)}


def test_its_scripts_are_those_of_the_page_and_the_one_that_asks(model):
    made = explore.map_of(model, KNOWN, FRESH)._esm
    for name in ("network.js", "parts.js", "latent.js", "kernel.js"):
        assert (explore.JS / name).read_text(encoding="utf-8") in made
    assert "Lessons.live(" in made
    assert "Lessons.live(" not in widget.live("latent", {"maps": []})._esm
