"""Applying events to an open catalog, in any order, any number of times, with one outcome.

Documents of jobs and runs are replaced as wholes by the one with the greatest rank. The rank is a
total order, so it does not matter in which order journals are read, nor whether an event is seen
twice. All other rows have natural keys and are added once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from catalog.bulk import Loader
from catalog.replay import Event, Problem
from catalog.rows import (
    FINISHED,
    JOB_TABLES,
    LASTING_TABLES,
    RUN_TABLES,
    TABLES,
    Rows,
    event_row,
    job_rows,
    micros,
    run_rows,
    urd_rows,
)

Rank = tuple[int, bool, int, str, int]


class Applier:
    """Applies batches of events within the transaction that the caller holds."""

    def __init__(self, con: Any) -> None:
        self._con = con
        self._load = Loader(con)
        self._seen: set[str] = set()
        latest = con.execute("SELECT coalesce(max(seq), 0) FROM journal_event").fetchall()
        self._seq = int(latest[0][0])
        self.problems: list[Problem] = []

    def apply(self, events: list[Event]) -> None:
        """Apply `events`. One that makes no sense is left out and added to `problems`."""
        rows = Rows(self._seen)
        jobs: dict[str, Event] = {}
        runs: dict[str, Event] = {}
        forgotten: dict[str, float] = {}
        for event in events:
            try:
                self._sort_out(event, rows, jobs, runs, forgotten)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                self._reject(event, error)
        self._forget(forgotten)
        self._replace("job", JOB_TABLES, self._not_forgotten(jobs), rows)
        self._replace("run", RUN_TABLES, runs, rows)
        for table, found in rows.items():
            key = LASTING_TABLES.get(table, ())
            self._load.insert(table, TABLES[table].columns, found, unless=key)

    def _sort_out(
        self,
        event: Event,
        rows: Rows,
        jobs: dict[str, Event],
        runs: dict[str, Event],
        forgotten: dict[str, float],
    ) -> None:
        doc, own = event.doc, Rows()
        if event.kind == "job":
            _keep_greatest(jobs, _subject(doc["jobid"]), event)
        elif event.kind == "run":
            _keep_greatest(runs, _subject(doc["run"]), event)
        elif event.kind == "forget":
            job = _subject(doc["jobid"])
            forgotten[job] = max(event.at, forgotten.get(job, event.at))
        elif event.kind == "urd":
            urd_rows(own, event)
        elif event.kind in ("result", "alarm", "pin"):
            own.take(event.kind, (event.at,), [doc])
        if event.journal:
            self._seq += 1
            event_row(own, event, self._seq)
        for table, found in own.items():
            rows[table] += found

    def _reject(self, event: Event, error: Exception) -> None:
        subject = event.doc.get("jobid") or event.doc.get("run")
        of = f" of {subject}" if isinstance(subject, str) else ""
        text = f"an event of kind {event.kind!r}{of} could not be used: {error!r}"
        self.problems.append(Problem(event.journal, event.position, text))

    def _replace(
        self, name: str, tables: Iterable[str], found: dict[str, Event], rows: Rows
    ) -> None:
        """Let the documents in `found` take the place of stored ones of lower rank."""
        if not found:
            return
        ranks = self._ranks(name, found)
        newer = {key: e for key, e in found.items() if key not in ranks or _rank(e) > ranks[key]}
        if replaced := [key for key in newer if key in ranks]:
            for table in tables:
                self._load.delete(table, name, replaced)
        expand = job_rows if name == "job" else run_rows
        for event in newer.values():
            own = Rows(rows.seen)
            try:
                expand(own, event)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                self._reject(event, error)
                continue
            for table, expanded in own.items():
                rows[table] += expanded

    def _ranks(self, name: str, keys: Iterable[str]) -> dict[str, Rank]:
        with self._load.listed(keys) as listed:
            found = self._con.execute(
                f"SELECT {name}, epoch_us(started), state, epoch_us(recorded), journal, position "
                f"FROM {name} WHERE {name} IN {listed}"
            ).fetchall()
        return {
            key: (recorded if started is None else started, state in FINISHED, recorded, *place)
            for key, started, state, recorded, *place in found
        }

    def _forget(self, forgotten: dict[str, float]) -> None:
        if not forgotten:
            return
        self._load.insert("forgotten_job", ("job", "recorded"), list(forgotten.items()))
        self._con.execute(
            "DELETE FROM forgotten_job f WHERE EXISTS (SELECT 1 FROM forgotten_job g "
            "WHERE g.job = f.job AND g.recorded > f.recorded)"
        )
        gone = self._con.execute(
            "SELECT j.job FROM job j JOIN forgotten_job f ON f.job = j.job "
            "AND j.recorded <= f.recorded"
        ).fetchall()
        if gone:
            for table in JOB_TABLES:
                self._load.delete(table, "job", [job for (job,) in gone])

    def _not_forgotten(self, jobs: dict[str, Event]) -> dict[str, Event]:
        rows = self._con.execute("SELECT job, epoch_us(recorded) FROM forgotten_job").fetchall()
        when = dict(rows)
        if not when:
            return jobs
        return {
            job: event for job, event in jobs.items() if (micros(event.at) or 0) > when.get(job, -1)
        }


def _subject(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r} is no id")
    return value


def _rank(event: Event) -> Rank:
    """Which document of one job counts: of its latest start, a finished one, the latest."""
    recorded = micros(event.at) or 0
    started = micros(event.doc.get("started"))
    finished = event.doc.get("state") in FINISHED
    return (
        *(recorded if started is None else started, finished),
        *(recorded, event.journal, event.position),
    )


def _keep_greatest(found: dict[str, Event], key: str, event: Event) -> None:
    if key not in found or _rank(event) > _rank(found[key]):
        found[key] = event
