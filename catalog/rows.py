"""From event documents to rows of tables: plain Python, one tuple per row, nothing of DuckDB.

Each table is described once: its columns, and the key of the document each is taken from where
that differs. Missing keys become NULL; a document of the wrong shape raises TypeError, ValueError
or AttributeError, and the fold reports the event.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.encode import to_json
from catalog.replay import Event

Row = tuple[Any, ...]
Doc = Mapping[str, Any]
FINISHED = frozenset({"complete", "failed", "cancelled", "lost", "damaged", "collected"})


class Table:
    """Columns of one table and the document keys they come from (`column` or `column=key`)."""

    def __init__(self, own: str, taken: str = "") -> None:
        pairs = [field.partition("=")[::2] for field in taken.split()]
        self.columns = (*own.split(), *(column for column, _ in pairs))
        self.keys = tuple(key or column for column, key in pairs)

    def values(self, doc: Doc) -> Row:
        """The values of the taken columns."""
        get = doc.get
        return tuple([get(key) for key in self.keys])


_STAMP = "recorded journal position"
_JOB = (
    "workdir number method package script build_job parent is_build state caption name started "
    "ended wall_s cpu_s peak_rss host pid user_name=user slices seed key content rows bytes path"
)
_RUN = "script build_job workspace started ended state exit_code=exit user_name=user host"
_STAGE = "stage sliceno started ended wall_s cpu_s peak_rss outcome read_s write_s wait_s hot"

TABLES = {
    "source": Table("bytes", "digest code_digest text"),
    "environment": Table("", "digest python platform"),
    "environment_package": Table("environment name version"),
    "job": Table(f"job environment {_STAMP}", _JOB),
    "job_option": Table("job", "name value type digest"),
    "job_input": Table("job ordinal", "kind argument position ref input_job=job digest bytes rows"),
    "job_link": Table("job rests_on relation argument built"),
    "job_source": Table("job", "path module role digest"),
    "job_package": Table("job name version"),
    "job_environ": Table("job", "name digest declared"),
    "job_file": Table("job", "name bytes digest registered"),
    "job_stage": Table("job", _STAGE),
    "job_output": Table("job", "stage sliceno text"),
    "job_reason": Table("job", "kind against text"),
    "job_reason_change": Table("job ordinal", "part name old new detail"),
    "job_collected": Table("job", "removed=at was bytes why"),
    "job_error": Table("job", "kind stage sliceno message traceback status"),
    "dataset": Table("job", "name rows hashlabel previous caption filename content"),
    "dataset_parent": Table("job dataset position parent"),
    "dataset_column": Table(
        "job dataset", "name position type has_none=none min max origin origin_column"
    ),
    "dataset_slice": Table("job dataset", "sliceno rows bytes file digest"),
    "column_read": Table("job", "ref=dataset column_name=column"),
    "run": Table(f"run argv {_STAMP}", _RUN),
    "run_job": Table("run", "position job=jobid method name built"),
    "run_warning": Table("run position text"),
    "urd_entry": Table(
        "entry action user_name list timestamp timestamp_key flags recorded", "caption build_job"
    ),
    "urd_entry_job": Table("entry position name job"),
    "urd_entry_dependency": Table("entry list timestamp"),
    "result": Table("recorded", "link job file header description build_job digest"),
    "alarm": Table("recorded", "job=jobid text other"),
    "pin": Table("recorded", "job=jobid pinned note user_name=user"),
    "forgotten_job": Table("job recorded"),
    "journal_event": Table("seq journal position recorded kind subject state doc"),
}
# Tables that hold the document of a job (a run): its rows go when a later document comes.
JOB_TABLES = tuple(
    name
    for name, table in TABLES.items()
    if table.columns[0] == "job" and name not in ("forgotten_job", "pin")
)
RUN_TABLES = ("run", "run_job", "run_warning")
# Tables with rows that, once there, are never replaced: the key by which they are known.
LASTING_TABLES: dict[str, tuple[str, ...]] = {
    "source": ("digest",),
    "environment": ("digest",),
    "environment_package": ("environment", "name"),
    "urd_entry": ("entry",),
    "urd_entry_job": ("entry", "position"),
    "urd_entry_dependency": ("entry", "list"),
    "result": ("link", "recorded"),
    "alarm": ("recorded", "job", "text"),
    "pin": ("recorded", "job"),
}


class Rows(defaultdict[str, list[Row]]):
    """Rows to insert, by table. `seen` holds digests whose rows are there or on their way."""

    def __init__(self, seen: set[str] | None = None) -> None:
        super().__init__(list)
        self.seen = set() if seen is None else seen

    def unseen(self, digest: Any) -> bool:
        """True the first time it is asked for a digest."""
        if not isinstance(digest, str) or not digest or digest in self.seen:
            return False
        self.seen.add(digest)
        return True

    def take(self, table: str, own: Row, items: Iterable[Doc] | None) -> None:
        """Add a row for each document in `items`, with the values `own` in front."""
        spec, rows = TABLES[table], self[table]
        rows.extend([own + spec.values(item) for item in items or ()])

    def take_counted(self, table: str, own: Row, items: Iterable[Doc] | None) -> None:
        """As `take`, with the place in `items` after `own`."""
        for place, item in enumerate(items or ()):
            self.take(table, (*own, place), [item])


def micros(seconds: Any) -> int | None:
    """Unix seconds as microseconds; None for what is no time."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return None
    if not math.isfinite(seconds) or abs(seconds) > 1e11:
        return None
    return round(seconds * 1_000_000)


def job_rows(rows: Rows, event: Event) -> None:
    """All rows of one job document."""
    doc = event.doc
    job = str(doc["jobid"])
    key = (job,)
    environment = doc.get("environment") or {}
    stamp = (event.at, event.journal, event.position)
    rows.take("job", (job, environment.get("digest"), *stamp), [doc])
    rows.take("job_option", key, doc.get("options"))
    rows.take_counted("job_input", key, doc.get("inputs"))
    rows.take("job_source", key, doc.get("sources"))
    rows.take("job_environ", key, doc.get("environ"))
    rows.take("job_file", key, doc.get("files"))
    rows.take("job_stage", key, map(_stage, doc.get("stages") or ()))
    rows.take("job_output", key, doc.get("outputs"))
    rows.take("column_read", key, doc.get("reads"))
    for name, version in (doc.get("used_packages") or {}).items():
        rows["job_package"].append((job, name, version))
    if reason := doc.get("reason"):
        rows.take("job_reason", key, [reason])
        rows.take_counted("job_reason_change", key, reason.get("changes"))
    if gone := doc.get("collected"):
        rows.take("job_collected", key, [gone])
    if error := doc.get("error"):
        rows.take("job_error", key, [error])
    for dataset in doc.get("datasets") or ():
        _dataset_rows(rows, job, dataset)
    rows["job_link"].extend(_links(job, doc))
    _content_rows(rows, doc, environment)


def _stage(stage: Doc) -> Doc:
    """A stage, with what was found hot in it as text."""
    return {**stage, "hot": to_json(stage["hot"])} if "hot" in stage else stage


def _content_rows(rows: Rows, doc: Doc, environment: Doc) -> None:
    for source in doc.get("sources") or ():
        text = source.get("text")
        if isinstance(text, str) and rows.unseen(source.get("digest")):
            rows.take("source", (len(text.encode("utf-8", "backslashreplace")),), [source])
    digest = environment.get("digest")
    if rows.unseen(digest):
        rows.take("environment", (), [environment])
        for name, version in (environment.get("packages") or {}).items():
            rows["environment_package"].append((digest, name, version))


def _dataset_rows(rows: Rows, job: str, dataset: Doc) -> None:
    key = (job, dataset["name"])
    rows.take("dataset", (job,), [dataset])
    rows.take("dataset_column", key, dataset.get("columns"))
    rows.take("dataset_slice", key, dataset.get("slices"))
    for position, parent in enumerate(dataset.get("parents") or ()):
        rows["dataset_parent"].append((*key, position, parent))


def _links(job: str, doc: Doc) -> Iterable[Row]:
    """One row per way in which the job rests on another."""
    links: dict[tuple[str, str, str | None], bool | None] = {}
    for item in doc.get("inputs") or ():
        if item.get("job"):
            links[item["job"], "input", item.get("argument")] = None
    for item in doc.get("subjobs") or ():
        links[item["jobid"], "subjob", None] = item.get("built")
    for dataset in doc.get("datasets") or ():
        if previous := dataset.get("previous"):
            links[_job_of(previous), "previous", dataset["name"]] = None
        for parent in dataset.get("parents") or ():
            links[_job_of(parent), "parent", dataset["name"]] = None
    return [
        (job, other, relation, argument, built)
        for (other, relation, argument), built in links.items()
        if other != job
    ]


def _job_of(ref: str) -> str:
    return ref.partition("/")[0]


def run_rows(rows: Rows, event: Event) -> None:
    """All rows of one run document."""
    doc = event.doc
    run, argv = str(doc["run"]), doc.get("argv")
    command = None if argv is None else to_json(argv).decode()
    rows.take("run", (run, command, event.at, event.journal, event.position), [doc])
    jobs = doc.get("jobs") or ()
    rows.take("run_job", (run,), [{"position": place, **job} for place, job in enumerate(jobs)])
    for position, text in enumerate(doc.get("warnings") or ()):
        rows["run_warning"].append((run, position, text))


def urd_rows(rows: Rows, event: Event) -> None:
    """All rows of one urd event."""
    doc = event.doc
    user, name, action = doc.get("user") or "", doc["list"], doc["action"]
    timestamp = _as_text(doc["timestamp"])
    entry = f"{user}/{name}/{timestamp} {action} {micros(event.at)}"
    flags = doc.get("flags")
    own = (
        *(entry, action, user, name, timestamp, timestamp_key(timestamp)),
        None if flags is None else to_json(flags).decode(),
        event.at,
    )
    rows.take("urd_entry", own, [doc])
    for position, (label, job) in enumerate(doc.get("joblist") or ()):
        rows["urd_entry_job"].append((entry, position, label, job))
    for other, when in (doc.get("deps") or {}).items():
        rows["urd_entry_dependency"].append((entry, other, _as_text(when)))


def _as_text(timestamp: Any) -> str:
    if isinstance(timestamp, (list, tuple)):
        return "+".join(map(_as_text, timestamp))
    return str(timestamp)


def timestamp_key(timestamp: str) -> str:
    """Text that sorts as urd timestamps do: numbers before dates, more parts later."""
    return "+".join(
        f"0{int(part):020d}" if part.isascii() and part.isdigit() else f"1{part}"
        for part in timestamp.split("+")
    )


def event_row(rows: Rows, event: Event, seq: int) -> None:
    """The brief row that every event leaves."""
    doc = event.doc
    known = event.kind in SUBJECTS
    subject = doc.get(SUBJECTS.get(event.kind, ""))
    rows["journal_event"].append(
        (
            *(seq, event.journal, event.position, event.at, event.kind, subject),
            doc.get("state") or doc.get("action"),
            None if known else to_json(doc).decode(),
        )
    )


SUBJECTS = {
    "job": "jobid",
    "run": "run",
    "urd": "list",
    "result": "link",
    "alarm": "jobid",
    "pin": "jobid",
    "forget": "jobid",
    "workspace": "marker",
}
