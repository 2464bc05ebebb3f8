"""A workspace in which the standard methods run as jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from axtui.data import context
from axtui.data.dataset import Dataset
from axtui.data.job import Job
from axtui.engine.local import LocalEngine
from tests.build.conftest import Bench

settings.register_profile("standard", deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("standard")


class Lab(Bench):
    """A workspace of three slices that builds one job at a time."""

    def __init__(self, root: Path, engine: LocalEngine | None = None) -> None:
        super().__init__(root, engine)
        self.write("axtui.toml", "slices = 3\n")
        self.inputs = root / "inputs"
        self.inputs.mkdir()

    def input(self, name: str, content: bytes | str) -> str:
        """An input file."""
        data = content.encode() if isinstance(content, str) else content
        (self.inputs / name).write_bytes(data)
        return name

    def _script(self, method: str, keywords: dict[str, Any]) -> None:
        given = {key: str(v) if isinstance(v, str) else v for key, v in keywords.items()}
        self.script(f"return urd.build({method!r}, **{given!r}) and None")

    def job(self, method: str, **keywords: Any) -> Job:
        """Build a job; it must succeed."""
        self._script(method, keywords)
        self.run()
        return Job(self.last(method))

    def refused(self, method: str, **keywords: Any) -> str:
        """Build a job that must fail; all that is said about it."""
        self._script(method, keywords)
        result = self.run(ok=False)
        assert result.exit_code != 0
        return str(result.error) + "".join(str(event) for event in self.seen)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    """One engine for all tests: its fork server takes a second to start."""
    engine = LocalEngine(2, tmp_path_factory.mktemp("slots"))
    yield engine
    engine.shutdown()


@pytest.fixture
def lab(tmp_path: Path, engine: LocalEngine) -> Iterator[Lab]:
    """An empty workspace of three slices, active for reading."""
    found = Lab(tmp_path / "ws", engine)
    with context.use(found.workspace.context()):
        yield found


def rows(ds: Dataset | str, columns: Any = None) -> list[Any]:
    """All rows, slice by slice."""
    found = Dataset(str(ds))
    return list(found.iterate(None, columns or list(found.columns)))


def by_slice(ds: Dataset | str, column: str) -> list[list[Any]]:
    """The values of a column in each slice."""
    found = Dataset(str(ds))
    return [list(found.iterate(sliceno, column)) for sliceno in range(3)]


DRIVES = "id,model,day,size\n" + "".join(
    f"{n},m{n % 4},2013-04-{n % 28 + 1:02},{n * 1000 if n % 5 else ''}\n" for n in range(50)
)
TYPES = {"id": "int32_10", "day": "date:%Y-%m-%d", "size": "number+None"}


@pytest.fixture
def imported(lab: Lab) -> Job:
    lab.input("drives.csv", DRIVES)
    return lab.job("csvimport", filename="drives.csv")


@pytest.fixture
def chained(lab: Lab) -> Job:
    """Three datasets, of 6, 3 and 0 rows; the second has another column."""
    for number, text in enumerate(
        ["a,b\n1,x\n2,y\n3,x\n4,y\n5,x\n6,y\n", "a,b,c\n7,x,1\n8,z,2\n9,y,3\n", "a,b\n"]
    ):
        lab.input(f"{number}.csv", text)
    job = lab.job("csvimport", filename="0.csv")
    for number in (1, 2):
        job = lab.job("csvimport", filename=f"{number}.csv", previous=str(job))
    return job
