"""Events that wait: how many are applied at a time, and when they have waited enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog import apply, backlog, batch
from catalog import fold as folding
from catalog.fold import fold
from catalog.journal import JournalWriter
from catalog.read import query
from catalog.replay import Event


def tell(folder: Path, *ids: str) -> None:
    with JournalWriter(folder) as journal:
        for jobid in ids:
            assert journal.append("job", {"jobid": jobid, "state": "complete"}) is None


def test_a_batch_is_bounded_in_events_and_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_MOST_EVENTS", 3)
    monkeypatch.setattr(batch, "_MOST_BYTES", 100)
    got: list[list[float]] = []
    portions = batch.Batch(lambda events: got.append([event.at for event in events]))
    for at, size in enumerate((10, 10, 10, 10, 95, 10, 200)):
        portions.add(Event("job", at, {}), size)
    assert got == [[0, 1, 2], [3, 4], [5, 6]]
    portions.add(Event("job", 7, {}), 1)
    portions.flush()
    portions.flush()
    assert got[-1] == [7] and portions.events == 8


def test_small_journals_are_applied_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    applied = apply.Applier.apply

    def counted(self: apply.Applier, events: list[Event]) -> None:
        sizes.append(len(events))
        applied(self, events)

    monkeypatch.setattr(apply.Applier, "apply", counted)
    for number in range(5):
        tell(tmp_path, f"dev-{number}", f"dev-{number + 100}")
    assert fold(tmp_path).events == 10
    assert sizes == [10]


def test_a_backlog_is_long_by_number_or_by_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not backlog.is_long(tmp_path)
    monkeypatch.setattr(backlog, "_MOST_JOURNALS", 2)
    tell(tmp_path, "dev-1")
    tell(tmp_path, "dev-2")
    assert not backlog.is_long(tmp_path)
    tell(tmp_path, "dev-3")
    assert backlog.is_long(tmp_path)
    fold(tmp_path)
    assert not backlog.is_long(tmp_path)
    monkeypatch.setattr(backlog, "_MOST_BYTES", 100)
    tell(tmp_path, "dev-" + "4" * 100)
    assert backlog.is_long(tmp_path)


def test_a_journal_that_is_written_to_does_not_make_a_backlog_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "_MOST_BYTES", 100)
    with JournalWriter(tmp_path) as journal:
        journal.append("job", {"jobid": "dev-" + "4" * 100})
        assert not backlog.is_long(tmp_path)
    assert backlog.is_long(tmp_path)


def test_a_fold_that_commits_on_the_way_is_still_all_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_MOST_EVENTS", 2)
    monkeypatch.setattr(batch, "_MOST_UNCOMMITTED", 4)
    tell(tmp_path, "dev-0")
    fold(tmp_path)
    before = (tmp_path / "catalog.duckdb").read_bytes()
    tell(tmp_path, *[f"dev-{number}" for number in range(1, 10)])
    with monkeypatch.context() as failing:
        failing.setattr(folding, "_keep_book", _stopped)
        with pytest.raises(KeyboardInterrupt):
            fold(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"catalog.duckdb", "catalog.lock", "journal"}
    assert (tmp_path / "catalog.duckdb").read_bytes() == before
    assert fold(tmp_path).events == 9
    assert {path.name for path in tmp_path.iterdir()} == left
    assert query(tmp_path, "SELECT count(*) AS n, max(number) AS most FROM jobs").to_pylist() == [
        {"n": 10, "most": None}
    ]


def _stopped(*_: object) -> None:
    raise KeyboardInterrupt
