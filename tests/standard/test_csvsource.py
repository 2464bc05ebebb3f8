"""Reading files in blocks of whole lines, and noticing what happens to them meanwhile."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui.errors import StorageError, UserError
from axtui.standard.csvsource import line_blocks, open_csv, reading


@given(st.binary(max_size=200), st.integers(1, 50), st.sampled_from(b"\n\x00a"))
def test_blocks_are_the_whole_file_cut_at_line_ends(data, size, end):
    blocks = list(line_blocks(io.BytesIO(data), "x", end, size))
    assert b"".join(blocks) == data
    assert all(block and block[-1] == end for block in blocks[:-1])


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(b"a\n1\n")
    os.utime(path, ns=(1, 1))
    with pytest.raises(UserError, match="changed while it was being read"), open_csv(path) as file:
        file.read()
        path.write_bytes(b"a\n2\n")


def test_gzip_files_of_several_members_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "in.gz"
    path.write_bytes(gzip.compress(b"a\n") + gzip.compress(b"1\n"))
    with open_csv(path) as file:
        assert file.read() == b"a\n1\n"


def test_what_goes_wrong_elsewhere_is_not_blamed_on_the_input(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(b"a\n")
    with pytest.raises(FileNotFoundError), open_csv(path):
        raise FileNotFoundError("another file")


def test_a_failing_disk_is_no_fault_of_the_user() -> None:
    with pytest.raises(StorageError, match="could not be read"), reading("x"):
        raise OSError(5, "Input/output error")
