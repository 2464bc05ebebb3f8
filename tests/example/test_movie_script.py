"""What the movie's build script takes and refuses, and what it needs to be installed."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from typing import Any

import pytest

from axtui.errors import UserError
from methods import build_movie
from methods.film import needs


def test_flags_set_the_options_of_the_plan() -> None:
    flags = {"seconds=8", "width=1280", "force_build"}
    assert build_movie.settings(flags) == {"seconds": 8.0, "width": 1280}


@pytest.mark.parametrize(
    ("flag", "says"),
    [
        ("colour=red", "no setting 'colour'"),
        ("width=wide", "width must be a number"),
        ("height=1082", "a multiple of 4"),
        ("seconds=0", "at least 1"),
        ("seconds=nan", "at least 1"),
        ("seconds=inf", "at least 1"),
    ],
)
def test_flags_that_cannot_be_are_refused(flag: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        build_movie.settings({flag})


def test_settings_are_options_of_the_plan() -> None:
    from methods import a_fleet_plan

    assert set(build_movie.SETTINGS) == set(a_fleet_plan.options)


def test_without_the_extra_one_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec

    def without_av(name: str, package: str | None = None) -> Any:
        return None if name == "av" else found(name, package)

    monkeypatch.setattr(needs, "find_spec", without_av)
    with pytest.raises(UserError, match=r"not installed: av; .*pip install 'axtui\[example\]'"):
        build_movie.main(urd=None)  # before it does anything


def test_the_extra_has_what_is_needed_and_the_readme_installs_it(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extra = {text.partition(">")[0] for text in project["optional-dependencies"]["example"]}
    always = {text.partition(">")[0] for text in project["dependencies"]}
    assert set(needs.LIBRARIES.values()) <= extra | always
    readme = (root / "README.md").read_text()
    assert "pip install -q '.[example]' && .venv/bin/axtui run import afr movie" in readme
