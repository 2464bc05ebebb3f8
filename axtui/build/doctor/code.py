"""The workspace's code as it lies there: folders, methods and build scripts, read but not run."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from axtui import human
from axtui.build.doctor.finding import Finding, ok, problem, warning
from axtui.build.methodfiles import find_methods
from axtui.engine import syntax
from axtui.engine.source import SQL
from axtui.engine.sqlmethod.module import BadSqlMethod
from axtui.engine.sqlmethod.module import read as read_sql_method
from axtui.workspace import Workspace


def checks(workspace: Workspace) -> Iterator[Finding]:
    """Findings about the method folders."""
    yield from _folders(workspace)
    yield from _syntax(workspace)
    yield from _methods(workspace)
    yield from _scripts(workspace)


def _folders(workspace: Workspace) -> Iterator[Finding]:
    for folder in workspace.config.method_folders:
        if not folder.is_dir():
            yield problem(
                "methods",
                f"the method folder {folder} does not exist",
                f"mkdir {folder}, or name another in `methods` of axtui.toml",
            )
        elif folder.name in sys.stdlib_module_names:
            yield warning(
                "methods",
                f"the method folder {folder} has the name of a module of Python, which comes first",
                "give it another name (and in `methods` of axtui.toml)",
            )


def _files(workspace: Workspace) -> Iterator[Path]:
    for folder in workspace.config.method_folders:
        yield from sorted(folder.rglob("*.py"))
        yield from sorted(folder.glob(f"[!.]*{SQL}"))


def _syntax(workspace: Workspace) -> Iterator[Finding]:
    for path in _files(workspace):
        try:
            if path.suffix == SQL:
                read_sql_method(str(path), path.read_bytes())
            else:
                syntax.parse(path.read_bytes(), str(path))
        except SyntaxError as error:
            yield problem(
                "methods",
                f"{path}, line {error.lineno}: {error.msg}",
                "correct the line; until then nothing that needs the file can be built",
            )
        except BadSqlMethod as error:
            where = f"{path}, line {error.line}" if error.line else str(path)
            yield problem(
                *("methods", f"{where}: {error.reason}"),
                "correct it; until then the method cannot be built",
            )
        except (OSError, ValueError) as error:
            yield problem("methods", f"{path} cannot be read: {error}", "make it readable text")


def _methods(workspace: Workspace) -> Iterator[Finding]:
    found = find_methods(workspace)
    own = [file for file in found.values() if not file.standard]
    for file in own:
        if file.broken and file.mend:
            yield problem("methods", file.broken, file.mend)
    standard = find_standard(workspace)
    for file in own:
        if file.name in standard:
            yield warning(
                "methods",
                f"{file.path} hides the standard method {file.name}",
                f"rename it to a_{_own_name(workspace, file.name)}.py, unless that is meant",
            )
    broken = sum(file.broken is not None for file in own)
    if own and not broken:
        yield ok("methods", f"{human.plural(len(own), 'method')} in {_places(workspace)}")


def find_standard(workspace: Workspace) -> set[str]:
    """The names of the methods that come with axtui, hidden or not."""
    from dataclasses import replace

    bare = Workspace(replace(workspace.config, methods=()))
    return set(find_methods(bare))


def _own_name(workspace: Workspace, name: str) -> str:
    return f"{workspace.root.name.lower().replace('-', '_').replace('.', '_')}_{name}"


def _scripts(workspace: Workspace) -> Iterator[Finding]:
    by_name: dict[str, list[Path]] = defaultdict(list)
    for folder in workspace.config.method_folders:
        for path in sorted(folder.glob("build*.py")) if folder.is_dir() else ():
            if path.stem == "build" or path.stem.startswith("build_"):
                by_name[path.stem.removeprefix("build_")].append(path)
    for name, paths in by_name.items():
        if len(paths) > 1:
            yield warning(
                "scripts",
                f"the build script {name} is there {len(paths)} times; {paths[0]} is used",
                "rename the others, or name one with its folder: axtui run FOLDER.NAME",
            )
    if by_name:
        yield ok("scripts", f"{human.plural(len(by_name), 'build script')}: {', '.join(by_name)}")
    else:
        yield warning(
            "scripts",
            f"there is no build script in {_places(workspace)}",
            "write build.py with a function main(urd); `axtui init DIR` makes an example",
        )


def _places(workspace: Workspace) -> str:
    return ", ".join(str(folder) for folder in workspace.config.method_folders)
