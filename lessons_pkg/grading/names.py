"""Which global names a cell uses or gives values to.

``used`` reads what anybody may have written, outside of the sandbox: its work grows with the length of the source and
with nothing else, and where in doubt it names too many. ``bound`` is for the course's own cells.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator
from typing import Any

__all__ = ["bound", "used"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEEPEST = 20  # functions in functions: below, a name counts as global whoever it belongs to
# Cell magics whose body is Python; a line that begins with % or ! is none.
MAGICS = re.compile(r"\A\s*%%(?:time|timeit|capture|prun|mprun|memit|python3?)\b.*$", re.MULTILINE)
LINES = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)
HIDDEN = re.compile(r"(?<![\w.])(?:exec|eval|globals|get_ipython)\s*\(")  # but not model.eval()
NAME = re.compile(r"[^\W\d]\w*")


def used(source: str) -> set[str]:
    """The global names that a cell may ask for when it runs, or later in its functions."""
    try:
        if not HIDDEN.search(source):  # what runs a text may use any name in it
            magics = " ".join(match[0] for pattern in (MAGICS, LINES) for match in pattern.finditer(source))
            return _used(ast.parse(LINES.sub(r"\1pass", MAGICS.sub("", source)))) | set(NAME.findall(magics))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass  # the rest of the cell may still run, line by line, or be read in another way by IPython
    return set(NAME.findall(source))


def _used(tree: ast.Module) -> set[str]:
    """Names that are read where no function around them has them as its own."""
    found: set[str] = set()
    left: list[tuple[ast.AST, tuple[frozenset[str], ...]]] = [(tree, ())]
    while left:  # not by recursion: an expression can be deeper than Python's stack
        node, own = left.pop()
        if isinstance(node, ast.Global):
            found |= set(node.names)
        elif isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Store) and not any(node.id in names for names in own):
                found.add(node.id)
        elif isinstance(node, FUNCTIONS):
            # Decorators, defaults and annotations are read outside of the function.
            left += [(part, own) for part in (*node.decorator_list, node.args, *filter(None, [node.returns]))]
            inside = (*own, _own(node)) if len(own) < DEEPEST else ()
            left += [(part, inside) for part in node.body]
        else:
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                left.append((ast.Name(node.target.id, ast.Load()), own))  # x += 1 reads x
            left += [(part, own) for part in ast.iter_child_nodes(node)]
    return found


def _own(function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """The names that are local to a function: parameters, and what it gives values to, unless it is declared global.

    Parameters of lambdas and names in comprehensions and inner classes are not among them, so that they count as
    global: that names too many, never too few.
    """
    parameters = function.args
    names = {one.arg for one in (*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs)}
    names |= {one.arg for one in (parameters.vararg, parameters.kwarg) if one}
    declared: set[str] = set()
    left: list[ast.AST] = list(function.body)
    while left:
        node = left.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            declared |= set(node.names)
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
            continue
        elif isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            continue
        left += ast.iter_child_nodes(node)
    return frozenset(names - declared)


def bound(source: str) -> set[str]:
    """The global names that one of the course's own cells gives a value to."""
    return {
        symbol.get_name()
        for table in _walk(symtable.symtable(source, "cell", "exec"))
        for symbol in table.get_symbols()
        if (symbol.is_assigned() or symbol.is_imported())
        and (table.get_type() == "module" or symbol.is_declared_global())
    }


def _walk(table: Any) -> Iterator[Any]:
    yield table
    for child in table.get_children():
        yield from _walk(child)
