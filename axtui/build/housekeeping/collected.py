"""What is kept of a job that `gc` removed: its catalog document, so that history stays whole."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from axtui.build.record import known_document, result_documents, run_document
from axtui.data import jobdir
from axtui.data.disk import Disk

FORMAT = "axtui-collected-1"
STATE = "collected"
_MOST_OUTPUT = 10_000

Json = dict[str, Any]


@dataclass(frozen=True)
class Epitaph:
    """The record of one job that goes, and where it is kept."""

    path: Path
    record: Json

    @property
    def job(self) -> Json:
        """The document of the job, as the catalog is told it."""
        document: Json = self.record["job"]
        return document

    def write(self) -> None:
        """Write it, durably."""
        self.path.parent.mkdir(exist_ok=True)
        packed = gzip.compress(orjson.dumps(self.record, option=orjson.OPT_NON_STR_KEYS), mtime=0)
        Disk().write_atomic(self.path, packed)

    def withdraw(self) -> None:
        """The job stays after all."""
        self.path.unlink(missing_ok=True)


def compose(path: Path, workdirs: Mapping[str, Path], freed: int, why: str) -> Epitaph:
    """Put down all that the catalog knows of a job that is about to be removed, with the end of its
    prints; not its data. `freed` is what it takes on the disk, in bytes."""
    document = known_document(path, workdirs)
    for output in document.get("outputs", ()):
        output["text"] = output["text"][-_MOST_OUTPUT:]
    gone = {"at": time.time(), "was": document["state"], "bytes": freed, "why": why}
    document |= {"state": STATE, "path": None, "bytes": None, "collected": gone}
    is_build = document.get("is_build")
    record = {
        "format": FORMAT,
        "job": document,
        "run": run_document(path) if is_build else None,
        "results": result_documents(path) if is_build else [],
    }
    return Epitaph(jobdir.collected_file(path.parent, path.name), record)


def recall(workdir: Path, jobid: str) -> Json | None:
    """What is kept of a job that was removed; None where nothing is, or the job is there (again)."""
    if (workdir / jobid).exists():
        return None
    try:
        record = orjson.loads(gzip.decompress(jobdir.collected_file(workdir, jobid).read_bytes()))
    except (OSError, EOFError, zlib.error, orjson.JSONDecodeError):
        return None
    return record if isinstance(record, dict) and record.get("format") == FORMAT else None


def collected_jobs(workdir: Path, name: str) -> Iterator[Json]:
    """What is kept of all jobs that were removed from a workdir, by number."""
    for number in sorted(jobdir.collected_numbers(workdir, name)):
        record = recall(workdir, f"{name}-{number}")
        if record is not None:
            yield record


def epitaph(workdir: Path, jobid: str) -> str | None:
    """One sentence on a job that was removed and how to make it again; None where it was not."""
    record = recall(workdir, jobid)
    if record is None:
        return None
    job = record["job"]
    gone = job["collected"]
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(gone["at"]))
    script = job.get("script")
    again = f"`axtui run {script}` makes it again" if script else "run what built it again"
    return (
        f"job {jobid} ({job.get('method') or '?'}) was removed by gc on {when} ({gone['why']}); "
        f"{again}, under a new id"
    )
