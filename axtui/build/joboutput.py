"""What a job printed, by stage and slice, also while it runs: read from the end, never as a whole."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axtui.data import jobdir

CHUNK = 256 * 1024
"""Bytes that are read at once: about as much as anybody scrolls through."""
_FEW = 200
"""Lines that the end of an output has at least, where there are so many: some are very long."""
_LONGEST, _HEAD, _TAIL = 8192, 3000, 1000
"""Letters of a line from which on its middle is left out, and how many are kept around that."""
_ORDER = {"import": -2, "build": -1, "prepare": -1, "synthesis": 1 << 40}
_ATTEMPTS = f"{jobdir.TMP}/attempt"


@dataclass(frozen=True)
class Printed:
    """What one stage or slice printed: a file, or a text that was kept (of a collected job)."""

    label: str
    size: int
    path: Path | None = None
    text: str = ""

    @property
    def title(self) -> str:
        """'synthesis', or 'slice 3'."""
        return f"slice {self.label}" if self.label.isdigit() else self.label


@dataclass(frozen=True)
class Part:
    """Some lines of a file: those that begin at `start` and end at `end`, in bytes."""

    lines: list[str]
    start: int
    end: int


def printed(path: Path | None, document: Mapping[str, Any]) -> list[Printed]:
    """What there is of a job's output, in the order its stages run; without what printed nothing."""
    if path is None:
        return [_kept(output) for output in document.get("outputs") or () if output.get("text")]
    files = _files(path)
    found = [Printed(label, _size(file), file) for label, file in files.items()]
    return sorted((one for one in found if one.size), key=lambda one: _place(one.label))


def _files(path: Path) -> dict[str, Path]:
    """The output files of a job; of a stage that runs, that which it writes now."""
    found: dict[str, Path] = {}
    for folder in (*path.glob(f"{_ATTEMPTS}/*/{jobdir.OUTPUT}"), path / jobdir.OUTPUT):
        if folder.is_dir():
            found |= {file.name: file for file in folder.iterdir()}
    return {label: file for label, file in found.items() if re.fullmatch(r"\d+|[a-z]+", label)}


def _kept(output: Mapping[str, Any]) -> Printed:
    label = str(output["stage"] if output["sliceno"] is None else output["sliceno"])
    text = output["text"]
    return Printed(label, len(text.encode("utf-8", "replace")), None, text)


def _place(label: str) -> int:
    return _ORDER.get(label, int(label) if label.isdigit() else 0)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def end_of(one: Printed, most: int = CHUNK, few: int = _FEW) -> Part:
    """The last lines, at most about so many bytes of them; of long lines at least so few."""
    if one.path is None:
        size = len(one.text.encode("utf-8", "replace"))
        return Part(split(one.text), 0, size)
    found = before(one.path, _size(one.path), most)
    for _ in range(few):
        if not found.start or len(found.lines) >= few:
            break
        earlier = before(one.path, found.start, most)
        found = Part([*earlier.lines, *found.lines], earlier.start, found.end)
    return found


def before(path: Path, end: int, most: int = CHUNK) -> Part:
    """The lines before a place in a file, at most about so many bytes of them, but one at least."""
    start = max(0, end - most)
    data = _read(path, start, end - start)
    if start:
        cut = data.find(b"\n", 0, len(data) - 1) + 1
        if not cut:
            return _long_line(path, start, end)
        start, data = start + cut, data[cut:]
    return Part(split(_text(data)), start, end)


def _long_line(path: Path, start: int, end: int) -> Part:
    """The line that goes over `start` and ends at `end`: its begin and its end are read, and what is
    between them is only looked through."""
    at = start
    while at:
        at, behind = max(0, at - CHUNK), at
        found = _read(path, at, behind - at).rfind(b"\n") + 1
        if found:
            at += found
            break
    if end - at <= 2 * CHUNK:
        return Part(split(_text(_read(path, at, end - at))), at, end)
    head, tail = _read(path, at, CHUNK), _read(path, end - CHUNK, CHUNK)
    left_out = end - at - len(head) - len(tail)
    lines = split(_text(tail))
    if b"\r" not in tail.rstrip(b"\r\n"):
        lines = [_shortened(f"{_text(head)}{_text(tail)}".rstrip("\n\r"), left_out)]
    return Part(lines, at, end)


def after(path: Path, start: int, most: int = CHUNK, ended: bool = False) -> Part:
    """The whole lines that came behind a place in a file; a last line without an end waits, unless
    the file has `ended`."""
    data = _read(path, start, most)
    whole = data.rfind(b"\n") + 1
    if not whole and (ended or len(data) >= most):
        whole = len(data)
    return Part(split(_text(data[:whole])), start, start + whole)


def matching(one: Printed, word: str, most: int = 5000) -> tuple[list[str], bool]:
    """The lines that contain a word (small letters stand for large ones, too), the last `most`; and
    whether there are more. All of the file is read for it, a piece at a time."""
    wanted = word.lower()
    found: list[str] = []
    more = False
    for line in _lines(one):
        if wanted in line.lower():
            found.append(line)
            if len(found) > 2 * most:
                found, more = found[-most:], True
    return found[-most:], more or len(found) > most


def last_lines(outputs: Iterable[Printed], label: str, most: int = 12) -> list[str]:
    """The last lines that a stage or slice printed."""
    for one in outputs:
        if one.label == label:
            return end_of(one, 16 * 1024, most).lines[-most:]
    return []


def _lines(one: Printed) -> Iterator[str]:
    if one.path is None:
        yield from split(one.text)
        return
    at, size = 0, _size(one.path)
    while at < size:
        part = after(one.path, at)
        if part.end == at:  # the last line, which has no end
            yield from split(_text(_read(one.path, at, size - at)))
            return
        yield from part.lines
        at = part.end


def _read(path: Path, start: int, count: int) -> bytes:
    try:
        with path.open("rb") as stream:
            stream.seek(start, os.SEEK_SET)
            return stream.read(max(0, count))
    except OSError:
        return b""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def split(text: str) -> list[str]:
    """Lines as a terminal would leave them: what a carriage return went back over is gone. Of very
    long ones the middle is left out, and they say so."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [_shortened(line.rstrip("\r").rsplit("\r", 1)[-1]) for line in lines]


def _shortened(line: str, left_out: int = 0) -> str:
    if len(line) <= _LONGEST and not left_out:
        return line
    left_out += len(line) - _HEAD - _TAIL
    return f"{line[:_HEAD]} … {left_out:,} letters left out … {line[-_TAIL:]}"
