"""The head of a file: its kind, what is known of it, and its first lines."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from axtui import human
from axtui.build.heads import media, texts

Kind = Literal["text", "table", "picture", "movie", "data", "folder", "gone", "refused"]

_MOST_BYTES = 256 * 1024
_MOST_LISTED = 500
_KINDS = {
    ".html": "page",
    ".htm": "page",
    ".md": "Markdown",
    ".json": "JSON",
    ".csv": "table",
    ".tsv": "table",
    ".parquet": "Parquet",
    ".pdf": "PDF",
    ".svg": "drawing",
    ".zip": "archive",
    ".gz": "archive",
    ".pickle": "Python values",
    ".txt": "text",
    ".log": "text",
    ".py": "Python",
    ".sql": "SQL",
}


@dataclass(frozen=True)
class Head:
    """How a file begins.

    `facts` are words such as '1280 x 720' and '3:20 long'; `lines` its first lines as text, or of a
    table, aligned; control characters are still in them. `cut` says that there is more. `path` is
    the real file, None where there is none that may be read. Lines of `prose` are whole paragraphs,
    for `texts.wrapped`.
    """

    kind: Kind
    facts: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    cut: bool = False
    path: Path | None = None
    bytes: int | None = None
    prose: bool = False


def kind_of(name: str) -> str:
    """What a file is by its name, in a word: 'picture', 'movie', 'page', 'table', 'text' ..."""
    suffix = Path(name).suffix.lower()
    if suffix in media.PICTURES:
        return "picture"
    if suffix in media.MOVIES:
        return "movie"
    return _KINDS.get(suffix, suffix.removeprefix(".") or "file")


def head(path: Path, within: Iterable[Path]) -> Head:
    """The head of a file, or of a folder what is in it.

    It is read only if it lies, all links followed, in one of the folders `within`, and if it is a
    plain file or folder; never more than some hundred kilobytes of it. Never raises OSError.
    """
    try:
        real = Path(os.path.realpath(path, strict=True))
        found = real.stat()
        if not any(real.is_relative_to(os.path.realpath(folder)) for folder in within):
            return Head("refused", (f"it leads out of the workspace, to {real}",))
        if stat.S_ISDIR(found.st_mode):
            return _folder(real)
        if not stat.S_ISREG(found.st_mode):
            return Head("refused", ("it is no plain file",))
        read = _file(real, found.st_size)
        return replace(read, path=real, bytes=found.st_size)
    except FileNotFoundError:
        return Head("gone", (_leads_to(path),))
    except OSError as error:
        return Head("refused", (f"it cannot be read: {error.strerror or error}",))


def _leads_to(path: Path) -> str:
    if path.is_symlink():
        return f"the link leads to {path.readlink()}, which is not there any more"
    return "the file is not there any more"


def _folder(path: Path) -> Head:
    names = sorted(one.name + "/" * one.is_dir() for one in path.iterdir())
    shown = tuple(names[:_MOST_LISTED])
    return Head(
        "folder",
        (human.plural(len(names), "entry", "entries"),),
        shown,
        len(names) > len(shown),
        path,
    )


def _file(path: Path, size: int) -> Head:
    suffix = path.suffix.lower()
    if suffix in media.PICTURES:
        return Head("picture", media.picture_facts(path))
    if suffix in media.MOVIES:
        return Head("movie", media.movie_facts(path))
    if suffix == ".parquet":
        from axtui.build.heads.parquet import parquet

        facts, lines, cut = parquet(path)
        return Head("table", facts, lines, cut)
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES)
    cut = size > len(data)
    if b"\0" in data[:8192]:
        return Head("data", ("it is not text",))
    text = data.decode("utf-8", "replace")
    if cut and "\n" in text:
        text = text[: text.rindex("\n")]
    facts, lines, more, layout = texts.told(suffix, text, cut)
    kind: Kind = "table" if layout == "table" else "text"
    return Head(kind, facts, lines, cut or more, prose=layout == "prose")
