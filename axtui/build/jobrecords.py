"""The records of a job directory, each file read once, and what many jobs have in common, too."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from axtui.build.contents import split_dataset
from axtui.data import jobdir
from axtui.engine.places import Places
from axtui.errors import AcceleratorError

Json = dict[str, Any]
_ENVIRONMENTS = 64
_CONTENTS = 4096


class JobRecords:
    """What the records of one job directory say. One that is missing or cannot be understood is {}.

    `end` is the record of its completion, or of its failure; `state` as `jobdir.state` has it, but
    'damaged' where a job has ended and a record is not to be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.setup = load(f"{path}/{jobdir.SETUP}")
        post = load(f"{path}/{jobdir.POST}")
        self.end = post or load(f"{path}/{jobdir.FAILED}")
        state = "complete" if post else jobdir.state(path)
        if (state == "complete" or state in jobdir.FAILURES) and not (self.setup and self.end):
            state = "damaged"
        self.state = state


class Content(NamedTuple):
    """What is known of a dataset or job that others read: its digest, and rows if it is a dataset."""

    digest: str | None
    rows: int | None


class Shared:
    """What jobs of the same workdirs have in common, read once for as long as this is kept.

    To be kept only while job after job is told of: it does not notice changes.
    """

    def __init__(self, workdirs: Mapping[str, Path]) -> None:
        self._workdirs = workdirs
        self.environment = lru_cache(_ENVIRONMENTS)(self._environment)
        self.content = lru_cache(_CONTENTS)(self._content)
        self.places = Places(os.curdir)

    def _environment(self, workdir: str, known: str) -> Json | None:
        """The environment of a digest, as it is kept in a workdir; None if it is not there."""
        held = load(f"{workdir}/.environments/{known.partition(':')[2]}.json")
        return held | {"digest": known} if held else None

    def _content(self, kind: str, ref: str) -> Content:
        """What a 'dataset' or 'job' that is named by `ref` holds, if it is in these workdirs."""
        jobid, name = split_dataset(ref)
        folder = self._workdirs.get(jobdir.split_jobid(jobid)[0])
        if folder is None:
            return Content(None, None)
        if kind == "job":
            return Content(load(f"{folder}/{jobid}/{jobdir.POST}").get("content"), None)
        meta = load(os.fspath(jobdir.dataset_file(folder / jobid, name)))
        rows = sum(meta["lines"]) if meta.get("lines") else None
        return Content(meta.get("content"), rows)


def load(path: str) -> Json:
    """The JSON object in a file; {} where it cannot be read or is none."""
    try:
        return jobdir.read_json(path)
    except (OSError, AcceleratorError):
        return {}
