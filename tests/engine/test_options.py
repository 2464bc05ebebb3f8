"""Options: every declaration form of the Accelerator, conversion, defaults, errors, help, JSON."""

from __future__ import annotations

import datetime as dt
import pickle
from collections import OrderedDict
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui.data import canonical
from axtui.data.job import Job
from axtui.data.jobwithfile import JobWithFile
from axtui.engine.options import (
    Declarations,
    Neutral,
    OptionDefault,
    OptionEnum,
    OptionEnumValue,
    OptionString,
    RequiredOption,
    comments,
    declare,
)
from axtui.errors import UserError

words = OptionEnum("fast exact custom*")
maybe = OptionEnum(["a", "b"], none_ok=True)


class _Wrong:
    """Stands for "an error that names method and option"; its name is the same in every process."""

    def __repr__(self) -> str:
        return "WRONG"


WRONG = _Wrong()


def converted(declared: Any, value: Any) -> Any:
    try:
        return declare({"x": declared}, "m").convert("x", value)
    except UserError as error:
        assert str(error).startswith("method m, option x")
        return WRONG


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types all through."""
    if one is WRONG or other is WRONG:
        return one is other
    return canonical.encode(one) == canonical.encode(other)


CONVERSIONS = [
    # numbers and text convert to the type of the default
    (0, "7", 7),
    (0, 7.9, 7),
    (0, True, 1),
    (0, "x", WRONG),
    (0, [1], WRONG),
    (0, float("inf"), WRONG),
    (1.5, 2, 2.0),
    (1.5, "2.5", 2.5),
    (1.5, "", WRONG),
    ("txt", 5, "5"),
    ("txt", Job("dev-1"), "dev-1"),
    ("txt", b"ab", "ab"),
    ("txt", b"\xff", WRONG),
    ("txt", "", ""),
    ("txt", ["a"], WRONG),
    (b"", b"x", b"x"),
    (b"", "x", WRONG),
    (1j, 2, 2 + 0j),
    # None is allowed where nothing demands a value
    *[(declared, None, None) for declared in (0, "txt", True, [], {}, int, [int], dt.date, Path)],
    # truth values are what the words say
    *[
        (default, word, True)
        for default in (True, False)
        for word in (True, 1, "true", "Yes", "on")
    ],
    *[
        (default, word, False)
        for default in (True, False)
        for word in (False, 0, "false", "NO", "")
    ],
    (True, "perhaps", WRONG),
    (True, 2, WRONG),
    (bool, "off", False),
    (bool, 3, WRONG),
    # types demand an instance
    (int, 7, 7),
    (int, True, True),
    (int, "7", WRONG),
    (float, 7, WRONG),
    (float, 7.0, 7.0),
    (str, 7, WRONG),
    (str, Job("dev-1"), "dev-1"),
    (list, ["a", (1,)], ["a", (1,)]),
    (list, "a,b", WRONG),
    (set, {1}, {1}),
    (dict, {"b": 1, "a": 2}, {"a": 2, "b": 1}),
    (bytes, b"x", b"x"),
    # None declares anything
    *[(None, value, value) for value in (1, 1.0, True, "1", b"x", (1, [2]), dt.date(2024, 1, 1))],
    (None, WRONG, WRONG),
    # containers, their samples, and text with commas
    ([], "a, b", ["a", "b"]),
    ([], (1, "x"), [1, "x"]),
    ([], "", []),
    ([], 3, WRONG),
    ([0], "1,2", [1, 2]),
    ([0], ["1", "x"], WRONG),
    ([int], [1, 2], [1, 2]),
    ([int], "1,2", WRONG),
    ([1, 2.5], ["x", 2], ["x", 2]),
    (set(), ["a", "a"], {"a"}),
    ({0}, "1,2,1", {1, 2}),
    ((), [1], (1,)),
    (("x",), {3}, ("3",)),
    ([[0]], [["1"], "2,3"], [[1], [2, 3]]),
    ([True], "no,yes", [False, True]),
    # dicts
    ({}, {"b": 1, "a": [1]}, {"a": [1], "b": 1}),
    ({}, "", {}),
    ({}, [1], WRONG),
    ({"k": 0}, {"other": "1"}, {"other": 1}),
    ({"k": [0]}, {"other": "1,2"}, {"other": [1, 2]}),
    ({"k": 0}, {1: 2}, {1: 2}),
    ({"k": {"l": str}}, {"a": {"b": 3}}, WRONG),
    ({}, OrderedDict(b=1, a=2), OrderedDict(b=1, a=2)),
    ({}, OrderedDict(a=2, b=1), {"a": 2, "b": 1}),
    # enums and strings
    (words, "fast", "fast"),
    (words, "customer", "customer"),
    (words, "slow", WRONG),
    (words, "", WRONG),
    (words, None, WRONG),
    (words, 3, WRONG),
    (words.exact, "fast", "fast"),
    (words["customized"], "custom", "custom"),
    (maybe, None, None),
    (maybe, "", None),
    (maybe, "c", WRONG),
    ([words], "fast,exact", ["fast", "exact"]),
    ({"k": words}, {"a": "slow"}, WRONG),
    (OptionString, "x", "x"),
    (OptionString, 5, "5"),
    (OptionString, "", WRONG),
    (OptionString, None, WRONG),
    (OptionString("example"), "x", "x"),
    # wrappers
    (RequiredOption(int), 3, 3),
    (RequiredOption(int), None, WRONG),
    (RequiredOption(int), "3", WRONG),
    (RequiredOption(3, none_ok=True), None, None),
    (OptionDefault(words, default="fast"), None, "fast"),
    (OptionDefault([words]), "exact", ["exact"]),
    (OptionDefault({"k": OptionString}), {"a": ""}, WRONG),
    (Neutral(3), "4", 4),
    # dates
    (dt.date, dt.date(2024, 5, 6), dt.date(2024, 5, 6)),
    (dt.date, dt.datetime(2024, 5, 6, 7), dt.date(2024, 5, 6)),
    (dt.date, "2024-05-06", dt.date(2024, 5, 6)),
    (dt.date(2000, 1, 1), [2024, 5, 6, 0, 0, 0, 0], dt.date(2024, 5, 6)),
    (dt.date, "May", WRONG),
    (dt.datetime, [2024, 5, 6], dt.datetime(2024, 5, 6)),
    (dt.datetime, dt.date(2024, 5, 6), dt.datetime(2024, 5, 6)),
    (dt.datetime, dt.time(7, 8, 9, 10), dt.datetime(1970, 1, 1, 7, 8, 9, 10)),
    (dt.datetime, dt.timedelta(1), WRONG),
    (dt.date, dt.time(7), dt.date(1970, 1, 1)),
    (dt.time, dt.datetime(2024, 5, 6, 7, 8, 9, 10), dt.time(7, 8, 9, 10)),
    (dt.time, dt.date(2024, 5, 6), dt.time()),
    (dt.datetime, dt.datetime(2024, 5, 6, tzinfo=dt.UTC), dt.datetime(2024, 5, 6, tzinfo=dt.UTC)),
    (dt.time, [1970, 1, 1, 7, 8, 9, 0], dt.time(7, 8, 9)),
    (dt.timedelta, 90, dt.timedelta(seconds=90)),
    (dt.timedelta(1), "x", WRONG),
    ([dt.date], ["2024-05-06"], [dt.date(2024, 5, 6)]),
    # paths
    (Path, "a/b", Path("a/b")),
    (Path(), PurePath("a"), Path("a")),
    (PurePath, Path("a"), PurePosixPath("a")),
    (Path, 3, WRONG),
    # files of jobs
    (JobWithFile, ("dev-1", "f"), JobWithFile("dev-1", "f", False, None)),
    (JobWithFile, [Job("dev-1"), Path("f"), "yes", (1,)], JobWithFile("dev-1", "f", True, (1,))),
    (JobWithFile, JobWithFile(Job("dev-1"), "f"), JobWithFile("dev-1", "f")),
    (JobWithFile, ("dev-1",), WRONG),
    (JobWithFile, "dev-1", WRONG),
    (JobWithFile, ("dev-1", "/etc/passwd"), WRONG),
    ([JobWithFile], [("dev-1", "f")], [JobWithFile("dev-1", "f")]),
]


@pytest.mark.parametrize(("declared", "value", "expected"), CONVERSIONS, ids=repr)
def test_conversion(declared: Any, value: Any, expected: Any) -> None:
    result = converted(declared, value)
    assert same(result, expected)
    if result is not WRONG and not isinstance(result, JobWithFile):
        assert type(result) is type(expected)
        assert same(converted(declared, result), result), "converting again changes nothing"


DEFAULTS = [
    (0, 0),
    ("txt", "txt"),
    (None, None),
    (int, None),
    (words.fast, "fast"),
    (maybe, None),
    ([], []),
    ([int], []),
    ([1, 2], [1, 2]),
    ({"a"}, {"a"}),
    ((dt.date,), ()),
    ({}, {}),
    ({"k": int}, {}),
    ({"b": 1, "a": 2}, {"a": 2, "b": 1}),
    ({"a": int, "b": int}, {"a": None, "b": None}),
    ([maybe], []),
    (OptionDefault({"k": OptionString}), None),
    (OptionDefault([words], default=["fast"]), ["fast"]),
    (dt.date, None),
    (dt.date(2024, 5, 6), dt.date(2024, 5, 6)),
    (Path("a"), Path("a")),
    (JobWithFile, None),
    (Neutral(3), 3),
    (Neutral(words.fast), "fast"),
]


@pytest.mark.parametrize(("declared", "default"), DEFAULTS, ids=repr)
def test_defaults(declared: Any, default: Any) -> None:
    found = declare({"x": declared})
    assert not found.options["x"].required
    assert same(found.convert_all({}), {"x": default})


@pytest.mark.parametrize(
    "declared",
    [
        words,
        [words],
        {"k": words},
        OptionString,
        [OptionString],
        {"k": {"l": OptionString("e")}},
        RequiredOption(3),
        RequiredOption([], none_ok=True),
    ],
    ids=repr,
)
def test_required(declared: Any) -> None:
    found = declare({"x": declared, "y": 1}, "m")
    with pytest.raises(UserError, match=r"method m needs a value for the option x \("):
        found.convert_all({"y": 2})


def test_a_missing_value_is_no_default_even_if_none_is_ok() -> None:
    assert declare({"x": RequiredOption(int, none_ok=True)}).convert_all({"x": None}) == {"x": None}


def test_defaults_are_not_shared_between_builds() -> None:
    found = declare({"x": [], "y": {"a": [1]}})
    first = found.convert_all({})
    first["x"].append(1)
    first["y"]["a"].append(2)
    assert found.convert_all({}) == {"x": [], "y": {"a": [1]}}


def test_given_values_are_not_shared_with_the_caller() -> None:
    given = {"x": [[1]]}
    value = declare({"x": None}).convert_all(given)
    given["x"][0].append(2)
    assert value == {"x": [[1]]}


def test_unknown_names() -> None:
    found = declare({"filename": OptionString, "separator": ","}, "csvimport")
    with pytest.raises(UserError) as caught:
        found.convert_all({"filname": "x", "filename": "y"})
    text = str(caught.value)
    assert "method csvimport has no option 'filname'" in text
    assert "Did you mean 'filename'?" in text
    assert "It has: filename, separator." in text
    with pytest.raises(UserError, match="options 'q', 'r'"):
        found.convert_all({"q": 1, "r": 2})


@pytest.mark.parametrize(
    ("declared", "value", "text"),
    [
        (0, "x", "method m, option x: expected int, got 'x' (str)"),
        ([0], "1,x", "method m, option x[1]: expected int, got 'x' (str)"),
        ({"k": [words]}, {"a": ["slow"]}, "option x['a'][0]: expected one of fast, exact, custom*"),
        (int, "7", "expected int (of that type: it is not converted), got '7' (str)"),
        (RequiredOption(int), None, "expected int (a value must be given), got None"),
        ([int], 3, "expected list of int, got 3 (int)"),
        (dt.date, "x", "expected date"),
        (0, "y" * 500, "..."),
    ],
)
def test_errors_say_where_what_was_expected_and_what_came(
    declared: Any, value: Any, text: str
) -> None:
    with pytest.raises(UserError) as caught:
        declare({"x": declared}, "m").convert("x", value)
    assert text in str(caught.value)
    assert len(str(caught.value)) < 250


def test_values_that_no_option_can_hold_are_named_by_their_place() -> None:
    with pytest.raises(UserError, match=r"method m, option x\['a'\]\[1\] has the type"):
        declare({"x": None}, "m").convert("x", {"a": [1, object()]})


@pytest.mark.parametrize(
    "declared", [WRONG, [WRONG], {"k": Exception}, [Neutral(3)], Neutral(words)]
)
def test_declarations_that_mean_nothing(declared: Any) -> None:
    with pytest.raises(UserError, match="method m, option x: "):
        declare({"x": declared}, "m")


def test_options_are_a_dict_with_text_keys() -> None:
    for wrong in ([], None, {3: 4}):
        with pytest.raises(UserError, match="method m: "):
            declare(wrong, "m")


# -- what methods see depends only on what is in the key

simple = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3))
free = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=2), inner, max_size=3),
        st.dictionaries(st.text(max_size=2), inner, max_size=3).map(OrderedDict),
    ),
    max_leaves=8,
)


def orders(value: Any) -> Any:
    """A value with the order of all its dicts to be seen, whatever kind of dict they are."""
    if isinstance(value, dict):
        return "dict", [(key, orders(item)) for key, item in value.items()]
    return [orders(item) for item in value] if isinstance(value, list) else (type(value), value)


def reversed_dicts(value: Any) -> Any:
    if isinstance(value, dict) and not isinstance(value, OrderedDict):
        return {key: reversed_dicts(value[key]) for key in reversed(list(value))}
    return [reversed_dicts(item) for item in value] if isinstance(value, list) else value


@given(free, free)
def test_values_with_one_key_look_alike_to_methods(one: Any, other: Any) -> None:
    found = declare({"x": None})
    first, second = found.convert("x", one), found.convert("x", other)
    equal_key = canonical.encode(first) == canonical.encode(second)
    assert equal_key == (orders(first) == orders(second))


@given(free)
def test_the_order_of_plain_dicts_is_not_seen(value: Any) -> None:
    found = declare({"x": None})
    first, second = found.convert("x", value), found.convert("x", reversed_dicts(value))
    assert canonical.encode(first) == canonical.encode(second)
    assert orders(first) == orders(second)


def test_neutral_defaults_are_not_in_the_key() -> None:
    found = declare({"a": 1, "b": Neutral(3), "c": Neutral([0.0])})
    given = found.convert_all
    assert found.identity(given({})) == {"a": 1}
    assert found.identity(given({"b": "3"})) == {"a": 1}
    assert found.identity(given({"b": 4})) == {"a": 1, "b": 4}
    assert found.identity(given({"c": [-0.0]})) == {"a": 1, "c": [-0.0]}
    assert given({"b": "3"})["b"] == 3


# -- caching


def test_declarations_survive_json() -> None:
    forms = [declared for declared, _, _ in CONVERSIONS] + [declared for declared, _ in DEFAULTS]
    options = {f"o{ix}": declared for ix, declared in enumerate(forms)}
    found = declare(options, "m", source="options = dict(\n    o0=0,  # the first\n)\n")
    back = Declarations.from_json(orjson.loads(orjson.dumps(found.to_json())))
    assert back == found
    assert back.options["o0"].help == ("the first",)
    for ix, (_, value, _) in enumerate(CONVERSIONS):
        try:
            expected = found.convert(f"o{ix}", value)
        except UserError as error:
            with pytest.raises(UserError) as caught:
                back.convert(f"o{ix}", value)
            assert str(caught.value) == str(error)
        else:
            assert same(back.convert(f"o{ix}", value), expected)


# -- the enum as users handle it


def test_enum_members() -> None:
    assert words.fast == "fast" == words["fast"]
    assert isinstance(words.fast, OptionEnumValue)
    assert words["customer"] == "customer"
    with pytest.raises(KeyError):
        words["slow"]
    with pytest.raises(AttributeError, match="slow"):
        _ = words.slow
    for value in (words.fast, words["customer"]):
        back = pickle.loads(pickle.dumps(value))
        assert back == value
        assert same(declare({"x": back}).convert_all({}), {"x": str(value)})
    again = pickle.loads(pickle.dumps(maybe))
    assert converted(again, None) is None
    assert converted(OptionEnum("a, b"), "b") == "b"


def test_markers_show_what_they_are() -> None:
    assert repr(OptionString) == "OptionString"
    assert repr(OptionString("x")) == "OptionString('x')"
    assert repr(OptionEnum("a b", none_ok=True)) == "OptionEnum('a b', none_ok=True)"
    assert repr(RequiredOption(3)) == "RequiredOption(3)"


# -- help

SOURCE = """
description = "options = {'not': 'this'}"
options = {
    # the file to read,
    # below the input directory
    "filename": OptionString,  # required
    'separator': ',',  # one character
                       # or none
    "labels": [
        # in order
        "a",  # first
    ],
    # about both
    "x": 1, "y": 2,  # beside the last
    "text": "# no comment",
    # at the end
}
datasets = (
    "source",  # what to read
    ["many"],  # more of them
)
jobs = ("previous",)
"""


def test_comments_are_help() -> None:
    assert comments(SOURCE, "options") == {
        "filename": ("the file to read,", "below the input directory", "required"),
        "separator": ("one character", "or none"),
        "labels": ("in order", "first"),
        "x": ("about both",),
        "y": ("beside the last",),
        "text": ("at the end",),
    }
    assert comments(SOURCE, "datasets") == {
        "source": ("what to read",),
        "many": ("more of them",),
    }
    assert comments(SOURCE, "jobs") == {"previous": ()}
    assert comments("options = {", "options") == {}
    assert comments("options: dict = dict(a=1)  # one", "options") == {"a": ("one",)}
    assert comments("options = make()", "options") == {}


def test_describe() -> None:
    found = declare({"filename": OptionString, "separator": ",", "labels": [str]}, "m", SOURCE)
    assert found.describe()[:2] == [
        {
            "name": "filename",
            "kind": "str, not empty",
            "default": None,
            "required": True,
            "neutral": False,
            "help": "the file to read, below the input directory required",
        },
        {
            "name": "separator",
            "kind": "str",
            "default": '","',
            "required": False,
            "neutral": False,
            "help": "one character or none",
        },
    ]
    kinds = {
        "list of str": [str],
        "one of a, b or None": maybe,
        "dict of list of date": {"k": [dt.date]},
        "int or None": RequiredOption(int, none_ok=True),
        "str, not empty ('x.csv')": OptionString("x.csv"),
        "anything": None,
        "Path": Path,
    }
    for text, declared in kinds.items():
        assert declare({"x": declared}).describe()[0]["kind"] == text
