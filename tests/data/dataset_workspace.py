"""A workspace for tests of datasets, in which jobs are run by hand, stage by stage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axtui.data import context
from axtui.data.dataset import Dataset
from axtui.data.jobdir import publish
from axtui.data.writer import DatasetWriter, end_of_stage, finish_pending


class Workspace:
    """A workdir `dev`, in which jobs can be run by hand, stage by stage."""

    def __init__(self, root: Path, slices: int) -> None:
        self.path = root / "dev"
        self.path.mkdir(parents=True, exist_ok=True)
        self.slices = slices
        self.notes: list[tuple[str, dict[str, Any]]] = []
        self.count = 0

    def context(
        self, place: context.Place | None = None, slices: int | None = None
    ) -> context.Context:
        def note(kind: str, **facts: Any) -> None:
            self.notes.append((kind, facts))

        return context.Context(
            workdirs={"dev": self.path},
            slices=slices or self.slices,
            input_directory=self.path,
            result_directory=self.path,
            place=place,
            note=note,
        )

    @contextmanager
    def sliced(self, slices: int) -> Iterator[None]:
        """Read with another number of slices."""
        with context.use(self.context(slices=slices)):
            yield

    def new_job(self) -> str:
        """The id of a new, empty job."""
        self.count += 1
        (self.path / f"dev-{self.count}").mkdir()
        return f"dev-{self.count}"

    @contextmanager
    def stage(
        self, jobid: str, name: str, sliceno: int | None = None, slices: int | None = None
    ) -> Iterator[None]:
        """One stage of a job in an attempt folder of its own, as slices have, published when the block
        ends well."""
        job_path = self.path / jobid
        attempt = self.path / f"attempt-{jobid}-{name}-{sliceno}"
        attempt.mkdir()
        place = context.Place(jobid, job_path, attempt, name, sliceno)
        with context.use(self.context(place, slices)):
            yield
            end_of_stage()
        publish(attempt, job_path, name)

    @contextmanager
    def job(self, slices: int | None = None) -> Iterator[str]:
        """A job of one stage that writes straight into its folder; its datasets are finished."""
        jobid = self.new_job()
        path = self.path / jobid
        place = context.Place(jobid, path, path, "synthesis", None)
        with context.use(self.context(place, slices)):
            yield jobid
            end_of_stage()
            finish_pending(path)

    def write(
        self, columns: dict[str, Any], rows: list[Any], slices: int | None = None, **keywords: Any
    ) -> Dataset:
        """A dataset of these rows (in sorted column order), split over the slices."""
        with self.job(slices) as jobid:
            write = DatasetWriter(columns=columns, **keywords).get_split_write_list()
            for row in rows:
                write(row)
        return Dataset(jobid, keywords.get("name"))
