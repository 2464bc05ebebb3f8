"""What all tests share: how Hypothesis searches, an option of pytest, in which order tests run."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from axtui.engine.finder import FrozenFinder
from tests import blankcatalog, dearfirst, docrun, keptinstances
from tests.heeding import heed_keys
from tests.warm import Warm

# In CI the same examples each time, so that a red run means a change; elsewhere new ones.
settings.register_profile("axtui", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("axtui")


def pytest_configure() -> None:
    heed_keys()  # before processes are started that share the tests


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--new-pictures",
        action="store_true",
        help="draw the pictures of the dashboard's screens anew (see tests/tui/pictures.py)",
    )


@pytest.hookimpl(trylast=True)  # others may still leave some out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes > 1:
        tests = [(item.nodeid.partition("::")[0], item) for item in items]
        items[:] = dearfirst.ordered(tests, processes)


def pytest_collection_finish() -> None:
    """What was collected stays: Python need not look through thousands of tests for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """A finder of scripts' modules that a test leaves would find those of the tests after it."""
    yield
    left = [finder for finder in sys.meta_path if isinstance(finder, FrozenFinder)]
    for finder in left:
        sys.meta_path.remove(finder)
    assert not left


@pytest.fixture(scope="session", autouse=True)
def blank_catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty catalog, of which those that this process makes are copies."""
    path = tmp_path_factory.mktemp("blank") / "blank.duckdb"
    blankcatalog.make(path)
    with blankcatalog.copied(path):
        yield path


@pytest.fixture(scope="session", autouse=True)
def kept_instances() -> Iterator[None]:
    """Catalogs are opened in DuckDB instances that have been started before."""
    with keptinstances.kept():
        yield


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory, blank_catalog: Path) -> Iterator[Warm]:
    """Programs that begin at once, without pandas."""
    folder = tmp_path_factory.mktemp("warm")
    docrun.without_pandas(folder / "hidden")
    warm = Warm(folder / "process", folder / "hidden", blank_catalog)
    yield warm
    warm.end()
