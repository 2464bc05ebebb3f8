"""Every test that there is runs: pytest by itself leaves out folders of some names, `build` among them."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def test_no_folder_with_tests_is_left_out(pytestconfig: pytest.Config) -> None:
    left_out = pytestconfig.getini("norecursedirs")
    folders = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")}
    assert len(folders) > 10
    assert [
        str(folder)
        for folder in sorted(folders)
        if any(fnmatch(part, pattern) for part in folder.parts for pattern in left_out)
    ] == []
