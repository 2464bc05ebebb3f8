"""Generated write functions: `write(x, y)` with one argument per column, `write_list`, `write_dict`.

They are generated because they run once per row: a value of the expected type costs one test, and
only others go through the column's fixer.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from axtui.data.fixers import Fixer
from axtui.data.types import QUICK_NAMES

_INTERNAL = re.compile(r"_((v|fix)\d+|append|rows|flush|len|limit)")
_KEYWORDS = frozenset((*keyword.kwlist, "exec", "print", "nonlocal"))
"""What the Accelerator takes for keywords: also those of Pythons that are gone."""
WriteFunctions = dict[str, Callable[..., None]]


@dataclass(frozen=True)
class WriteColumn:
    """What a write function must know of a column. `quick` is as in `types.ColumnType`."""

    name: str
    quick: str
    fix: Fixer


def argument_names(names: Sequence[str]) -> list[str]:
    """A distinct Python identifier for every column name."""
    taken: set[str] = set()
    found = []
    for name in names:
        clean = re.sub(r"\W", "_", unicodedata.normalize("NFKC", name))
        if not clean or clean[0].isdigit() or not clean.isidentifier():
            clean = "_" + re.sub(r"[^0-9A-Za-z_]", "_", clean)
        while clean in _KEYWORDS or clean in taken:
            clean += "_"
        taken.add(clean)
        found.append(clean)
    return found


def write_functions(
    columns: Sequence[WriteColumn],
    rows: list[tuple[Any, ...]],
    flush: Callable[[], int],
    limit: int,
) -> WriteFunctions:
    """Functions that append a checked row to `rows` and call `flush` whenever there are `limit`; it
    returns at how many rows it is to be called next."""
    values = [f"_v{index}" for index in range(len(columns))]
    row = "(" + ", ".join(values) + ",)"
    body = []
    for index, (value, column) in enumerate(zip(values, columns, strict=True)):
        fixed = f"{value} = _fix{index}({value})"
        quick = column.quick.format(v=value)
        body.append(f"if not ({quick}): {fixed}" if quick else fixed)
    body += [f"_append({row})", "if _len(_rows) >= _limit: _limit = _flush()"]

    given_names = argument_names([column.name for column in columns])
    collide = any(name in QUICK_NAMES or _INTERNAL.fullmatch(name) for name in given_names)
    names = [f"_v{index}" for index in range(len(columns))] if collide else given_names
    keys = ", ".join(f"values[{column.name!r}]" for column in columns)
    heads = {
        "write": (", ".join(names), "(" + ", ".join(names) + ",)"),
        "write_list": ("values", "values"),
        "write_dict": ("values", f"({keys},)"),
    }
    space: dict[str, Any] = {"_append": rows.append, "_rows": rows, "_flush": flush, "_len": len}
    space["_limit"] = limit
    space |= QUICK_NAMES
    space |= {f"_fix{index}": column.fix for index, column in enumerate(columns)}
    for function, (arguments, given) in heads.items():
        lines = [f"def {function}({arguments}):", "global _limit", f"{row} = {given}", *body]
        exec(compile("\n ".join(lines), f"<DatasetWriter.{function}>", "exec"), space)
    found = {function: space[function] for function in heads}
    return found | {"write": _with_names(given_names, found["write"])} if collide else found


def _with_names(names: Sequence[str], write: Callable[..., None]) -> Callable[..., None]:
    """`write` under argument names that would hide what it needs itself."""
    own = "write"
    while own in names:
        own += "_"
    listed = ", ".join(names)
    space: dict[str, Any] = {own: write}
    exec(f"def named({listed}): {own}({listed})", space)
    named: Callable[..., None] = space["named"]
    return named
