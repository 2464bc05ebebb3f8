"""Whether a source does nothing, until its imports are done, that a library imported later could notice.

Between two imports a source may change what the second one finds: `matplotlib.use("agg")`,
`numba.config.DISABLE_JIT = True`, `gevent.monkey.patch_all()`, a number drawn from the generator that a
library seeds itself with. Libraries that were loaded before the source ran would have missed that.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterable, Iterator, Sequence

from axtui.engine import syntax

_QUIET = sys.stdlib_module_names - {"builtins", "importlib", "random", "sys"}
"""Modules whose functions may be called to give a value a name: `re.compile`, `collections.namedtuple`."""
_LOUD = frozenset(("__import__", "compile", "delattr", "eval", "exec", "setattr"))
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def is_plain(data: bytes, of_method: bool) -> bool:
    """Whether it only imports, defines, and gives names to values that no library makes.

    A method's module imports last and is imported by none: what follows its last import does not count.
    """
    try:
        body = syntax.parse(data).body
    except (SyntaxError, ValueError, RecursionError):
        return False
    if of_method:
        body = body[: 1 + last_import(body)]
    executed = list(_executed(body))
    harmless = _harmless(executed)
    return all(_is_quiet(node, harmless) for node in executed)


def last_import(body: Sequence[ast.stmt]) -> int:
    """The place of the last statement in which something is imported; -1 where there is none."""
    return max((n for n, part in enumerate(body) if any(map(_imports, ast.walk(part)))), default=-1)


def _imports(node: ast.AST) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _executed(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes but those inside of functions, which are called later or seen to be called."""
    for node in nodes:
        yield node
        if isinstance(node, FUNCTIONS):
            yield from _executed([*node.decorator_list, *node.args.defaults])
        elif not isinstance(node, ast.Lambda):
            yield from _executed(ast.iter_child_nodes(node))


def _harmless(nodes: Iterable[ast.AST]) -> set[str]:
    """Names of what may be called, or has functions that may be."""
    names = set(vars(builtins)) - _LOUD
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            of = getattr(node, "module", None)
            for alias in node.names:
                bound = (alias.asname or alias.name).partition(".")[0]
                quiet = (of or alias.name).partition(".")[0] in _QUIET
                (names.add if quiet else names.discard)(bound)
    return names


def _is_quiet(node: ast.AST, harmless: set[str]) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Call):
        return _root(node.func) in harmless
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        return isinstance(node.ctx, ast.Load)
    return True


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
