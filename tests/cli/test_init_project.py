"""`axtui init` with the options of `ax init`: a project that runs with both."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest

from axtui import config
from axtui.build import initdefaults, project
from axtui.cli.main import run
from axtui.errors import ConfigError, UserError
from axtui.workspace import open_workspace

TEMPLATE = Path(config.__file__).parent / "template" / "project"


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's settings, a file that is not there yet."""
    monkeypatch.setenv("ACCELERATOR_IGNORE_ETC", "1")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USER", "ann")
    (tmp_path / "home" / "accelerator").mkdir(parents=True)
    return tmp_path / "home" / "accelerator" / "config"


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and ".git/" not in path.as_posix()
    }


def test_a_project_that_git_knows(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new"
    assert run(["init", "--name=sales", str(folder), "--slices", "3", "--dont-force"]) == 0
    own = {"sales/" + name for name in ("__init__.py", "a_example.py", "build.py", "methods.conf")}
    known = {"accelerator.conf", ".gitignore", *own}
    assert files(folder) == known | {"workdirs/sales/.slices"}
    git = subprocess.run(["git", "status", "--short"], cwd=folder, capture_output=True, text=True)
    assert {line.removeprefix("A  ") for line in git.stdout.splitlines()} == known
    read = open_workspace(folder).config
    assert (read.slices, read.target) == (3, "sales")
    assert (folder / "workdirs/sales/.slices").read_text() == "3\n"
    capfd.readouterr()
    assert run(["--workspace", str(folder), "script"]) == 0
    assert "The primes below a thousand." in capfd.readouterr().out


def test_what_is_in_the_way_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "mine").write_text("mine")
    said = ["init", str(tmp_path / "p"), "--no-git", "--workdir", f"w:{tmp_path}/w"]
    assert run(said) == 1
    assert "is not empty: mine" in capsys.readouterr().err
    (tmp_path / "p" / "mine").rename(tmp_path / "p" / ".venv")
    (tmp_path / "w" / "w-7").mkdir(parents=True)
    assert run(said) == 1
    assert "has jobs in it" in capsys.readouterr().err
    (tmp_path / "w" / "w-7").rmdir()
    (tmp_path / "w" / ".slices").write_text("5\n")
    assert run([*said, "--slices", "4"]) == 1
    assert "has 5 slices, not 4" in capsys.readouterr().err
    assert files(tmp_path / "p") == {".venv"}
    assert run(said) == 0 and config.load(tmp_path / "p" / "accelerator.conf").slices == 5
    assert not (tmp_path / "p" / ".git").exists()
    assert run([*said, "--slices", "4", "--force"]) == 0
    assert (tmp_path / "w" / ".slices").read_text() == "4\n"
    (tmp_path / "p" / "axtui.toml").write_text("")
    assert run([*said, "--force"]) == 1
    assert "counts before accelerator.conf" in capsys.readouterr().err


def test_workdirs_by_name_and_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE", str(tmp_path / "base"))
    wanted = project.Project(
        tmp_path / "p",
        name="n",
        slices=6,
        workdirs=("[user]", "x:${BASE}/[name]-[slices]", f"{tmp_path}/[project]/z"),
        template="w/[name]",
        inputs=tmp_path / "my inputs",
    )
    read = config.load(project.make(wanted, TEMPLATE))
    assert {name: path.parent for name, path in read.workdirs.items()} == {
        "ann": tmp_path / "p" / "w" / "ann",
        "x": tmp_path / "base" / "x-6",
        "z": tmp_path / "p" / "z",
    }
    assert read.inputs == tmp_path / "my inputs"
    with pytest.raises(UserError, match="the same name"):
        project.make(project.Project(tmp_path / "q", workdirs=("a", "b/a")), TEMPLATE)
    with pytest.raises(UserError, match="cannot name a package"):
        project.make(project.Project(tmp_path / "q", name="a/b"), TEMPLATE)
    assert not (tmp_path / "q").exists()


def test_ports() -> None:
    assert project.addresses("8000") == project.Addresses(":8000", ":8001", ":8002")
    assert project.addresses("[::1]:9").listen == "[::1]:9"
    free = project.addresses("localhost")
    with socket.socket() as probe:
        probe.bind(("localhost", int(free.urd.rpartition(":")[2])))
    with pytest.raises(UserError, match="no port"):
        project.addresses("host:x")


def test_defaults_of_the_user(tmp_path: Path, settings: Path) -> None:
    settings.write_text(
        f"[init]\nslices = 7\ninput = {tmp_path}\nname = mine\nno-git = True\nworkdir = a b:/c/d\n"
    )
    assert run(["init", str(tmp_path / "native")]) == 0
    native = config.load(tmp_path / "native" / "axtui.toml")
    assert (native.slices, native.inputs) == (7, tmp_path)
    said = ["init", str(tmp_path / "p"), "--accelerator-conf", "--workdir", "w"]
    assert run(said) == 0
    read = config.load(tmp_path / "p" / "accelerator.conf")
    assert (read.slices, read.inputs, list(read.workdirs)) == (7, tmp_path, ["w"])
    assert (tmp_path / "p" / "mine" / "build.py").exists() and not (tmp_path / "p/.git").exists()
    assert run(["init", str(tmp_path / "q"), "--name", "other", "--yes-git", "--workdir", "w"]) == 0
    assert (tmp_path / "q" / "other").exists() and (tmp_path / "q" / ".git").exists()


def test_defaults_that_make_no_sense(capsys: pytest.CaptureFixture[str]) -> None:
    assert initdefaults.read({"workdir": "a 'b c:d'"}).workdirs == ("a", "b c:d")
    for key, value in (("slices", "many"), ("no-git", "1"), ("workdir", "'")):
        with pytest.raises(ConfigError, match=f"`{key}`"):
            initdefaults.read({key: value})


def test_the_example_and_ports(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "p"), "--no-git", "--examples", "--tcp", "7000"]) == 0
    text = (tmp_path / "p" / "accelerator.conf").read_text()
    assert "board listen: :7001\n" in text and "urd: local :7002\n" in text
    read = config.load(tmp_path / "p" / "accelerator.conf")
    assert [package.name for package in read.methods] == ["dev", "examples"]
    assert (tmp_path / "p" / "examples" / "build_afr.py").exists()
    assert list(read.inputs.glob("*.zip"))
