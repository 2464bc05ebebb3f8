"""What is installed: names and versions from folder names, owners, requirements."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest

from axtui import __version__
from axtui.build.distributions import Installed, environment, normalise


def install(site: Path, name: str, **files: str) -> None:
    """A fake `name-version.dist-info` or egg-info folder; `__` in a file name stands for a dot."""
    info = site / name
    info.mkdir(parents=True)
    for file, text in files.items():
        (info / file.replace("__", ".")).write_text(text)


def test_this_environment_as_importlib_sees_it() -> None:
    installed = Installed()
    expected: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        expected.setdefault(normalise(distribution.metadata["Name"]), distribution.version)
    assert installed.versions == expected
    owners = importlib.metadata.packages_distributions()
    for module in ("numpy", "pyarrow", "pytest", "yaml", "dateutil", "_pytest", "mdurl"):
        found = sorted(normalise(name) for name in set(owners.get(module, ())))
        assert installed.owners(module) == found


@pytest.mark.parametrize(
    ("folder", "name", "version"),
    [
        ("Fake_Pkg-1.0.dist-info", "fake-pkg", "1.0"),
        ("a.b-c-2!1.0+local.1.dist-info", "a-b-c", "2!1.0+local.1"),
        ("old-1.2-py3.11.egg-info", "old", "1.2"),
    ],
)
def test_names_and_versions(tmp_path: Path, folder: str, name: str, version: str) -> None:
    install(tmp_path, folder)
    assert Installed([str(tmp_path)]).versions == {name: version}


def test_development_install_of_old(tmp_path: Path) -> None:
    install(tmp_path, "dev.egg-info", **{"PKG-INFO": "Name: dev\nVersion: 3.1\n\nVersion: 9\n"})
    assert Installed([str(tmp_path)]).versions == {"dev": "3.1"}


def test_the_first_folder_counts_and_rubbish_shows(tmp_path: Path) -> None:
    install(tmp_path / "a", "x-1.dist-info")
    install(tmp_path / "b", "x-2.dist-info")
    install(tmp_path / "b", "y-1.dist-info")
    install(tmp_path / "b", "y-2.dist-info")
    found = Installed([str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path / "none")])
    assert found.versions == {"x": "1", "y": "1, 2"}


def test_requirements_are_followed(tmp_path: Path) -> None:
    requires = (
        "Requires-Dist: Second.One>=1; python_version > '3'\n"
        "Requires-Dist: third [Fast,other] (>=2)\n"
        "Requires-Dist: tester; extra == 'test'\n"
        "Requires-Dist: absent\n\n"
        "Requires-Dist: in-the-text\n"
    )
    install(tmp_path, "first-1.dist-info", METADATA=requires, top_level__txt="first\n_first\n")
    install(tmp_path, "second_one-2.dist-info", METADATA="Requires-Dist: first\n")
    install(tmp_path, "third-3.dist-info", METADATA="Requires-Dist: quick; extra == 'fast'\n")
    install(tmp_path, "quick-4.dist-info", METADATA="")
    install(tmp_path, "tester-5.dist-info", METADATA="")
    install(tmp_path, "in_the_text-6.dist-info", METADATA="")
    installed = Installed([str(tmp_path)])
    expected = {"first": "1", "quick": "4", "second-one": "2", "third": "3"}
    assert installed.used(["_first"]) == expected
    assert installed.used(["third"]) == {"third": "3"}


def test_requirements_of_eggs(tmp_path: Path) -> None:
    listed = "two>=1\n\n[extra]\nthree\n\n[fast:python_version>'3']\nfour\n"
    install(tmp_path, "one-1-py3.11.egg-info", requires__txt=listed, top_level__txt="one")
    for name in ("two", "three", "four"):
        install(tmp_path, f"{name}-1.dist-info", METADATA="")
    assert set(Installed([str(tmp_path)]).used(["one"])) == {"one", "two"}


def test_namespaces_unknown_modules_and_our_own(tmp_path: Path) -> None:
    install(tmp_path, "ns_one-1.dist-info", RECORD="ns/one.py,,\nns_one-1.dist-info/METADATA,,\n")
    install(tmp_path, "ns_two-2.dist-info", RECORD="ns/two/__init__.py,,\n../../bin/x.py,,\n")
    install(tmp_path, "single-3.dist-info", RECORD="module.py,,\n_fast.cpython-311-x.so,,\n")
    install(tmp_path, "editable-4.dist-info", RECORD="_editable.pth,,\n")
    used = Installed([str(tmp_path)]).used(["ns", "_fast", "editable", "strange", "axtui"])
    assert used == {
        "ns-one": "1",
        "ns-two": "2",
        "single": "3",
        "editable": "4",
        "strange": None,
        "axtui": __version__,
    }


def test_environment_digest_follows_packages(tmp_path: Path) -> None:
    install(tmp_path, "x-1.dist-info")
    before = environment(Installed([str(tmp_path)]))
    assert before["packages"] == {"x": "1"}
    assert before["python"].startswith(f"{sys.version_info[0]}.{sys.version_info[1]}.")
    assert environment(Installed([str(tmp_path)])) == before
    install(tmp_path, "y-1.dist-info")
    assert environment(Installed([str(tmp_path)]))["digest"] != before["digest"]
