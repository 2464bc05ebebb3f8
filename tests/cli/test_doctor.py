"""`axtui doctor`: each thing that can be wrong is found, with its mend, and a healthy set-up is healthy."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from axtui.build.doctor import code, filesystem, index, installation, machine, places, trial
from axtui.build.doctor.filesystem import FileSystem
from axtui.build.doctor.finding import Finding, carefully, ok
from axtui.build.reindex import events
from axtui.build.results import link_result
from axtui.cli import main, terminal
from axtui.cli.commands import doctor
from axtui.data import jobdir
from axtui.engine import slots
from axtui.workspace import Workspace, open_workspace
from catalog.fold import reindex

MakeJob = Callable[..., str]


def bad(findings: Iterable[Finding]) -> dict[str, str]:
    """{state: text} of what is not ok; each of those has a mend."""
    found = [finding for finding in findings if finding.state != "ok"]
    assert all(finding.mend for finding in found)
    return {finding.state: finding.text for finding in found}


# -- as a whole


def axtui(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "axtui", "doctor", *args], capture_output=True, text=True, cwd=folder
    )


def test_a_healthy_workspace_builds_its_trial_and_is_left_as_it_was(
    workspace: Workspace, tmp_path: Path
) -> None:
    (workspace.config.inputs).mkdir()
    (tmp_path / "methods").mkdir()
    (tmp_path / "methods" / "build.py").write_text("def main(urd):\n    pass\n")
    before = sorted(tmp_path.rglob("*"))
    done = axtui(tmp_path, "--format", "json")
    found = json.loads(done.stdout)
    problems = [check for check in found["checks"] if check["state"] == "problem"]
    assert (done.returncode, problems, found["healthy"]) == (0, [], True), done.stderr
    trial_ = found["checks"][-1]
    assert trial_["area"] == "trial" and "was built" in trial_["text"]
    assert sorted(tmp_path.rglob("*")) == before


@pytest.fixture
def no_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "checks", lambda workspace: [ok("trial", "left out")])


def call(*args: str, folder: Path | None = None) -> tuple[int, dict[str, Any]]:
    where = ["--workspace", str(folder)] if folder else []
    done = CliRunner().invoke(main.cli, [*where, "doctor", "--format", "json", *args])
    return done.exit_code, json.loads(done.stdout)


def test_outside_a_workspace_it_says_how_to_make_one(
    no_trial: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    exit_code, found = call()
    assert exit_code == 0 and found["format"] == doctor.FORMAT
    said = [check["text"] for check in found["checks"] if check["area"] == "workspace"]
    assert len(said) == 1 and "axtui init DIR" in said[0]
    assert not {"code", "folders", "jobs"} & {check["area"] for check in found["checks"]}
    exit_code, found = call(folder=tmp_path)  # one that was named must be one
    assert exit_code == 1 and not found["healthy"]


def test_a_wrong_setting_is_a_problem_and_the_rest_is_looked_at(
    no_trial: None, tmp_path: Path
) -> None:
    (tmp_path / "axtui.toml").write_text("slics = 3\n")
    exit_code, found = call(folder=tmp_path)
    problems = [check for check in found["checks"] if check["state"] == "problem"]
    assert exit_code == 1
    assert [check["area"] for check in problems] == ["workspace"]
    assert "line 1" in problems[0]["text"] and "Did you mean 'slices'" in problems[0]["text"]
    assert {"installation", "machine", "trial"} <= {check["area"] for check in found["checks"]}


def test_jobs_that_are_not_durable_are_told_of(workspace: Workspace) -> None:
    before = bad(places.checks(workspace)).get("warning", "")
    assert "not durable" not in before
    path = workspace.config.path
    path.write_text(f"durable = false\n{path.read_text()}")
    texts = [found.text for found in places.checks(open_workspace(path.parent))]
    assert [text for text in texts if "not durable" in text]


def test_the_table_names_the_mend(no_trial: None, workspace: Workspace) -> None:
    (workspace.root / "methods").mkdir()
    (workspace.root / "methods" / "a_bad.py").write_text("def (:\n")
    done = CliRunner().invoke(main.cli, ["--workspace", str(workspace.root), "doctor"])
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    number = next(n for n, line in enumerate(lines) if "a_bad.py, line 1" in line)
    assert lines[number].split()[0] == "problem" and "correct the line" in lines[number + 1]
    assert re.fullmatch(r"\d+ problems?( and \d+ warnings?)?", lines[-1])


def test_a_check_that_breaks_down_is_a_finding() -> None:
    def check() -> Iterable[Finding]:
        yield ok("this", "fine")
        raise ZeroDivisionError("oh")

    found = list(carefully("area", check))
    assert [finding.state for finding in found] == ["ok", "problem"] and "oh" in found[1].text


# -- installation and machine


@pytest.mark.parametrize(
    ("version", "bounds", "fitting"),
    [
        ("1.10.0", [(">=", "1.9")], True),
        ("1.10.0", [(">=", "1.9"), ("<", "1.10")], False),
        ("8.2", [(">=", "8.2.0")], True),
        ("2.0.0rc1", [(">=", "2")], True),
        ("1.4.2", [("~=", "1.4")], True),
        ("2.0", [("~=", "1.4")], False),
        ("3.1.5", [("==", "3.1.*")], True),
        ("3.1.5", [("!=", "3.1.5")], False),
    ],
)
def test_versions(version: str, bounds: list[tuple[str, str]], fitting: bool) -> None:
    assert installation.fits(version, tuple(bounds)) is fitting


def test_packages_that_are_missing_or_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = ["duckdb >=99", "nosuchpackage>=1.0", "orjson", "nosuchextra; extra == 'fancy'"]
    monkeypatch.setattr(installation.metadata, "requires", lambda name: needed)
    found = list(installation.checks())
    texts = {finding.text: finding.mend for finding in found if finding.state == "problem"}
    assert texts.pop("nosuchpackage is not installed") == "pip install 'nosuchpackage>=1.0'"
    ((text, mend),) = texts.items()
    assert "does not fit: >=99 is needed" in text and mend == "pip install 'duckdb>=99'"
    extra = [finding for finding in found if finding.check == "extras"]
    assert "pip install 'axtui[fancy]'" in extra[0].text and extra[0].state == "ok"


def test_a_package_that_does_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "blake3", None)
    assert "blake3 is installed but does not load" in bad(installation.checks())["problem"]


@pytest.mark.parametrize("there", [False, True])
def test_another_program_ax_in_the_same_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: bool
) -> None:
    name, lacking = metadata.version, metadata.PackageNotFoundError

    def version(distribution: str) -> str:
        if distribution != "accelerator":
            return name(distribution)
        if not there:
            raise lacking
        return "2025.11.11"

    monkeypatch.setattr(installation.metadata, "version", version)
    found = [one for one in installation.checks() if "`ax`" in one.text]
    assert len(found) == there
    for one in found:
        assert one.state == "warning" and "accelerator 2025.11.11" in one.text
        assert "type axtui" in str(one.mend)


def test_every_requirement_of_ours_is_understood() -> None:
    names = {requirement.name for requirement in installation.requirements()}
    assert {"duckdb", "pyarrow", "click", "polars"} <= names
    assert bad(installation.checks()).keys() <= {"warning"}


def test_more_than_the_machine_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(slots, "default_folder", lambda: tmp_path / "slots")
    monkeypatch.setattr(machine.config, "cores", lambda: 4)
    monkeypatch.setattr(machine.memory, "available", lambda: 8 * 2**30)
    monkeypatch.setattr(machine.resource, "getrlimit", lambda which: (1024, 1024))
    assert bad(machine.checks(4, 4)) == {}
    assert "wait for one another" in bad(machine.checks(4, 5))["warning"]
    assert "costs a process" in bad(machine.checks(33, 4))["warning"]
    assert "2.1 GB for each of 4" in bad(machine.checks(4, 4, 2**33 + 1))["warning"]
    monkeypatch.setattr(machine.memory, "available", lambda: 2**29)
    few = "80.5 MB for each of 4 slices at once, of 537 MB"
    assert bad(machine.checks(4, 4)) == {"warning": few}
    monkeypatch.setattr(machine.memory, "available", lambda: 2**40)
    monkeypatch.setattr(machine.resource, "getrlimit", lambda which: (140, 140))
    assert "may open 140 files; 4 slices may want 144" in bad(machine.checks(4, 4))["warning"]
    (tmp_path / "file").touch()
    monkeypatch.setattr(slots, "default_folder", lambda: tmp_path / "file")
    assert "slots that builds share cannot be made" in bad(machine.checks(1, 1))["problem"]


# -- folders


def test_file_systems_are_tried_and_left_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = filesystem.inspect(tmp_path)
    assert (found.locks, found.links, found.refused, abs(found.skew) < 1) == (
        True,
        True,
        None,
        True,
    )
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(fcntl, "flock", lambda stream, how: None)  # as with nfs and `nolock`
    assert not filesystem.inspect(tmp_path).locks

    def refuse(stream: Any, how: int) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert not filesystem.inspect(tmp_path).locks


def test_the_kind_is_that_of_the_innermost_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "with space" / "in"
    inner.mkdir(parents=True)
    escaped = str(inner.parent).replace(" ", "\\040")
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nhost:/x {escaped} nfs4 rw 0 0\n")
    monkeypatch.setattr(filesystem, "_PROC_MOUNTS", mounts)
    assert (filesystem.kind_of(inner), filesystem.kind_of(tmp_path)) == ("nfs4", "ext4")
    assert FileSystem("nfs4", 0).network and not FileSystem("ext4", 0).network


@pytest.mark.parametrize(
    ("fact", "state", "text"),
    [
        ({"locks": False}, "problem", "locks do not work"),
        ({"kind": "nfs4"}, "warning", "network file system"),
        ({"links": False}, "problem", "symbolic links"),
        ({"modes": False}, "warning", "read-only"),
        ({"distinguishes_case": False}, "warning", "`a` and `A`"),
        ({"free": 10**8}, "problem", "100 MB are free"),
        ({"free": 10**9}, "warning", "only 1.0 GB are free"),
        ({"skew": -40.0}, "warning", "-40 s off"),
        ({"refused": "Permission denied"}, "problem", "cannot be written to: Permission denied"),
    ],
)
def test_what_a_workdir_may_lack(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    fact: dict[str, Any],
    state: str,
    text: str,
) -> None:
    made = FileSystem(**{"kind": "ext4", "free": 10**12} | fact)
    monkeypatch.setattr(places, "inspect", lambda folder: made)
    found = [finding for finding in places.checks(workspace) if finding.check == "workdir dev"]
    assert text in bad(found)[state]
    assert (state == "problem") != any(finding.state == "ok" for finding in found)


def test_folders_that_are_not_there(workspace: Workspace) -> None:
    assert list(bad(places.checks(workspace)).values()) == [
        f"the folder of input files, {workspace.config.inputs}, does not exist"
    ]
    workspace.config.urd.write_text("")
    assert "a file where a folder is needed" in bad(places.checks(workspace))["problem"]


def test_jobs_of_the_future(workspace: Workspace, make_job: MakeJob) -> None:
    workspace.config.inputs.mkdir()
    path = workspace.config.workdirs["dev"] / make_job("m")
    assert bad(places.checks(workspace)) == {}
    os.utime(path, (4e9, 4e9))
    assert "dev-1 is from a later time" in bad(places.checks(workspace))["warning"]


# -- code


def test_code_that_cannot_work(tmp_path: Path) -> None:
    (tmp_path / "axtui.toml").write_text('methods = ["one", "two", "json"]\n')
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a_same.py").write_text("def synthesis(): pass\n")
        (tmp_path / folder / "build_x.py").write_text("def main(urd): pass\n")
    (tmp_path / "one" / "helper.py").write_text("x = (\n")
    (tmp_path / "one" / "a_csvimport.py").write_text("def synthesis(): pass\n")
    texts = "\n".join(finding.text for finding in code.checks(open_workspace(tmp_path)))
    assert "json does not exist" in texts
    assert "helper.py, line 1" in texts
    assert "method same is defined twice" in texts
    assert "a_csvimport.py hides the standard method csvimport" in texts
    assert "the build script x is there 2 times" in texts
    (tmp_path / "json").mkdir()
    texts = "\n".join(finding.text for finding in code.checks(open_workspace(tmp_path)))
    assert "json has the name of a module of Python" in texts


def test_a_file_with_no_python_name(workspace: Workspace) -> None:
    (workspace.root / "methods").mkdir()
    (workspace.root / "methods" / "a_my-method.py").touch()
    found = next(one for one in code.checks(workspace) if one.state == "problem")
    assert "its name must be a Python name" in found.text and "a_my_method.py" in found.text
    assert found.mend == "rename the file"


def test_no_build_script(workspace: Workspace) -> None:
    (workspace.root / "methods").mkdir()
    assert "there is no build script" in bad(code.checks(workspace))["warning"]


# -- jobs and their index


def test_catalogs(workspace: Workspace, make_job: MakeJob) -> None:
    workspace.make_folders()
    assert bad(index.checks(workspace)) == {}
    make_job("m")
    assert bad(index.checks(workspace)) == {"warning": "there are jobs, but no catalog yet"}
    reindex(workspace.dot_axtui, lambda: events(workspace))
    assert bad(index.checks(workspace)) == {}
    make_job("m")
    assert "does not know of 1 job (dev-2)" in bad(index.checks(workspace))["warning"]
    workspace.catalog.write_bytes(b"no catalog at all" * 1000)
    found = [finding for finding in index.checks(workspace) if finding.state == "problem"]
    assert "damaged" in found[0].text and "axtui reindex" in (found[0].mend or "")


def test_what_killed_builds_left(
    workspace: Workspace, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.make_folders()
    make_job("m", state="lost")
    texts = "\n".join(finding.text for finding in index.checks(workspace))
    assert "1 job of builds that were killed (dev-1)" in texts
    monkeypatch.setattr(index, "_MANY_JOURNALS", 1)
    for number in range(2):
        (workspace.journal / f"{number}.journal").write_text("")
    texts = "\n".join(finding.text for finding in index.checks(workspace))
    assert "2 journals, 0 B wait" in texts


def test_results_that_lead_nowhere(workspace: Workspace, make_job: MakeJob) -> None:
    workspace.make_folders()
    job = workspace.config.workdirs["dev"] / make_job("m")
    (job / "a.txt").write_text("a")
    link_result(workspace.config.results, job, "a.txt", None, [])
    reindex(workspace.dot_axtui, lambda: events(workspace))
    assert bad(index.checks(workspace)) == {}
    (job / "a.txt").unlink()
    assert (
        "1 result leads to a file that is gone (a.txt)" in bad(index.checks(workspace))["warning"]
    )
    assert jobdir.state(job) == "complete"


# -- trial and terminal


def test_a_trial_that_fails_says_with_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_build", lambda folder: "Traceback\nno process could be started")
    assert "could not be built: no process could be started" in bad(trial.checks(None))["problem"]


def test_the_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Screen:
        encoding = "ascii"

        @staticmethod
        def isatty() -> bool:
            return True

    monkeypatch.setattr(terminal.sys, "stdout", Screen())
    monkeypatch.setattr(terminal.shutil, "get_terminal_size", lambda: (40, 20))
    home = {"HOME": str(tmp_path), "SHELL": "/bin/zsh"}
    found = [f.text for f in terminal.checks({**home, "TERM": "xterm"}) if f.state == "warning"]
    assert found[0].startswith("xterm, 40 x 20") and "ascii" in found[1] and len(found) == 2
    assert "dumb" in next(iter(terminal.checks({**home, "TERM": "dumb"}))).text
    assert next(iter(terminal.checks(home))).text == "TERM is not set"
    last = list(terminal.checks(home))[-1]
    assert "not installed for zsh" in last.text
