"""Patterns that are numbers: which values they match, exactly, for numbers of any size."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from axtui.errors import UserError

Number = int | float
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "=": operator.eq,
}
_INT64 = (-(1 << 63), (1 << 63) - 1)
Array = np.ndarray[Any, Any]


class Limit(NamedTuple):
    """What a value must be: `<`, `<=`, `>`, `>=` or `=` a number."""

    sign: str
    bound: Number


def number_of(value: Any) -> Number | None:
    """The number that a value is, or says: a decimal whole number, a float, or 0x...; else None."""
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str):
        return None
    try:
        return int(value, 10)  # before float, which rounds
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        pass
    if "0x" in value:
        try:
            return int(value, 16)
        except ValueError:
            pass
    return None


def holds(limits: Sequence[Limit], number: Number | None) -> bool:
    """Whether it is a number within all limits."""
    return number is not None and all(_COMPARED[sign](number, bound) for sign, bound in limits)


def parse(word: str) -> tuple[Limit, ...]:
    """`7`, `=7`, `<7`, `>=7`; ranges `a:b` (`a<:b` without a, `a:=b` with b); nothing: any number."""
    if not word:
        return ()
    start, colon, stop = word.partition(":")
    if colon:
        above = Limit(">", _bound(start[:-1])) if start.endswith("<") else None
        below = Limit("<=", _bound(stop[1:])) if stop.startswith("=") else None
        return (above or Limit(">=", _bound(start)), below or Limit("<", _bound(stop)))
    for sign in _COMPARED:
        if word.startswith(sign):
            return (Limit(sign, _bound(word[len(sign) :])),)
    return (Limit("=", _bound(word)),)


def _bound(text: str) -> Number:
    number = number_of(text)
    if number is None:
        raise UserError(
            f"bad pattern: {text!r} is not a number; with -N a pattern is a number (7), a comparison "
            "(<7, >=7), a range (1:7, 1:=7, 1<:7), or empty for any number"
        )
    return number


# -- whole arrays ------------------------------------------------------------------------------------


def holds_in_ints(limits: Sequence[Limit], values: Array) -> Array:
    """Which integers of an array are within all limits."""
    mask = np.ones(len(values), bool)
    for sign, bound in limits:
        mask &= _ints_within(sign, bound, values)
    return mask


def _ints_within(sign: str, bound: Number, values: Array) -> Array:
    if isinstance(bound, float):
        if math.isnan(bound):
            return np.zeros(len(values), bool)
        if math.isinf(bound):
            return np.full(len(values), _COMPARED[sign](0, bound))
        if sign == "=" and not bound.is_integer():
            return np.zeros(len(values), bool)
        # n > 2.5 is n > 2, n <= 2.5 is n <= 2; n < 2.5 is n < 3, n >= 2.5 is n >= 3
        bound = math.floor(bound) if sign in (">", "<=", "=") else math.ceil(bound)
    if not _INT64[0] <= bound <= _INT64[1]:
        return np.full(len(values), _COMPARED[sign](0, bound))
    found: Array = _COMPARED[sign](values, np.int64(bound))  # type: ignore[assignment]
    return found


def holds_in_floats(limits: Sequence[Limit], values: Array) -> Array:
    """Which floats of an array are within all limits."""
    mask = np.ones(len(values), bool)
    for sign, bound in limits:
        mask &= _floats_within(sign, bound, values)
    return mask


def _floats_within(sign: str, bound: Number, values: Array) -> Array:
    near = _nearest(bound)
    if near != bound and near == near:  # a whole number that no float is: compare with the next one
        if sign == "=":
            return np.zeros(len(values), bool)
        sign = {True: {"<=": "<", ">": ">="}, False: {"<": "<=", ">=": ">"}}[near > bound].get(
            sign, sign
        )
    found: Array = _COMPARED[sign](values, near)  # type: ignore[assignment]
    return found


def _nearest(bound: Number) -> float:
    try:
        return float(bound)
    except OverflowError:
        return math.inf if bound > 0 else -math.inf
