"""Files so large that several processes import them together: the same rows in the same slices."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui.data.job import Job
from axtui.standard import csvwriters
from axtui.standard.a_csvimport import SMALL_BYTES
from axtui.standard.csvheader import Header
from axtui.standard.csvwriters import share_of
from axtui.standard.zipmembers import is_little, share_out
from tests.standard.conftest import Lab, by_slice

LINES = 60_000
WIDE = "x" * 70


def _lines() -> Iterator[str]:
    yield "n,text,word\n"
    for n in range(LINES):
        if n % 20_000 == 7_000:
            yield f"#skipped {n}\n"
        if n % 20_000 == 9_000:
            yield "bad\n"
        yield f"{n},{WIDE if n % 3 else 'short'},w{n % 50}\n"


@pytest.fixture(scope="module")
def text() -> str:
    found = "".join(_lines())
    assert len(found) > 0.6 * SMALL_BYTES
    return found + "".join(_lines()).partition("\n")[2]


def _check(job: Job, name: str = "default") -> None:
    """As if one process had done it: a bad line takes its turn, a skipped one does not."""
    ds = job.dataset(name)
    places = [("bad", "") if n is None else ("good", n) for n in _turns()]
    expected = [[n for kind, n in places[s::3] if kind == "good"] for s in range(3)]
    assert by_slice(ds, "n") == [[str(n).encode() for n in one] for one in expected]
    texts = by_slice(ds, "text")
    assert all(
        value == (WIDE.encode() if int(n) % 3 else b"short")
        for numbers, values in zip(expected, texts, strict=True)
        for n, value in zip(numbers, values, strict=True)
    )
    beside = "" if name == "default" else f"{name}."
    assert sum(job.dataset(f"{beside}bad").lines) == 6
    assert sum(job.dataset(f"{beside}skipped").lines) == 6


def _turns() -> Iterator[int | None]:
    for _ in range(2):
        for n in range(LINES):
            if n % 20_000 == 9_000:
                yield None
            yield n


def test_a_large_file_is_imported_by_several_processes(lab: Lab, text: str) -> None:
    lab.input("large.csv", text)
    job = lab.job("csvimport", filename="large.csv", comment="#", allow_bad=True)
    if csvwriters.cores() > 1:
        assert "analysis" in {stage["stage"] for stage in job.post["stages"]}
    _check(job)
    assert job.load()["num_lines"] == 2 * LINES
    assert job.load()["num_broken_lines"] == 6


def test_so_is_a_large_member_of_a_zip_beside_small_ones(lab: Lab, text: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "n,text,word\n1,2,3\n")
        archive.writestr("b.csv", text)
        archive.writestr("c.csv", "n,text,word\n4,5,6\n7,8,9\n")
    lab.input("days.zip", file.getvalue())
    job = lab.job("csvimport_zip", filename="days.zip", comment="#", allow_bad=True)
    _check(job, "b.csv")
    assert job.load()["num_lines"] == 2 * LINES + 3
    assert job.load()["datasets"]["b.csv"]["num_skipped_lines"] == 6
    last = job.dataset("c.csv")
    assert [sum(ds.lines) for ds in last.chain()] == [1, 2 * LINES, 2]
    assert "analysis" in {stage["stage"] for stage in job.post["stages"]}


def test_a_zip_of_little_is_imported_in_prepare(lab: Lab) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", "n,word\n1,a\n2,b\nbad\n3,c\n")
        archive.writestr("b.csv", "n,word\n4,d\n")
    lab.input("days.zip", file.getvalue())
    job = lab.job("csvimport_zip", filename="days.zip", allow_bad=True)
    assert {stage["stage"] for stage in job.post["stages"]} == {"prepare"}
    assert [by_slice(ds, "n") for ds in job.dataset().chain()] == [
        [[b"1", b"3"], [b"2"], []],
        [[b"4"], [], []],
    ]
    assert job.dataset().filename == "days.zip:b.csv"
    found = job.load()
    assert (found["num_lines"], found["num_broken_lines"]) == (4, 1)
    assert found["datasets"]["a.csv"]["broken_lines_per_slice"] == [0, 0, 1]


def test_many_files_are_not_little_however_few_rows_they_have() -> None:
    assert is_little([], 2)
    assert is_little([100, 1 << 20], 2)
    assert not is_little([4 << 20], 2)
    assert not is_little([100] * 20, 2)
    assert not is_little([100], 64)


def test_files_are_equal_however_many_processes_import_them(lab: Lab) -> None:
    columns, rows = 500, 17_000
    lines = [",".join(f"c{n}" for n in range(columns))]
    lines += [str(n) + "," * (columns - 1) for n in range(rows)]
    content = "\n".join(lines).encode()
    digests = []
    for memory, needed in (("3 GB", 1), ("100 MB", 3)):
        header = Header([], iter([content]))
        room = 1 << 30 if needed == 1 else 48 << 20
        with mock.patch("axtui.data.database.room", return_value=room):
            found = csvwriters.processes_for(header, ord("\n"), columns, 3, len(content))
        assert found == needed
        lab.write("axtui.toml", f'slices = 3\n[engine]\nmemory = "{memory}"\n')
        lab.input(f"{memory}.csv", content)
        job = lab.job("csvimport", filename=f"{memory}.csv")
        files = sorted(Path(str(job.path)).glob("**/*.parquet"))
        digests.append([file.read_bytes() for file in files])
    assert len(digests[0]) == 3
    assert digests[0] == digests[1]


@pytest.mark.parametrize(
    ("memory", "columns", "size", "processes"),
    [
        (2000, 1000, None, 2),
        (3000, 1000, None, 1),
        (200, 1000, None, 16),
        (200, 8, None, 2),
        (200, 1000, 1 << 16, 1),
    ],
)
def test_the_row_groups_that_wait_in_a_process_fit_in_half_of_its_room(
    memory: int, columns: int, size: int | None, processes: int
) -> None:
    header = Header([], iter([b"x" * 24 + b"\n", b"more"]))
    with mock.patch("axtui.data.database.room", return_value=(memory - 130) * 1_000_000):
        found = csvwriters.processes_for(header, ord("\n"), columns, 16, size)
    assert found == processes
    assert list(header.blocks) == [b"x" * 24 + b"\n", b"more"]


@given(st.integers(1, 12), st.integers(1, 12))
def test_each_slice_is_one_process_s(slices: int, processes: int) -> None:
    team = min(slices, processes)
    found = [slice_ for process in range(team) for slice_ in share_of(process, slices, team)]
    assert sorted(found) == list(range(slices))


@given(st.lists(st.integers(0, 1 << 30), min_size=1, max_size=20), st.integers(1, 8))
def test_members_are_shared_out_evenly_or_imported_together(
    sizes: list[int], processes: int
) -> None:
    owners = share_out(sizes, processes)
    load = [0] * processes
    for size, owner in zip(sizes, owners, strict=True):
        if owner is not None:
            load[owner] += size + 1
    alone = [size for size, owner in zip(sizes, owners, strict=True) if owner is not None]
    together = [size for size, owner in zip(sizes, owners, strict=True) if owner is None]
    assert min(together, default=1 << 40) >= max(alone, default=0)
    small = max(alone, default=0) < 4 << 20
    assert small or max(load) <= 1.3 * sum(load) / processes


def test_one_process_needs_nobody() -> None:
    assert share_out([1 << 30, 5], 1) == [0, 0]
    assert share_out([1 << 30], 2) == [None]
    assert share_out([1 << 30] * 4, 2) == [0, 1, 0, 1]
    assert share_out([10, 20], 2) == [1, 0]
