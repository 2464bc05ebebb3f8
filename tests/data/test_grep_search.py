"""Searching columns: what Arrow finds is what `re`, or a comparison of numbers, finds in each value."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from dataset_workspace import Workspace
from hypothesis import example, given, settings
from hypothesis import strategies as st

from axtui.data.encode import encode
from axtui.data.grep.columns import in_objects, matching
from axtui.data.grep.numbers import number_of
from axtui.data.grep.patterns import make_patterns
from axtui.data.grep.pool import Pool, Work, here
from axtui.data.grep.roundrobin import search_in_turns
from axtui.data.grep.search import Found, Query, search
from axtui.data.grep.source import SliceRows
from axtui.data.grep.texts import of_value, texts
from axtui.data.types import TYPES
from axtui.errors import AcceleratorError, UserError

# -- values and what they say ------------------------------------------------------------------------

_WORDS = st.text(st.sampled_from("aAbBkKsS\u017f\u212a01_.- \n\r\x1c\x0bé\u0130"), max_size=6)
_FLOATS = st.one_of(
    st.floats(width=64),
    st.sampled_from([0.0, -0.0, 1.0, 1e-4, 9.99e-5, 1e16, 1e22, 123456.0, 1e10, 2.5]),
)
_INTS = st.one_of(st.integers(-50, 50), st.integers(-(1 << 63), (1 << 63) - 1))
_CLOCK = st.sampled_from([0, 5, 999_999, 120_000])
_DATETIMES = st.datetimes().flatmap(
    lambda at: _CLOCK.map(lambda part: at.replace(microsecond=part))
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "ascii": _WORDS.filter(str.isascii),
    "unicode": _WORDS,
    "bytes": st.binary(max_size=5) | _WORDS.map(str.encode),
    "int64": _INTS,
    "int32": st.integers(-(1 << 31), (1 << 31) - 1),
    "float64": _FLOATS,
    "float32": st.floats(width=32),
    "number": _INTS | _FLOATS | st.integers(-(10**30), 10**30),
    "bool": st.booleans(),
    "date": st.dates(),
    "datetime": _DATETIMES | _DATETIMES.map(lambda at: at.replace(tzinfo=dt.UTC, fold=1)),
    "time": st.times() | st.times().map(lambda at: at.replace(microsecond=0)),
    "complex64": st.complex_numbers(),
    "json": st.recursive(_WORDS | _INTS | st.none(), st.lists, max_leaves=3),
}
_COLUMNS = st.sampled_from(sorted(VALUES)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.lists(st.none() | VALUES[name], min_size=1, max_size=8),
        st.booleans() if name in ("ascii", "unicode", "bytes") else st.just(False),
    )
)


def arrays(name: str, values: list[Any], coded: bool) -> tuple[pa.Array, pa.Array | None]:
    """A column in the physical form, perhaps by dictionary."""
    kind = TYPES[name]
    if name == "json":
        values = [kind.fix(value) for value in values]
    array, *flags = encode(kind, values)
    return array.dictionary_encode() if coded else array, flags[0] if flags else None


@given(_COLUMNS)
@example(("float64", [0.0, -0.0, 1e-5, 1e16, math.inf, math.nan, None, 12345678901.0], False))
def test_the_text_of_a_value_is_what_python_says(column: tuple[str, list[Any], bool]) -> None:
    name, values, coded = column
    if name == "float32":
        values = [None if v is None else float(np.float32(v)) for v in values]
    array, flags = arrays(name, values, coded)
    assert texts(TYPES[name], array, flags) == [of_value(value) for value in values]


# -- texts -------------------------------------------------------------------------------------------

_ATOMS = st.sampled_from(
    [
        *"aAkKsS01.-é\u017f",
        r"\d",
        r"\w",
        r"\s",
        r"\S",
        r"\W",
        r"\b",
        "[a-k]",
        "[^a]",
        r"[^\W_]",
        "(?:a|S)",
        "^",
        "$",
        "(b)",
        r"\n",
        "None",
        "(?=a)",
        r"\.",
        r"\Z",
        "[\x80-é]",
        "(?:^a|b$)",
        "2021",
        "(?-i:s)",
    ]
)
_REPEATED = st.tuples(_ATOMS, st.sampled_from(["", "", "", "*", "+?", "{2}", "{,2}", "?"])).map(
    lambda pair: pair[0] if pair[0] in ("^", "$", r"\b", r"\Z") else "".join(pair)
)
_REGEXES = st.lists(_REPEATED, max_size=4).map("".join)


@given(_COLUMNS, st.lists(_REGEXES, min_size=1, max_size=2), st.booleans())
@example(("unicode", ["\u017f", "s", "\u212a"], False), ["s|k"], True)
@example(("ascii", ["a\n", "a", "a\n\n"], False), ["a$"], False)
@example(("ascii", ["\x1c", "\x0b", " "], True), [r"\s"], False)
@example(("bytes", [b"\xff", b"\xc3\xa9", b"k"], False), ["\udcff", "é"], False)
@example(("number", [None, 10**30, 1.5, 3], False), ["None", "00"], False)
@example(("bool", [True, False, None], False), ["(?i)f"], False)
def test_a_column_is_found_as_python_finds_each_value(
    column: tuple[str, list[Any], bool], words: list[str], ignore_case: bool
) -> None:
    name, values, coded = column
    if name == "float32":
        values = [None if v is None else float(np.float32(v)) for v in values]
    patterns = make_patterns(words, ignore_case=ignore_case)
    array, flags = arrays(name, values, coded)
    flag = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    expected = [any(re.search(word, of_value(v), flag) for word in words) for v in values]
    assert matching(patterns, TYPES[name], array, flags).tolist() == expected


@given(st.lists(_WORDS, min_size=1), _WORDS, st.booleans())
def test_a_fixed_text_is_no_expression(values: list[str], word: str, ignore_case: bool) -> None:
    found = matching(
        make_patterns([word], True, False, ignore_case), TYPES["unicode"], pa.array(values)
    )
    flag = re.IGNORECASE if ignore_case else 0
    assert found.tolist() == [bool(re.search(re.escape(word), value, flag)) for value in values]


def test_what_matches_of_a_text_is_merged_where_patterns_overlap() -> None:
    patterns = make_patterns(["ab", "bc", "x*"])
    assert patterns.spans("abc-xx") == [(0, 3), (4, 6)]
    assert patterns.parts("abc-xx") == "abcxx"


def test_a_bad_pattern_is_named() -> None:
    with pytest.raises(UserError, match=r"bad pattern '\('"):
        make_patterns(["("])


# -- numbers -----------------------------------------------------------------------------------------

_BOUNDS = st.one_of(_INTS, st.integers(-(10**30), 10**30), st.just(10**400), _FLOATS).map(str)
_NUMBERS = st.one_of(
    st.just(""),
    st.tuples(st.sampled_from(["", "=", "<", "<=", ">", ">="]), _BOUNDS).map("".join),
    st.tuples(_BOUNDS, st.sampled_from([":", "<:", ":=", "<:="]), _BOUNDS).map("".join),
)
_SAID = st.sampled_from(
    [
        "42",
        " 0x2a",
        "-0x2a",
        "4_2",
        "1e3",
        "nan",
        "inf",
        "-.5",
        "1e400",
        "٤٢",
        "x",
        "",
        "0X2A",
        "\n7 ",
    ]
)


def within(word: str, number: Any) -> bool:
    """The meaning of a numeric pattern, said plainly."""
    if number is None or not word:
        return number is not None
    if ":" in word:
        start, stop = word.split(":")
        above = number > said(start[:-1]) if start.endswith("<") else number >= said(start)
        below = number <= said(stop[1:]) if stop.startswith("=") else number < said(stop)
        return bool(above and below)
    for sign, compare in (
        ("<=", lambda n, b: n <= b),
        (">=", lambda n, b: n >= b),
        ("<", lambda n, b: n < b),
        (">", lambda n, b: n > b),
        ("=", lambda n, b: n == b),
    ):
        if word.startswith(sign):
            return bool(compare(number, said(word[len(sign) :])))
    return bool(number == said(word))


def said(text: str) -> Any:
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


@given(
    st.sampled_from(
        ["int64", "int32", "float64", "number", "bool", "unicode", "bytes", "json", "date"]
    ),
    st.data(),
    st.lists(_NUMBERS, min_size=1, max_size=2),
)
def test_numbers_are_compared_exactly(name: str, data: st.DataObject, words: list[str]) -> None:
    more = {"unicode": _SAID, "bytes": _SAID.map(str.encode)}.get(name, st.none())
    bounds = st.sampled_from([0, 1, (1 << 53) + 1, -(1 << 63), (1 << 63) - 1])
    near = bounds if name in ("int64", "number") else st.none()
    values = data.draw(st.lists(st.none() | VALUES[name] | more | near, min_size=1, max_size=8))
    array, flags = arrays(name, values, False)
    found = matching(make_patterns(words, numeric=True), TYPES[name], array, flags)
    numbers = [number_of(of_value(v) if isinstance(v, bytes) else v) for v in values]
    assert found.tolist() == [any(within(word, number) for word in words) for number in numbers]


@pytest.mark.parametrize("word", ["x", "1:", ":1", "<", "=a"])
def test_what_is_no_number_is_refused(word: str) -> None:
    with pytest.raises(UserError, match="not a number"):
        make_patterns([word], numeric=True)


def test_objects_are_asked_for_their_text_once() -> None:
    asked = []

    class Shy:
        def __str__(self) -> str:
            asked.append(self)
            return "found"

    assert in_objects(make_patterns(["x", "found"]), [Shy(), None]).tolist() == [True, False]
    assert len(asked) == 1


# -- slices ------------------------------------------------------------------------------------------


def show(found: Any) -> tuple[list[tuple[int, bool]], list[Any]]:
    rows = [each for each in found if isinstance(each, Found)]
    lines = [pair for r in rows for pair in zip(r.lines.tolist(), r.matched.tolist(), strict=True)]
    return lines, [value for r in rows for value in r.batch.column("b").to_pylist()]


def around(matched: list[bool], query: Query) -> list[tuple[int, bool]]:
    """The rows that are shown, said plainly."""
    hits = [line for line, hit in enumerate(matched) if hit][: query.most]
    lines = {
        line
        for hit in hits
        for line in range(hit - query.before, hit + query.after + 1)
        if 0 <= line < len(matched)
    }
    return [(line, line in hits) for line in sorted(lines)]


@settings(max_examples=15)
@given(data=st.data())
def test_a_slice_shows_what_matches_and_what_is_around(data: st.DataObject, shared: Any) -> None:
    workspace, datasets = shared
    dataset, values = datasets[data.draw(st.sampled_from(sorted(datasets)))]
    word = data.draw(st.sampled_from(["7", "9{2}", "[13]", "x", "", "^100$"]))
    query = Query(
        make_patterns([word]),
        data.draw(st.booleans()),
        data.draw(st.integers(0, 3)),
        data.draw(st.integers(0, 3)),
        data.draw(st.none() | st.integers(1, 5)),
    )
    columns = data.draw(st.sampled_from([["a"], ["a", "b"]]))
    with workspace.sliced(2):
        slices = [SliceRows(dataset, sliceno) for sliceno in range(2)]
        asked = [[(re.search(word, str(a)) is None) == query.invert for a in own] for own in values]
        if columns == ["a", "b"]:
            asked = [
                [any(re.search(word, str(v)) for v in (a, -a)) != query.invert for a in own]
                for own in values
            ]
        for rows, own, matched in zip(slices, values, asked, strict=True):
            lines, shown = show(search(query, rows, columns, ["b"]))
            assert lines == around(matched, query)
            assert shown == [-own[line] for line, _ in lines]
        order = sorted((line, s) for s in range(2) for line in range(len(values[s])))
        lines, shown = show(search_in_turns(query, slices, columns, ["b"]))
        assert lines == around([asked[s][line] for line, s in order], query)
        assert shown == [-values[order[n][1]][order[n][0]] for n, _ in lines]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Datasets of columns a and b (= -a): small, in two slices or, read so, in three; and with several
    row groups."""
    from axtui.data import context
    from axtui.data.grep import source

    workspace = Workspace(tmp_path_factory.mktemp("grep"), 2)
    columns = {"a": "int64", "b": "int64"}
    with pytest.MonkeyPatch.context() as patch, context.use(workspace.context()):
        patch.setattr(source, "WINDOW_ROWS", 40)
        patch.setattr("axtui.data.slicefile.STEP_ROWS", 32)
        patch.setattr("axtui.data.slicefile.GROUP_ROWS", 64)
        few = workspace.write(columns, [(n * 7 % 120, -(n * 7 % 120)) for n in range(301)])
        own = [few.to_arrow(["a"], s).column(0).to_pylist() for s in range(2)]
        other = workspace.write(columns, [(n, -n) for n in range(101)], slices=3)
        theirs = [other.to_arrow(["a"], s).column(0).to_pylist() for s in range(2)]
        yield workspace, {"groups": (few, own), "other slices": (other, theirs)}


def test_rows_that_cannot_be_in_a_range_are_not_read(shared: Any) -> None:
    workspace, _ = shared
    with workspace.sliced(2):
        dataset = workspace.write({"a": "number", "t": "ascii"}, [(n, "x") for n in range(400)])
        rows = SliceRows(dataset, 1)
        patterns = make_patterns(["300:=310", "<9"], numeric=True)
        found = rows.possible(patterns, ["a"])
        assert found is not None
        assert 0 < sum(stop - start for start, stop in found) < rows.lines
        assert rows.possible(patterns, ["a", "t"]) is None
        everything = make_patterns([""], numeric=True)
        assert rows.possible(everything, ["a"]) is None


# -- side by side ------------------------------------------------------------------------------------


@pytest.mark.parametrize("processes", [0, 1, 3])
def test_what_groups_make_comes_in_order_and_the_unwanted_is_not_done(processes: int) -> None:
    groups = [0, 0, 1, 2, 2]
    done: set[int] = set()

    def make(task: int) -> Any:
        yield from (f"{task}.{n}" for n in range(3))

    work = Work(groups, make, unwanted=lambda task: task == 4)
    if processes:
        with Pool(work, processes) as pool:
            pieces = list(pool)
    else:
        pieces = list(here(work))
    for piece in pieces:
        assert not done & {t for t in range(5) if groups[t] > groups[piece.task]}
        if piece.last:
            done.add(piece.task)
    assert done == {0, 1, 2, 3}
    for task in done:
        made = [piece.made for piece in pieces if piece.task == task]
        assert made == [f"{task}.{n}" for n in range(3)] + [None]


def test_what_goes_wrong_in_a_process_is_told() -> None:
    def fail(task: int) -> Any:
        raise UserError("no such thing")
        yield

    def die(task: int) -> Any:
        import os

        os._exit(1)
        yield

    for do, words in ((fail, "no such thing"), (die, "died")):
        with Pool(Work([0], do), 1) as pool, pytest.raises(AcceleratorError, match=words):
            list(pool)
