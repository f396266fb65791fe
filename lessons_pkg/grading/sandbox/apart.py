"""Inside the second sandbox: a statement that needs the course's own tools is left out, and its cell goes on.

There checks, training and models are stand-ins that raise. A learner may well call them above an answer, in the same
cell: ``checks.linear_ae(LinearAE)``, ``history = training.fit(model, small)``. What that gives is nobody's answer, and
the answer below it is to be judged all the same. Nothing can be gained: a stand-in still gives nothing to go on with.
"""

from __future__ import annotations

import ast
import builtins
import sys
from types import FunctionType, ModuleType
from typing import Any

__all__ = ["Apart"]

ASKED = "the grader: is this left out?"  # no word of Python, so that no cell can mean it


class Apart:
    """Puts each statement of a cell into a ``try`` of its own.

    Left out is what borrows, and then what fails for want of it, as ``print(history.loss)`` does. Every other error
    ends the cell, as it does for the learner. why: the errors of what was left out, to be emptied before each cell.
    """

    def __init__(self, borrowed: type[Exception], names: dict[str, Any]) -> None:
        """borrowed: what stand-ins raise. names: the notebook's own."""
        self.borrowed, self.names = borrowed, names
        self.wanting: set[str] = set()
        self.why: list[BaseException] = []
        setattr(builtins, ASKED, self._leaves_out)

    def __call__(self, tree: ast.Module) -> ast.Module:
        """The cell, or what is below a ``%%time``, so changed."""
        if len(tree.body) > 1 or not isinstance(tree.body[0], ast.Expr):  # else %time may want the value
            tree.body = [_tried(statement) for statement in tree.body]
        return tree

    def _leaves_out(self, used: tuple[str, ...]) -> bool:
        """Called where a statement that uses these names has raised."""
        error = sys.exc_info()[1]
        if not isinstance(error, self.borrowed) and not self.wanting.intersection(used):
            return False
        self.why.append(error)
        self.wanting.update(name for name in used if self._may_want(name))
        return True

    def _may_want(self, name: str) -> bool:
        """Was it to be made or changed? Not what is built in, nor a module, a class or a function that is there."""
        if name in self.names:
            return not isinstance(self.names[name], (ModuleType, type, FunctionType))
        return not hasattr(builtins, name)


def _tried(statement: ast.stmt) -> ast.stmt:
    """``try: statement``, and ``except Exception: if not ASKED(names): raise``."""
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    if is_text or (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
        return statement  # which must stand first, but for text
    here = {name: getattr(statement, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")}
    names = ast.Constant(tuple(_names(statement)), **here)
    asked = ast.Call(ast.Name(ASKED, ast.Load(), **here), [names], [], **here)
    again = ast.If(ast.UnaryOp(ast.Not(), asked, **here), [ast.Raise(**here)], [], **here)
    handler = ast.ExceptHandler(ast.Name("Exception", ast.Load(), **here), None, [again], **here)
    return ast.Try([statement], [handler], [], [], **here)


def _names(statement: ast.stmt) -> set[str]:
    """The names that it uses or makes."""
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
    return found
