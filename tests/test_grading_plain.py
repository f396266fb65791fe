"""Plain data: what goes through it comes out the same, and nothing else comes out, whatever goes in."""

from __future__ import annotations

import base64
import contextlib
import json
import math
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from lessons_pkg.grading.plain import NotPlain, dumps, loads

WORDS = st.text()
LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | WORDS
NESTED = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner), max_leaves=9)


def equal(one: Any, other: Any) -> bool:
    """The same kind and the same value, NaN being NaN."""
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(equal, one.values(), other.values()))
    return type(one) is type(other) and (one == other or (one != one and other != other))


def line(*parts: Any) -> bytes:
    return json.dumps({"tensor": list(parts)}).encode()


ZERO = base64.b64encode(bytes(4)).decode()


# --- round trips ----------------------------------------------------------------------------------------------------


@given(NESTED)
def test_numbers_words_lists_and_dicts_come_back_as_they_were(value: Any) -> None:
    assert equal(value, loads(dumps(value)))


@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 3), (1, 1, 28, 28), (1,) * 8])
@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8, torch.bool], ids=str
)
def test_tensors_come_back_as_they_were(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    value = (100 * torch.rand(shape)).to(dtype)
    other = loads(dumps([value]))[0]
    assert other.dtype == dtype
    assert other.shape == value.shape
    assert torch.equal(other, value)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, -0.0, 1e-45, 3e38])
def test_every_float_survives_inside_a_tensor_too(number: float) -> None:
    value = torch.tensor([number])
    assert dumps(loads(dumps(value))) == dumps(value)


def test_a_tensor_that_came_in_can_be_written_to() -> None:
    value = loads(dumps(torch.zeros(2)))
    value += 1
    assert value.tolist() == [1, 1]


class LiesAboutItself(Tensor):
    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return torch.ones(3)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ((1, (2,)), [1, [2]]),
        (np.float64(0.5), 0.5),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.arange(3), torch.arange(3)),
        (np.array(2.0), torch.tensor(2.0, dtype=torch.float64)),
        (np.arange(3)[::-1], torch.tensor([2, 1, 0])),
        (np.eye(2, 3).T, torch.eye(3, 2, dtype=torch.float64)),
        (torch.eye(2, 3).T, torch.eye(3, 2)),
        (torch.ones(2, requires_grad=True), torch.ones(2)),
        (nn.Parameter(torch.ones(2)), torch.ones(2)),
        (torch.zeros(1).expand(2, 3), torch.zeros(2, 3)),
        (torch.zeros(3).as_subclass(LiesAboutItself), torch.zeros(3)),
        (torch.tensor([1 + 2j]).conj().imag, torch.tensor([-2.0])),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_almost_plain_becomes_plain(value: Any, plain: Any) -> None:
    found = loads(dumps(value))
    assert type(found) is type(plain)
    if isinstance(plain, Tensor):
        assert found.dtype == plain.dtype
        assert found.shape == plain.shape
        assert not found.requires_grad
        found, plain = found.tolist(), plain.tolist()
    assert found == plain


def test_a_dict_may_have_the_names_that_mark_dicts_and_tensors() -> None:
    value = {"dict": {"tensor": ["float32", [1], ZERO]}, "tensor": 1}
    assert loads(dumps(value)) == value


# --- what dumps refuses ---------------------------------------------------------------------------------------------


class Half(float):
    pass


class Word(str):
    pass


class Lots(dict):
    pass


def itself() -> list:
    value: list = []
    value.append(value)
    return value


def odd_tensors() -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "sparse": torch.eye(2).to_sparse(),
            "nested": torch.nested.nested_tensor([torch.zeros(1)]),
            "quantized": torch.quantize_per_tensor(torch.zeros(2), 1.0, 0, torch.quint8),
            "complex": torch.zeros(2, dtype=torch.complex64),
            "bfloat16": torch.zeros(2, dtype=torch.bfloat16),
            "meta": torch.zeros(2, device="meta"),
            "lazy": nn.parameter.UninitializedParameter(),
            "nine axes": torch.zeros((1,) * 9),
        }


REFUSED = {
    **odd_tensors(),
    "object": object(),
    "class": int,
    "function": len,
    "module": nn.Linear(1, 1),
    "bytes": b"a",
    "set": {1},
    "complex number": 1j,
    "int above": 2**63 + 1,
    "int below": -(2**63) - 1,
    "subclass of float": Half(1),
    "subclass of str": Word("a"),
    "subclass of dict": Lots(a=1),
    "half a surrogate pair": "\ud800",
    "half a surrogate pair as a key": {"\ud800": 1},
    "a key that is no word": {1: 2},
    "a list in itself": itself(),
    "array of words": np.array(["a"]),
    "array of objects": np.array([None]),
    "array of float16": np.zeros(2, np.float16),
    "array of the other byte order": np.zeros(2, np.dtype("f4").newbyteorder()),
    "array of records": np.zeros(2, [("a", float)]),
    "date": np.datetime64("2020-01-01"),
    "complex of numpy": np.complex64(1),
    "bytes of numpy": np.bytes_(b"a"),
    "long double": np.longdouble(1),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("place", [lambda one: one, lambda one: [1, one], lambda one: {"a": (one,)}])
def test_what_is_not_plain_does_not_leave(name: str, place: Any) -> None:
    with pytest.raises(NotPlain):
        dumps(place(REFUSED[name]))


def test_lists_may_lie_twelve_deep_and_no_deeper() -> None:
    value: Any = 1
    for _ in range(12):
        value = [value]
    assert loads(dumps(value)) == value
    with pytest.raises(NotPlain, match="deep"):
        dumps([value])
    with pytest.raises(NotPlain, match="deep"):
        loads(b"[" * 13 + b"1" + b"]" * 13)


# --- what loads refuses ---------------------------------------------------------------------------------------------

MALFORMED = {
    "nothing": b"",
    "half a word": b"nul",
    "no text": b"\xff\xfe\xfd",
    "a word that never ends": b'"a',
    "a control character": b'"a\x00b"',
    "two values": b"1 2",
    "a thousand brackets": b"[" * 100_000,
    "a thousand dicts": b'{"dict":' * 20_000,
    "deep in dicts": b'{"dict":{"a":' * 13 + b"1" + b"}}" * 13,
    "a bare dict": b'{"a": 1}',
    "an empty dict": b"{}",
    "dict and tensor": b'{"dict": {}, "tensor": []}',
    "a dict that is a list": b'{"dict": [1]}',
    "an int of 400 digits": b"1" * 400,
    "an int of 5,000 digits": b"1" * 5000,
    "an int below": b"-9223372036854775809",
    "half a surrogate pair": b'"\\ud800"',
    "half a surrogate pair as a key": b'{"dict": {"\\udfff": 1}}',
    "a tensor that is a number": b'{"tensor": 1}',
    "a tensor that is a word": b'{"tensor": "abc"}',
    "a tensor that is a dict": b'{"tensor": {"a": 1, "b": 2, "c": 3}}',
    "a tensor of two parts": line("float32", [1]),
    "a tensor of four parts": line("float32", [1], ZERO, 1),
    "an unknown dtype": line("float128", [1], ZERO),
    "a dtype that is not allowed": line("complex64", [1], 2 * ZERO),
    "a name that is no dtype": line("load", [1], ZERO),
    "a dtype that is a list": line(["float32"], [1], ZERO),
    "a dtype that is a number": line(1, [1], ZERO),
    "a shape that is a number": line("float32", 1, ZERO),
    "a shape that is nothing": line("float32", None, ZERO),
    "a shape that is a word": line("float32", "1", ZERO),
    "a shape that is an empty word": line("float32", "", ZERO),
    "a shape that is a dict": line("float32", {}, ZERO),
    "a shape of floats": line("float32", [1.0], ZERO),
    "a shape of truth values": line("float32", [True], ZERO),
    "a shape of lists": line("float32", [[1]], ZERO),
    "a negative size": line("float32", [-1], ZERO),
    "two negative sizes": line("float32", [-1, -1], ZERO),
    "more sizes than axes": line("float32", [1] * 9, ZERO),
    "too few bytes": line("float32", [2], ZERO),
    "too many bytes": line("float32", [], base64.b64encode(bytes(8)).decode()),
    "bytes that make no number": line("float32", [1], base64.b64encode(bytes(3)).decode()),
    "a huge size": line("float32", [2**62], ZERO),
    "huge sizes": line("float32", [2**39] * 8, ""),
    "huge sizes and a zero": line("float32", [0, *[2**39] * 7], ""),
    "no base64": line("float32", [1], "?" * 8),
    "base64 with a line break": line("float32", [1], "AAAA\nAA=="),
    "base64 of another alphabet": line("float32", [1], "é" * 8),
    "bytes that are a number": line("float32", [1], 4),
    "bytes that are nothing": line("float32", [1], None),
    "bytes that are a list": line("float32", [1], [0, 0, 0, 0]),
    "truth values that are neither": line("bool", [2], base64.b64encode(b"\x01\x02").decode()),
    "deep inside": json.dumps([1, [2, {"dict": {"a": {"tensor": []}}}]]).encode(),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_malformed_is_refused(name: str) -> None:
    with pytest.raises(NotPlain):
        loads(MALFORMED[name])


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_plain_data_or_refused(some: bytes) -> None:
    try:
        value = loads(some)
    except NotPlain:
        return
    dumps(value)


JSON = st.recursive(
    LEAVES | st.sampled_from(["float32", "int64", "bool", ZERO, "", 2**70]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["dict", "tensor", "a"]), inner, max_size=2)
        | st.fixed_dictionaries({"tensor": st.tuples(inner, st.lists(st.integers(-1, 3), max_size=3), inner)})
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_plain_data_or_refused(some: Any) -> None:
    try:
        value = loads(json.dumps(some).encode())
    except NotPlain:
        return
    assert dumps(value) == dumps(loads(dumps(value)))


@given(st.data())
def test_one_changed_byte_gives_plain_data_or_is_refused(data: st.DataObject) -> None:
    good = bytearray(dumps({"a": torch.arange(3), "b": [1.5, None, "words"]}))
    good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(NotPlain):
        loads(bytes(good))
