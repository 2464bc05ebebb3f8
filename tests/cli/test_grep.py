"""`axtui grep` and `axtui hist`: their command lines, and how they write what they find."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest

from axtui.build.histogram.bins import make_bins
from axtui.cli.arguments import AxCommand, MaybeValue, flag, given
from axtui.cli.grep.stripes import make_striper
from axtui.cli.grep.tabs import TabStops
from axtui.cli.main import run
from axtui.data import context
from axtui.errors import UserError
from tests.data.dataset_workspace import Workspace

# -- command lines -----------------------------------------------------------------------------------


def read(*args: str) -> dict[str, Any]:
    """What a command line means to a command of all kinds of options."""
    found: dict[str, Any] = {}

    @click.command(cls=AxCommand)
    @click.argument("words", nargs=-1)
    @flag("-c", "--chain", negation="dont")
    @flag("-S", "--show", negation="not")
    @click.option("-m", "--most", type=int)
    @click.option("-g", "--grep", multiple=True)
    @click.option("+g", "--dont-grep", multiple=True)
    @click.option("-u", "--unique", cls=MaybeValue)
    @click.option("--colour", cls=MaybeValue, choices=("auto", "never"))
    def command(**options: Any) -> None:
        found.update(options, given=list(given("unique", "colour")))

    command.main(list(args), standalone_mode=False)
    return found


@pytest.mark.parametrize("back", ["+c", "--dont-chain", "--no-chain", "--not-chain"])
def test_a_flag_can_be_taken_back_and_the_last_wins(back: str) -> None:
    assert read("-c")["chain"] is True
    assert read("-c", back)["chain"] is False
    assert read(back, "--chain", "x")["chain"] is True


@pytest.mark.parametrize(
    "said", [["-m", "4"], ["-m4"], ["-m=4"], ["--most=4"], ["-cSm", "4"], ["-Sm=4"]]
)
def test_a_value_is_behind_its_option_or_an_equals_sign(said: list[str]) -> None:
    assert read("a", *said, "b") | {"words": ()} == read(*said)
    assert read("a", *said, "b")["words"] == ("a", "b")
    assert read(*said)["most"] == 4


def test_words_and_options_mix_and_negative_numbers_are_words() -> None:
    found = read("-5", "-c", "a b", "+g", "x", "-.5", "-", "-g=-1", "--", "-c", "+c")
    assert found["words"] == ("-5", "a b", "-.5", "-", "-c", "+c")
    assert (found["grep"], found["dont_grep"], found["chain"]) == (("-1",), ("x",), True)


def test_some_options_go_without_their_value() -> None:
    assert read("-u", "-c", "-u", "a", "-u=", "--unique")["given"] == [
        ("unique", None),
        ("unique", "a"),
        ("unique", ""),
        ("unique", None),
    ]
    found = read("--colour", "x", "--colour", "Never")
    assert (found["words"], found["given"]) == (("x",), [("colour", None), ("colour", "Never")])


@pytest.mark.parametrize("wrong", [["-x"], ["--chian"], ["-cx"], ["-m"], ["+x"], ["--chain=1"]])
def test_what_it_does_not_know_it_refuses(wrong: list[str]) -> None:
    with pytest.raises(click.UsageError):
        read(*wrong)


# -- searching ---------------------------------------------------------------------------------------


class Said(NamedTuple):
    exit_code: int
    lines: list[str]
    stderr: str


Ax = Callable[..., Said]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace of two slices: dev-1 of five rows, and dev-2 behind it, which has one more column."""
    folder = tmp_path_factory.mktemp("grep")
    (folder / "axtui.toml").write_text('slices = 2\n[workdirs]\ndev = "dev"\n')
    data = Workspace(folder, 2)
    with context.use(data.context()):
        first = data.write(
            {"a": "ascii", "n": "int64"}, [(f"{w}-{n}", n) for n, w in enumerate("stuvw")]
        )
        data.write(
            {"a": "ascii", "j": "json", "n": "number"},
            [("x\ny", [1, None], 1.5), ('"q"', "s", 2), ("t\\n", {"a": 1}, 10**20)],
            previous=first,
        )
    yield folder


@pytest.fixture
def ax(root: Path, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ax:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("ACCELERATOR_IGNORE_ETC", "1")

    def said(*arguments: str) -> Said:
        code = run(["--workspace", str(root), *arguments])
        out, err = capfdbinary.readouterr()
        return Said(code, out.decode("utf-8", "surrogateescape").split("\n")[:-1], err.decode())

    return said


def grepped(ax: Ax, *arguments: str) -> list[str]:
    found = ax("grep", "-O", "--no-colour", *arguments)
    assert found.exit_code == 0, found.stderr
    return found.lines


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["s|4", "dev-1"], ["s-0\t0", "w-4\t4"]),
        (["-S", "-L", "-D", "3", "dev-1", "n"], ["dev-1\t1\t1\t3"]),
        (["-v", "-e", "[su]", "-e", "[vw]", "dev-1", "-t", ","], ["t-1,1"]),
        (["-r", "-L", "", "dev-1", "n"], ["0\t0", "1\t1", "2\t2", "3\t3", "4\t4"]),
        (["-N", "2:=3", "dev-1"], ["u-2\t2", "v-3\t3"]),
        (
            ["-c", "-M", "-H", "t", "dev-2"],
            ["a\tn", "t-1\t1", "a\tj\tn", "t\\n\t{'a': 1}\t" + str(10**20)],
        ),
        (["", "dev-2", "a"], ["x\\ny", "t\\n", '"""q"""']),
        (["-f", "raw", "x", "dev-2", "a"], ["x", "y"]),
        (["-m", "1", "-A", "1", "-s", "0", "[su]", "dev-1"], ["s-0\t0", "u-2\t2"]),
        (["-C", "1", "4", "dev-1"], ["u-2\t2", "w-4\t4"]),
        (["-o", "[0-9]", "dev-1", "a", "-s", "0"], ["0", "2", "4"]),
        (["-o", "-l", "1", "dev-1"], ["t-1\t1"]),
        (["-l", "-c", "s", "dev-2"], ["dev-1", "dev-2"]),
        (["-l", "-S", "-c", "-t,", "s", "dev-2"], ["dev-1,0", "dev-2,1"]),
        (["+n", "n", "1", "dev-1"], ["t-1"]),
        (["+g", "a", "1", "dev-1"], ["t-1\t1"]),
        (["-u=j", "-i", "", "dev-2", "j"], ["[1, None]", "{'a': 1}", "s"]),
        (["-c", "--cl", "1", "", "dev-2", "a", "-s", "1"], ['"""q"""']),
        (["-c", "--stop-ds", "dev-1", "", "dev-2", "a", "-s", "1"], ['"""q"""']),
        (["-T/", "3", "dev-1"], ["v-3             3"]),
    ],
)
def test_rows_are_found_and_written(ax: Ax, arguments: list[str], lines: list[str]) -> None:
    assert grepped(ax, *arguments) == lines


def test_json_has_the_values(ax: Ax) -> None:
    lines = grepped(ax, "-f", "json", "-D", "-S", "", "dev-2")
    assert [json.loads(line) for line in lines] == [
        {"dataset": "dev-2", "sliceno": 0, "data": {"a": "x\ny", "j": [1, None], "n": 1.5}},
        {"dataset": "dev-2", "sliceno": 0, "data": {"a": "t\\n", "j": {"a": 1}, "n": 10**20}},
        {"dataset": "dev-2", "sliceno": 1, "data": {"a": '"q"', "j": "s", "n": 2}},
    ]


def test_matches_and_lines_are_coloured_as_the_user_says(ax: Ax, tmp_path: Path) -> None:
    (tmp_path / "accelerator").mkdir()
    (tmp_path / "accelerator" / "config").write_text(
        "[colour]\ngrep/highlight = BLUE\noddlines = GREENBG\nevenlines = YELLOW\n"
    )
    found = ax("grep", "-O", "--lined", "--colour", "--", "-", "dev-1", "a")
    assert found.lines[:2] == [
        "\x1b[42m\x1b[Ks\x1b[34m-\x1b[39m0\x1b[K\x1b[m",
        "\x1b[33mu\x1b[34m-\x1b[33m2\x1b[m",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["x"], 2, "pattern"),
        (["-F", "-N", "1", "dev-1"], 2, "not both"),
        (["(", "dev-1"], 1, "bad pattern"),
        (["x", "dev-9"], 1, "dev-9"),
        (["x", "dev-1", "j"], 1, "column 'j'"),
        (["-u=j", "x", "dev-1"], 1, "'j'"),
        (["-s", "2", "x", "dev-1"], 1, "slice 2"),
        (["-T", "x=1", "x", "dev-1"], 1, "tab, field and min"),
        (["-A", "-1", "x", "dev-1"], 2, "less than 0"),
    ],
)
def test_what_cannot_be_is_told(ax: Ax, arguments: list[str], code: int, words: str) -> None:
    found = ax("grep", *arguments)
    assert (found.exit_code, found.lines) == (code, [])
    assert words in found.stderr


def test_a_reader_that_goes_away_ends_it_quietly(root: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    program = "import sys; from axtui.cli.main import run; sys.exit(run(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "--workspace", str(root), "grep", "", "dev-1"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


# -- how it looks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "stops"),
    [
        ("/", TabStops(8, 16, 2)),
        ("3", TabStops(3, 0, 1)),
        ("8/11/1", TabStops(8, 11, 1)),
        ("1/min_LENGTH=3/8", TabStops(1, 8, 3)),
        ("field=4", TabStops(8, 4, 2)),
    ],
)
def test_tab_stops_are_said_in_many_ways(said: str, stops: TabStops) -> None:
    assert TabStops().changed(said) == stops


def test_fields_begin_at_tab_stops() -> None:
    assert list(TabStops().gaps([10, 19, 3, 3, 1])) == [6, 5, 5, 13]
    with pytest.raises(UserError):
        TabStops().changed("0")


def test_stripes_need_colours_and_take_no_styles() -> None:
    class Names:
        def __init__(self, sequence: str) -> None:
            self.sequence = sequence

        def around(self, use: str) -> tuple[str, str]:
            return self.sequence, ""

    assert make_striper(Names(""), False) is None  # type: ignore[arg-type]
    with pytest.raises(UserError, match="styles"):
        make_striper(Names("\x1b[1m"), False)  # type: ignore[arg-type]
    stripe = make_striper(Names("\x1b[32;47m"), True)  # type: ignore[arg-type]
    assert stripe is not None
    assert stripe(b"a\nb\rc\x1b[md\n") == (
        b"\x1b[32;47m\x1b[Ka\x1b[K\n\x1b[Kb\rc\x1b[;32;47md\x1b[m\n"
    )


# -- histograms --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["dev-1", "n"], ["0\t1", "1\t1", "2\t1", "3\t1", "4\t1"]),
        (["-m", "2", "dev-1", "n"], ["0 - 1\t2", "2 - 4\t3"]),
        (["-c", "-m", "2", "-f", "csv", "dev-2", "n"], ["0 - 5e+19,7", "5e+19 - 1e+20,1"]),
        (["-t", "-m", "1", "-s", "1", "dev-1", "a"], ["t-1\t1"]),
        (["-f", "ssv", "-s", "1", "dev-1", "n", "a"], ["(1, 't-1');1", "(3, 'v-3');1"]),
        (["-f", "aligned", "-m=0", "-s0", "dev-2", "n"], ["1.5                          1"]),
    ],
)
def test_values_are_counted(ax: Ax, arguments: list[str], lines: list[str]) -> None:
    found = ax("hist", *arguments)
    assert found.exit_code == 0, found.stderr
    assert found.lines[: len(lines)] == lines


def test_a_histogram_needs_a_column_that_can_be_counted(ax: Ax) -> None:
    assert re.search("name a column.*a, n", ax("hist", "dev-1").stderr)
    assert "cannot be counted" in ax("hist", "dev-2", "j").stderr
    assert "no column x" in ax("hist", "dev-1", "x").stderr


def test_ranges_of_whole_numbers_hold_as_many() -> None:
    assert make_bins(1, 42, True, None).count == 21
    assert make_bins(1, 3, True, None).names() == ["1", "2", "3"]
    bins = make_bins(0, 99, True, 7)
    assert bins.uneven and bins.names()[0] == "0 - 14"
    assert make_bins(0.0, 2.0, False, None).names()[0] == "0 - 0.1"
