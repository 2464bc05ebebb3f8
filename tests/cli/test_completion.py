"""The TAB key: what shells are answered, what bash makes of it, and where it is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from axtui.build.results import link_result
from axtui.build.urdlog import UrdLog
from axtui.cli import main
from axtui.cli.completion import install
from axtui.cli.completion.protocol import SHELLS, answer
from axtui.data import jobdir
from axtui.workspace import Workspace

MakeJob = Callable[..., str]
BREAKS = " \t\n\"'><=;|&(:"
"""What bash breaks words at, by default."""


@pytest.fixture
def workspace(
    workspace: Workspace, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> Workspace:
    """A workspace to stand in, with jobs, code, a result, an urd and a saved query."""
    monkeypatch.chdir(workspace.root)
    files = {
        "methods/a_sorted.py": '"""Sort it."""\n',
        "methods/a_sold.py": "",
        "methods/build_daily.py": "def main(urd):\n    if 'dry run' in urd.flags: pass\n"
        "    return 'all' in urd.flags and 'x' in urd.other\n",
        "queries/mine.sql": "-- What is mine?\n-- $who VARCHAR: whose\nSELECT 1\n",
    }
    for name, text in files.items():
        (workspace.root / name).parent.mkdir(exist_ok=True)
        (workspace.root / name).write_text(text)
    make_job("sorted", datasets={"default": {}, "left over": {}})
    make_job("sold", state="failed")
    make_job("sold", datasets={"only": {}}, post={"datasets": ["only"], "registered": ["a.txt"]})
    for _ in range(8):
        make_job("sold")
    make_job("sorted", workdir="big")
    job = workspace.config.workdirs["dev"] / "dev-3"
    (job / "a.txt").write_text("a")
    link_result(workspace.config.results, job, "a.txt", "report.txt", ["a.txt"])
    log = UrdLog(workspace.config.urd, workspace.config.user)
    for day in ("2024-01-01", "2024-01-02"):
        log.add("daily", day, [["sold", "dev-3"]], caption=f"of {day}")
    return workspace


def lines(shell: str, *args: str) -> list[tuple[str, str, str]]:
    """(kind, value, help) of each candidate."""
    found = answer(main.cli, shell, args).splitlines()
    return [tuple(line.split("\t", 2)) for line in found]  # type: ignore[misc]


def values(line: str) -> list[str]:
    """What may stand at the end of a line."""
    return [value for _, value, _ in lines("fish", line)]


def test_commands_and_options() -> None:
    assert values("axtui ") == list(main.COMMANDS)
    assert values("axtui wo") == ["workdir"]
    assert values("ax job --lim") == ["--limit"]
    assert values("ax job --format ") == ["table", "json", "csv"]
    assert values("axtui completion z") == ["zsh"]
    assert values("axtui help scr") == ["script"]


def test_jobs_newest_first_with_their_methods(workspace: Workspace) -> None:
    found = lines("fish", "axtui job dev-")
    assert [value for _, value, _ in found] == [f"dev-{number}" for number in range(11, 0, -1)]
    by_job = {value: help_ for _, value, help_ in found}
    assert by_job["dev-2"] == "sold, failed" and by_job["dev-1"] == "sorted, complete"
    assert values("axtui job dev-1") == ["dev-11", "dev-10", "dev-1"]
    assert values("axtui why so") == ["sold", "sorted"]
    assert values("axtui job dev-11 dev-1") == ["dev-10", "dev-1"]
    assert values("axtui job bi") == ["big-1"]


def test_datasets_and_the_names_behind_the_slash(workspace: Workspace) -> None:
    assert lines("fish", "axtui ds dev-")[:2] == [
        ("open", "dev-3/", "sold, complete"),
        ("plain", "dev-1", "sorted, complete"),
    ]
    assert values("axtui ds dev-1/") == ["dev-1/default", "dev-1/left over"]
    assert values("axtui ds sold~7/") == []


def test_all_else_that_has_a_name(workspace: Workspace) -> None:
    user = workspace.config.user
    assert values("axtui method sor") == ["sorted"]
    assert lines("fish", "axtui method sor")[0][2] == "Sort it."
    assert values("axtui script ") == ["daily"] and values("axtui run d") == ["daily"]
    assert values("axtui workdir ") == ["dev", "big"]
    assert values("axtui run -w b") == ["big"]
    assert values("axtui run -c so") == ["sold=", "sorted="]
    assert values("axtui open r") == ["report.txt"]
    assert values("axtui open dev-") == ["dev-3/"]  # no other has files
    assert values("axtui open dev-3/") == ["dev-3/a.txt"]
    assert values("axtui urd ") == ["daily"]
    assert values("axtui urd daily/") == ["daily/2024-01-02", "daily/2024-01-01"]
    assert values(f"axtui urd {user}/daily/2024-01-02 {user}/daily/") == [
        f"{user}/daily/2024-01-01"
    ]
    assert "mine" in values("axtui sql ")
    assert lines("fish", "axtui sql mine -p ") == [("open", "who=", "whose")]


def test_flags_that_scripts_ask_for(workspace: Workspace) -> None:
    known = ["all", "dry run", "force_build", "why_build"]
    assert values("axtui run daily -f ") == known
    assert values("axtui run -f all,") == [f"all,{flag}" for flag in known[1:]]


def test_the_workspace_of_the_line_counts(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert values("axtui workdir ") == []
    assert values(f"axtui --workspace {workspace.root} workdir ") == ["dev", "big"]
    (workspace.root / "axtui.toml").write_text("nonsense = 1\n")
    assert values(f"axtui --workspace {workspace.root} workdir ") == []


def test_words_as_each_shell_breaks_and_quotes_them(workspace: Workspace) -> None:
    def bash(line: str) -> list[str]:
        return [value for _, value, _ in lines("bash", line, BREAKS)]

    assert bash("axtui job --format=j") == ["json"]  # bash replaces what stands behind the `=`
    assert values("axtui job --format=j") == ["--format=json"]
    assert [v for _, v, _ in lines("zsh", "job", "--format=j")] == ["--format=json"]
    assert bash("axtui ds dev-1/l") == [r"dev-1/left\ over"]
    assert bash(r"axtui ds dev-1/left\ o") == [r"dev-1/left\ over"]
    assert bash("axtui ds 'dev-1/left o") == ["dev-1/left over"]
    assert [v for _, v, _ in lines("zsh", "ds", "dev-1/l")] == ["dev-1/left over"]


def test_zsh_shows_help_in_a_second_column(workspace: Workspace) -> None:
    shown = {value: text for _, value, text in lines("zsh", "job", "dev-1")}
    assert (
        shown["dev-11"] == "dev-11  sold, complete" and shown["dev-1"] == "dev-1   sorted, complete"
    )


FREE = {
    ("build", "given"),
    ("job", "filter_"),
    ("job", "source_file"),
    ("job", "file"),
    ("serve", "port"),
    ("serve", "host"),
    ("build", "detached"),
    ("ds", "head"),
    ("graph", "depth"),
    ("init", "slices"),
    ("job", "limit"),
    ("run", "horizon"),
    ("run", "detached"),
    ("pin", "note"),
    ("gc", "grace"),
    ("gc", "most"),
    ("ds", "limit"),
    ("du", "limit"),
    ("urd-server", "listen"),
    ("urd-server", "user"),
    ("board-server", "address"),
    *(("grep", name) for name in ("chain_length", "max_count", "slice_", "separator", "regexp")),
    *(("grep", name) for name in ("before_context", "after_context", "context", "tab_length")),
    *(("hist", name) for name in ("chain_length", "max_count", "slices")),
    *(("init", name) for name in ("name", "workdirs", "template", "tcp")),
}
"""What nothing can be known of: numbers, times, words of one's own."""


@pytest.mark.parametrize("name", main.COMMANDS)
def test_each_value_of_each_command_is_completed(name: str) -> None:
    command = main.module_of(name).command
    for parameter in command.params:
        if isinstance(parameter, click.Option) and (parameter.is_flag or parameter.count):
            continue
        typed = isinstance(parameter.type, (click.Choice, click.Path))
        own = parameter._custom_shell_complete is not None
        assert typed or own or (name, parameter.name) in FREE, parameter.name


def test_columns_of_the_datasets_on_the_line(workspace: Workspace) -> None:
    path = jobdir.dataset_file(workspace.config.workdirs["dev"] / "dev-1", "default")
    names = list(json.loads(path.read_text())["columns"])
    assert names and values("axtui hist dev-1 ") == names
    assert values("axtui grep ") == []
    assert set(names) < set(values("axtui grep x dev-1 ")) and "dev-3/" in values("axtui grep x ")
    assert values("axtui grep x dev-1 -g ") == names == values("axtui grep -d dev-1 -n ")
    assert values("axtui hist dev-99 ") == []


def test_tab_loads_nothing_heavy(workspace: Workspace) -> None:
    code = (
        "import sys; from axtui.cli import main; main.complete(sys.argv[1], sys.argv[2:]);"
        "print({'rich','duckdb','pyarrow','textual','numpy','watchdog'} & set(sys.modules))"
    )
    for line in (
        "axtui ",
        "axtui job d",
        "axtui ds d",
        "axtui method s",
        "axtui sql m",
        "axtui urd ",
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, "fish", line], capture_output=True, text=True
        )
        *found, heavy = done.stdout.splitlines()
        assert found and heavy == "set()", (line, done.stderr)


def test_bash_itself_completes(workspace: Workspace) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    program = workspace.root / "axtui"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m axtui "$@"\n')
    program.chmod(0o755)
    script = Path(install.__file__).parent / "axtui.bash"
    asked = (
        f"source {script}; COMP_WORDBREAKS=$' \\t\\n\"\\'><=;|&(:'; "
        'tab() { COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMPREPLY=(); '
        '_axtui "$1" "${!#}" ""; printf "%s," "${COMPREPLY[@]}"; echo; }; '
        "tab ./axtui job dev-1; tab ./axtui --works; complete -p ax"
    )
    done = subprocess.run(
        [bash, "--norc", "-c", asked], capture_output=True, text=True, cwd=workspace.root
    )
    jobs, options, registered = done.stdout.splitlines()
    assert jobs == "dev-11,dev-10,dev-1," and options == "--workspace,"
    assert registered.endswith("-F _axtui ax")


@pytest.mark.parametrize("shell", SHELLS)
def test_each_script_is_what_its_shell_can_read(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell}")
    path = tmp_path / "script"
    path.write_text(install.script(shell))
    check = "--no-execute" if shell == "fish" else "-n"
    done = subprocess.run([program, check, path], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# -- installing


@pytest.mark.parametrize("shell", SHELLS)
def test_installing_twice_is_installing_once(shell: str, tmp_path: Path) -> None:
    places = install.places(shell, {"HOME": str(tmp_path)})
    if places.start is not None:
        places.start.write_text("alias ll='ls -l'")
        places.start.chmod(0o600)
    changed = places.install(shell)
    assert set(changed) == {*places.files, *([places.start] if places.start else [])}
    after = {path: path.read_bytes() for path in changed}
    assert places.install(shell) == [] and not places.missing(shell)
    assert {path: path.read_bytes() for path in changed} == after
    assert all(path.read_text() == install.script(shell) for path in places.files)
    if places.start is not None:
        text = places.start.read_text()
        assert text.startswith("alias ll='ls -l'\n") and text.count(str(places.files[0])) == 2
        assert places.start.stat().st_mode & 0o777 == 0o600


def test_a_start_file_keeps_what_is_around_our_lines_and_stays_a_link(tmp_path: Path) -> None:
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir()
    real = dotfiles / "zshrc"
    old = install.places("zsh", {"HOME": str(tmp_path / "old")})
    block = install._with_block("", old.files[0])
    real.write_bytes(b"one \xff\n\n" + block.encode() + b"two\n")
    (tmp_path / ".zshrc").symlink_to(real)
    places = install.places("zsh", {"HOME": str(tmp_path)})
    places.install("zsh")
    text = real.read_bytes()
    assert (tmp_path / ".zshrc").is_symlink() and text.startswith(b"one \xff\n")
    assert b"two\n" in text and text.count(b">>> completion") == 1
    assert str(old.files[0]).encode() not in text


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    def call(*args: str, shell: str) -> subprocess.CompletedProcess[str]:
        environ = {**os.environ, "HOME": str(tmp_path), "SHELL": shell}
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "ZDOTDIR"):
            environ.pop(name, None)
        return subprocess.run(
            [sys.executable, "-m", "axtui", "completion", *args],
            capture_output=True,
            text=True,
            env=environ,
        )

    first = call("--install", shell="/usr/bin/fish")
    assert f"wrote {tmp_path}/.config/fish/completions/ax.fish" in first.stdout
    assert "nothing was changed" in call("--install", shell="/usr/bin/fish").stdout
    assert call(shell="/bin/bash").stdout == install.script("bash")
    unknown = call(shell="/bin/tcsh")
    assert unknown.returncode == 1 and "axtui completion bash|zsh|fish" in unknown.stderr
