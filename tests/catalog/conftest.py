"""A small workspace's history as journal events, and the catalog folded from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalog_story import story

from catalog.fold import fold
from catalog.journal import JournalWriter


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the whole story folded in. Not to be changed by tests."""
    folder = tmp_path_factory.mktemp("told")
    with JournalWriter(folder) as writer:
        for event in sorted(story(), key=lambda event: event["at"]):
            assert writer.append(event["kind"], event["doc"], event["at"]) is None
    report = fold(folder)
    assert report.problems == []
    return folder
