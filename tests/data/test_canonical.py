"""Canonical values: typed, injective, reversible, the same for ever and in every process."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import json
import os
import struct
import subprocess
import sys
import unicodedata
from collections import OrderedDict, namedtuple
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from axtui.data import canonical, values
from axtui.data.dotdict import DotDict
from axtui.data.job import Job
from axtui.data.jobwithfile import JobWithFile
from axtui.errors import UserError

GOLDEN = Path(__file__).parent / "golden" / "canonical.json"
SUMMER = dt.datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Stockholm"))

CASES: dict[str, Any] = {
    "none": None,
    "true": True,
    "false": False,
    "int 0": 0,
    "int 1": 1,
    "int -1": -1,
    "int 127": 127,
    "int 128": 128,
    "int 2**63": 2**63,
    "int 10**400": 10**400,
    "float 1.0": 1.0,
    "float 0.0": 0.0,
    "float -0.0": -0.0,
    "float nan": float("nan"),
    "float inf": float("inf"),
    "float -inf": float("-inf"),
    "float 0.1": 0.1,
    "complex": complex(1.5, -0.0),
    "str empty": "",
    "str 1": "1",
    "str NFC": unicodedata.normalize("NFC", "å"),
    "str NFD": unicodedata.normalize("NFD", "å"),
    "str emoji": "\U0001f600",
    "str surrogates": "\ud83d\ude00",
    "str True": "True",
    "bytes empty": b"",
    "bytes 1": b"1",
    "list": [1, 2],
    "tuple": (1, 2),
    "tuple empty": (),
    "list empty": [],
    "list nested": [[1], 2],
    "list nested otherwise": [[1, 2]],
    "set": {1, 2},
    "set empty": set(),
    "frozenset": frozenset({1, 2}),
    "dict int keys": {1: "x"},
    "dict str keys": {"1": "x"},
    "dict two": {"a": 1, "b": 2},
    "dict like a tag": {"$tuple": [1, 2]},
    "dict empty": {},
    "ordered": OrderedDict([("a", 1), ("b", 2)]),
    "ordered otherwise": OrderedDict([("b", 2), ("a", 1)]),
    "date": dt.date(2024, 2, 29),
    "datetime": dt.datetime(2024, 2, 29),
    "datetime micro": dt.datetime(2024, 2, 29, 1, 2, 3, 4),
    "datetime fold": dt.datetime(2024, 2, 29, fold=1),
    "datetime utc": dt.datetime(2024, 2, 29, tzinfo=dt.UTC),
    "datetime zone UTC": dt.datetime(2024, 2, 29, tzinfo=ZoneInfo("UTC")),
    "datetime +01:00": dt.datetime(2024, 2, 29, tzinfo=dt.timezone(dt.timedelta(hours=1))),
    "datetime CET": dt.datetime(2024, 2, 29, tzinfo=dt.timezone(dt.timedelta(hours=1), "CET")),
    "datetime zone": SUMMER,
    "datetime zone fold": SUMMER.replace(fold=1),
    "time": dt.time(1, 2, 3),
    "time utc": dt.time(1, 2, 3, tzinfo=dt.UTC),
    "timedelta": dt.timedelta(days=-1, microseconds=1),
    "path": Path("a/b"),
    "purepath": PurePath("a/b"),
    "windows path": PureWindowsPath("a/b"),
    "str path": "a/b",
    "job with file": JobWithFile("dev-1", "x"),
    "tuple like job with file": ("dev-1", "x", False, None),
}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(st.characters(codec=None, exclude_categories=())),
    st.binary(),
    st.dates(),
    st.datetimes(timezones=st.one_of(st.none(), st.just(dt.UTC), st.timezones())),
    st.times(),
    st.timedeltas(),
    st.builds(Path, st.text(st.characters(exclude_characters="\0"), max_size=5)),
)
hashable = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple), st.frozensets(inner, max_size=3)
    ),
    max_leaves=4,
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.sets(hashable, max_size=4),
        st.dictionaries(hashable, inner, max_size=4),
        st.dictionaries(st.text(max_size=3), inner, max_size=4),
        st.lists(st.tuples(st.text(max_size=2), inner), max_size=3).map(OrderedDict),
    ),
    max_leaves=12,
)


def form(value: Any) -> Any:
    """An independent view of what has to be told apart, made of nested tuples and reprs."""
    kind = type(value).__name__
    if isinstance(value, OrderedDict):
        return kind, tuple((form(key), form(item)) for key, item in value.items())
    if isinstance(value, dict):
        return kind, tuple(sorted(repr((form(key), form(item))) for key, item in value.items()))
    if isinstance(value, (set, frozenset)):
        return kind, tuple(sorted(repr(form(item)) for item in value))
    if isinstance(value, (list, tuple)):
        return kind, tuple(form(item) for item in value)
    if isinstance(value, complex):
        return kind, repr(value.real), repr(value.imag)
    return kind, repr(value), getattr(value, "fold", None)


@given(anything, anything)
def test_equal_bytes_mean_equal_values(one: Any, other: Any) -> None:
    assert (canonical.encode(one) == canonical.encode(other)) == (form(one) == form(other))


@given(anything)
def test_json_form_is_reversible(value: Any) -> None:
    text = orjson.dumps(canonical.to_json(value))
    back = canonical.from_json(orjson.loads(text))
    assert form(back) == form(value)
    assert canonical.encode(back) == canonical.encode(value)


@given(anything)
def test_json_form_and_plain_text_do_not_depend_on_how_dicts_and_sets_were_made(value: Any) -> None:
    def turned(item: Any) -> Any:
        if isinstance(item, (set, frozenset)):
            return type(item)(sorted(item, key=repr, reverse=True))
        if isinstance(item, dict) and not isinstance(item, OrderedDict):
            return {key: turned(item[key]) for key in reversed(list(item))}
        if isinstance(item, (list, tuple)):
            return type(item)(turned(each) for each in item)
        return item

    other = turned(value)
    assert canonical.encode(other) == canonical.encode(value)
    assert canonical.plain(other) == canonical.plain(value)
    assert orjson.dumps(canonical.to_json(other)) == orjson.dumps(canonical.to_json(value))
    json.loads(canonical.plain(value))


@given(st.dictionaries(st.text(max_size=3), st.integers(), min_size=2, max_size=4), st.randoms())
def test_only_ordered_dicts_have_an_order(found: dict[str, int], random: Any) -> None:
    pairs = list(found.items())
    random.shuffle(pairs)
    assert canonical.digest(dict(pairs)) == canonical.digest(found)
    same = pairs == list(found.items())
    assert (canonical.digest(OrderedDict(pairs)) == canonical.digest(OrderedDict(found))) == same


@pytest.mark.parametrize("name", CASES)
def test_each_case_comes_back_from_json(name: str) -> None:
    back = canonical.from_json(orjson.loads(orjson.dumps(canonical.to_json(CASES[name]))))
    assert form(back) == form(CASES[name])


def described() -> dict[str, Any]:
    return {
        name: {
            "digest": canonical.digest(value),
            "json": canonical.to_json(value),
            "plain": canonical.plain(value),
        }
        for name, value in CASES.items()
    }


def test_golden_values() -> None:
    """A difference here makes every job of every workspace stale: change nothing, add only.

    New cases: run this module with `python tests/data/test_canonical.py`.
    """
    assert orjson.loads(orjson.dumps(described())) == orjson.loads(GOLDEN.read_bytes())


def test_golden_values_are_all_distinct() -> None:
    digests = [canonical.digest(value) for value in CASES.values()]
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_other_processes_with_other_hash_seeds_agree(seed: str) -> None:
    program = (
        "import json, sys; from axtui.data import canonical\n"
        "value = {frozenset({'a', 'b', 'c', 1, 2.5}): {'x', 'y', 'z'}, 'k': {'q': 1, 'p': 2}}\n"
        "print(json.dumps([canonical.digest(value), canonical.to_json(value)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )
    value = {"k": {"p": 2, "q": 1}, frozenset({1, "c", 2.5, "b", "a"}): {"z", "y", "x"}}
    assert json.loads(done.stdout) == [canonical.digest(value), canonical.to_json(value)]


def test_subclasses_count_as_what_they_extend() -> None:
    class Colour(str, enum.Enum):  # noqa: UP042 - the older form prints itself differently
        RED = "red"

    class Number(enum.IntEnum):
        ONE = 1

    pair = namedtuple("pair", "a b")
    for special, ordinary in [
        (Colour.RED, "red"),
        (Number.ONE, 1),
        (Job("dev-12"), "dev-12"),
        (pair(1, 2), (1, 2)),
        (DotDict(b=1, a=2), OrderedDict(b=1, a=2)),
        ({Colour.RED: Colour.RED}, {"red": "red"}),
    ]:
        assert canonical.encode(special) == canonical.encode(ordinary)
        assert canonical.to_json(special) == canonical.to_json(ordinary)
        assert canonical.plain(special) == canonical.plain(ordinary)


def test_all_nans_are_one() -> None:
    other = struct.unpack(">d", bytes.fromhex("fff8000000000123"))[0]
    assert struct.pack(">d", other) != struct.pack(">d", float("nan"))
    assert canonical.encode(other) == canonical.encode(float("nan"))
    assert canonical.encode({float("nan"): 1}) == canonical.encode({other: 1})
    assert canonical.encode(complex(other, 1)) == canonical.encode(complex(float("nan"), 1))


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (decimal.Decimal(1), "options.x "),
        ([1, 2, 3, decimal.Decimal(1)], "options.x[3] "),
        ({"a": [(decimal.Decimal(1),)]}, "options.x['a'][0][0] "),
        ({decimal.Decimal(1): 1}, "options.x key Decimal('1') "),
        ([{1: object()}], "options.x[0][1] "),
    ],
)
def test_unsupported_values_are_named_by_their_place(value: Any, place: str) -> None:
    for function in (canonical.encode, canonical.to_json, canonical.plain):
        with pytest.raises(UserError) as caught:
            function(value, "options.x")
        assert str(caught.value).startswith(place)


def test_what_to_do_about_numpy_enums_and_subclasses_of_dates() -> None:
    import numpy as np

    class Moment(dt.datetime):
        nanosecond = 1

    for value, advice in [
        (np.int64(3), ".item()"),
        (np.arange(2), ".tolist()"),
        (enum.Enum("Colour", "RED").RED, ".value"),  # type: ignore[attr-defined]
        (Moment(2024, 1, 1), "datetime itself"),
        (dt.datetime(2024, 1, 1, tzinfo=_Odd()), "zoneinfo.ZoneInfo"),
    ]:
        with pytest.raises(UserError, match=advice.replace(".", r"\.")):
            canonical.encode(value)
        with pytest.raises(UserError):
            canonical.to_json(value)


class _Odd(dt.tzinfo):
    def utcoffset(self, when: dt.datetime | None) -> dt.timedelta:
        return dt.timedelta(0)


def test_numpy_floats_are_floats() -> None:
    import numpy as np

    assert canonical.encode(np.float64(1.5)) == canonical.encode(1.5)
    assert type(canonical.to_json(np.float64(1.5))) is float


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = (value,)
    return value


def test_deep_nesting_has_a_limit_and_a_clear_error() -> None:
    deepest = nested(values.MAX_DEPTH)
    assert canonical.from_json(orjson.loads(orjson.dumps(canonical.to_json(deepest)))) == deepest
    canonical.encode(deepest)
    cycle: list[Any] = []
    cycle.append(cycle)
    for value in (nested(values.MAX_DEPTH + 1), nested(5000), cycle):
        for function in (canonical.encode, canonical.to_json, canonical.plain):
            with pytest.raises(UserError, match=r"x\[0\].*64 levels deep") as caught:
                function(value, "x")
            assert len(str(caught.value)) < 300


def test_the_deepest_tagged_dicts_still_fit_into_json() -> None:
    value: Any = 1
    for _ in range(values.MAX_DEPTH):
        value = {1: value}
    assert canonical.from_json(orjson.loads(orjson.dumps(canonical.to_json(value)))) == value


def test_big_values() -> None:
    text = "x" * 10_000_000
    assert len(canonical.encode(text)) < len(text) + 100
    assert canonical.from_json(canonical.to_json(text)) == text
    assert len(canonical.encode(list(range(200_000)))) > 200_000
    huge = 10**20_000
    assert canonical.from_json(canonical.to_json(huge)) == huge
    assert canonical.plain([huge]).startswith('["0x')


def test_plain_text_is_what_people_write() -> None:
    value = {"when": dt.date(2024, 5, 6), "what": ("a", {2, 1}), "where": Path("x/y"), 3: b"ab"}
    assert (
        canonical.plain(value) == '{"3":"ab","what":["a",[1,2]],"when":"2024-05-06","where":"x/y"}'
    )
    assert canonical.plain({1: "a", "1": "b"}) in (
        '[["1","a"],["1","b"]]',
        '[["1","b"],["1","a"]]',
    )


@pytest.mark.parametrize("data", [{"$new": 1}, {"$date": "x"}, {"$tuple": 3}, {"$zone": []}])
def test_damaged_json_is_a_clear_error(data: Any) -> None:
    with pytest.raises(UserError):
        canonical.from_json([data])


@given(st.text(max_size=5), anything)
def test_ordered_keys_do_not_depend_on_the_order_given(text: str, value: Any) -> None:
    assume(isinstance(value, dict))
    keys = list(value)
    assert list(map(form, canonical.ordered_keys(keys))) == list(
        map(form, canonical.ordered_keys(keys[::-1]))
    )


if __name__ == "__main__":
    GOLDEN.write_bytes(orjson.dumps(described(), option=orjson.OPT_INDENT_2))
