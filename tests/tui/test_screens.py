"""Screens are imported ahead, and nobody who leaves waits for that."""

from __future__ import annotations

import sys
from threading import Event

import pytest

from axtui.tui import screens

MODULES = [path.partition(":")[0] for path in screens.VIEWS.values()]


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is imported, with none there before but the first."""
    for name in MODULES[1:]:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, MODULES[0], sys)
    found: list[str] = []
    monkeypatch.setattr(screens, "import_module", found.append)
    monkeypatch.setattr(screens, "_PAUSE", 0)
    return found


def test_all_that_are_not_there_are_imported(imported: list[str]) -> None:
    screens.import_all(Event())
    assert imported == MODULES[1:]


def test_none_is_imported_once_the_dashboard_is_over(imported: list[str]) -> None:
    over = Event()
    over.set()
    screens.import_all(over)
    assert imported == []
