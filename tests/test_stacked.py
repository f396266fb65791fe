"""A stack trained layer by layer: what moves, what stands still, and where the classifier begins."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from lessons_pkg import data, pretraining, training
from lessons_pkg.experiments import few_labels
from lessons_pkg.models import EncoderClassifier, StackedAE


@pytest.fixture(scope="module")
def digits():
    train, test = data.load("digits")
    return train[:300], test


def weights(module) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in module.parameters()]


def same(some, others) -> bool:
    return all(torch.equal(a, b) for a, b in zip(some, others, strict=True))


# --- the stack ------------------------------------------------------------------------------------------------------


def test_the_stack_is_its_layers_one_after_the_other(digits):
    stack, x = StackedAE((20, 12, 5)), digits[0].images[:4]
    for number in range(3):
        layer = stack.layer(number)
        z = layer.encode(stack.below(number, x)[:, None, None, :])
        above = stack.below(number + 1, x) if number < 2 else stack.encode(x)
        assert torch.equal(z, above)
    back = stack.encode(x)
    for number in (2, 1, 0):
        back = stack.layer(number).decode(back).flatten(1)
        back = back.relu() if number else back
    assert torch.allclose(back.reshape(x.shape), stack(x), atol=1e-6)


def test_the_code_and_the_output_are_linear_and_the_layers_between_are_not():
    stack = StackedAE((20, 5))
    x = torch.randn(200, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    assert stack.encode(x).min() < 0
    assert stack(x).min() < 0
    assert stack.below(1, x).min() == 0


def test_a_layer_shares_the_weights_of_the_stack():
    stack = StackedAE((20, 5))
    layer = stack.layer(1)
    assert layer.encoder is stack.encoder[1]
    assert layer.decoder is stack.decoder[1]


@pytest.mark.parametrize(("widths", "message"), [((), "empty"), ((20, 0), "at least 1"), ((20, 1000), "code_dim=1000")])
def test_sizes_that_cannot_be_are_refused(widths, message):
    with pytest.raises(ValueError, match=message):
        StackedAE(widths)


def test_a_layer_may_be_wider_than_the_one_below(digits):
    stack = StackedAE((20, 30, 5))
    pretraining.greedy_pretrain(stack, digits[0], epochs=1)
    assert stack(digits[0].images[:2]).shape == (2, 1, 28, 28)


# --- greedy training ------------------------------------------------------------------------------------------------


def test_a_layer_that_is_trained_changes_no_layer_below_or_above(digits, monkeypatch):
    stack = StackedAE((20, 12, 5))
    fit, seen = training.fit, []

    def watched(layer, inputs, **how):
        before = [weights(part) for part in (*stack.encoder, *stack.decoder)]
        answer = fit(layer, inputs, **how)
        after = [weights(part) for part in (*stack.encoder, *stack.decoder)]
        seen.append([number for number in range(6) if not same(before[number], after[number])])
        return answer

    monkeypatch.setattr(training, "fit", watched)
    pretraining.greedy_pretrain(stack, digits[0], epochs=1)
    assert seen == [[0, 3], [1, 4], [2, 5]]  # encoder and decoder of one layer, from the images up


def test_each_layer_learns_what_the_layers_below_give_once_they_are_trained(digits, monkeypatch):
    stack = StackedAE((20, 5))
    fit, given = training.fit, []
    monkeypatch.setattr(training, "fit", lambda layer, x, **how: given.append(x) or fit(layer, x, **how))
    pretraining.greedy_pretrain(stack, digits[0], epochs=1)
    assert torch.equal(given[0].flatten(1), digits[0].images.flatten(1))
    assert torch.equal(given[1].flatten(1), stack.below(1, digits[0].images).detach())
    assert not given[1].requires_grad


def test_every_layer_gets_better_and_the_stack_with_them(digits):
    stack = StackedAE((64, 16))
    before = training.evaluate(stack, digits[1])
    histories = pretraining.greedy_pretrain(stack, digits[0], epochs=8, batch_size=32)
    assert len(histories) == 2
    assert all(history.loss[-1] < history.loss[0] for history in histories)
    assert training.evaluate(stack, digits[1]) < before / 2


def test_masked_inputs_are_to_become_whole_ones(digits, monkeypatch):
    """The loss is that of the whole input; what the layer is shown lacks a share of it."""
    stack, seen = StackedAE((20,)), {}
    fit = training.fit

    def watched(layer, inputs, *, loss, **how):
        shown = []
        layer.register_forward_pre_hook(lambda _, given: shown.append(given[0]))
        clean = torch.full((50, 1, 1, 784), 0.5)
        value = loss(layer, clean)
        seen["share"] = (shown[0] == 0).float().mean().item()
        seen["right"] = value.item() == pytest.approx(F.mse_loss(layer(shown[0]), clean).item(), rel=1e-5)
        return fit(layer, inputs, loss=loss, **how)

    monkeypatch.setattr(training, "fit", watched)
    pretraining.greedy_pretrain(stack, digits[0], masked=0.25, epochs=1)
    assert seen == {"share": pytest.approx(0.25, abs=0.01), "right": True}


def test_the_same_seed_gives_the_same_stack(digits, rng_untouched):
    stacks = [StackedAE((20, 5)) for _ in range(3)]
    for stack, seed in zip(stacks, (0, 0, 1), strict=True):
        pretraining.greedy_pretrain(stack, digits[0], masked=0.25, epochs=1, seed=seed)
    first, again, other = map(weights, stacks)
    assert same(first, again)
    assert not same(first, other)


# --- the classifier on top ------------------------------------------------------------------------------------------


def test_the_classifier_starts_from_exactly_the_weights_of_the_stack(digits):
    stack = StackedAE((20, 5))
    pretraining.greedy_pretrain(stack, digits[0], epochs=1)
    classifier = EncoderClassifier(stack)
    assert same(weights(classifier.body.encoder), weights(stack.encoder))
    x = digits[1].images
    assert torch.equal(classifier(x), classifier.head(stack.encode(x)))


def test_fine_tuning_moves_every_layer_of_the_copy_and_leaves_the_stack_alone(digits):
    stack = StackedAE((20, 5))
    before = weights(stack)
    classifier = EncoderClassifier(stack)
    start = weights(classifier)
    losses = pretraining.fine_tune(classifier, digits[0].images[:40], digits[0].labels[:40], steps=30, batch_size=16)
    assert same(before, weights(stack))
    assert not any(torch.equal(a, b) for a, b in zip(start, weights(classifier), strict=True))
    assert len(losses) == 30
    assert losses[-1] < losses[0]


def test_fine_tuning_makes_so_many_steps_whatever_the_number_of_images(digits):
    for count, few in ((3, 32), (40, 16), (33, 32)):
        classifier = EncoderClassifier(StackedAE((8,)))
        some = digits[0][:count]
        assert len(pretraining.fine_tune(classifier, some.images, some.labels, steps=7, batch_size=few)) == 7


def test_with_all_labels_of_the_digits_the_classifier_learns_them(digits):
    classifier = EncoderClassifier(StackedAE((64, 16)))
    pretraining.fine_tune(classifier, digits[0].images, digits[0].labels, steps=200)
    assert classifier.accuracy(digits[1].images, digits[1].labels) > 0.8


def test_images_without_labels_are_refused(digits):
    with pytest.raises(ValueError, match="one label for each"):
        pretraining.fine_tune(EncoderClassifier(StackedAE((8,))), digits[0].images[:4], digits[0].labels[:3])


# --- what the recipe shares out -------------------------------------------------------------------------------------


def test_labels_are_balanced_at_every_size_and_smaller_sets_are_parts_of_larger_ones():
    labels = torch.arange(1000) % 10
    drawn = few_labels.balanced(labels, 100, seed=0)
    assert len(set(drawn.tolist())) == 100
    for count in (10, 30, 100):
        assert labels[drawn[:count]].bincount().tolist() == [count // 10] * 10
    assert torch.equal(drawn[:30], few_labels.balanced(labels, 30, seed=0))
    assert not torch.equal(drawn, few_labels.balanced(labels, 100, seed=1))
    for count in (15, 2000):
        with pytest.raises(ValueError, match="cannot be drawn"):
            few_labels.balanced(labels, count, seed=0)


def test_cross_validation_sees_the_labelled_images_only_and_finds_what_is_right():
    labels = torch.arange(10).repeat(3)
    known = torch.arange(30.0)[:, None]
    asked = []

    def arm(some, their_labels, others, parameter):
        asked.append(set(some.flatten().tolist()) & set(others.flatten().tolist()))
        return (others.flatten().long() % 10) if parameter == 2.0 else torch.zeros(len(others), dtype=torch.int64)

    assert few_labels.cross_validated(arm, [1.0, 2.0, 3.0], known, labels, seed=0) == 2.0
    assert len(asked) == 9
    assert not any(asked)  # none is judged that was learned from
    assert few_labels.cross_validated(arm, [3.0, 1.0], known, labels, seed=0) == 3.0  # the first of equals


def test_with_one_label_of_a_class_the_value_that_was_fixed_beforehand_is_taken():
    def never(*_):
        raise AssertionError("there is nothing to validate on")

    assert few_labels.cross_validated(never, [5.0, 1.0], torch.zeros(10, 2), torch.arange(10), seed=0) == 5.0


def test_the_nearest_neighbours_vote():
    known, labels = torch.tensor([[0.0], [0.2], [0.3], [5.0]]), torch.tensor([1, 2, 2, 3])
    asked = torch.tensor([[-1.0], [6.0]])
    assert few_labels.nearest(known, labels, asked, 1).tolist() == [1, 3]
    assert few_labels.nearest(known, labels, asked, 3).tolist() == [2, 2]
