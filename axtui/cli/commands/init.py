"""`axtui init`: a workspace that runs."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

import axtui
from axtui import config, userconfig
from axtui.build import initdefaults
from axtui.cli.arguments import AxCommand, MaybeValue, flag, given
from axtui.errors import StorageError, UserError

_PACKAGE = Path(axtui.__file__).parent
_RENAMED = {"gitignore": ".gitignore"}
_SKIPPED = {"__pycache__", ".DS_Store"}


@click.command("init", cls=AxCommand, short_help="Make a workspace that runs.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--slices", type=click.IntRange(1, 9999), help="Slices (default: all cores).")
@click.option(
    "--input",
    "inputs",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where your input files are (default: inputs in the workspace).",
)
@flag("--examples", "--example", "example", negation="no",
      help="The Backblaze example instead of the small one.")  # fmt: skip
@click.option(
    "--from",
    "conf",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Write axtui.toml from the accelerator.conf of a project that there is.",
)
@flag("--force", negation="no", help="Overwrite files that are in the way.")
@flag("--accelerator-conf", negation="no",
      help="Make a project as `ax init` does. So do the options below.")  # fmt: skip
@click.option("--name", metavar="NAME", help="Its package, and its workdir (default: dev).")
@click.option("--workdir", "workdirs", metavar="NAME|PATH|NAME:PATH", multiple=True,
              help="A workdir; may be given several times.")  # fmt: skip
@click.option("--workdir-template", "template", metavar="PATH",
              help="Where workdirs without a path are (default: ./workdirs/[name]).")  # fmt: skip
@click.option("--tcp", cls=MaybeValue, metavar="[[HOST:]PORT]",
              help="Let the Accelerator's servers listen on ports instead of sockets.")  # fmt: skip
@click.option("--no-git/--yes-git", help="Make no git repository.")
def command(folder: Path, force: bool, conf: Path | None, **asked: Any) -> None:
    """Make a workspace in DIR (default: the current folder): settings, a method, a build script
    and a small input file, ready to run.

    Options that are not given are as the section [init] of your ~/.config/axtui/config says, or of that
    of the Accelerator.

    \b
    Examples:
      axtui init my-project
      axtui init drives --example --slices 4
      axtui init drives --example --input /data/backblaze
      axtui init --from accelerator.conf
      axtui init --name sales --no-git my-project       a project that `ax` runs, too
    """
    given_ones = set(_given(asked))
    if conf is not None:
        if given_ones or folder != Path():
            raise click.UsageError("--from goes alone (or with --force): the file says the rest")
        _from_conf(conf, force)
        return
    defaults = initdefaults.read(userconfig.read().init)
    wanted = {
        name: value if name in given_ones else getattr(defaults, name, value)
        for name, value in asked.items()
    }
    if "tcp" in given_ones:
        wanted["tcp"] = next(reversed([*given("tcp")]))[1] or ""
    if given_ones & {"accelerator_conf", "name", "workdirs", "template", "tcp", "no_git"}:
        _project(folder, force, wanted)
    else:
        _native(folder, force, wanted["slices"], wanted["inputs"], wanted["example"])


def _given(names: Iterable[str]) -> Iterator[str]:
    """Those of the parameters that are on the command line."""
    ctx = click.get_current_context()
    valued = {name for name, _ in given(*names)}
    for name in names:
        if name in valued or ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            yield name


def _native(
    folder: Path, force: bool, slices: int | None, inputs: Path | None, example: bool
) -> None:
    """A workspace with an axtui.toml."""
    files = dict(_files(example, with_inputs=inputs is None))
    if not force:
        _refuse_overwriting(folder, files)
    for name, source in files.items():
        text = source.read_bytes()
        if name == config.FILE_NAME:
            text = _settings(text.decode(), slices, inputs).encode()
        _write(folder / name, text)
    config.load(folder / config.FILE_NAME)
    _tell_next(folder, example, inputs)


def _project(folder: Path, force: bool, wanted: Mapping[str, Any]) -> None:
    """A project with an accelerator.conf."""
    from axtui.build import project

    example = None
    if wanted["example"]:
        kinds = ("methods",) if wanted["inputs"] else ("methods", "inputs")
        example = {
            name.replace("methods/", "examples/", 1): path
            for name, path in _copied(_example_root(), kinds)
        }
    listening = project.Addresses() if wanted["tcp"] is None else project.addresses(wanted["tcp"])
    made = project.Project(
        folder,
        name=wanted["name"] or "dev",
        slices=wanted["slices"],
        inputs=wanted["inputs"],
        workdirs=wanted["workdirs"],
        template=wanted["template"] or project.TEMPLATE,
        addresses=listening,
        example=example,
    )
    config.load(project.make(made, _PACKAGE / "template" / "project", force))
    if not wanted["no_git"]:
        project.add_git(made, lambda text: click.echo(f"axtui: warning: {text}", err=True))
    click.echo(f"Made a project with an accelerator.conf in {folder.resolve()}")
    _tell_scripts(folder, " build import afr" if example else "")


def _from_conf(conf: Path, force: bool) -> None:
    """Write an axtui.toml that means what an accelerator.conf says, and tell what it leaves out."""
    from axtui.build.native import as_toml

    if conf.suffix != ".conf":
        raise UserError(f"{conf} is no accelerator.conf: its name must end in .conf")
    read = config.load(conf)
    target = read.root / config.FILE_NAME
    if target.exists() and not force:
        raise UserError(f"{target} exists already (--force overwrites it)")
    _write(target, as_toml(read).encode())
    config.load(target)
    click.echo(f"Wrote {target}; it counts from now on, {conf.name} may stay.")
    for note in read.notes:
        click.echo(f"  {note}")


def _files(example: bool, with_inputs: bool) -> Iterator[tuple[str, Path]]:
    """(name in the workspace, where it is copied from) of every file of a new workspace."""
    template = _PACKAGE / "template"
    for name in (config.FILE_NAME, "gitignore"):
        yield _RENAMED.get(name, name), template / name
    kinds = ("methods", "inputs") if with_inputs else ("methods",)
    yield from _copied(_example_root() if example else template, kinds)


def _copied(root: Path, kinds: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """(name below `root`, path) of the files in some of its folders."""
    for kind in kinds:
        for path in sorted((root / kind).rglob("*")):
            if path.is_file() and not _SKIPPED & {*path.parts} and path.suffix != ".pyc":
                yield path.relative_to(root).as_posix(), path


def _example_root() -> Path:
    """The folder with the example's `methods` and `inputs`: in the wheel, or the source tree."""
    for root in (_PACKAGE / "example", _PACKAGE.parent):
        if (root / "methods").is_dir() and (root / "inputs").is_dir():
            return root
    raise StorageError("this installation of axtui lacks the example; install it anew")


def _refuse_overwriting(folder: Path, files: dict[str, Path]) -> None:
    there = [name for name in files if (folder / name).exists()]
    if config.FILE_NAME in there:
        raise UserError(f"{folder} is a workspace already (--force overwrites what init makes)")
    if there:
        shown = ", ".join(there[:3]) + (f" and {len(there) - 3} more" if len(there) > 3 else "")
        raise UserError(f"in the way in {folder}: {shown} (--force overwrites)")


def _settings(text: str, slices: int | None, inputs: Path | None) -> str:
    """The commented settings with the values that were asked for."""
    if slices is not None:
        text = text.replace("# slices = 4\n", f"slices = {slices}\n")
    if inputs is not None:
        escaped = str(inputs.absolute()).replace("\\", "\\\\").replace('"', '\\"')
        text = text.replace('inputs = "inputs"\n', f'inputs = "{escaped}"\n')
    return text


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from None


def _tell_next(folder: Path, example: bool, inputs: Path | None) -> None:
    scripts = " import afr" if example else ""
    click.echo(f"Made a workspace in {folder.resolve()}")
    if inputs is not None and not example:
        click.echo(f"Its small build script reads temperatures.csv, which is not in {inputs}.")
    _tell_scripts(folder, scripts)


def _tell_scripts(folder: Path, scripts: str) -> None:
    enter = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "
    click.echo(f"Next: {enter}axtui run{scripts}")
