"""An urd folder of several accounts: what is made in it can be read by all, written by its owner."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from axtui.build.urdlog import UrdLog
from axtui.errors import UrdPermissionError

JOBS = [["import", "dev-1"]]
NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other accounts can reach."""
    base = Path(tempfile.mkdtemp(dir="/tmp"))
    base.chmod(0o755)
    (base / "urd").mkdir()
    yield base / "urd"
    shutil.rmtree(base)


@contextlib.contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """As an account without rights, where this one may become it."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another account")
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def modes(folder: Path) -> dict[str, str]:
    paths = [folder / ".lock", folder / "ann", folder / "ann" / "x.urd"]
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in paths}


@pytest.mark.parametrize("mask", [0o077, 0o022, 0o027])
def test_what_is_made_is_for_whom_the_folder_is(folder: Path, mask: int) -> None:
    folder.chmod(0o770)
    with umask(mask):
        UrdLog(folder, "ann").add("x", 1, JOBS)
    found = modes(folder)
    for name, group in ((".lock", 0o060), ("ann", 0o050), ("x.urd", 0o040)):
        assert int(found[name], 8) & 0o070 == group, found
    assert mask == 0o022 or all(int(mode, 8) & 0o007 == 0 for mode in found.values()), found


def test_a_private_folder_stays_private(folder: Path) -> None:
    folder.chmod(0o700)
    with umask(0o077):
        UrdLog(folder, "ann").add("x", 1, JOBS)
    assert modes(folder) == {".lock": "0o600", "ann": "0o700", "x.urd": "0o600"}


def test_a_team_with_an_open_umask_keeps_it(folder: Path) -> None:
    with umask(0o002):
        UrdLog(folder, "team").add("x", 1, JOBS)
    assert stat.S_IMODE((folder / "team" / "x.urd").stat().st_mode) == 0o664


def test_two_accounts_write_their_own_and_read_each_other(folder: Path) -> None:
    folder.chmod(0o1777)
    with umask(0o077):
        ann = UrdLog(folder, "ann")
        ann.add("x", 1, JOBS)
        with as_nobody():
            bob = UrdLog(folder, "bob")
            bob.add("y", 1, JOBS)
            assert bob.list() == ["ann/x", "bob/y"] and bob.problems == []
            with pytest.raises(UrdPermissionError, match=r"lists of ann in .* another account"):
                UrdLog(folder, "ann").add("x", 2, JOBS)
        ann.add("x", 2, JOBS)
        assert ann.list() == ["ann/x", "bob/y"]
    assert [entry["timestamp"] for entry in UrdLog(folder, "eve").entries("ann/x")] == ["1", "2"]


def test_lists_that_their_owner_has_closed_are_left_out_and_told(folder: Path) -> None:
    folder.chmod(0o777)
    UrdLog(folder, "ann").add("x", 1, JOBS)
    UrdLog(folder, "ann").add("z", 1, JOBS)
    UrdLog(folder, "eve").add("x", 1, JOBS)
    (folder / "ann" / "x.urd").chmod(0o600)
    (folder / "eve").chmod(0o700)
    with as_nobody():
        bob = UrdLog(folder, "bob")
        bob.add("y", 1, JOBS)
        assert bob.list() == ["ann/z", "bob/y"]
        assert [text.split(": ")[0] for text in bob.problems] == [
            str(folder / "eve"),
            str(folder / "ann" / "x.urd"),
        ]
        assert all("cannot be read" in text for text in bob.problems)
    (folder / "eve").chmod(0o755)
    assert UrdLog(folder, "ann").list() == ["ann/x", "ann/z", "bob/y", "eve/x"]


@pytest.mark.parametrize("closed", ["ann/x.urd", "ann"])
def test_a_run_is_logged_beside_lists_that_their_owner_has_closed(
    folder: Path, closed: str
) -> None:
    folder.chmod(0o777)
    UrdLog(folder, "ann").add("x", 1, JOBS)
    (folder / closed).chmod(0o600)
    with as_nobody():
        UrdLog(folder, "bob").add("__auto__", 1, JOBS, update=True)
        assert UrdLog(folder, "bob").list() == ["bob/__auto__"]
