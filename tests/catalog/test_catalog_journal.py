"""Journals: every whole line is read once, whatever happened to the others."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.encode import from_json, to_json
from catalog.journal import JournalWriter, encode_line
from catalog.layout import journal_paths
from catalog.replay import JournalReader


def read(path: Path, position: int = 0) -> tuple[list[Any], JournalReader]:
    reader = JournalReader(path, position)
    return [event.doc for event in reader], reader


def journal_of(folder: Path, count: int = 4) -> tuple[Path, list[dict[str, Any]]]:
    docs = [{"jobid": f"dev-{n}", "caption": "x" * n} for n in range(count)]
    with JournalWriter(folder) as writer:
        for doc in docs:
            assert writer.append("job", doc) is None
        assert writer.path is not None
        return writer.path, docs


def test_nothing_is_made_before_the_first_event(tmp_path: Path) -> None:
    JournalWriter(tmp_path / "a").close()
    assert not (tmp_path / "a").exists()


def test_events_come_back_in_order_and_only_once(tmp_path: Path) -> None:
    path, docs = journal_of(tmp_path)
    found, reader = read(path)
    assert found == docs
    assert reader.position == path.stat().st_size
    again, _ = read(path, reader.position)
    assert again == []


def test_torn_at_every_length(tmp_path: Path) -> None:
    path, docs = journal_of(tmp_path)
    whole = path.read_bytes()
    ends = [n + 1 for n, sign in enumerate(whole) if sign == ord("\n")]
    torn = tmp_path / "torn.journal"
    for length in range(len(whole) + 1):
        torn.write_bytes(whole[:length])
        found, reader = read(torn)
        complete = [end for end in ends if end <= length]
        assert found == docs[: len(complete)]
        assert reader.position == (complete[-1] if complete else 0)
        assert reader.tail == length - reader.position
        assert reader.problems == []


def test_a_torn_line_is_read_once_it_is_whole(tmp_path: Path) -> None:
    path, docs = journal_of(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    _, reader = read(path)
    path.write_bytes(whole)
    found, _ = read(path, reader.position)
    assert found == docs[-1:]


def test_any_changed_byte_in_a_line_loses_that_line_alone(tmp_path: Path) -> None:
    path, docs = journal_of(tmp_path, 3)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    second = whole.index(b"\n", first)
    for place in range(first, second):
        broken = bytearray(whole)
        broken[place] ^= 0x01 if broken[place] ^ 0x01 != ord("\n") else 0x02
        path.write_bytes(broken)
        found, reader = read(path)
        assert found == [docs[0], docs[2]]
        assert [problem.position for problem in reader.problems] == [first]


def test_bytes_that_are_no_journal_are_reported_and_skipped(tmp_path: Path) -> None:
    path, docs = journal_of(tmp_path, 1)
    nonsense = [b"\n", b"\0" * 50 + b"\n", b"\xff\xfe\n", encode_line(b"[]"), encode_line(b"{}")]
    for extra in nonsense:
        start = path.stat().st_size
        path.write_bytes(path.read_bytes() + extra)
        _, reader = read(path, start)
        assert len(reader.problems) == 1
    found, reader = read(path)
    assert found == docs
    assert reader.position == path.stat().st_size


def test_an_event_of_a_newer_version_is_left_for_a_newer_program(tmp_path: Path) -> None:
    path, docs = journal_of(tmp_path, 1)
    start = path.stat().st_size
    newer = encode_line(to_json({"v": 2, "kind": "job", "at": 1.0, "doc": {}}))
    path.write_bytes(path.read_bytes() + newer + path.read_bytes())
    found, reader = read(path)
    assert found == docs
    assert (reader.position, reader.newer) == (start, True)


def test_a_ten_megabyte_event(tmp_path: Path) -> None:
    doc = {"jobid": "dev-1", "options": [{"name": "big", "value": "é" * 5_000_000}]}
    with JournalWriter(tmp_path) as writer:
        assert writer.append("job", doc) is None
        assert writer.append("job", {"jobid": "dev-2"}) is None
        assert writer.path is not None
        found, _ = read(writer.path)
    assert found == [doc, {"jobid": "dev-2"}]


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.binary(max_size=4),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=10,
)
ODD_TEXT = st.text(st.characters(codec=None), max_size=5)


@settings(max_examples=50)
@given(st.dictionaries(ODD_TEXT, VALUES | ODD_TEXT))
def test_any_document_becomes_one_readable_line(doc: dict[str, Any]) -> None:
    payload = to_json(doc)
    assert b"\n" not in payload
    assert isinstance(from_json(payload), dict)


ODD_VALUES = [10**6000, -(2**70), "\udc80", {1, 2}, float("nan"), object()]


@pytest.mark.parametrize("value", ODD_VALUES, ids=["digits", "big", "name", "set", "nan", "object"])
def test_what_json_cannot_say_does_not_stop_an_event(tmp_path: Path, value: object) -> None:
    with JournalWriter(tmp_path) as writer:
        assert writer.append("job", {"jobid": "dev-1", "seed": value}) is None
        assert writer.path is not None
        found, reader = read(writer.path)
    assert found[0]["jobid"] == "dev-1"
    assert reader.problems == []


def test_depth_without_end(tmp_path: Path) -> None:
    loop: dict[str, Any] = {"jobid": "dev-1"}
    loop["self"] = loop
    with JournalWriter(tmp_path) as writer:
        assert writer.append("job", loop) is None


@pytest.mark.parametrize("truncates", [True, False])
@pytest.mark.parametrize("taken", [0, 7, 60])
def test_a_full_disk_is_a_warning_and_costs_that_event_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: int, truncates: bool
) -> None:
    """`taken` bytes of the line still fit; then the file can be cut back, or not even that."""
    writer = JournalWriter(tmp_path)
    assert writer.append("job", {"jobid": "dev-1"}) is None
    write, calls = os.write, []

    def full(handle: int, data: bytes) -> int:
        calls.append(len(data))
        if len(calls) > 1 or taken == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data[:taken])

    def stuck(handle: int, size: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        if not truncates:
            patch.setattr(os, "ftruncate", stuck)
        warning = writer.append("job", {"jobid": "dev-2", "caption": "x" * 100})
    assert warning is not None
    assert "No space left" in warning
    assert writer.append("job", {"jobid": "dev-3"}) is None
    assert writer.path is not None
    found, reader = read(writer.path)
    assert [doc["jobid"] for doc in found] == ["dev-1", "dev-3"]
    assert len(reader.problems) == (0 if truncates else 1)
    writer.close()


def test_a_folder_that_cannot_be_made_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    warning = JournalWriter(tmp_path / "file").append("job", {"jobid": "dev-1"})
    assert warning is not None
    assert "reindex" in warning


def test_threads_share_a_journal(tmp_path: Path) -> None:
    with JournalWriter(tmp_path) as writer:

        def work(first: int) -> None:
            for n in range(first, first + 200):
                writer.append("job", {"jobid": f"dev-{n}"})

        threads = [threading.Thread(target=work, args=(n * 1000,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert writer.path is not None
        found, reader = read(writer.path)
    assert len({doc["jobid"] for doc in found}) == 800
    assert reader.problems == []


def test_a_forked_child_writes_a_journal_of_its_own(tmp_path: Path) -> None:
    with JournalWriter(tmp_path) as writer:
        writer.append("job", {"jobid": "dev-1"})
        child = os.fork()
        if child == 0:
            os._exit(0 if writer.append("job", {"jobid": "dev-2"}) is None else 1)
        assert os.waitpid(child, 0)[1] == 0
        writer.append("job", {"jobid": "dev-3"})
    found = sorted([doc["jobid"] for doc in read(path)[0]] for path in journal_paths(tmp_path))
    assert found == [["dev-1", "dev-3"], ["dev-2"]]


def test_time_only_rises_in_a_journal(tmp_path: Path) -> None:
    with JournalWriter(tmp_path) as writer:
        for at in (100.0, 50.0, 120.0):
            writer.append("job", {"jobid": "dev-1"}, at)
        assert writer.path is not None
        times = [event.at for event in JournalReader(writer.path)]
    assert times == [100.0, pytest.approx(100.0), 120.0]
    assert round(times[1] * 1e6) > round(times[0] * 1e6)
