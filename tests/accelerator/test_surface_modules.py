"""The modules that user code imports, outside any job: colours, columns in files, dates, JSON."""

from __future__ import annotations

import datetime as dt
import io
import os
from pathlib import Path
from typing import Any

import pytest

from axtui.accelerator import _dsutil, compat, dsutil, extras
from axtui.accelerator.build import fmttime
from axtui.accelerator.colourwrapper import Colour, colours_of
from axtui.accelerator.mp import MpSet, SimplifiedProcess
from axtui.data import context
from axtui.data.hashing import slice_of
from axtui.errors import ColourError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


# -- colours


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        (["red"], "\x1b[31mx\x1b[39m"),
        (["red", "bold"], "\x1b[31;1mx\x1b[22;39m"),
        (["BRIGHTBLUEBG"], "\x1b[104mx\x1b[49m"),
        (["notunderline"], "\x1b[24mx\x1b[39m"),
        (["#050"], "\x1b[38:5:46mx\x1b[39m"),
        (["#1Dbg"], "\x1b[48:5:231mx\x1b[49m"),
        (["#ff0080"], "\x1b[38:2:255:0:128mx\x1b[39m"),
        (["XC8"], "\x1b[38:5:200mx\x1b[39m"),
        (["cmd/grep/highlight"], "\x1b[31mx\x1b[39m"),
        (["mine"], "<<x>>"),
        (["mine", "red"], "<<\x1b[31mx\x1b[39m>>"),
        (["escapes"], "\x18\\\x1b\tx\\?\\e"),
    ],
)
def test_colours(attributes: list[str], text: str) -> None:
    colour = Colour(colours_of({"mine": "<<< >>>", "escapes": r"<\x18\\\e\T >\?\\e"}))
    assert colour("x", *attributes) == text
    assert colour(b"x", *attributes) == text.encode()


@pytest.mark.parametrize("word", ["pink", "#7", "#900", "#1E", "X100", "#", ""])
def test_colours_that_are_none(word: str) -> None:
    if word == "#7":
        assert Colour()("x", word) == "\x1b[38:5:238mx\x1b[39m"
        return
    with pytest.raises(ColourError):
        Colour()("x", word)


@pytest.mark.parametrize(
    ("environ", "terminal", "on"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"CLICOLOR": "0"}, True, False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, True),
        ({"CLICOLOR_FORCE": "0"}, False, False),
    ],
)
def test_when_colours_are_on(environ: dict[str, str], terminal: bool, on: bool) -> None:
    colour = Colour()
    colour.configure_from_environ(environ, Terminal() if terminal else io.StringIO())
    assert colour.enabled is on and bool(colour.RED) is on
    assert (colour.red("x") == "x") is not on
    assert colour.red("x", force=True, reset=True) == "\x1b[0;31mx\x1b[m"


# -- columns in files


@pytest.mark.parametrize(
    ("typename", "values"),
    [
        ("int64", [3, -1, None, 2]),
        ("number", [1 << 900, 0.5, None]),
        ("ascii", ["a", "", None]),
        ("json", [{"a": [1, None]}, None, "x"]),
        ("pickle", [{1, 2}, None]),
        ("datetime", [dt.datetime(2020, 1, 2, fold=1), None]),
        ("bool", [True, False, None]),
    ],
)
def test_columns_go_through_files(tmp_path: Path, typename: str, values: list[Any]) -> None:
    with dsutil.typed_writer(typename)(tmp_path / "c", none_support=True) as writer:
        assert all(writer.write(value) for value in values)
        assert writer.count == len(values)
    with dsutil.typed_reader(typename)(tmp_path / "c") as reader:
        assert list(reader) == values
    low = dsutil.typed_reader(typename)(tmp_path / "c", max_count=1)
    assert list(low) == values[:1]


def test_a_column_writer_checks_as_a_dataset_does(tmp_path: Path) -> None:
    writer = dsutil.typed_writer("int32")
    with writer(tmp_path / "c", hashfilter=(1, 3)) as mine:
        wrote = [value for value in range(30) if mine.write(value)]
        assert wrote == [value for value in range(30) if slice_of(value, 3) == 1]
        assert (mine.count, mine.min, mine.max) == (len(wrote), wrote[0], wrote[-1])
        assert mine.hashcheck(wrote[0]) and mine.hash(wrote[0]) % 3 == 1
    with (
        pytest.raises(ValueError, match="None"),
        writer(tmp_path / "c", error_extra=" in x") as mine,
    ):
        mine.write(None)
    with writer(tmp_path / "c", default=7) as mine:
        mine.write("no number")
    assert list(dsutil.typed_reader("int32")(tmp_path / "c")) == [7]
    assert writer.hash(None) == 0 == writer.hash(0)
    with pytest.raises(ValueError, match="no writer"):
        dsutil.typed_writer("nonsense")


# -- dates


def test_strptime() -> None:
    assert dsutil.strptime("2022-11-23", "%Y-%m-%d") == dt.datetime(2022, 11, 23)
    assert dsutil.strptime(b"12:30", "%H:%M") == dt.datetime(1970, 1, 1, 12, 30)
    assert dsutil.strptime("abc", "%Y", default=5) == 5
    assert dsutil.strptime_i("2022-11-23xyz", "%Y-%m-%d") == (dt.datetime(2022, 11, 23), b"xyz")
    assert dsutil.strptime_i("2022-xyz", "%Y-%m-%d", default=5) == (5, b"xyz")
    for wrong in ("2022-11-23x", "2022-02-30", ""):
        with pytest.raises(ValueError, match="does not follow"):
            dsutil.strptime(wrong, "%Y-%m-%d")


# -- small things


def test_json_as_the_accelerator_writes_it(tmp_path: Path) -> None:
    assert extras.json_encode({"b": (1,), "a": {2}}) == b'{\n    "a": [\n        2\n    ],\n' + (
        b'    "b": [\n        1\n    ]\n}'
    )
    assert extras.json_encode("å", as_str=True) == '"\\u00e5"'
    found = extras.json_decode('{"b": {"c": 1}, "a": NaN}')
    assert list(found) == ["b", "a"] and found.b.c == 1
    assert extras.json_decode('["å"]', unicode_as_utf8bytes=True) == ["å".encode()]
    assert context.running() is None
    extras.json_save([1], tmp_path / "j.json")
    extras.pickle_save({1}, tmp_path / "p", sliceno=2)
    assert extras.json_load(tmp_path / "j.json") == [1]
    assert extras.pickle_load(tmp_path / "p", sliceno=2) == {1}
    with extras.FileWriteMove(tmp_path / "w") as stream:
        stream.write(b"x")
    with pytest.raises(ZeroDivisionError), extras.FileWriteMove(tmp_path / "w") as stream:
        stream.write(b"y" * (1 // 0))
    assert (tmp_path / "w").read_bytes() == b"x"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["j.json", "p.2", "w"]


def test_words_and_times() -> None:
    assert [extras.quote(text) for text in ("a", "a b", "", "it's")] == [
        "a",
        "'a b'",
        "''",
        "it's",
    ]
    times = {1: "1 second", 1.5: "1.5 seconds", 119: "119.0 seconds", 120: "2.0 minutes"}
    times |= {7200: "2.00 hours", 86400 * 3: "3.00 days"}
    assert {time: fmttime(time) for time in times} == times
    assert [fmttime(time, short=True) for time in (5, 300)] == ["5s", "5.0m"]
    assert (
        compat.uni(b"\xff") == "ÿ" and compat.uni(None) is None and compat.first_value({1: 2}) == 2
    )
    assert compat.fmt_num(1234567) == "1_234_567" and compat.url_quote_more("a b/c") == "a%20b%2Fc"
    assert extras.stackup()[0] == __file__


def test_forked_processes_share_a_set() -> None:
    shared = MpSet({1, 2})
    process = SimplifiedProcess(shared.add, (3,), name="adds")
    process.join()
    assert (process.exitcode, process.is_alive(), len(shared), 3 in shared) == (0, False, 3, True)
    failed = SimplifiedProcess(shared.remove, (9,))
    failed.join()
    assert failed.exitcode == 1
    shared.remove(1)
    assert {shared.pop(), shared.pop()} == {2, 3}
    with pytest.raises(KeyError):
        shared.pop()
    ended = SimplifiedProcess(lambda: os._exit(7))
    ended.join()
    assert ended.exitcode == 7


def test_the_hash_of_slices() -> None:
    assert _dsutil.siphash24(b"a") == _dsutil.hash("a") == dsutil.typed_writer("ascii").hash("a")
    assert _dsutil.siphash24(bytes(range(8)), bytes(range(16))) == 0x93F5F5799A932462
    assert _dsutil.hash(None) == _dsutil.hash(0.0) == 0 != _dsutil.siphash24(b"")
    with pytest.raises(ValueError, match="16 bytes"):
        _dsutil.siphash24(b"a", b"b")
    with pytest.raises(TypeError):
        _dsutil.siphash24(None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="list"):
        _dsutil.hash([1])
