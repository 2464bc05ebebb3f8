"""dataset_type against the real Accelerator: the same values of the same types for generated text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from axtui.engine.local import LocalEngine
from tests.standard.real import (
    SLICES,
    Case,
    Given,
    Outcome,
    Real,
    Step,
    assert_same,
    examples,
    ours,
    real_accelerator,
    with_plain_extremes,
)

Draw = Callable[..., Any]
Texts = st.SearchStrategy[str]
_LINKS = ("rename", "dup", "merge")
IGNORED = ("caption",)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    yield from real_accelerator(tmp_path_factory.mktemp("real"))


# -- types, and texts that are often of them ---------------------------------------------------------

_ODD_WORDS = """
0 -0 +1 1. .5 . 1e5 1E400 1e-320 0x1f -0X1p3 0x inf -Infinity nan NaN(1) -nan 007 08 1_000 1,5 1.5
1.50 1.000 9223372036854775807 -9223372036854775808 9223372036854775808 2147483648 -2147483648
2147483647 12x 1e 1e+ --1 0.1 1e308 1.7976931348623159e308 1e40 3.4028236e38 1e-46 5e-324 1e-400
0x1.8p1 0X.8 111111111111111111111111111111 -99999999999999999999999999999999 1.5e3 ff FF 0b1 0o7
1.000000000000000000000000000000 0.1000000000000000000000000000000001 infinit infx na 1e5.5
"""
_WITH_SPACE = ["", " ", " 12 ", "- 1", "1 2", "\t3", "4\n", "\v5", "1\0", "1\0 ", "\u0661", "\xa01"]
_ODD = st.sampled_from([*_ODD_WORDS.split(), *_WITH_SPACE])
_NUMBERS = _ODD | st.from_regex(
    r"\A[ +-]?[0-9]{0,20}([.,][0-9]{0,20})?(e[+-]?[0-9]{1,3})?[ x]?\Z", fullmatch=True
)
_WORDS = st.sampled_from(
    ["", "f", "False", "0", "no", "OFF", "nil", "Null", "none", "true", " false", "no ", "00", "å"]
)
_TEXT = st.one_of(
    st.sampled_from(
        ["", " ", "a", " a ", "\t\n\v\f\ra\r\n", "å", " å ", "\\", "a\\b", "\0", "\xa0a"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
_JSON_TEXTS = """
1;"a";[1, 2.5];{"a": null};null;NaN;-Infinity;1e5;[;; ; 1 ;1 2;{"a": 1, "a": 2};"\\u00e5";true;True
;1111111111111111111111111111111111111111;'a';[1,];-0;-0.0
"""
_JSON = st.sampled_from(_JSON_TEXTS.split(";"))
_COMPLEX_TEXTS = """
1;1+2j;1-0.2j;j;-j;(1+2j); 1j ;1 + 2j;nan+infj;1e400;;i;1,5;1,5-2,5j;1_0j;0x1;-0-0j;+1J;(1;1j
"""
_COMPLEX = st.sampled_from(_COMPLEX_TEXTS.split(";"))
_PLAIN: dict[str, Texts] = {
    "number": _NUMBERS,
    "number:int": _NUMBERS,
    **{
        f"int{bits}_{base}{i}": _NUMBERS
        for bits in (64, 32)
        for base in (0, 8, 10, 16)
        for i in ("", "i")
    },
    **{f"float{bits}{i}": _NUMBERS for bits in (64, 32) for i in ("", "i")},
    "floatbool": _NUMBERS | _WORDS,
    "floatbooli": _NUMBERS | _WORDS,
    "strbool": _WORDS | _NUMBERS,
    "complex64": _COMPLEX | _NUMBERS,
    "complex32": _COMPLEX | _NUMBERS,
    "json": _JSON | _NUMBERS,
    "bytes": _TEXT,
    "bytesstrip": _TEXT,
    **{
        f"ascii{strip}{how}": _TEXT
        for strip in ("", "strip")
        for how in ("", ":replace", ":encode", ":strict")
    },
    **{
        f"unicode{strip}:{codec}": _TEXT
        for strip in ("", "strip")
        for codec in (
            *("utf-8", "UTF8", "ascii", "latin-1", "cp1252", "utf-8/replace"),
            *("utf-8/ignore", "ascii/replace", "ascii/ignore", "utf-8/strict", "cp1252/replace"),
        )
    },
}
_CODES: list[tuple[str, Texts]] = [
    (
        "%Y",
        st.integers(0, 10100).map(str) | st.sampled_from(["0001", "9999", "1969", "2038", "1600"]),
    ),
    ("%C", st.integers(0, 99).map("{:02}".format)),
    ("%y", st.integers(0, 99).map("{:02}".format)),
    ("%m", st.integers(0, 13).map(str) | st.integers(1, 12).map("{:02}".format)),
    (
        "%b",
        st.sampled_from(["Jan", "FEB", "mar", "Mayx", "sept", "Dec", "ju", "Jun", "Juli"]),
    ),
    ("%d", st.integers(0, 32).map(str) | st.integers(1, 28).map("{:02}".format)),
    ("%H", st.integers(0, 24).map("{:02}".format)),
    ("%I", st.integers(0, 13).map("{:02}".format)),
    ("%p", st.sampled_from(["AM", "pm", "Pm", "am", "a", "xm"])),
    ("%M", st.integers(0, 60).map("{:02}".format) | st.integers(0, 9).map(" {}".format)),
    ("%S", st.integers(0, 61).map("{:02}".format)),
    ("%s", st.integers(-(1 << 33), 1 << 34).map(str) | st.sampled_from(["+5", "99999999999999"])),
    ("%J", st.integers(-(1 << 43), 1 << 44).map(str)),
    *(
        (f"%{flags}e", st.floats(-10, 50000).map("{:.6f}".format) | st.integers(0, 70).map(str))
        for flags in ("", "0", "1", "2")
    ),
    ("%f", st.integers(0, 9_999_999).map(str)),
    ("%3f", st.integers(0, 9999).map(str)),
    ("%9f", st.integers(0, 999_999_999).map(str)),
    ("%%", st.sampled_from(["%", "%%", "x"])),
    ("%2%", st.sampled_from(["%", "%%", "x"])),
    ("% ", st.sampled_from([" ", "", "\t"])),
    ("%0,2 ", st.sampled_from([" ", "", "   "])),
    ("%.", st.sampled_from(["x", "", " ", "5"])),
    ("%2.", st.sampled_from(["x", "xy", "xyz"])),
    ("%1,4*", st.sampled_from(["x", "x yz", "abcde"])),
    ("%*", st.sampled_from(["x", "", "1"])),
    ("%#", st.sampled_from(["1", "12", "x"])),
    ("%3#", st.sampled_from(["1", "123", "1234", "x"])),
    ("%1,31#", st.sampled_from(["0", "1", "31", "32", "07"])),
    ("%^", st.sampled_from(["a", "1", " "])),
    ("%@", st.sampled_from(["a", "1", " "])),
    ("%-Y", st.sampled_from(["2020", "20", "x"])),
    ("%2-%Y%m", st.sampled_from(["202012", "2020", "x"])),
    ("%/", st.just("")),
    ("%?x", st.sampled_from(["x", ""])),
    ("%?%d", st.sampled_from(["12", ""])),
    ("%2?xy", st.sampled_from(["xy", "x", ""])),
    ("%1,2?xy", st.sampled_from(["xy", "x", ""])),
    ("%?%p%:%H", st.sampled_from(["am", "12", ""])),
    *(
        (literal, st.sampled_from([literal, literal, ""]))
        for literal in ("-", "T", " ", ":", ".", "/", "x", "å")
    ),
]
_COMMON = [
    "%Y-%m-%d",
    "%Y%m%d",
    "%y/%m/%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%d %b %Y",
]
_COMMON += ["%H:%M:%S", "%H%M", "%I:%M %p", "%s", "%J", "%e", "%Y-%m-%d%/ %H:%M:%S", "%H:%M:%S.%3f"]
_KINDS = ["datetime", "datetimei", "date", "datei", "time", "timei"]


def _codes(format_: str) -> list[tuple[str, Texts]]:
    """The codes of a common format."""
    known, found = dict(_CODES), []
    while format_:
        length = next(n for n in (3, 2, 1) if format_[:n] in known)
        found.append((format_[:length], known[format_[:length]]))
        format_ = format_[length:]
    return found


@st.composite
def types(draw: Draw) -> tuple[str, Texts]:
    """A type name, and texts that can often be converted to it."""
    if draw(st.integers(0, 2)):
        name = draw(st.sampled_from(sorted(_PLAIN)))
        texts = _PLAIN[name]
    else:
        common = st.sampled_from(_COMMON).map(_codes)
        codes = draw(common | st.lists(st.sampled_from(_CODES), min_size=1, max_size=5))
        name = f"{draw(st.sampled_from(_KINDS))}:{''.join(code for code, _ in codes)}"
        end = st.sampled_from(["", "", "", " ", "x", "\0"])
        texts = st.tuples(*(text for _, text in codes), end).map("".join)
    if draw(st.integers(0, 3)) == 0:
        base, colon, detail = name.partition(":")
        name = f"{base}+None{colon}{detail}"
    return name, texts


def _value(kind: str, text: str) -> Any:
    """A text as a value of a column type."""
    if kind == "bytes":
        return text.encode()
    return text.encode("ascii", "ignore").decode() if kind == "ascii" else text


_SOURCES = st.sampled_from(["bytes", "ascii", "unicode"])


@st.composite
def values(draw: Draw) -> Case:
    """Many columns of all types, in which every value that cannot be converted is replaced."""
    wanted: dict[str, Any] = {}
    column2type: dict[str, str] = {}
    cells: dict[str, Texts] = {}
    for number in range(30):
        kind, none = draw(_SOURCES), draw(st.booleans())
        name = f"c{number}"
        wanted[name] = (kind, none)
        column2type[name], texts = draw(types())
        odd = _TEXT if "e" in column2type[name].partition(":")[2] else _ODD | _TEXT
        texts = st.one_of(texts, texts, texts, odd)  # huge fractions of days overflow in C
        made = texts.map(lambda text, kind=kind: _value(kind, text))
        if kind == "bytes":
            made = st.one_of(made, made, made, st.binary(max_size=4))
        cells[name] = made | st.none() if none else made
    sizes = [draw(st.integers(0, 6)) for _ in range(SLICES)]
    rows = [[tuple(draw(cells[name]) for name in wanted) for _ in range(size)] for size in sizes]
    options: dict[str, Any] = {
        "column2type": column2type,
        "defaults": dict.fromkeys(wanted),
    }
    if draw(st.booleans()):
        options["timezone"] = draw(st.sampled_from(["UTC", "Europe/Stockholm", "America/New_York"]))
    given = Given("x", wanted, rows)
    return Case([Step("dataset_type", options, {"source": "x"})], [given])


_FEW_TYPES = ["int64_10", "int32_10+None", "number", "float64", "unicode:utf-8", "ascii", "bytes"]
_FEW_TYPES += [
    "date:%Y-%m-%d",
    "date+None:%Y-%m-%d",
    "strbool",
    "number+None:int",
    "json",
    "int64_10i",
]
_FEW = st.sampled_from(["1", "2", "3", "2020-01-02", "2020-02-03", "x", "", "7.0", "-1"])
_GOOD = st.sampled_from(["1", "2", "3", "4"])
_NAMES = ["a", "b", "c", "d"]


@st.composite
def chain_options(draw: Draw) -> Case:
    """Chains typed with options that choose columns and move rows."""
    clean = draw(st.booleans())
    given: list[Given] = []
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=4, unique=True))
    label = draw(st.sampled_from([None, None, *names]))
    for number in range(draw(st.integers(1, 3))):
        wanted = {
            name: (draw(st.sampled_from(["bytes", "ascii", "unicode"])), draw(st.booleans()))
            for name in names
        }
        if draw(st.integers(0, 3)) == 0:
            wanted["n"] = ("int64", False)
        text = _GOOD if clean else _FEW
        cells = {
            name: st.integers(0, 3)
            if kind == "int64"
            else text.map(lambda t, kind=kind: _value(kind, t))
            | (st.none() if none else st.nothing())
            for name, (kind, none) in wanted.items()
        }
        rows = [
            [tuple(draw(cells[name]) for name in wanted) for _ in range(draw(st.integers(0, 4)))]
            for _ in range(SLICES)
        ]
        previous = str(number - 1) if number else None
        given.append(Given(str(number), wanted, rows, hashlabel=label, previous=previous))
    easy = ["int64_10", "number", "ascii", "unicode:utf-8", "float32", "int32_10+None", "bytes"]
    kind = st.sampled_from(easy if clean else _FEW_TYPES)
    rename = draw(
        st.just({})
        | st.dictionaries(
            st.sampled_from([*_NAMES, "n"]), st.sampled_from([*_NAMES, "new", None]), max_size=2
        )
    )
    there = sorted({*names, *(new for old, new in rename.items() if new and old in names)})
    column2type = draw(st.dictionaries(st.sampled_from(there), kind, min_size=1, max_size=3))
    options: dict[str, Any] = {"column2type": column2type, "rename": rename}
    options["discard_untyped"] = draw(st.sampled_from([None, None, True, False]))
    options["filter_bad"] = draw(st.booleans())
    options["chain_slices"] = draw(st.booleans())
    options["length"] = draw(st.sampled_from([-1, -1, -1, 1, 2]))
    options["hashlabel"] = draw(st.sampled_from([None, None, "", *sorted(column2type), *names]))
    if draw(st.booleans()):
        default = st.sampled_from(["7", None, "2001-01-01"])
        options["defaults"] = draw(
            st.dictionaries(st.sampled_from(sorted(column2type)), default, max_size=2)
        )
    first = Step("dataset_type", options, {"source": draw(st.sampled_from(given)).name})
    second = Step("dataset_type", options, {"source": given[-1].name, "previous": 0})
    return Case([first, second], given)


METHODS = {"values": values(), "chain_options": chain_options()}


def comparable(cases: list[Case], outcomes: list[list[Outcome]]) -> list[list[Outcome]]:
    """The outcomes as `with_plain_extremes` leaves them, without the links that only rename columns
    on the way, and without the min and max of columns that are only copied, which the real one takes
    from more rows than there are, of columns without a value or beside bad rows, as where a slice has
    only those it takes them from these, and of datetimes that a time zone made UTC: for their min it
    knows no value after 9999-12-31."""
    for case, steps in zip(cases, with_plain_extremes(outcomes), strict=True):
        for index, (step, outcome) in enumerate(zip(case.steps, steps, strict=True)):
            found = outcome.get("datasets", {})
            for facts in found.values():
                facts["parent"] = _beyond_links(facts["parent"], f"{index}/", found)
            for name in [name for name in found if name.partition(".")[0] in _LINKS]:
                del found[name]
            for name, facts in found.items():
                bad = found.get("bad" if name == "default" else f"{name}.bad")
                kept = set(() if bad and any(bad["lines"]) else step.options["column2type"])
                if step.options.get("timezone"):
                    kept = {name for name in kept if facts["columns"][name][0] != "datetime"}
                kept &= _with_values(facts)
                facts["columns"] = {
                    column: told if column in kept else told[:2]
                    for column, told in facts["columns"].items()
                }
    return outcomes


def _beyond_links(parent: Any, here: str, datasets: Mapping[str, Outcome]) -> Any:
    """What a dataset was made from: of links in the same job, what they link to (a merge first to
    what it takes columns from, then to what renames others of them)."""
    while isinstance(parent, str) and parent.startswith(here):
        name = parent.removeprefix(here)
        if name not in datasets or name.partition(".")[0] not in _LINKS:
            break
        parent = datasets[name]["parent"]
        parent = parent[0] if isinstance(parent, tuple) else parent
    return parent


def _with_values(facts: Outcome) -> set[str]:
    """The columns of a dataset in which something else than None stands."""
    rows = [row for part in facts["rows"] for row in part]
    return {
        name
        for index, name in enumerate(sorted(facts["columns"]))
        if any(row[index] is not None for row in rows)
    }


def moved(column2type: Mapping[str, str], label: str, chain_slices: bool) -> Case:
    """Rows of which some are bad, and which go to other slices by a hash label."""
    rows = [
        [("7.0", b"1"), ("-1", b"2020-01-02"), ("7.0", b"7.0")],
        [("2020-02-03", b"7.0"), ("2020-01-02", b"x"), ("2020-01-02", b"-1")],
        [("q", b"z"), ("", b"y")],
    ]
    given = Given("x", {"b": ("ascii", False), "d": ("bytes", False)}, rows)
    options = {"column2type": column2type, "filter_bad": True, "hashlabel": label}
    return Case(
        [Step("dataset_type", {**options, "chain_slices": chain_slices}, {"source": "x"})], [given]
    )


MOVED = [
    moved({"d": "json"}, "b", False),
    moved({"d": "int64_10"}, "b", True),
    moved({"d": "int64_10"}, "d", False),
    moved({"d": "int64_10", "b": "number"}, "b", False),
]


def test_types_are_what_they_are_there(tmp_path: Path, engine: LocalEngine, real: Real) -> None:
    cases = [*MOVED, *examples(METHODS["values"], 12), *examples(METHODS["chain_options"], 25)]
    mine = comparable(cases, ours(cases, tmp_path / "ours", engine))
    assert_same(cases, mine, comparable(cases, real.run(cases)), IGNORED)
