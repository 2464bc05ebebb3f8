"""Showing a file inside a page: by what it is, as long as it is not too big."""

from __future__ import annotations

import mimetypes
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import IO, Any

from axtui import human
from axtui.errors import UserError
from axtui.notebook.grid import FAINT, title_html

MOST_BYTES = 32_000_000
"""Bigger images, films, sounds and pages are named, not shown."""
_MOST_TEXT = 20_000
_MOST_LINES = 60

_PICTURES = {"image/png", "image/jpeg", "image/gif"}
"""What Jupyter has a kind of its own for; other pictures go through HTML."""
_TEXTS = {".csv", ".json", ".jsonl", ".log", ".md", ".py", ".sql", ".toml", ".tsv", ".txt", ".xml"}


def bundle(path: Path, headline: str, text: str) -> dict[str, Any]:
    """What Jupyter shows of a file: `headline` above it, `text` where only text can be shown."""
    found: dict[str, Any] = {"text/plain": text}
    try:
        kind = mimetypes.guess_type(path.name)[0] or ""
        size = path.stat().st_size
        if kind in _PICTURES and size <= MOST_BYTES:
            found[kind] = b64encode(path.read_bytes()).decode("ascii")
            return found
        shown = _html(path, kind, size)
    except OSError as error:
        shown = f"<div>{escape(f'cannot be read: {error.strerror}')}</div>"
    found["text/html"] = title_html(headline) + shown
    return found


def open_to_read(path: Path, mode: str, encoding: str | None) -> IO[Any]:
    """Open a file of a job. Raises UserError for modes that write."""
    if mode not in ("r", "rt", "rb"):
        raise UserError(f"files of jobs can only be read, not opened as {mode!r}")
    if encoding is None and mode != "rb":
        encoding = "utf-8"
    return path.open(mode, encoding=encoding)


def _html(path: Path, kind: str, size: int) -> str:
    family = kind.partition("/")[0]
    if family in ("image", "video", "audio") or kind == "text/html":
        if size > MOST_BYTES:
            return _line(f"too big to be shown here ({human.size(size)}): {path}")
        return _media(path, kind, family)
    if family == "text" or kind == "application/json" or path.suffix.lower() in _TEXTS:
        return _text(path, size)
    return _line(str(path))


def _media(path: Path, kind: str, family: str) -> str:
    if kind == "text/html":
        # In a frame of its own: its styles stay in it, its scripts cannot reach the notebook.
        page = escape(path.read_text("utf-8", "replace"))
        return (
            f'<iframe srcdoc="{page}" sandbox="allow-scripts" style="width:100%;height:36em;'
            'border:1px solid rgba(128,128,128,.4);background:white"></iframe>'
        )
    data = f"data:{kind};base64,{b64encode(path.read_bytes()).decode('ascii')}"
    if family == "image":
        return f'<img src="{data}" alt="{escape(path.name)}" style="max-width:100%">'
    return f'<{family} controls src="{data}" style="max-width:100%"></{family}>'


def _text(path: Path, size: int) -> str:
    with path.open("rb") as stream:
        text = stream.read(_MOST_TEXT).decode("utf-8", "replace")
    lines = text.splitlines()
    shown = "\n".join(lines[:_MOST_LINES])
    more = len(lines) > _MOST_LINES or size > _MOST_TEXT
    rest = _line(f"… the beginning of {human.size(size)}") if more else ""
    return f'<pre style="overflow:auto;max-height:36em">{escape(shown)}</pre>{rest}'


def _line(text: str) -> str:
    return f'<div style="{FAINT}">{escape(text)}</div>'
