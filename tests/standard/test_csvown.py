"""Processes that share a file split their own lines only: together they find what one finds alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.data.dataset import Dataset
from axtui.data.writer import DatasetWriter
from axtui.errors import UserError
from axtui.standard.a_csvimport import options as csv_options
from axtui.standard.csvformat import BOTH_QUOTES, CsvFormat, csv_format
from axtui.standard.csvheader import Header
from axtui.standard.csvown import own_lines, split_own
from axtui.standard.csvslices import import_lines, import_share
from axtui.standard.csvsource import line_blocks
from axtui.standard.csvsplit import Block, split_block
from axtui.standard.csvwriters import begin, plan, share_of
from tests.data.dataset_workspace import Workspace

PIECES = [b",", b",", b"\n", b"\n", b"\r\n", b"\r", b'"', b'"x,y"', b"'", b"a", b"bc", b"|", b"\0"]
pieces = st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)
formats = st.builds(
    CsvFormat,
    separator=st.sampled_from([ord(","), ord(","), None]),
    newline=st.sampled_from([None, None, ord("\n"), ord("|")]),
    quotes=st.sampled_from([(), (), BOTH_QUOTES]),
    allow_extra_empty=st.booleans(),
)


@settings(max_examples=50, deadline=None)
@given(pieces, st.integers(1, 5), st.integers(0, 9), st.data())
def test_own_lines_are_whole_lines_in_their_order(data, slices, before, choose):
    mine = choose.draw(st.lists(st.integers(0, slices - 1), min_size=1, unique=True))
    lines = data.splitlines(keepends=True) if b"\r" not in data else data.split(b"\n")
    if b"\r" in data:
        lines = [line + b"\n" for line in lines[:-1]] + [lines[-1]] * bool(lines[-1])
    own = own_lines(data, ord("\n"), slices, mine, before)
    places = [at for at in range(len(lines)) if (at + before) % slices in mine]
    assert own.places.tolist() == places
    assert own.data == b"".join(lines[at] for at in places)
    assert own.lines == len(lines)


def _listed(block: Block, width: int, before: int, slices: int, mine: list[int]) -> list[Any]:
    """The rows and bad lines of a block that belong to some slices, each with its line."""
    columns = [block.column(index, slice(None)).to_pylist() for index in range(width)]
    numbers = np.arange(block.rows) + 9 if block.numbers is None else block.numbers
    rows = list(zip(numbers.tolist(), zip(*columns, strict=True), strict=True))
    bad = zip(block.bad.numbers, block.bad.data, block.bad.why, strict=True)
    ours = [one for one in [*rows, *bad] if (one[0] - 9 + before) % slices in mine]
    return [*ours, block.lines, block.used]


@settings(max_examples=60, deadline=None)
@given(pieces.filter(bool), formats, st.integers(1, 3), st.integers(2, 5), st.integers(0, 9))
def test_rows_and_bad_lines_are_those_of_the_whole_block(data, format_, width, slices, before):
    whole = split_block(data, format_, width, 9, 0)
    for team in range(1, slices + 1):
        for process in range(team):
            mine = list(share_of(process, slices, team))
            own = split_own(data, format_, width, 9, slices, mine, before)
            found = _listed(own, width, before, slices, mine)
            assert found == _listed(whole, width, before, slices, mine)


class _Job:
    """As far as a plan needs it."""

    def datasetwriter(self, **keywords: Any) -> DatasetWriter:
        return DatasetWriter(**keywords)


class _Shared:
    """One file, imported with some options by a process alone or as one of several."""

    def __init__(self, folder: Path, content: bytes, slices: int, **given: Any) -> None:
        self.workspace = Workspace(folder, slices)
        self.content, self.slices = content, slices
        defaults = {"label_lines": 1, "labelsonfirstline": None, "timezone": None, "filename": "f"}
        self.options = {**csv_options, "column2type": {}, **defaults, **given}

    @contextmanager
    def opened(self) -> Iterator[tuple[Header, list[str]]]:
        end = csv_format(self.options).line_end
        yield begin(self.options, "f", line_blocks(io.BytesIO(self.content), "f", end, 64))

    def imported(self, process: int = 0, team: int = 1) -> dict[str, Any]:
        """{slice: rows} of the datasets it writes, and the counts."""
        with self.workspace.job() as jobid, self.opened() as (header, labels):
            made = plan(_Job(), self.options, "f", labels)
            mine = share_of(process, self.slices, team)
            if team == 1:
                counts = import_lines(made, header, self.slices)
            else:
                counts = import_share(made, header, self.slices, mine, self.opened)
                for writer in filter(None, (made.good, made.bad, made.skipped)):
                    for other in {*range(self.slices)} - {*mine}:
                        writer.set_slice(other)
        names = ["default", "bad"] if self.options["allow_bad"] else ["default"]
        with self.workspace.sliced(self.slices):
            found = {
                (name, sliceno): list(Dataset(jobid, name).iterate(sliceno))
                for name in names
                for sliceno in mine
            }
        return {**found, "counts": [counts[kind][sliceno] for sliceno in mine for kind in counts]}


@pytest.mark.parametrize(
    "given",
    [
        {"allow_bad": True, "lineno_label": "line"},
        {"allow_bad": True, "quotes": True, "lineno_label": "line"},
        {"allow_bad": True, "skip_lines": 7},
        {"allow_bad": True, "comment": "4"},
    ],
)
def test_all_processes_together_import_what_one_does(tmp_path: Path, given: Any) -> None:
    lines = [f'{n},"x,{n}"' if n % 7 == 0 else f"{n},{'y' * (n % 40)}" for n in range(200)]
    shared = _Shared(tmp_path, "\n".join(["a,b", *lines, "only one"]).encode(), 5, **given)
    alone = shared.imported()
    for process in range(3):
        part = shared.imported(process, 3)
        part.pop("counts")
        assert part == {key: alone[key] for key in part}
        assert len(part) == 2 * len(share_of(process, 5, 3))


@pytest.mark.parametrize("last", ["x,1,2", 'x,"1', "damaged"])
def test_every_process_tells_the_first_bad_line(tmp_path: Path, last: str) -> None:
    lines = [f"{n},{n}" for n in range(300)]
    lines[100] = "too few"
    for n in (203, 204, 205):
        lines[n] = last
    content = "\n".join(["a,b", *lines]).encode()
    told = set()
    for process, team in ((0, 1), (0, 3), (1, 3), (2, 3)):
        shared = _Shared(tmp_path / f"{process}{team}", content, 3, quotes=True)
        with pytest.raises(UserError) as caught:
            shared.imported(process, team)
        told.add(str(caught.value))
        assert caught.value.__context__ is None
    assert len(told) == 1
    assert "f, line 102: not enough fields: 1, expected 2" in told.pop()


def test_what_went_wrong_before_a_bad_line_of_others_is_told(tmp_path: Path) -> None:
    lines = [f"{n},{n}" for n in range(300)]
    lines[150] = "no number,1"
    lines[299] = "too few"
    shared = _Shared(
        tmp_path, "\n".join(["a,b", *lines]).encode(), 2, column2type={"a": "int32_10"}
    )
    with pytest.raises(UserError, match="line 301: not enough fields"):
        shared.imported(0, 2)  # its rows are typed when all lines have been looked at
