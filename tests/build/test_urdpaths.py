"""What people type to name entries, lists and jobs of the urd."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from axtui.build import urdpaths
from axtui.build.urdlog import UrdLog
from axtui.build.urdpaths import FoundEntries, FoundEntry, FoundJob, FoundLists
from axtui.errors import NoSuchJobError, NoSuchWhateverError, UrdError, UserError


@pytest.fixture(scope="module")
def urd(tmp_path_factory: pytest.TempPathFactory) -> UrdLog:
    folder: Path = tmp_path_factory.mktemp("urd")
    ann = UrdLog(folder, "ann")
    for day in ("2024-01-01", "2024-01-02T10:30:00", "2024-01-03"):
        ann.add("import", day, [["csv", f"dev-{day[9]}"], ["type", "dev-7"], ["csv", "dev-9"]])
    ann.add("bob", 2024, [["m", "dev-8"]])
    UrdLog(folder, "bob").add("model", 5, [["m", "dev-5"]])
    return ann


def named(found: Any) -> Any:
    match found:
        case FoundLists(names):
            return list(names)
        case FoundEntries(name, entries):
            return [name, *(entry["timestamp"] for entry in entries)]
        case FoundEntry(name, entry):
            return f"{name}/{entry['timestamp']}"
        case FoundJob():
            return (found.position, found.job)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", ["ann/bob", "ann/import", "bob/model"]),
        ("/", ["ann/bob", "ann/import", "bob/model"]),
        ("import", "ann/import/2024-01-03"),
        ("ann/import", "ann/import/2024-01-03"),
        ("bob/model", "bob/model/5"),
        ("bob/2024", "ann/bob/2024"),
        ("import/first", "ann/import/2024-01-01"),
        ("import/<2024-01-03", "ann/import/2024-01-02T10:30:00"),
        ("ann/import/<=2024-01-02", "ann/import/2024-01-02T10:30:00"),
        ("import/", ["ann/import", "2024-01-01", "2024-01-02T10:30:00", "2024-01-03"]),
        ("bob/model/", ["bob/model", "5"]),
        ("import/since/2024-01-02", ["ann/import", "2024-01-02T10:30:00", "2024-01-03"]),
        ("ann/import/since/2024-01-03", ["ann/import"]),
        (":import:", "ann/import/2024-01-03"),
        (":import/first~:", "ann/import/2024-01-02T10:30:00"),
        (":import/2024-01-02T10:30:00^:", "ann/import/2024-01-01"),
        (":ann/import/latest^2~1^1:", "ann/import/2024-01-01"),
        (":import^~~^:", "ann/import/2024-01-03"),
        (":import:csv", (2, "dev-9")),
        (":import/first:0", (0, "dev-1")),
        (":import:-2", (1, "dev-7")),
        (":bob/model:m", (0, "dev-5")),
    ],
)
def test_paths(urd: UrdLog, path: str, found: Any) -> None:
    assert named(urdpaths.find(urd, path)) == found


@pytest.mark.parametrize(
    ("path", "error", "said"),
    [
        ("impotr", NoSuchWhateverError, "Did you mean 'import'"),
        ("nobody/model", NoSuchWhateverError, "no urd list 'nobody/model'"),
        ("nothing/", NoSuchWhateverError, "no urd list 'nothing'"),
        ("import/2024-01-04", NoSuchWhateverError, "has no entry '2024-01-04'"),
        ("import/x", UrdError, "is not a timestamp"),
        (":import~:", NoSuchWhateverError, "no entry 1 later than 2024-01-03"),
        (":import^3:", NoSuchWhateverError, "no entry 3 earlier than 2024-01-03"),
        (":import:typ", NoSuchJobError, "Did you mean 'type'"),
        (":import:3", NoSuchJobError, "3 jobs, and none at 3"),
        (":import", UserError, "two colons"),
        ("a/b/c/d", UserError, "is no list"),
    ],
)
def test_paths_that_lead_nowhere(urd: UrdLog, path: str, error: type, said: str) -> None:
    with pytest.raises(error, match=said):
        urdpaths.find(urd, path)


def test_the_job_of_a_spec_is_the_last_one_by_default(urd: UrdLog) -> None:
    assert urdpaths.find_job(urd, ":import:") == "dev-9"
    assert urdpaths.find_job(urd, ":import/first:csv") == "dev-9"
    assert urdpaths.find_job(urd, ":import/first:0") == "dev-1"
