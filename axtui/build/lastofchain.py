"""Whether someone took the last dataset of a typed chain for the whole of it.

Until August 2022 the Accelerator made one dataset of a whole chain where `dataset_type` and
`dataset_hashpart` make one per dataset since. Code that was written before then reads only the last
of them, without an error. What a job, or a build script, read tells: some rows of the last dataset
that such a job made of its chain, or how many there are, and nothing of those before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from axtui.build.contents import Contents, split_dataset
from axtui.data import jobdir
from axtui.errors import AcceleratorError

METHODS = ("dataset_type", "dataset_hashpart")
LINKING = ("dataset_filter_columns", "dataset_rename_columns", "dataset_merge")
"""Methods that read nothing: what they link to keeps its chain."""
_LAST = "default"
Reads = Mapping[str, Iterable[str]]
"""{dataset: columns}; none where it was but asked how many rows it has."""


class LastOfChain:
    """Looks at what was read. Each typed chain is warned of once per run."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._told: set[str] = set()

    def warnings(self, reader: str, reads: Reads) -> list[str]:
        """What to tell about what `reader` read, `reads`: mostly nothing."""
        try:
            found = self._read_by_job(reads)
            return [
                text
                for job, names in found.items()
                if names == {_LAST} and job not in self._told
                for text in self._warning(reader, job)
            ]
        except (AcceleratorError, OSError):  # a job that is gone by now
            return []

    def _read_by_job(self, reads: Reads) -> dict[str, set[str]]:
        """{job of a typed chain: its datasets that were read}, themselves or through links to them."""
        found: dict[str, set[str]] = {}
        for dataset, columns in reads.items():
            jobid, name = split_dataset(dataset)
            refs = {(jobid, name)}
            post = self._contents.post(jobid)
            if post.get("links"):
                meta = self._meta(jobid, name)
                held = [meta["columns"].get(column) for column in columns or meta["columns"]]
                refs |= {split_dataset(one["source"]["dataset"]) for one in held if one}
            for job, one in refs:
                if self._contents.post(job).get("method") in METHODS:
                    found.setdefault(job, set()).add(one)
        return found

    def _warning(self, reader: str, job: str) -> Iterable[str]:
        post = self._contents.post(job)
        before = [name for name in post["datasets"] if name.isdigit()]
        missed = sum(sum(self._meta(job, name)["lines"]) for name in before)
        if not missed:
            return
        self._told.add(job)
        rows = missed + sum(self._meta(job, _LAST)["lines"])
        yield (
            f"{reader} read only the last of the {len(before) + 1} datasets that {post['method']} "
            f"{job} made of a chain: {rows - missed:,} of {rows:,} rows. Until 2022 the Accelerator "
            "made one dataset of them all. If this is code of that time, build with --accelerator "
            '2021 (or say accelerator = "2021" in axtui.toml); if it should read them all, iterate '
            'over ds.chain(); if not, accelerator = "today" keeps this quiet.'
        )

    def _meta(self, jobid: str, name: str) -> jobdir.Json:
        return jobdir.read_json(jobdir.dataset_file(self._contents.path(jobid), name))
