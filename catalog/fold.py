"""Folding journals into the catalog: in a copy that is put in place, whole, by one rename.

Readers never wait and never see half a fold. A process killed at any moment leaves the old file
or the new one; what it left besides is swept by the next fold. Whether events are new is decided
by the offsets that are kept in the same file as the rows.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.batch import Batch, committing
from catalog.encode import to_json
from catalog.errors import CatalogError
from catalog.layout import database_path, exclusive, journal_paths
from catalog.replay import Event, JournalReader, Problem, event_of
from catalog.schema import create, define, definitions_digest, migrate, newest_version
from catalog.store import (
    DamagedError,
    State,
    check,
    copy,
    dead_journal,
    discarded,
    publish,
    read_state,
    scratch_path,
    set_aside,
    sweep,
    transaction,
)

Rebuild = Callable[[], Iterable[Mapping[str, Any]]]


@dataclass
class FoldReport:
    """What a fold did.

    `status`: "current" (nothing was new), "folded", "rebuilt", or "busy" (another process folds).
    `events` were applied. `problems` are lines and events that could not be used. `notes` are
    sentences for the user: a damaged catalog moved aside, an older one brought up to date.
    """

    status: str = "current"
    events: int = 0
    seconds: float = 0.0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def fold(
    folder: Path | str,
    rebuild: Rebuild | None = None,
    *,
    wait: float | None = 0.0,
    afresh: bool = False,
    migrations: Path | None = None,
) -> FoldReport:
    """Bring the catalog in `folder` (a workspace's `.axtui`) up to date with its journals.

    `wait` is how many seconds to wait for another fold to end: 0 not at all (status "busy"), None
    for ever. `rebuild` gives all events that the job directories hold, as `{"kind", "at", "doc"}`;
    it is called when the catalog is missing or damaged, or with `afresh` (`axtui reindex`).
    Raises CatalogNewerError if the catalog is for a newer program (unless `afresh`) and
    CatalogError if it cannot be written; the journals then wait.
    """
    begun, where = time.monotonic(), Path(folder)
    with exclusive(where, wait) as held:
        if not held:
            return FoldReport("busy", seconds=time.monotonic() - begun)
        try:
            report = _Fold(where, rebuild, migrations).run(afresh)
        except OSError as error:
            reason = error.strerror or error
            raise CatalogError(f"cannot fold the catalog in {where}: {reason}") from error
    report.seconds = time.monotonic() - begun
    return report


def reindex(folder: Path | str, rebuild: Rebuild, *, wait: float | None = None) -> FoldReport:
    """Make the catalog anew from the job directories, whatever is there now: see `fold`."""
    return fold(folder, rebuild, wait=wait, afresh=True)


class _Fold:
    """One fold, with the lock held."""

    def __init__(self, folder: Path, rebuild: Rebuild | None, migrations: Path | None) -> None:
        self.folder = folder
        self.rebuild = rebuild
        self.migrations = migrations
        self.path = database_path(folder)
        self.report = FoldReport()
        self.damaged = False

    def run(self, afresh: bool) -> FoldReport:
        sweep(self.folder)
        # Asked before reading: a dead writer's journal cannot grow between now and its removal.
        self.dead = {path for path in journal_paths(self.folder) if _is_dead(path)}
        state = None if afresh else self._state()
        if state is None or (not state.complete and self.rebuild):
            self._make_anew()
        elif self._is_current(state):
            self._remove_journals(state.positions)
        else:
            self._add_to(state)
        return self.report

    def _state(self) -> State | None:
        try:
            return read_state(self.path, self.migrations)
        except DamagedError as error:
            self._found_damaged(error)
            return None

    def _found_damaged(self, error: DamagedError) -> None:
        self.damaged = True
        self.report.notes.append(f"the catalog was damaged ({error})")

    def _is_current(self, state: State) -> bool:
        if state.version < newest_version(self.migrations):
            return False
        if state.definitions != definitions_digest():
            return False
        return not any(
            self._is_pending(path, state.positions.get(path.name, 0))
            for path in journal_paths(self.folder)
        )

    def _is_pending(self, path: Path, position: int) -> bool:
        reader = JournalReader(path, position)
        for _ in reader:
            return True
        if reader.newer:
            self.report.problems += reader.problems
            return False
        return bool(reader.problems) or (reader.tail > 0 and path in self.dead)

    def _add_to(self, state: State) -> None:
        """Copy the catalog, add what is new, put the copy in its place."""
        import duckdb

        scratch = scratch_path(self.folder)
        try:
            with discarded(scratch):
                copy(self.path, scratch)
                with transaction(scratch) as con:
                    if state.version < newest_version(self.migrations):
                        migrate(con, state.version, self.migrations)
                        self.report.notes.append(
                            f"the catalog was brought from version {state.version} to "
                            f"{newest_version(self.migrations)}"
                        )
                    elif state.definitions != definitions_digest():
                        define(con)
                    positions = self._take_in(con, state.positions, (), None)
                publish(self.folder, scratch)
        except duckdb.Error as error:
            self._doubt(error)
            return
        self.report.status = "folded"
        self._remove_journals(positions)

    def _doubt(self, error: Exception) -> None:
        """A fold failed within DuckDB: if the old file is damaged rebuild it, else say why."""
        try:
            check(self.path)
        except DamagedError as damage:
            self.report = FoldReport()
            self._found_damaged(damage)
            self._make_anew()
            return
        raise CatalogError(f"cannot fold the catalog in {self.folder}: {error}") from error

    def _make_anew(self) -> None:
        """Make a catalog from the job directories and the journals."""
        import duckdb

        scratch = scratch_path(self.folder)
        try:
            with discarded(scratch):
                with transaction(scratch) as con:
                    create(con, complete=self.rebuild is not None, migrations=self.migrations)
                    cut = {path.name: path.stat().st_size for path in journal_paths(self.folder)}
                    found = self.rebuild() if self.rebuild else ()
                    positions = self._take_in(con, {}, found, cut if self.rebuild else None)
                if self.damaged:
                    self.report.notes.append(f"it was kept as {set_aside(self.folder).name}")
                publish(self.folder, scratch)
        except duckdb.Error as error:
            raise CatalogError(f"cannot make the catalog in {self.folder}: {error}") from error
        if self.damaged and self.rebuild:
            self.report.notes.append("it was rebuilt from the job directories")
        elif self.damaged:
            self.report.notes.append("only new events are in it now: run `axtui reindex`")
        self.report.status = "rebuilt"
        self._remove_journals(positions)

    def _take_in(
        self,
        con: Any,
        positions: Mapping[str, int],
        found: Iterable[Mapping[str, Any]],
        cut: Mapping[str, int] | None,
    ) -> dict[str, int]:
        """Apply `found` and what is new in the journals; returns how far each is read now.

        `cut` is how long each journal was before the job directories were listed. They know of
        older events of the kinds they tell of, and of jobs that are gone since.
        """
        from catalog.apply import Applier

        applier = Applier(con)
        batch = Batch(committing(con, applier.apply))
        told = {"job"}
        for event, size in self._found(found, told):
            batch.add(event, size)
        reached = {}
        for path in journal_paths(self.folder):
            reader = JournalReader(path, positions.get(path.name, 0))
            events: Iterable[Event] = reader
            if cut is not None:
                events = _untold(reader, told, cut.get(path.name, 0))
            for event in events:
                batch.add(event, reader.position - event.position)
            reached[path.name] = reader.position
            self.report.problems += reader.problems
            if reader.tail and path in self.dead and not reader.newer:
                torn = f"the torn last line ({reader.tail} bytes) of a writer that died was dropped"
                self.report.problems.append(Problem(path.name, reader.position, torn))
        batch.flush()
        self.report.events += batch.events
        self.report.problems += applier.problems
        _keep_book(con, reached, self.report.problems)
        return reached

    def _found(
        self, found: Iterable[Mapping[str, Any]], told: set[str]
    ) -> Iterator[tuple[Event, int]]:
        """Events of job directories with their sizes, as they would have in a journal."""
        for place, value in enumerate(found):
            try:
                event = event_of(value, "", place)
            except (ValueError, AttributeError) as error:
                self.report.problems.append(Problem("", place, f"no event: {error}"))
                continue
            told.add(event.kind)
            yield event, len(to_json(event.doc))

    def _remove_journals(self, positions: Mapping[str, int]) -> None:
        """Remove journals of dead writers that are folded to their end, but for a torn tail."""
        for path in self.dead:
            reader = JournalReader(path, positions.get(path.name, 0))
            with contextlib.suppress(OSError):
                if not any(True for _ in reader) and not reader.newer:
                    path.unlink()


def _untold(reader: JournalReader, told: set[str], cut: int) -> Iterator[Event]:
    for event in reader:
        if event.position >= cut or event.kind not in told:
            yield event


def _is_dead(path: Path) -> bool:
    with dead_journal(path) as dead:
        return dead


def _keep_book(con: Any, reached: Mapping[str, int], problems: Iterable[Problem]) -> None:
    con.execute("DELETE FROM journal_position")
    con.execute(  # a statement for each took a millisecond each
        "INSERT INTO journal_position SELECT unnest($1::VARCHAR[]), unnest($2::BIGINT[])",
        [list(reached), list(reached.values())],
    )
    for problem in problems:
        con.execute(
            "INSERT INTO journal_problem SELECT $journal, $position, $text, now() WHERE NOT EXISTS "
            "(SELECT 1 FROM journal_problem WHERE journal = $journal AND position = $position)",
            {"journal": problem.journal, "position": problem.position, "text": problem.text},
        )
