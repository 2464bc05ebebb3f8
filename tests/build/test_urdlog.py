"""The urd: entries, ghosts, look-ups, timestamps; torn lines; many processes at once."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axtui.build import timestamps, urdfiles, urdlines
from axtui.build.urdlog import UrdLog, as_dep
from axtui.errors import StorageError, UrdConflictError, UrdError, UrdPermissionError

JOBS = [["import", "dev-1"]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "urd"


@pytest.fixture
def urd(folder: Path) -> UrdLog:
    return UrdLog(folder, "ann")


def dep(urd: UrdLog, name: str, timestamp: Any) -> dict[str, Any]:
    """Deps of something built from that entry."""
    entry = urd.get(name, timestamp)
    assert entry is not None
    return {urd.path(name): as_dep(entry)}


def stamps(urd: UrdLog, name: str) -> list[str]:
    return [entry["timestamp"] for entry in urd.entries(name)]


# -- entries


def test_an_entry_is_found_as_it_was_added(urd: UrdLog) -> None:
    found = urd.add("import", "2024-05-06", JOBS, caption="first", at=12.5, build_job="dev-9")
    assert found == {"new": True, "changed": False, "is_ghost": False}
    assert urd.get("import", "2024-05-06") == {
        "at": 12.5,
        "timestamp": "2024-05-06",
        "caption": "first",
        "joblist": JOBS,
        "deps": {},
        "build_job": "dev-9",
        "flags": [],
        "user": "ann",
        "list": "import",
    }
    assert urd.get("ann/import", dt.date(2024, 5, 6)) == urd.get("import", "2024-05-06")
    assert urd.list() == ["ann/import"]


def test_what_is_missing_is_none(urd: UrdLog, folder: Path) -> None:
    assert urd.get("import", 1) is None
    assert urd.latest("import") is None
    assert urd.first("bob/import") is None
    assert urd.since("import", 0) == []
    assert urd.list() == []
    assert not folder.exists(), "looking things up makes nothing"


def test_adding_the_same_again_does_nothing(urd: UrdLog, folder: Path) -> None:
    urd.add("import", 1, JOBS, caption="c", build_job="dev-9")
    size = (folder / "ann" / "import.urd").stat().st_size
    again = urd.add("import", 1, [("import", "dev-1")], caption="c", build_job="dev-10")
    assert again == {"new": False, "changed": False, "is_ghost": False}
    assert (folder / "ann" / "import.urd").stat().st_size == size


def test_another_content_is_a_conflict_that_says_what_differs(urd: UrdLog) -> None:
    urd.add("base", 1, JOBS)
    urd.add("import", 1, JOBS, caption="old")
    with pytest.raises(UrdConflictError, match=r"ann/import/1 .*caption \('old' instead of 'new'"):
        urd.add("import", 1, JOBS, caption="new")
    with pytest.raises(UrdConflictError, match=r"job 0 \(import dev-1 instead of import dev-2\)"):
        urd.add("import", 1, [("import", "dev-2")], caption="old")
    with pytest.raises(UrdConflictError, match=r"number of jobs \(1 instead of 2\)"):
        urd.add("import", 1, [*JOBS, ("type", "dev-2")], caption="old")
    with pytest.raises(UrdConflictError, match=r"depends on \(ann/base\)"):
        urd.add("import", 1, JOBS, caption="old", deps=dep(urd, "base", 1))
    entry = urd.get("import", 1)
    assert entry is not None and entry["caption"] == "old"
    changed = urd.add("import", 1, JOBS, caption="new", update=True)
    assert changed == {"new": False, "changed": True, "is_ghost": False, "deps": 0}
    entry = urd.get("import", 1)
    assert entry is not None and entry["caption"] == "new" and entry["flags"] == ["update"]
    assert [ghost["caption"] for ghost in urd.ghosts("import")] == ["old"]


def test_only_ones_own_lists_can_be_written(urd: UrdLog, folder: Path) -> None:
    for write in (lambda: urd.add("bob/import", 1, JOBS), lambda: urd.truncate("bob/import", 1)):
        with pytest.raises(UrdPermissionError, match="belongs to bob"):
            write()
    UrdLog(folder, "bob").add("import", 1, JOBS)
    assert urd.get("bob/import", 1) is not None
    assert urd.list() == ["bob/import"]


@pytest.mark.parametrize("name", ["", "/", "a/b/c", "/x", "x/", "a\0b"])
def test_impossible_names(urd: UrdLog, name: str) -> None:
    with pytest.raises(UrdError):
        urd.add(name, 1, JOBS)


@pytest.mark.parametrize(
    ("timestamp", "joblist"), [(0, JOBS), (1, []), (1, [("x",)]), (1, ["dev-1"]), ("may", JOBS)]
)
def test_what_cannot_be_logged(urd: UrdLog, timestamp: Any, joblist: Any) -> None:
    with pytest.raises(UrdError):
        urd.add("import", timestamp, joblist)
    assert urd.list() == []


NAMES = ["a b", "ü", "\U0001f600" * 60, "..", ".hidden", "%2E", "A", "a", "con\nline", "x" * 255]


def test_names_of_every_kind_are_apart(urd: UrdLog, folder: Path) -> None:
    for ix, name in enumerate(NAMES, 1):
        urd.add(name, ix, JOBS, caption=name)
    again = UrdLog(folder, "ann")
    for ix, name in enumerate(NAMES, 1):
        entry = again.latest(name)
        assert entry is not None
        assert (entry["timestamp"], entry["caption"]) == (str(ix), name)
    assert again.list() == sorted(f"ann/{name}" for name in NAMES)
    assert sorted(path.name for path in folder.iterdir()) == [".lock", "ann"]


def test_what_is_given_out_can_be_changed_without_harm(urd: UrdLog) -> None:
    urd.add("import", 1, JOBS)
    entry = urd.get("import", 1)
    assert entry is not None
    entry["joblist"].clear()
    again = urd.get("import", 1)
    assert again is not None and again["joblist"] == JOBS


# -- ghosts


def chain(urd: UrdLog) -> None:
    """report/1 <- model/1 <- import/1, and model/2 <- import/2."""
    for number in (1, 2):
        urd.add("import", number, JOBS)
        urd.add("model", number, JOBS, deps=dep(urd, "import", number))
    urd.add("report", 1, JOBS, deps=dep(urd, "model", 1))


def test_truncate_hides_entries_and_all_that_depends_on_them(urd: UrdLog, folder: Path) -> None:
    chain(urd)
    assert urd.truncate("import", 2) == {"count": 1, "deps": 1}
    assert (stamps(urd, "import"), stamps(urd, "model")) == (["1"], ["1"])
    assert urd.truncate("import", 0) == {"count": 1, "deps": 2}
    assert urd.list() == []
    assert [ghost["timestamp"] for ghost in urd.ghosts("model")] == ["1", "2"]
    assert urd.truncate("import", 0) == {"count": 0, "deps": 0}
    assert UrdLog(folder, "ann").list() == []


def test_replacing_an_entry_makes_ghosts_of_its_dependants(urd: UrdLog) -> None:
    chain(urd)
    found = urd.add("import", 1, [("import", "dev-7")], update=True)
    assert found == {"new": False, "changed": True, "is_ghost": False, "deps": 2}
    assert urd.list() == ["ann/import", "ann/model"]
    assert stamps(urd, "model") == ["2"]


def test_an_entry_built_from_what_is_gone_is_a_ghost(urd: UrdLog) -> None:
    chain(urd)
    old = dep(urd, "import", 2)
    urd.truncate("import", 2)
    found = urd.add("model", 3, JOBS, deps=old)
    assert found == {"new": True, "changed": False, "is_ghost": True}
    assert urd.get("model", 3) is None
    assert urd.add("model", 3, JOBS, deps=old)["new"] is False
    with pytest.raises(UrdConflictError):
        urd.add("model", 3, JOBS, deps=old, caption="other")
    urd.add("import", 2, JOBS)
    found = urd.add("model", 3, JOBS, deps=old)
    assert found == {"new": True, "changed": False, "is_ghost": False}


def test_an_entry_that_was_truncated_can_be_added_again(urd: UrdLog) -> None:
    urd.add("import", 1, JOBS)
    urd.truncate("import", 1)
    assert urd.add("import", 1, JOBS)["new"]
    assert stamps(urd, "import") == ["1"]


# -- look-ups

TIMES = [
    "1",
    "2",
    "10",
    "2024-04",
    "2024-04-05",
    "2024-04-05T06:07",
    "2024-05",
    "2024-05+3",
    "2024-05+3+1",
]


@pytest.fixture
def many(urd: UrdLog) -> UrdLog:
    for ix, timestamp in enumerate(reversed(TIMES)):
        urd.add("import", timestamp, JOBS, caption=f"c{ix}")
    return urd


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("2", "2"),
        ("3", None),
        ("<2", "1"),
        ("<1", None),
        ("<=9", "2"),
        ("<=10", "10"),
        (">2", "10"),
        (">10", "2024-04"),
        (">=2024-04-05", "2024-04-05"),
        (">2024-04-05", "2024-04-05T06:07"),
        ("<=2024-04", "2024-04-05T06:07"),
        ("<2024-04", "10"),
        ("<=2024-04-05", "2024-04-05T06:07"),
        ("<=2024-05", "2024-05+3+1"),
        ("<=2024-05+3", "2024-05+3+1"),
        ("<2024-05+3+1", "2024-05+3"),
        (("<", "2024-05", 3), "2024-05"),
        ((">=", dt.date(2024, 4, 6)), "2024-05"),
        ("<=2023-12", "10"),
        (">2024-06", None),
        ("latest", "2024-05+3+1"),
        ("first", "1"),
    ],
)
def test_lookups(many: UrdLog, given: Any, found: str | None) -> None:
    entry = many.get("import", given)
    assert (entry and entry["timestamp"]) == found


def test_latest_first_horizon_since(many: UrdLog) -> None:
    def at(entry: Any) -> str:
        return str(entry["timestamp"])

    assert at(many.latest("import")) == TIMES[-1]
    assert at(many.latest("import", horizon="2024-04")) == "2024-04-05T06:07"
    assert at(many.latest("import", horizon=5)) == "2"
    assert many.latest("import", horizon=0) is None
    assert at(many.first("import")) == "1"
    assert stamps(many, "import") == TIMES
    assert many.since("import", 0) == TIMES
    assert many.since("import", "2024-04") == TIMES[4:]
    assert many.since("import", "2024-05", captions=True) == [
        ("2024-05+3", "c1"),
        ("2024-05+3+1", "c0"),
    ]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (7, "7"),
        ("007", "7"),
        ("2024-05-06 07:08", "2024-05-06T07:08"),
        ("2024-02-31", "2024-02-31"),
        (dt.date(2024, 5, 6), "2024-05-06"),
        (dt.datetime(2024, 5, 6, 7, 8, 9), "2024-05-06T07:08:09"),
        (dt.datetime(2024, 5, 6, microsecond=10), "2024-05-06T00:00:00.000010"),
        (("2024-05", 3), "2024-05+3"),
        ([dt.date(2024, 5, 6), "1+2"], "2024-05-06+1+2"),
    ],
)
def test_forms_of_timestamps(given: Any, text: str) -> None:
    assert timestamps.normal(given) == text
    assert timestamps.normal(text) == text


@pytest.mark.parametrize(
    "given",
    [
        -1,
        True,
        None,
        "",
        "x",
        "2024-5",
        "2024-123",
        "2024-05-06T",
        "1+",
        "<<1",
        1.5,
        (),
        "latest+1",
        "٣",
        dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
    ],
)
def test_what_is_no_timestamp(given: Any) -> None:
    with pytest.raises(UrdError):
        timestamps.lookup(given)


part = st.one_of(
    st.integers(0, 30).map(str),
    st.datetimes(dt.datetime(2023, 12, 1), dt.datetime(2024, 2, 1)).map(
        lambda when: when.isoformat(timespec="microseconds")
    ),
)
cut = st.sampled_from([7, 10, 13, 16, 19, 26])
stamp = st.lists(
    st.one_of(
        st.integers(0, 30).map(str), st.tuples(part, cut).map(lambda pair: pair[0][: pair[1]])
    ),
    min_size=1,
    max_size=3,
).map("+".join)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(known=st.sets(stamp.filter(lambda text: text != "0"), max_size=8), asked=stamp)
def test_lookups_agree_with_going_through_all(
    tmp_path_factory: pytest.TempPathFactory, known: set[str], asked: str
) -> None:
    urd = UrdLog(tmp_path_factory.mktemp("urd"), "ann")
    for timestamp in known:
        urd.add("x", timestamp, JOBS)
    key = timestamps.sort_key

    def within(one: str) -> bool:
        return key(one) <= key(asked) or ("-" in asked and _begins(one, asked))

    ordered = sorted(known, key=key)
    expected = {
        "": [one for one in ordered if one == asked],
        "<": [one for one in ordered if key(one) < key(asked)][-1:],
        "<=": [one for one in ordered if within(one)][-1:],
        ">": [one for one in ordered if key(one) > key(asked)][:1],
        ">=": [one for one in ordered if key(one) >= key(asked)][:1],
    }
    for how, entries in expected.items():
        entry = urd.get("x", how + asked)
        assert ([entry["timestamp"]] if entry else []) == entries


def _begins(one: str, asked: str) -> bool:
    """Whether `one` is `asked` made more precise, or with more parts."""
    parts, wanted = one.split("+"), asked.split("+")
    if parts[: len(wanted)] == wanted:
        return True
    last = wanted[-1]
    same = len(parts) >= len(wanted) and parts[: len(wanted) - 1] == wanted[:-1]
    return same and "-" in last and parts[len(wanted) - 1].startswith(last)


# -- damage


def fill(urd: UrdLog, count: int) -> None:
    for number in range(1, count + 1):
        urd.add("import", number, JOBS, caption=f"entry {number}")


def test_a_last_line_torn_at_any_length(urd: UrdLog, folder: Path, tmp_path: Path) -> None:
    fill(urd, 3)
    data = (folder / "ann" / "import.urd").read_bytes()
    start = data.rindex(b"\n", 0, len(data) - 1) + 1
    for length in range(start, len(data) + 1):
        torn = tmp_path / f"torn{length}"
        (torn / "ann").mkdir(parents=True)
        file = torn / "ann" / "import.urd"
        file.write_bytes(data[:length])
        whole = length >= len(data) - 1  # only the line end is missing, or nothing
        urd = UrdLog(torn, "ann")
        assert stamps(urd, "import") == (["1", "2", "3"] if whole else ["1", "2"])
        said = urd.problems
        assert bool(said) == (not whole and length > start)
        assert all("import.urd: the last line was cut short" in text for text in said)
        urd.add("import", 4, JOBS)
        assert file.read_bytes().endswith(b"\n")
        again = UrdLog(torn, "ann")
        assert stamps(again, "import") == stamps(urd, "import")
        assert stamps(again, "import")[-1] == "4"
        assert again.problems == []
        assert bool(urd.problems) == bool(said), "the user is still told what was removed"


def test_a_damaged_line_costs_only_itself(urd: UrdLog, folder: Path) -> None:
    fill(urd, 4)
    file = folder / "ann" / "import.urd"
    lines = file.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b"entry 2", b"entry X")
    lines[2] = b"\x00\xff\r\n"
    file.write_bytes(b"".join(lines))
    for reader in (urd, UrdLog(folder, "ann")):
        assert stamps(reader, "import") == ["1", "4"]
        assert [text.split(": ")[0] for text in reader.problems] == [
            f"{file}, line 2",
            f"{file}, line 3",
        ]
    urd.add("import", 2, JOBS)
    assert stamps(UrdLog(folder, "ann"), "import") == ["1", "2", "4"]


def test_actions_of_a_newer_program_are_left_out_and_told(urd: UrdLog, folder: Path) -> None:
    fill(urd, 1)
    with (folder / "ann" / "import.urd").open("ab") as stream:
        stream.write(urdlines.to_line({"seq": 2, "action": "rename", "list": "ann/import"}))
    assert stamps(urd, "import") == ["1"]
    assert "not understood" in urd.problems[0]
    fill(urd, 2)
    assert stamps(UrdLog(folder, "ann"), "import") == ["1", "2"]


def test_files_that_are_removed_replaced_or_brought_in_are_noticed(
    urd: UrdLog, folder: Path, tmp_path: Path
) -> None:
    fill(urd, 2)
    other = UrdLog(tmp_path / "other", "bob")
    fill(other, 1)
    shutil.copytree(tmp_path / "other" / "bob", folder / "bob")
    assert urd.list() == ["ann/import", "bob/import"]
    shutil.rmtree(folder / "bob")
    assert urd.list() == ["ann/import"]
    (folder / "ann" / "import.urd").write_bytes(b"")
    assert urd.list() == []


def test_actions_brought_in_take_their_place_in_the_order(urd: UrdLog, folder: Path) -> None:
    fill(urd, 1)
    urd.truncate("import", 1)
    fill(urd, 1)
    early = {"seq": 2, "action": "truncate", "list": "ann/import", "timestamp": "1"}
    (folder / "ann" / "brought.urd").write_bytes(urdlines.to_line(early))
    for reader in (urd, UrdLog(folder, "ann")):
        assert stamps(reader, "import") == ["1"], "truncated before it was added again"
        assert urd.add("import", 9, JOBS)["is_ghost"] is False
        urd.truncate("import", 9)


def test_a_full_disk_leaves_the_file_as_it_was(
    urd: UrdLog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(urd, 1)
    file = folder / "ann" / "import.urd"
    before = file.read_bytes()
    write = os.write

    def half(fd: int, data: Any) -> int:
        if len(data) < 20:
            raise OSError(28, "No space left on device")
        return write(fd, bytes(data)[: len(data) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(StorageError):
        urd.add("import", 2, JOBS)
    monkeypatch.undo()
    assert file.read_bytes() == before
    assert stamps(urd, "import") == ["1"]
    assert urd.add("import", 2, JOBS)["new"]
    assert stamps(UrdLog(folder, "ann"), "import") == ["1", "2"]


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(0, 2**60), st.none())))
def test_lines_hold_any_record_and_no_changed_byte_passes(record: dict[str, Any]) -> None:
    line = urdlines.to_line(record)
    assert line.count(b"\n") == 1
    assert urdlines.from_line(line) == record
    for ix in range(0, len(line) - 1, 7):
        assert urdlines.from_line(line[:ix] + bytes([line[ix] ^ 1]) + line[ix + 1 :]) is None


# -- many processes, many entries


def _add_many(folder: Path, worker: int, count: int, start: Any) -> None:
    urd = UrdLog(folder, "ann")
    start.wait()
    for number in range(count):
        urd.add("shared", f"{worker + 1}+{number}", JOBS, caption="x" * 3000)
        urd.add(f"own{worker}", number + 1, JOBS, deps=dep(urd, "shared", f"{worker + 1}+{number}"))


def test_many_processes_append_at_once(folder: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    workers, count = 4, 20
    start = spawn.Barrier(workers + 1)
    running = [
        spawn.Process(target=_add_many, args=(folder, worker, count, start))
        for worker in range(workers)
    ]
    for process in running:
        process.start()
    reader = UrdLog(folder, "bob")
    start.wait()
    seen = 0
    while any(process.is_alive() for process in running):
        entries = reader.entries("ann/shared")
        assert len(entries) >= seen
        seen = len(entries)
        assert reader.problems == []
    for process in running:
        process.join()
        assert process.exitcode == 0
    for urd in (reader, UrdLog(folder, "ann")):
        assert len(urd.entries("ann/shared")) == workers * count
        for worker in range(workers):
            assert stamps(urd, f"ann/own{worker}") == [str(n + 1) for n in range(count)]
        assert urd.problems == []
    lines = [line for file in folder.glob("*/*.urd") for line in file.read_bytes().splitlines()]
    seqs = sorted(orjson.loads(line)["record"]["seq"] for line in lines)
    assert seqs == list(range(1, 2 * workers * count + 1)), "each action has its own place"


def test_only_what_was_appended_is_read_again(urd: UrdLog, folder: Path, monkeypatch: Any) -> None:
    lines = [
        urdlines.to_line(
            {
                "seq": number,
                "action": "add",
                "list": "ann/import",
                "timestamp": str(number),
                "caption": "",
                "joblist": JOBS,
                "deps": {},
                "build_job": "",
                "flags": [],
            }
        )
        for number in range(1, 5001)
    ]
    (folder / "ann").mkdir(parents=True)
    (folder / "ann" / "import.urd").write_bytes(b"".join(lines))
    read: list[bytes] = []
    from_line = urdlines.from_line

    def counting(line: bytes) -> Any:
        read.append(line)
        return from_line(line)

    monkeypatch.setattr(urdfiles, "from_line", counting)
    assert len(urd.entries("import")) == 5000
    assert len(read) == 5000
    other = UrdLog(folder, "ann")
    other.add("import", 5001, JOBS)
    read.clear()
    latest = urd.latest("import")
    assert latest is not None and latest["timestamp"] == "5001"
    assert len(read) == 1
    urd.add("import", 5002, JOBS)
    assert len(read) == 1, "what it wrote itself it does not read"
    assert urd.truncate("import", 1) == {"count": 5002, "deps": 0}


# -- the log, replayed, is the state


class Model:
    """What the urd is said to do, in the plainest way: no index, everything gone through."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, int], dict[str, Any]] = {}

    def add(self, name: str, number: int, caption: str, deps: dict[str, Any]) -> None:
        entry = {"caption": caption, "deps": deps}
        if self.stale(entry):
            return
        if self.entries.get((name, number)) != entry:
            self.entries[name, number] = entry
            self.settle()

    def truncate(self, name: str, number: int) -> None:
        for place in [key for key in self.entries if key[0] == name and key[1] >= number]:
            del self.entries[place]
        self.settle()

    def settle(self) -> None:
        while gone := [place for place, entry in self.entries.items() if self.stale(entry)]:
            for place in gone:
                del self.entries[place]

    def stale(self, entry: dict[str, Any]) -> bool:
        return any(
            (key := (path.removeprefix("ann/"), int(known["timestamp"]))) not in self.entries
            or self.entries[key]["caption"] != known["caption"]
            for path, known in entry["deps"].items()
        )


names = st.sampled_from("abc")
numbers = st.integers(1, 3)
action = st.one_of(
    st.tuples(st.just("truncate"), names, numbers),
    st.tuples(
        st.just("add"), names, numbers, st.sampled_from("xy"), st.none() | st.tuples(names, numbers)
    ),
)


@settings(deadline=None, max_examples=80)
@given(st.lists(action, max_size=25))
def test_state_and_replay_agree_with_the_plainest_model(
    tmp_path_factory: pytest.TempPathFactory, actions: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("urd")
    urd, late, model = UrdLog(folder, "ann"), UrdLog(folder, "bob"), Model()
    for step, (kind, name, number, *rest) in enumerate(actions):
        if kind == "truncate":
            urd.truncate(name, number)
            model.truncate(name, number)
        else:
            caption, wanted = rest
            other = urd.get(*wanted) if wanted else None
            deps = {f"ann/{wanted[0]}": as_dep(other)} if other and wanted[0] != name else {}
            urd.add(name, number, JOBS, caption=caption, deps=deps, update=True)
            model.add(name, number, caption, deps)
        if step % 3 == 0:
            late.list()
    for reader in (urd, late, UrdLog(folder, "eve")):
        found = {
            (name, int(entry["timestamp"])): {"caption": entry["caption"], "deps": entry["deps"]}
            for name in "abc"
            for entry in reader.entries(f"ann/{name}")
        }
        assert found == model.entries


# -- what each run logs


def run_logged(folder: Path, when: str) -> dict[str, Any]:
    """What another process logs of a run, by itself."""
    return UrdLog(folder, "ann").add("__auto__", when, JOBS, update=True)


def test_runs_are_logged_without_reading_what_others_logged(
    urd: UrdLog, folder: Path, monkeypatch: Any
) -> None:
    fill(urd, 300)
    read: list[bytes] = []
    from_line = urdlines.from_line

    def counting(line: bytes) -> Any:
        read.append(line)
        return from_line(line)

    with monkeypatch.context() as patch:
        patch.setattr(urdfiles, "from_line", counting)
        for number in range(3):
            run_logged(folder, f"2024-01-0{number + 1}")
    assert len(read) == 1 + 2 + 2, "the last line of each file"
    assert stamps(urd, "__auto__") == ["2024-01-01", "2024-01-02", "2024-01-03"]
    seqs = [
        orjson.loads(line)["record"]["seq"]
        for line in (folder / "ann" / "__auto__.urd").read_bytes().splitlines()
    ]
    assert seqs == [301, 302, 303]
    assert UrdLog(folder, "ann").entries("__auto__") == urd.entries("__auto__")


@pytest.mark.parametrize("length", [1, 1 << 15, (1 << 16) + 3, 3 << 16])
def test_a_last_line_of_any_length_is_found(urd: UrdLog, folder: Path, length: int) -> None:
    run_logged(folder, "2024-01-01")
    urd.add("__auto__", "2024-01-02", JOBS, caption="x" * length, update=True)
    run_logged(folder, "2024-01-03")
    assert stamps(urd, "__auto__") == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert urd.problems == []


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_a_run_is_logged_behind_a_line_that_was_cut_short(folder: Path, cut: int) -> None:
    run_logged(folder, "2024-01-01")
    run_logged(folder, "2024-01-02")
    path = folder / "ann" / "__auto__.urd"
    path.write_bytes(path.read_bytes()[:-cut])
    run_logged(folder, "2024-01-03")
    left = ["2024-01-01", "2024-01-02"] if cut == 1 else ["2024-01-01"]
    again = UrdLog(folder, "ann")
    assert stamps(again, "__auto__") == [*left, "2024-01-03"]
    assert again.problems == []


def test_a_full_disk_leaves_the_runs_as_they_were(folder: Path, monkeypatch: Any) -> None:
    run_logged(folder, "2024-01-01")
    before = (folder / "ann" / "__auto__.urd").read_bytes()

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageError):
            run_logged(folder, "2024-01-02")
    assert (folder / "ann" / "__auto__.urd").read_bytes() == before
