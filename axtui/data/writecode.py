"""Generated write functions: `write(x, y)` with one argument per column, `write_list`, `write_dict`.

They are generated because they run once per row: a value of the expected type costs one test, an integer
none at all (see `waiting`), and only others go through the column's fixer.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from axtui.data.belonging import Guard
from axtui.data.fixers import Fixer
from axtui.data.types import QUICK_NAMES
from axtui.data.waiting import Waiting, real

_INTERNAL = re.compile(
    r"_((v|w|fix|put)\d+|again|any|error|flush|last|len|limit|real|type|float|guard|belongs|other)"
)
_KEYWORDS = frozenset((*keyword.kwlist, "exec", "print", "nonlocal"))
"""What the Accelerator takes for keywords: also those of Pythons that are gone."""
WriteFunctions = dict[str, Callable[..., None]]


@dataclass(frozen=True)
class WriteColumn:
    """What a write function must know of a column. `quick` is as in `types.ColumnType`; `code` as in
    `waiting.Waiting`."""

    name: str
    quick: str
    fix: Fixer
    code: str = ""


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
    rows: Waiting,
    flush: Callable[[], int],
    limit: int,
    guard: Guard | None = None,
) -> WriteFunctions:
    """Functions that add a checked row to `rows` and call `flush` whenever there are `limit`; it
    returns at how many rows it is to be called next."""
    given_names = argument_names([column.name for column in columns])
    collide = any(name in QUICK_NAMES or _INTERNAL.fullmatch(name) for name in given_names)
    plain = [f"_v{index}" for index in range(len(columns))]
    names = plain if collide else given_names
    keys = ", ".join(f"values[{column.name!r}]" for column in columns)
    unpack = f"({', '.join(plain)},) = "
    heads = {
        "write": (", ".join(names), [], names),
        "write_list": ("values", [unpack + "values"], plain),
        "write_dict": ("values", [f"{unpack}({keys},)"], plain),
    }
    space: dict[str, Any] = {"_flush": flush, "_len": len, "_last": rows.columns[-1]}
    space |= {"_real": real, "_type": type, "_float": float}
    space |= {"_limit": limit, "_any": BaseException, "_again": _again(columns, rows, guard)}
    if guard is not None:
        space |= {"_guard": guard, "_belongs": guard.belongs, "_other": LookupError}
    space |= QUICK_NAMES
    space |= {f"_put{index}": put for index, put in enumerate(rows.puts)}
    space |= {f"_fix{index}": column.fix for index, column in enumerate(columns)}
    for function, (arguments, first, values) in heads.items():
        body = _body(columns, values, guard)
        lines = [f"def {function}({arguments}):", "global _limit", *first, *body]
        exec(compile("\n ".join(lines), f"<DatasetWriter.{function}>", "exec"), space)
    found = {function: space[function] for function in heads}
    return found | {"write": _with_names(given_names, found["write"])} if collide else found


def _body(columns: Sequence[WriteColumn], values: Sequence[str], guard: Guard | None) -> list[str]:
    """What a function does once each value has a name: check all that is not checked by putting it,
    then put all. Where that fails, in whatever column, the row is taken again with care."""
    checks, puts = [], []
    if guard is not None:
        checks.append(f"  if _guard.strict and not _belongs({values[guard.index]}): raise _other")
    for index, (column, value) in enumerate(zip(columns, values, strict=True)):
        kept = value
        if not column.code:
            kept = f"_w{index}"
            fixed, quick = f"_fix{index}({value})", column.quick.format(v=value)
            checks.append(
                f"  {kept} = {value} if {quick} else {fixed}" if quick else f"  {kept} = {fixed}"
            )
        if column.code in ("d", "f"):
            kept = f"{value} if _type({value}) is _float else _real({value})"
        puts.append(f"  _put{index}({kept})")
    again = f"except _any as _error: _again(({', '.join(values)},), _error)"
    return ["try:", *checks, *puts, again, "if _len(_last) >= _limit: _limit = _flush()"]


def _again(
    columns: Sequence[WriteColumn], rows: Waiting, guard: Guard | None
) -> Callable[[tuple[Any, ...], BaseException], None]:
    """A function that adds a row whose values could not be put just so, or raises as the first of
    the columns does that refuses its value, or because it is another slice's: no part of the row is
    left then."""
    fixes, puts = [column.fix for column in columns], rows.puts

    def again(values: tuple[Any, ...], error: BaseException) -> None:
        rows.trim()
        if not isinstance(error, Exception):
            raise error
        fixed = [fix(value) for fix, value in zip(fixes, values, strict=True)]
        if guard is not None and guard.strict and not guard.belongs(fixed[guard.index]):
            guard.refuse(fixed[guard.index])
        try:
            for put, value in zip(puts, fixed, strict=True):
                put(value)
        except BaseException:
            rows.trim()
            raise

    return again


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
