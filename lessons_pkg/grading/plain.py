"""Plain data, the only thing that crosses the wall of a sandbox: numbers, words, lists, dicts and tensors as JSON.

Nothing is unpickled, and nothing that comes back can be anything else: ``loads`` builds every tensor anew from bytes.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.parameter import UninitializedTensorMixin

__all__ = ["NotPlain", "dumps", "loads"]

DTYPES = {
    torch.float32: np.float32, torch.float64: np.float64, torch.int64: np.int64, torch.int32: np.int32,
    torch.uint8: np.uint8, torch.bool: np.bool_,
}  # fmt: skip
NAMES = {str(dtype).removeprefix("torch."): dtype for dtype in DTYPES}
DEPTH = 12  # of lists in lists
AXES = 8
ITEMS = 300_000  # of all lists and dicts together; a tensor counts as few, whatever is in it
LARGEST = 2**63  # of a whole number: a larger one does not fit into a float, or into a message


class NotPlain(ValueError):
    """This is no plain data; the message says what it is and where."""


def dumps(value: Any) -> bytes:
    """One line of JSON. Raises NotPlain for what is neither a number, words, a list, a dict with str keys nor a tensor.

    A tuple becomes a list. A tensor loses its gradient and its device, a subclass what it adds.
    """
    line = json.dumps(_packed(value, "", 0), allow_nan=True, separators=(",", ":")).encode()
    _count(line)
    return line


def loads(line: bytes) -> Any:
    """What dumps was given. Raises NotPlain for anything else; whatever comes back, dumps could have been given it."""
    _count(line)
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NotPlain(f"no JSON: {str(error)[:100]}") from error
    return _unpacked(value, 0)


def _count(line: bytes) -> None:
    """Raises NotPlain for too many items: read, each takes sixty times as much memory as in the line."""
    if sum(line.count(mark) for mark in (b"[", b"{", b",")) > ITEMS:
        raise NotPlain(f"more than {ITEMS:,} items in lists; a tensor holds as many as it likes")


def _packed(value: Any, where: str, depth: int) -> Any:
    place = where or "the answer"
    if depth > DEPTH:
        raise NotPlain(f"{place}: lists in lists, more than {DEPTH} deep")
    # Exact kinds only: a subclass of float or str could say something else each time it is asked.
    if value is None or type(value) in (bool, int, float, str):
        return _single(value, place)
    if type(value) in (list, tuple):
        return [_packed(one, f"{where}[{i}]", depth + 1) for i, one in enumerate(value)]
    if type(value) is dict:
        if not all(type(key) is str for key in value):
            raise NotPlain(f"{place}: a dict whose keys are not all words")
        inside = {_single(key, place): _packed(one, f"{where}[{key!r}]", depth + 1) for key, one in value.items()}
        return {"dict": inside}
    if isinstance(value, Tensor):
        return _packed_tensor(value, place)
    if isinstance(value, np.generic) and type(value.item()) in (bool, int, float, str):  # a long double gives itself
        return _single(value.item(), place)
    if isinstance(value, np.ndarray):
        try:
            value = torch.from_numpy(np.array(value, order="C"))  # which keeps an array without axes as it is
        except (TypeError, ValueError) as error:  # objects, words, bytes in another order
            raise NotPlain(f"{place}: an array of {value.dtype}") from error
        return _packed_tensor(value, place)
    raise NotPlain(f"{place} is of type {type(value).__name__}")


def _single(value: Any, place: str) -> Any:
    """A bool, an int, a float, words or None, if everybody can work with it and print it."""
    if type(value) is int and abs(value) > LARGEST:
        raise NotPlain(f"{place}: an int that is too large")
    if type(value) is str and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:  # half of a pair of surrogates
            raise NotPlain(f"{place}: words that are no text") from error
    return value


def _packed_tensor(value: Tensor, place: str) -> Any:
    with torch._C.DisableTorchFunctionSubclass():  # a subclass could answer every question as it likes
        kind = f"{place}: a tensor of kind {value.dtype}, {value.layout}"
        if value.layout is not torch.strided or value.is_quantized or value.is_nested or value.dtype not in DTYPES:
            raise NotPlain(kind)
        if isinstance(value, UninitializedTensorMixin) or value.ndim > AXES:
            raise NotPlain(f"{place}: a tensor without a shape yet, or with more than {AXES} axes")
        try:
            array = value.detach().as_subclass(Tensor).cpu().resolve_neg().contiguous().numpy()
        except (RuntimeError, TypeError, ValueError) as error:  # one without numbers, as on the meta device
            raise NotPlain(f"{kind}, {value.device}") from error
        name = str(value.dtype).removeprefix("torch.")
    return {"tensor": [name, list(array.shape), base64.b64encode(array.tobytes()).decode()]}


def _unpacked(value: Any, depth: int) -> Any:
    if depth > DEPTH:
        raise NotPlain(f"lists in lists, more than {DEPTH} deep")
    if value is None or type(value) in (bool, int, float, str):
        return _single(value, "in it")
    if type(value) is list:
        return [_unpacked(one, depth + 1) for one in value]
    if set(value) == {"dict"} and type(value["dict"]) is dict:
        return {_single(key, "in it"): _unpacked(one, depth + 1) for key, one in value["dict"].items()}
    if set(value) == {"tensor"}:
        return _unpacked_tensor(value["tensor"])
    raise NotPlain(f"a dict that says neither dict nor tensor: {str(list(value))[:100]}")


def _unpacked_tensor(parts: Any) -> Tensor:
    try:
        name, shape, text = parts
        dtype = NAMES[name]
        if type(shape) is not list or len(shape) > AXES:
            raise NotPlain("a tensor's shape is no list, or too long a one")
        if not all(type(size) is int and 0 <= size < 2**40 for size in shape):
            raise NotPlain("a tensor's shape is no list of sizes")
        raw = base64.b64decode(text, validate=True)
        size = torch.empty(0, dtype=dtype).element_size()
        if math.prod(shape) * size != len(raw):
            raise NotPlain(f"a tensor of shape {tuple(shape)} with {len(raw)} bytes")
        if dtype is torch.bool and raw.strip(b"\x00\x01"):
            raise NotPlain("a tensor of truth values with other values")
        array = np.frombuffer(raw, dtype=DTYPES[dtype]).reshape(shape)
    except (TypeError, ValueError, KeyError, binascii.Error) as error:
        if isinstance(error, NotPlain):
            raise
        raise NotPlain(f"no tensor: {str(error)[:100]}") from error
    return torch.from_numpy(array.copy())
