"""A new project as the Accelerator's users know them: `accelerator.conf`, a package, workdirs, git.

Such a project runs with both. Names and paths of workdirs may have `[name]`, `[project]`, `[slices]`
and `[user]` in them; paths also `${VAR}`.
"""

from __future__ import annotations

import os
import random
import re
import shlex
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from axtui.acceleratorconf import interpolated
from axtui.config import ACCELERATOR_FILE, FILE_NAME, cores, user_name
from axtui.data.disk import explained
from axtui.errors import UserError

TEMPLATE = "./workdirs/[name]"
"""Where a workdir is that is given by its name only."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_SLICES_FILE = ".slices"
_UNIMPORTANT = {".git", "venv", ".venv"}
_PORTS = range(0x3000, 0x8000)
_IGNORED = """\
/.socket.dir
/urd.db
/urd.axtui
/.axtui
/workdirs
/results
/venv
/.venv
__pycache__
*.pyc
"""


@dataclass(frozen=True)
class Addresses:
    """Where the Accelerator's servers would listen: sockets, or ports of a host."""

    listen: str = ".socket.dir/server"
    board: str = ".socket.dir/board"
    urd: str = ".socket.dir/urd"


@dataclass(frozen=True)
class Project:
    """What is wanted. `workdirs` are `NAME`, `NAME:PATH` or `PATH`; without any there is one called
    `name`. `slices` None: as the first workdir has them, else all cores. `example` maps names in the
    package `examples` to files."""

    folder: Path
    name: str = "dev"
    slices: int | None = None
    inputs: Path | None = None
    workdirs: tuple[str, ...] = ()
    template: str = TEMPLATE
    addresses: Addresses = Addresses()
    example: Mapping[str, Path] | None = None


def addresses(given: str | None) -> Addresses:
    """The addresses for `HOST`, `PORT`, `HOST:PORT` or nothing at all: three ports that follow each
    other. Raises UserError."""
    host, port = given or "", ""
    if host.isdigit():
        host, port = "", host
    elif ":" in host and not host.endswith("]"):
        host, _, port = host.rpartition(":")
    if port and not (port.isdigit() and 0 < int(port) < 65534):
        raise UserError(f"{given!r} has no port from 1 to 65533 behind its colon")
    first = int(port) if port else _free_ports(host or "localhost")
    return Addresses(*(f"{host}:{first + at}" for at in range(3)))


def _free_ports(host: str) -> int:
    """The first of three ports on which nothing listens."""
    for first in random.sample(_PORTS, 200):
        if all(_is_free(host.strip("[]"), first + at) for at in range(3)):
            return first
    raise UserError(f"no three free ports in a row are found on {host}; name one: --tcp HOST:PORT")


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((host, port))
    except OSError:
        return False
    return True


def make(project: Project, template: Path, force: bool = False) -> Path:
    """Make the project; its `accelerator.conf`. `template` is the folder of the files it begins with.

    Raises UserError where something is in the way (`force` overwrites), before anything is written.
    """
    return _Maker(project, template).make(force)


def add_git(project: Project, warn: Callable[[str], object]) -> None:
    """Make the project a git repository, unless it is one, and add its files."""
    if (project.folder / ".git").exists():
        warn(f"{project.folder} has a .git already; it is left as it is")
        return
    with explained("write", project.folder / ".gitignore"):
        (project.folder / ".gitignore").write_text(_IGNORED)
    added = [ACCELERATOR_FILE, ".gitignore", project.name]
    try:
        for words in (["init", "--quiet"], ["add", "--", *added]):
            subprocess.run(
                ["git", *words], cwd=project.folder, check=True, capture_output=True, text=True
            )
    except FileNotFoundError:
        warn("git is not installed: the project has no repository")
    except subprocess.CalledProcessError as error:
        warn(f"git does not want to: {error.stderr.strip()}")


class _Maker:
    def __init__(self, project: Project, template: Path) -> None:
        self._project = project
        self._template = template
        self._folder = project.folder
        if not _NAME.fullmatch(project.name):
            raise UserError(
                f"{project.name!r} cannot name a package: letters, digits, _ and - are fine"
            )
        self._slices = project.slices
        self._workdirs = dict(map(self._workdir, project.workdirs or ("[name]",)))
        if len(self._workdirs) < len(project.workdirs):
            raise UserError("two workdirs have the same name: give each its own, as NAME:PATH")
        if self._slices is None:
            first = next(iter(self._workdirs.values()))
            self._slices = _slices_of(self._place(first)) or cores()

    def make(self, force: bool) -> Path:
        files = dict(self._files())
        if (self._folder / FILE_NAME).exists():
            raise UserError(
                f"{self._folder} has an {FILE_NAME}, which counts before {ACCELERATOR_FILE}: take "
                "another folder, or remove it first"
            )
        if not force:
            self._refuse()
        for name, content in files.items():
            path = self._folder / name
            with explained("write", path):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        places = [self._place(path) for path in self._workdirs.values()]
        private = [self._folder / name for name in (".socket.dir", "urd.db")]
        for folder in (*places, *private, self._folder / "results"):
            with explained("make", folder):
                folder.mkdir(0o750 if folder in private else 0o777, parents=True, exist_ok=True)
        for folder in places:
            if force or _slices_of(folder) is None:
                with explained("write", folder):
                    (folder / _SLICES_FILE).write_text(f"{self._slices}\n")
        return self._folder / ACCELERATOR_FILE

    def _refuse(self) -> None:
        """Raise UserError where something is in the way that may be overwritten, if the user wants."""
        if self._folder.exists():
            there = sorted({path.name for path in self._folder.iterdir()} - _UNIMPORTANT)
            if there:
                raise UserError(
                    f"{self._folder} is not empty: {', '.join(there[:3])} (--force goes ahead)"
                )
        for name, value in self._workdirs.items():
            place = self._place(value)
            slices = _slices_of(place)
            if slices not in (None, self._slices):
                raise UserError(
                    f"the workdir {place} has {slices} slices, not {self._slices} (--force goes ahead)"
                )
            if place.is_dir() and any(
                re.fullmatch(rf"{re.escape(name)}-\d+", path.name) for path in place.iterdir()
            ):
                raise UserError(f"the workdir {place} has jobs in it (--force goes ahead)")

    def _workdir(self, given: str) -> tuple[str, str]:
        """(name, path as the file says it) of a workdir."""
        if ":" in given:
            name, _, path = given.partition(":")
        elif "/" in given:
            path = given.rstrip("/")
            name = path.rpartition("/")[2]
        else:
            name, path = given, self._project.template
        name = self._filled(name, self._project.name)
        if not _NAME.fullmatch(name):
            raise UserError(f"{name!r} cannot name a workdir: letters, digits, _ and - are fine")
        return name, self._filled(path, name)

    def _filled(self, text: str, name: str) -> str:
        """A text with the values of what stands in square brackets. Where the slices are named, they
        are decided."""
        if "[slices]" in text and self._slices is None:
            self._slices = cores()
        values = {
            "name": name,
            "project": self._folder.resolve().name,
            "slices": str(self._slices),
            "user": user_name(),
        }
        return re.sub(r"\[(name|project|slices|user)\]", lambda found: values[found[1]], text)

    def _place(self, path: str) -> Path:
        return self._folder / interpolated(path, os.environ)

    def _files(self) -> Iterator[tuple[str, bytes]]:
        """(name in the project, content) of all files."""
        name = self._project.name
        yield ACCELERATOR_FILE, self._conf().encode()
        yield f"{name}/__init__.py", b""
        for file in ("methods.conf", "a_example.py", "build.py"):
            yield f"{name}/{file}", (self._template / file).read_bytes()
        example = self._project.example
        if example is not None:
            yield "examples/__init__.py", b""
            for file, path in example.items():
                yield file, path.read_bytes()

    def _conf(self) -> str:
        project = self._project
        packages = [f"{shlex.quote(project.name)} auto-discover", "accelerator.standard_methods"]
        inputs = "# input directory: /some/path"
        if project.example is not None:
            packages.insert(1, "examples auto-discover")
            inputs = "input directory: ./inputs"
        if project.inputs is not None:
            inputs = f"input directory: {shlex.quote(str(project.inputs.absolute()))}"
        workdirs = [
            f"{shlex.quote(name)} {shlex.quote(path)}" for name, path in self._workdirs.items()
        ]
        values = {
            "slices": str(self._slices),
            "workdirs": "\n".join(f"\t{line}" for line in workdirs),
            "target": shlex.quote(next(iter(self._workdirs))),
            "packages": "\n".join(f"\t{line}" for line in packages),
            "input": inputs,
            "listen": shlex.quote(project.addresses.listen),
            "board": shlex.quote(project.addresses.board),
            "urd": shlex.quote(project.addresses.urd),
        }
        text = (self._template / ACCELERATOR_FILE).read_text("utf-8")
        return re.sub(r"(?<!\$)\{(\w+)\}", lambda found: values[found[1]], text)


def _slices_of(workdir: Path) -> int | None:
    """How many slices the Accelerator's note in a workdir says; None without one."""
    try:
        return int((workdir / _SLICES_FILE).read_text())
    except (OSError, ValueError):
        return None
