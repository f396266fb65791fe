"""Strides by hand against PyTorch's own."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons_pkg.memory import in_memory, place, row_major_strides


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 4), max_size=4))
def test_row_major_strides_are_those_of_a_fresh_tensor(shape):
    # PyTorch leaves the stride of an axis of one open only in views; a fresh tensor has the row-major one.
    assert row_major_strides(shape) == torch.empty(shape).stride()


@settings(max_examples=60, deadline=None)
@given(st.permutations([0, 1, 2]))
def test_every_number_lies_where_its_strides_say(order):
    tensor = torch.arange(24).reshape(2, 3, 4).permute(order)
    line = in_memory(tensor)
    assert line.tolist() == list(range(24))
    for index in product(*map(range, tensor.shape)):
        assert line[place(index, tensor.stride())] == tensor[index]


def test_the_line_is_shared_and_not_a_copy():
    a = torch.arange(6).reshape(2, 3)
    assert in_memory(a.T).tolist() == [0, 1, 2, 3, 4, 5]
    assert in_memory(a[1:]).tolist() == [0, 1, 2, 3, 4, 5]  # a slice shows the line it was cut from
    assert in_memory(a.T.contiguous()).tolist() == [0, 3, 1, 4, 2, 5]
    in_memory(a.T)[1] = 9
    assert a[0, 1] == 9
    weights = torch.ones(2, requires_grad=True)
    assert not in_memory(weights).requires_grad


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match=r"shape \(2, 0\)"):
        row_major_strides((2, 0))
    with pytest.raises(ValueError, match="has 1 axes"):
        place((1,), (3, 1))
