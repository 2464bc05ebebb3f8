"""Folding: every event counts once, in whatever order journals are read, and the latest wins."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from catalog_story import TODAY, Event, event, job, story
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.encode import to_json
from catalog.fold import FoldReport, fold
from catalog.journal import JournalWriter, encode_line
from catalog.layout import database_path, exclusive, journal_folder, journal_paths
from catalog.rows import TABLES
from catalog.store import connection

BOOKKEEPING = {"journal_event"}
STAMPS = {"journal", "position"}


def tell(folder: Path, *events: dict[str, Any]) -> None:
    with JournalWriter(folder) as writer:
        for told in events:
            assert writer.append(told["kind"], told["doc"], told["at"]) is None


def tell_as_is(folder: Path, events: list[dict[str, Any]]) -> None:
    """In one journal, each with its own time: a writer gives none that is before the last."""
    if not events:
        return
    with JournalWriter(folder) as writer:
        assert writer.append(events[0]["kind"], events[0]["doc"], events[0]["at"]) is None
        assert writer.path is not None
        with writer.path.open("ab") as journal:
            journal.writelines(encode_line(to_json(told)) for told in events[1:])


def ask(folder: Path, sql: str) -> list[Any]:
    with connection(database_path(folder), read_only=True) as con:
        return list(con.execute(sql).fetchall())


def contents(folder: Path) -> dict[str, list[Any]]:
    """All rows of all tables, but for where they were read from."""
    found = {}
    with connection(database_path(folder), read_only=True) as con:
        for name, table in TABLES.items():
            if name not in BOOKKEEPING:
                columns = ", ".join(
                    f"{c}::VARCHAR" for c in table.columns if c not in STAMPS or name == "run_job"
                )
                found[name] = sorted(
                    con.execute(f"SELECT {columns} FROM {name}").fetchall(), key=repr
                )
    return found


def test_the_story_has_rows_in_every_table(told: Path) -> None:
    empty = [name for name, rows in contents(told).items() if not rows]
    assert empty == ["job_collected", "forgotten_job"]


def test_folding_again_changes_nothing_and_copies_nothing(tmp_path: Path) -> None:
    tell(tmp_path, *story())
    assert fold(tmp_path).status == "rebuilt"
    before, inode = contents(tmp_path), database_path(tmp_path).stat().st_ino
    report = fold(tmp_path)
    assert (report.status, report.events, report.problems) == ("current", 0, [])
    assert database_path(tmp_path).stat().st_ino == inode
    tell(tmp_path, *story())
    assert fold(tmp_path).status == "folded"
    assert contents(tmp_path) == before


def story_with_beginnings() -> list[dict[str, Any]]:
    """The story, in which each job is told of when it begins, too."""
    running = [
        event("job", told["at"] - 5.005, **(told["doc"] | {"state": "running", "ended": None}))
        for told in story()
        if told["kind"] == "job" and told["doc"]["state"] != "running"
    ]
    return story() + running


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What a catalog holds when that is told in order and folded at once."""
    folder = tmp_path_factory.mktemp("in_order")
    tell(folder, *sorted(story_with_beginnings(), key=lambda told: told["at"]))
    fold(folder)
    return contents(folder)


@settings(max_examples=4, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 3), st.integers(1, 3))
def test_neither_order_nor_journals_nor_folds_matter(
    in_order: dict[str, list[Any]], random: Any, writers: int, folds: int
) -> None:
    """The events of the story, some twice, dealt to journals and folded in between."""
    events = story_with_beginnings()
    with tempfile.TemporaryDirectory() as folder:
        random.shuffle(events)
        events += events[:5]
        share = len(events) // folds + 1
        for start in range(0, len(events), share):
            for n in range(writers):
                tell_as_is(Path(folder), events[start + n : start + share : writers])
            fold(folder)
        assert contents(Path(folder)) == in_order


def test_a_later_document_takes_the_place_of_all_rows_of_the_earlier(tmp_path: Path) -> None:
    option = {"name": "old", "value": "1"}
    tell(tmp_path, job(1, "m", TODAY, state="running", ended=None, options=[option]))
    fold(tmp_path)
    assert ask(tmp_path, "SELECT state FROM jobs") == [("running",)]
    tell(tmp_path, job(1, "m", TODAY, options=[{"name": "new", "value": "2"}]))
    fold(tmp_path)
    assert ask(tmp_path, "SELECT state FROM jobs") == [("complete",)]
    assert ask(tmp_path, "SELECT name FROM options") == [("new",)]


def test_a_late_word_that_a_job_runs_does_not_bring_it_back(tmp_path: Path) -> None:
    """The clock of the process that reported the end may have been behind."""
    tell(tmp_path, event("job", TODAY - 60, jobid="dev-1", started=TODAY - 100, state="lost"))
    fold(tmp_path)
    tell(tmp_path, event("job", TODAY, jobid="dev-1", started=TODAY - 100, state="running"))
    fold(tmp_path)
    assert ask(tmp_path, "SELECT state FROM jobs") == [("lost",)]


def test_a_forgotten_job_is_gone_and_its_id_can_be_used_again(tmp_path: Path) -> None:
    tell(tmp_path, job(1, "m", TODAY - 100), event("forget", TODAY - 50, jobid="dev-1"))
    fold(tmp_path)
    assert ask(tmp_path, "SELECT job FROM jobs") == []
    tell(tmp_path, job(1, "m", TODAY - 100))
    fold(tmp_path)
    assert ask(tmp_path, "SELECT job FROM jobs") == []
    tell(tmp_path, job(1, "other", TODAY))
    fold(tmp_path)
    assert ask(tmp_path, "SELECT method FROM jobs") == [("other",)]


def collected(number: int, at: float, **more: Any) -> Event:
    gone = {"at": at, "was": "complete", "bytes": 500, "why": "is needed by nothing"}
    away = {"state": "collected", "path": None, "bytes": None, "collected": gone}
    told = job(number, "m", TODAY - 100, **away, **more)
    return told | {"at": at}


def test_a_collected_job_stays_in_history_in_whatever_order_it_is_told(tmp_path: Path) -> None:
    events = [job(1, "m", TODAY - 100, bytes=500), collected(1, TODAY)]
    for place, order in enumerate((events, events[::-1])):
        folder = tmp_path / str(place)
        for one in order:
            tell(folder, one)  # each in a journal of its own
        fold(folder)
        assert ask(folder, "SELECT job, state, bytes, path FROM jobs") == [
            ("dev-1", "collected", None, None)
        ]
        assert ask(folder, "SELECT job, was, bytes, why FROM collected_jobs") == [
            ("dev-1", "complete", 500, "is needed by nothing")
        ]


def test_the_last_word_on_a_pin_counts(tmp_path: Path) -> None:
    def pin(at: float, number: int, pinned: bool) -> Event:
        return event("pin", at, jobid=f"dev-{number}", pinned=pinned, note="why", user="anna")

    tell(tmp_path, pin(TODAY, 1, True), pin(TODAY + 1, 2, True), pin(TODAY + 2, 1, False))
    fold(tmp_path)
    assert ask(tmp_path, "SELECT job, note, user_name FROM pins") == [("dev-2", "why", "anna")]


def test_an_unknown_kind_is_kept_as_it_is(tmp_path: Path) -> None:
    tell(tmp_path, event("novelty", TODAY, thing=1))
    assert fold(tmp_path).problems == []
    assert ask(tmp_path, "SELECT kind, doc FROM journal_event") == [("novelty", '{"thing":1}')]


BAD_DOCS = [
    ("job", {}),
    ("job", {"jobid": 7}),
    ("job", {"jobid": "dev-1", "options": 7}),
    ("job", {"jobid": "dev-1", "inputs": ["x"]}),
    ("job", {"jobid": "dev-1", "datasets": [{}]}),
    ("job", {"jobid": "dev-1", "environment": "x"}),
    ("run", {"run": None}),
    ("run", {"run": "r", "jobs": [3]}),
    ("urd", {"list": "x"}),
    ("urd", {"list": "x", "action": "add", "timestamp": "1", "joblist": [1]}),
    ("forget", {}),
]


@pytest.mark.parametrize(("kind", "doc"), BAD_DOCS)
def test_an_event_of_the_wrong_shape_costs_itself_alone(
    tmp_path: Path, kind: str, doc: dict[str, Any]
) -> None:
    tell(tmp_path, event(kind, TODAY, **doc), job(2, "m", TODAY))
    report = fold(tmp_path)
    assert len(report.problems) == 1
    assert kind in report.problems[0].text
    assert ("dev-1" in report.problems[0].text) == (doc.get("jobid") == "dev-1")
    assert ask(tmp_path, "SELECT job FROM jobs") == [("dev-2",)]
    assert ask(tmp_path, "SELECT count(*) FROM journal_problem") == [(1,)]


def test_values_of_the_wrong_type_become_what_they_can(tmp_path: Path) -> None:
    odd = {
        "wall_s": "fast",
        "rows": 1.5,
        "bytes": 2**70,
        "pid": "12",
        "seed": 10**30,
        "caption": ["a"],
        "is_build": 1,
        "started": "now",
        "name": "\udc80",
        "ended": 1e300,
    }
    tell(tmp_path, event("job", TODAY, jobid="dev-1", state="complete", **odd))
    assert fold(tmp_path).problems == []
    assert ask(
        tmp_path,
        "SELECT wall_s, rows, bytes, pid, caption, is_build, started IS NULL, name, seed, "
        "ended IS NULL FROM jobs JOIN (SELECT job, pid FROM job) USING (job)",
    ) == [(None, 1, None, 12, '["a"]', True, True, "\\udc80", str(10**30), True)]


def test_a_missing_part_of_a_key_is_empty(tmp_path: Path) -> None:
    tell(tmp_path, event("job", TODAY, jobid="dev-1", options=[{"value": "1"}], files=[{}]))
    assert fold(tmp_path).problems == []
    assert ask(tmp_path, "SELECT name, value FROM options") == [("", "1")]


def test_a_newer_event_waits_and_so_does_what_follows(tmp_path: Path) -> None:
    with JournalWriter(tmp_path) as writer:
        writer.append("job", {"jobid": "dev-1"})
        assert writer.path is not None
        with writer.path.open("ab") as stream:
            stream.write(encode_line(to_json({"v": 9, "kind": "job", "at": 1.0, "doc": {}})))
        writer.append("job", {"jobid": "dev-2"})
    for _ in range(2):
        assert any("newer" in problem.text for problem in fold(tmp_path).problems)
        assert ask(tmp_path, "SELECT job FROM job") == [("dev-1",)]
        assert len(journal_paths(tmp_path)) == 1


def test_only_one_folds_at_a_time(tmp_path: Path) -> None:
    with exclusive(tmp_path, 0) as held:
        assert held
        assert fold(tmp_path).status == "busy"
        assert fold(tmp_path, wait=0.05).status == "busy"
    assert fold(tmp_path).status == "rebuilt"


def test_journals_of_living_writers_stay_and_of_dead_ones_go(tmp_path: Path) -> None:
    with JournalWriter(tmp_path) as living:
        living.append("job", {"jobid": "dev-1"})
        tell(tmp_path, job(2, "m", TODAY))
        fold(tmp_path)
        assert journal_paths(tmp_path) == [living.path]
        living.append("job", {"jobid": "dev-3"})
        fold(tmp_path)
    assert fold(tmp_path).status == "current"
    assert journal_paths(tmp_path) == []
    assert ask(tmp_path, "SELECT job FROM job ORDER BY job") == [("dev-1",), ("dev-2",), ("dev-3",)]


def test_the_torn_end_of_a_dead_writer_is_told_and_mended(tmp_path: Path) -> None:
    tell(tmp_path, job(1, "m", TODAY), job(2, "m", TODAY))
    (path,) = journal_paths(tmp_path)
    path.write_bytes(path.read_bytes()[:-3])
    report = fold(tmp_path)
    assert [problem.text.split(" (")[0] for problem in report.problems] == ["the torn last line"]
    assert ask(tmp_path, "SELECT job FROM job") == [("dev-1",)]
    assert journal_paths(tmp_path) == []
    assert fold(tmp_path) == FoldReport("current", seconds=pytest.approx(0, abs=60))


def test_the_unfinished_line_of_a_living_writer_waits(tmp_path: Path) -> None:
    with JournalWriter(tmp_path) as writer:
        writer.append("job", {"jobid": "dev-1"})
        assert writer.path is not None
        line = encode_line(to_json({"v": 1, "kind": "job", "at": 1.0, "doc": {"jobid": "dev-2"}}))
        with writer.path.open("ab") as stream:
            stream.write(line[:-9])
        fold(tmp_path)
        inode = database_path(tmp_path).stat().st_ino
        assert fold(tmp_path) == FoldReport("current", seconds=pytest.approx(0, abs=60))
        assert database_path(tmp_path).stat().st_ino == inode
        with writer.path.open("ab") as stream:
            stream.write(line[-9:])
        fold(tmp_path)
    assert ask(tmp_path, "SELECT count(*) FROM job") == [(2,)]


def test_a_journal_that_shrank_is_told_once(tmp_path: Path) -> None:
    with JournalWriter(tmp_path) as writer:
        writer.append("job", {"jobid": "dev-1"})
        fold(tmp_path)
        assert writer.path is not None
        os.truncate(writer.path, 10)
        assert len(fold(tmp_path).problems) == 1
        assert fold(tmp_path).problems == []


def test_what_killed_processes_left_is_swept(tmp_path: Path) -> None:
    tell(tmp_path, job(1, "m", TODAY))
    remains = [
        tmp_path / ".catalog-1-aa.fold",
        tmp_path / ".catalog-1-aa.fold.wal",
        journal_folder(tmp_path) / ".host-1-2-aa.journal-new",
    ]
    for path in remains:
        path.write_text("half")
    fold(tmp_path)
    assert not any(path.exists() for path in remains)


def test_the_log_of_someone_who_wrote_by_hand_is_not_mixed_in(tmp_path: Path) -> None:
    fold(tmp_path)
    tell(tmp_path, job(1, "m", TODAY))
    log = tmp_path / "catalog.duckdb.wal"
    log.write_bytes(b"of another file")
    fold(tmp_path, afresh=True)
    assert not log.exists()
    assert ask(tmp_path, "SELECT job FROM job") == [("dev-1",)]


def test_ten_thousand_columns_and_a_ten_megabyte_option(tmp_path: Path) -> None:
    columns = [{"name": f"c{n}", "position": n, "type": "int64"} for n in range(10_000)]
    wide = {"name": "wide 🦆\n", "rows": 1, "columns": columns}
    option = {"name": "n" * 255, "value": "x" * 10_000_000}
    tell(tmp_path, job(1, "m", TODAY, datasets=[wide], options=[option]))
    assert fold(tmp_path).problems == []
    assert ask(tmp_path, "SELECT dataset, columns FROM datasets") == [("dev-1/wide 🦆\n", 10_000)]
    assert ask(tmp_path, "SELECT length(name), length(value) FROM options") == [(255, 10_000_000)]


def test_events_number_on_for_whoever_follows(tmp_path: Path) -> None:
    tell(tmp_path, *story()[:3])
    fold(tmp_path)
    ((latest,),) = ask(tmp_path, "SELECT max(seq) FROM journal_event")
    tell(tmp_path, event("alarm", TODAY, jobid="dev-1", text="odd"))
    fold(tmp_path)
    new = ask(tmp_path, f"SELECT kind, subject FROM journal_event WHERE seq > {latest}")
    assert new == [("alarm", "dev-1")]
