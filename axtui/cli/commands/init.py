"""`axtui init`: a workspace that runs."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click

import axtui
from axtui import config
from axtui.errors import StorageError, UserError

_PACKAGE = Path(axtui.__file__).parent
_RENAMED = {"gitignore": ".gitignore"}
_SKIPPED = {"__pycache__", ".DS_Store"}


@click.command("init", short_help="Make a workspace that runs.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--slices", type=click.IntRange(1, 9999), help="Slices (default: all cores).")
@click.option(
    "--input",
    "inputs",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where your input files are (default: inputs in the workspace).",
)
@click.option("--example", is_flag=True, help="The Backblaze example instead of the small one.")
@click.option(
    "--from",
    "conf",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Write axtui.toml from the accelerator.conf of a project that there is.",
)
@click.option("--force", is_flag=True, help="Overwrite files that are in the way.")
def command(
    folder: Path,
    slices: int | None,
    inputs: Path | None,
    example: bool,
    conf: Path | None,
    force: bool,
) -> None:
    """Make a workspace in DIR (default: the current folder): settings, a method, a build script
    and a small input file, ready to run.

    \b
    Examples:
      axtui init my-project
      axtui init drives --example --slices 4
      axtui init drives --example --input /data/backblaze
      axtui init --from accelerator.conf
    """
    if conf is not None:
        if example or slices is not None or inputs is not None or folder != Path():
            raise click.UsageError("--from goes alone (or with --force): the file says the rest")
        _from_conf(conf, force)
        return
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
    folders = [template]
    for name in (config.FILE_NAME, "gitignore"):
        yield _RENAMED.get(name, name), template / name
    if example:
        folders = [_example_root()]
    for kind in ("methods", "inputs") if with_inputs else ("methods",):
        for path in sorted((folders[0] / kind).rglob("*")):
            if path.is_file() and not _SKIPPED & {*path.parts} and path.suffix != ".pyc":
                yield path.relative_to(folders[0]).as_posix(), path


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
    enter = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "
    click.echo(f"Next: {enter}axtui run{scripts}")
