"""Which job made a file that lies somewhere: told by its bytes, or by what the Accelerator wrote in it.

Every file of a job has a digest in the catalog, so a copy is known wherever it went. Files that were
downloaded through the Accelerator's board carry a note with the path of their job.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axtui.data import digest
from axtui.errors import UserError
from axtui.workspace import Workspace

_NOTE = re.compile(rb"ExAx[^{]{0,16}(\{\"[^{}]{2,4000}\})", re.DOTALL)
_MADE = """
SELECT f.job, f.name, j.method, j.state, j.started
FROM job_file f JOIN job j USING (job) WHERE f.digest = $digest
UNION ALL
SELECT s.job, s.file, j.method, j.state, j.started
FROM dataset_slice s JOIN job j USING (job) WHERE s.digest = $digest
ORDER BY started, 1, 2
"""


@dataclass(frozen=True)
class Maker:
    """A job that made a file of these bytes, under this name."""

    job: str
    name: str
    method: str
    state: str


@dataclass(frozen=True)
class Note:
    """What the Accelerator wrote into a file: the path of its job, its method, and when."""

    path: str
    method: str
    time: float

    @property
    def job(self) -> str:
        """The job id, as the path ends with it."""
        return self.path.rpartition("/")[2]


def makers(workspace: Workspace, path: Path) -> list[Maker]:
    """The jobs that made a file of these bytes, the oldest first. Raises UserError if it cannot be read."""
    from catalog.read import query

    try:
        found = digest.of_file(path)
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    rows = query(workspace.dot_axtui, _MADE, {"digest": found}).to_pylist()
    return [Maker(row["job"], row["name"], row["method"], row["state"]) for row in rows]


def notes(path: Path) -> list[Note]:
    """What the Accelerator's board wrote into a file that was downloaded through it."""
    return list(_notes(path.read_bytes()))


def _notes(data: bytes) -> Iterator[Note]:
    for found in _NOTE.finditer(data):
        try:
            told: Any = json.loads(found[1])
            yield Note(str(told["job"]), str(told.get("method", "")), float(told.get("time", 0)))
        except (ValueError, KeyError, TypeError):
            continue
