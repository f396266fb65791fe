"""A learner's model, seen from outside: it is built, and asked with tensors. What the checks of all exercises share.

    ask = built(t, answer, "LinearAE", explain=hint, code_dim=5)   # opens two requirements: a class, and it is built
    z = ask("encode", x)                           # a plain finite float32 tensor, or the check ends with the cause
    mean, log_var = ask("encode", x, tensors=2)    # the same for a method that returns a pair
    ask.expect_steady("encode", x, z)              # a second call says the same: no noise, no new layers
    ask.expect_independent("encode", x, z)         # ... and so it does when other images are in the batch
    ask.expect_one_mode("encode", x, z)            # ... and in evaluation mode
    ask.expect_forward(x)                          # forward(x) is decode(encode(x)), whatever that is
    ask.expect_gradients(z, out)                   # every parameter learns from one of these outputs
    expect_default(t, answer, "LinearAE", x)       # LinearAE() has a code of 32 numbers

Only ``built`` opens requirements (``t.need``). ``ask.model`` is the module itself. ``explain(error, method, n)`` gives
the hint for what the learner's code raised in ``method`` ("__init__" while it is built) on n inputs, or "" for none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_parameter_registration_hook

from lessons_pkg.checks import blame
from lessons_pkg.checks.activations import ACTIVATIONS
from lessons_pkg.checks.framework import Trial
from lessons_pkg.checks.values import return_hint, same, shape_of, show

__all__ = ["Ask", "built", "expect_default"]

Explain = Callable[[BaseException, str, int], str]


class Ask:
    """The learner's model and the only way to ask it: every answer is looked at before a check relies on it."""

    def __init__(self, t: Trial, model: nn.Module, explain: Explain = lambda *_: "") -> None:
        self.t, self.model, self.explain = t, model, explain

    def __call__(self, method: str, *inputs: Tensor, tensors: int = 1) -> Any:
        """What model.method(*inputs) gives: one tensor, or a tuple of as many as are asked for."""
        t = self.t
        function = t.call(getattr, self.model, method, None, doing=f"model.{method}")
        if function is None or not callable(function):
            t.fail(expected=f"a method {method}", found=f"the model has no {method}", hint=f"def {method}(self, ...)")
        given = tuple(value.clone() for value in inputs)
        symbol = "z" if method == "decode" else "x"
        result = t.call(
            self.model if method == "forward" else function,  # as learners call it
            *given,
            doing=f"{method}({', '.join(f'{symbol} of shape {shape_of(value)}' for value in inputs)})",
            explain=lambda error: _usual(error, method) or self.explain(error, method, len(inputs[0])),
        )
        if not all(now.shape == old.shape and torch.equal(now, old) for now, old in zip(given, inputs, strict=True)):
            t.fail(
                expected="the input unchanged",
                found=f"{method} changed its input in place",
                hint="Operations such as x -= ..., x.clamp_() or inplace=True write into the tensor of the caller.",
            )
        if tensors == 1:
            return self._usable(result, f"{method} returned", "Return one tensor and nothing else.")
        if not isinstance(result, (tuple, list)) or len(result) != tensors:
            hint = return_hint(result, "Return them with a comma between: return one, other.")
            t.fail(expected=f"{tensors} tensors", found=f"{method} returned {show(result)}", hint=hint)
        names = [f"number {place} of what {method} returns is" for place in range(1, tensors + 1)]
        return tuple(self._usable(*pair, "Return tensors.") for pair in zip(result, names, strict=True))

    def _usable(self, value: Any, words: str, hint: str) -> Tensor:
        value = self.t.tensor(value, words, hint=hint)
        if value.dtype != torch.float32:
            found = f"{words} {show(value)}"
            self.t.fail(expected="float32 numbers", found=found, hint="Leave the dtype as it comes.")
        return value

    def expect_steady(self, method: str, value: Tensor, first: Tensor) -> None:
        """Asked twice, a model says the same."""
        if torch.equal(first, self(method, value)):
            return
        found = f"two calls of {method} give different results for the same input"
        if self._builds_layers(method, value):
            found += ": layers are built anew in each call"
        self.t.fail(
            expected="the same result for the same input",
            found=found,
            hint="Is a layer built anew in each call, or is there dropout or other noise? Layers belong in __init__.",
        )

    def _builds_layers(self, method: str, value: Tensor) -> bool:
        """Does this call make layers of its own? They have new weights each time, and no optimizer knows them."""
        made: list[str] = []
        hook = register_module_parameter_registration_hook(lambda module, name, parameter: made.append(name))
        try:
            self(method, value)
        finally:
            hook.remove()
        return bool(made)

    def expect_independent(self, method: str, value: Tensor, whole: Tensor) -> None:
        """What becomes of an image does not depend on the others in its batch."""
        for part in (slice(1, 3), slice(0, 1)):  # two come first, because batch norm refuses a single image
            few, images = self(method, value[part]), len(value[part])
            if images == 1 and few.ndim < whole.ndim and few.numel() == whole[part].numel():
                self.t.fail(
                    expected=f"shape {shape_of(whole[part])} for a batch of one",
                    found=f"{method} gives shape {shape_of(few)} for a single image: its batch axis is gone",
                    hint="squeeze() drops every axis of size 1, and with a single image the batch axis is one of them.",
                )
            if few.shape != whole[part].shape or not torch.allclose(few, whole[part], atol=1e-4, rtol=1e-3):
                self.t.fail(
                    expected="the same result for an image whatever else is in the batch",
                    found=f"{method} gives an image another result in a batch of {images} than among {len(whole)}",
                    hint="Is a mean over the batch taken (batch norm, x - x.mean()), does a view or reshape mix the "
                    "images, or is their number fixed in it?",
                )

    def expect_one_mode(self, method: str, value: Tensor, first: Tensor) -> None:
        """In evaluation mode a model says what it says in training mode; it is left in training mode."""
        self.t.call(self.model.eval, doing="model.eval()")
        other = self(method, value)
        self.t.call(self.model.train, doing="model.train()")
        if not same(first, other):
            self.t.fail(
                expected="the same result in training and in evaluation mode",
                found=f"{method} gives another result after model.eval()",
                hint="None of these layers knows the two modes. Does something ask self.training, or is there dropout?",
            )

    def expect_forward(self, x: Tensor) -> None:
        """forward is decode after encode, with nothing before, between or after, in both modes."""
        out, code = self("forward", x), self("encode", x)
        right = self("decode", code)
        if same(out, right):
            return self.expect_one_mode("forward", x, out)
        expected, found = f"decode(encode(x)), shape {shape_of(right)}", "forward(x) is not decode(encode(x))"
        if out.numel() == code.numel() and same(out.flatten(), code.flatten()):
            found = "forward returns the code: decode is never called"
        elif torch.equal(out, x):
            found = "forward gives its input back"
        elif not torch.equal(out, self("forward", x)):
            built_anew = self._builds_layers("forward", x)
            why = "layers are built anew in each call" if built_anew else "there is noise or dropout in it"
            found = f"two calls of forward with the same images differ: {why}"
        elif out.shape != right.shape:
            found += f": it returned shape {shape_of(out)}"
        else:
            wide = torch.cat([x, 30 * x, -30 * x])  # far enough for a ReLU and a clamp to differ
            out, code = self("forward", wide), self("encode", wide)
            right = self("decode", code)
            for name, f in ACTIVATIONS.items():
                if same(out, f(right)):
                    found = f"forward puts {name} on the output, after all that decode does"
                    break
                if same(out, self("decode", f(code))):
                    found = f"forward puts {name} on the code, between encode and decode"
                    break
        hint = "Let forward call encode and then decode, and do nothing else."
        self.t.fail(expected=expected, found=found, hint=hint)

    def expect_gradients(self, *outputs: Tensor, even_zero: bool = False) -> None:
        """Every parameter of the model can be learned from one of the outputs. even_zero: a gradient of 0 is enough."""
        named = dict(self.model.named_parameters())
        reached = set()
        for output in outputs:
            if output.requires_grad:
                learned = {name: p for name, p in named.items() if p.requires_grad}
                squares = output.square().sum()
                grads = torch.autograd.grad(squares, list(learned.values()), allow_unused=True, retain_graph=True)
                for name, grad in zip(learned, grads, strict=True):
                    if grad is not None and (even_zero or grad.abs().sum() > 0):
                        reached.add(name)
        still = [f"{name} of shape {shape_of(p)}" for name, p in named.items() if name not in reached]
        if still:
            self.t.fail(
                expected="a gradient from the output back to every weight",
                found=f"no gradient reaches {', '.join(still[:3])}" + (" and others" if len(still) > 3 else ""),
                hint="Is a layer never called? Or is there detach(), no_grad(), .data, numpy, requires_grad=False, "
                "or a layer whose weights are all zero?",
            )


def built(t: Trial, answer: Any, name: str, *, explain: Explain = lambda *_: "", **arguments: Any) -> Ask:
    """An instance of the class that the answer is to be, made with these arguments by their names."""
    t.need(f"{name} is a class that inherits from nn.Module")
    t.is_there(answer, name)
    if isinstance(answer, nn.Module) and not isinstance(answer, type):
        t.fail(expected="the class", found="an instance of it", hint=f"Pass {name} without brackets.")
    if not isinstance(answer, type):
        t.fail(expected="a class", found=show(answer), hint=f"The task asks for: class {name}(nn.Module).")
    if not issubclass(answer, nn.Module):
        t.fail(
            expected=f"class {name}(nn.Module)",
            found=f"{answer.__name__} does not inherit from nn.Module",
            hint="Without it an optimizer cannot find the weights.",
        )
    doing = f"{name}({', '.join(f'{key}={value}' for key, value in arguments.items())})"
    t.need(f"{doing} can be built")

    def hint(error: BaseException) -> str:
        text = blame.message(error)
        if own := explain(error, "__init__", 0):
            return own
        if isinstance(error, TypeError) and (wrong := [key for key in arguments if key in text]):
            return f"The argument of __init__ is called {wrong[0]}: compare its name and its default with the stub."
        if isinstance(error, TypeError) and "positional argument" in text and not arguments:
            return "The class is built without arguments: every size is fixed in the task."
        return ""

    model = t.call(answer, doing=doing, explain=hint, **arguments)
    if not isinstance(model, nn.Module) or "_parameters" not in vars(model):
        t.fail(
            expected="super().__init__() as the first line of __init__",
            found=f"{name}.__init__ does not call super().__init__()",
            hint="Without it the layers are stored in no list that an optimizer could read.",
        )
    return Ask(t, model, explain)


def expect_default(t: Trial, answer: Any, name: str, x: Tensor, code_dim: int = 32) -> None:
    """Built without arguments, the class gives codes (N, code_dim)."""
    z = Ask(t, t.call(answer, doing=f"{name}()"))("encode", x)
    if z.shape != (len(x), code_dim):
        t.fail(
            expected=f"{name}() has a code of {code_dim} numbers",
            found=f"a code of shape {shape_of(z)}",
            hint=f"code_dim: int = {code_dim}",
        )


def _usual(error: BaseException, method: str) -> str:
    """What goes wrong in any model, whatever its layers."""
    step, inside = error.__traceback__, set()
    while step is not None:
        inside.add(step.tb_frame.f_code.co_name)
        step = step.tb_next
    if method == "forward" and inside & {"encode", "decode"}:  # which have worked by themselves
        return "encode and decode work by themselves. In which order does forward call them, and with what?"
    if "missing the required" in blame.message(error):
        return "The class has no forward: is it written, spelled so, and indented into the class?"
    return ""
