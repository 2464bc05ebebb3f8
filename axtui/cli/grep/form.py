"""The lines of the rows that were found: as CSV, raw or JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import pyarrow as pa

from axtui.build.grep.plan import Task
from axtui.build.grep.run import Lines
from axtui.cli.grep.cells import CHUNK_ROWS, Cells
from axtui.cli.grep.colours import Colours
from axtui.cli.grep.tabs import TabStops
from axtui.data.grep.patterns import Patterns
from axtui.data.grep.roundrobin import Turns
from axtui.data.grep.search import Found
from axtui.data.linetexts import content, joined

FORMATS = ("csv", "raw", "json")
_QUOTES = ("'", '"')


@dataclass(frozen=True)
class Form:
    """How lines look. `separator`: None for `tabs`. `only`: 'parts' that match, or 'columns'.
    `highlight`: matches are coloured. `single`: lines are told apart, as whoever writes them counts
    or colours them."""

    patterns: Patterns
    colours: Colours
    lined_colours: Colours
    kind: str = "csv"
    separator: str | None = "\t"
    tabs: TabStops = field(default_factory=TabStops)
    show_dataset: bool = False
    show_slice: bool = False
    show_line: bool = False
    only: str = ""
    highlight: bool = False
    ignore_case: bool = False
    single: bool = False

    @property
    def errors(self) -> str:
        """How text that is no Unicode is encoded: raw bytes as they were."""
        return "surrogatepass" if self.kind == "csv" else "surrogateescape"

    # -- rows

    def write(self, task: Task, found: Found) -> Iterator[Lines]:
        """The lines of some rows."""
        for start in range(0, len(found.lines), CHUNK_ROWS):
            cells = Cells(task.part, found, start)
            text = self._at_once(task, cells, found, start)
            if text is not None:
                yield Lines(text)
                continue
            stop = start + CHUNK_ROWS
            where = self._where(task, found, start, stop)
            count = min(stop, len(found.lines)) - start
            make = self._json if self.kind == "json" else self._fields
            lines = make(task, cells, where, count)
            if task.part.unique is None and not self.single:
                yield Lines(("\n".join(lines) + "\n").encode("utf-8", self._encoding))
                continue
            encoded = [f"{line}\n".encode("utf-8", self._encoding) for line in lines]
            matched = "".join("CM"[hit] for hit in found.matched[start:stop].tolist())
            yield Lines(encoded, matched, self._keys(task, cells))

    def _at_once(self, task: Task, cells: Cells, found: Found, start: int) -> bytes | None:
        """The lines in one piece, made of whole columns, which takes half as long as line by line. None
        where they are asked for one by one, or a field is not just the text of its value."""
        separator = self.separator
        if self.kind == "json" or separator is None or self.only or self.highlight:
            return None
        if task.part.unique is not None or self.single or not task.part.shown:
            return None
        columns = cells.arrays(task.part.shown)
        if columns is None or (self.kind == "csv" and any(map(self._needs_escapes, columns))):
            return None
        places = [
            pa.scalar(*self._escaped([str(next(column))]))
            if isinstance(column, repeat)
            else pa.array(column).cast(pa.string())
            for column in self._where(task, found, start, start + CHUNK_ROWS).values()
        ]
        between = self.colours(separator, "grep/separator")
        return bytes(joined([*places, *columns], between, "\n"))

    def _needs_escapes(self, texts: pa.Array) -> bool:
        if not self._between:  # is found in every text
            return True
        held = bytes(content(texts))
        return any(mark.encode() in held for mark in (self._between, "\n", "\r", *_QUOTES))

    @property
    def _encoding(self) -> str:
        return "surrogatepass" if self.kind == "json" else self.errors

    def _keys(self, task: Task, cells: Cells) -> list[tuple[str, ...]] | None:
        if task.part.unique is None:
            return None
        columns: list[Iterable[str]] = list(cells.texts(list(task.part.unique)))
        if self.ignore_case:
            columns = [map(str.lower, column) for column in columns]
        return list(zip(*columns, strict=True))

    def _where(self, task: Task, found: Found, start: int, stop: int) -> dict[str, Iterable[Any]]:
        """What stands in front of each row, by name."""
        where: dict[str, Iterable[Any]] = {}
        turns = found if isinstance(found, Turns) else None
        if self.show_dataset:
            where["dataset"] = repeat(str(task.part.dataset))
        if self.show_slice:
            if turns is not None and turns.slicenos is not None:
                where["sliceno"] = turns.slicenos[start:stop].tolist()
            else:
                where["sliceno"] = repeat(task.slices[0])
        if self.show_line:
            lines = found.lines
            if turns is not None and turns.slice_lines is not None and self.show_slice:
                lines = turns.slice_lines
            where["lineno"] = lines[start:stop].tolist()
        return where

    def _json(
        self, task: Task, cells: Cells, where: dict[str, Iterable[Any]], count: int
    ) -> list[str]:
        names = task.part.shown
        encode = json.JSONEncoder(ensure_ascii=False, default=_for_json).encode
        if self.only == "parts":
            columns: list[Any] = [
                [self.patterns.parts(text) for text in column] for column in cells.texts(names)
            ]
        else:
            columns = cells.values(names)
        rows: Iterable[dict[str, Any]] = (
            dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)
        )
        if self.only == "columns":
            rows = (
                {name: v for name, v in row.items() if self.patterns.parts(str(v))} for row in rows
            )
        if not where:
            return list(map(encode, rows))
        placed = zip(*(where[name] for name in where), rows, strict=False)
        return [encode(dict(zip((*where, "data"), row, strict=True))) for row in placed]

    def _fields(
        self, task: Task, cells: Cells, where: dict[str, Iterable[Any]], count: int
    ) -> list[str]:
        places = [
            [str(value) for _, value in zip(range(count), column, strict=False)]
            for column in where.values()
        ]
        columns = cells.texts(task.part.shown)
        parts = self.patterns.parts
        if self.only == "columns":
            columns = [[text if parts(text) else "" for text in column] for column in columns]
        elif self.only:
            columns = [list(map(parts, column)) for column in columns]
        shown = columns
        if self.highlight:
            shown = [list(map(self._highlighted, column)) for column in columns]
        written = [self._escaped(column) for column in (*places, *shown)]
        if self.separator is not None:
            between = self.colours(self.separator, "grep/separator")
            return list(map(between.join, zip(*written, strict=True)))
        lengths = [
            [len(a) + len(c) - len(b) for a, b, c in zip(*each, strict=True)]
            for each in zip((*places, *columns), (*places, *shown), written, strict=True)
        ]
        return list(map(self._aligned, zip(*written, strict=True), zip(*lengths, strict=True)))

    def _highlighted(self, text: str) -> str:
        parts = []
        at = 0
        for start, stop in self.patterns.spans(text):
            parts += [text[at:start], self.lined_colours(text[start:stop], "grep/highlight")]
            at = stop
        return "".join([*parts, text[at:]])

    def _escaped(self, column: list[str]) -> list[str]:
        if self.kind != "csv":
            return column
        separator = self._between
        whole = "\n".join(column)
        if whole.count("\n") == len(column) - 1 and not any(
            c in whole for c in (separator, "\r", *_QUOTES)
        ):
            return column
        return [_csv(text, separator) for text in column]

    @property
    def _between(self) -> str:
        """What must not stand in a field as it is."""
        return "\t" if self.separator is None else self.separator

    def _aligned(self, fields: Sequence[str], lengths: Sequence[int]) -> str:
        gaps = [self.lined_colours(" " * gap, "grep/separator") for gap in self.tabs.gaps(lengths)]
        return "".join(part for pair in zip(fields, [*gaps, ""], strict=True) for part in pair)

    # -- other lines

    def header(self, names: Sequence[str], listing: bool = False) -> bytes:
        """The line of the columns' names, in front of rows."""
        if listing:
            wanted = {"[DATASET]": True, "[SLICE]": self.show_slice}
        else:
            wanted = {
                "[DATASET]": self.show_dataset,
                "[SLICE]": self.show_slice,
                "[LINE]": self.show_line,
            }
        fields = [*(name for name, there in wanted.items() if there), *names]
        written = self._escaped(fields)
        coloured = [self.lined_colours(text, "grep/header") for text in written]
        return self._line(coloured, list(map(len, written)))

    def place(self, dataset: str, sliceno: int | None) -> bytes:
        """The line of a dataset, or of a slice of it, in which something was found."""
        if self.kind == "json":
            place = {"dataset": dataset} | ({} if sliceno is None else {"sliceno": sliceno})
            return f"{json.dumps(place, ensure_ascii=False)}\n".encode("utf-8", "surrogatepass")
        fields = [dataset] + ([] if sliceno is None else [str(sliceno)])
        written = self._escaped(fields)
        return self._line(written, list(map(len, written)))

    def _line(self, fields: Sequence[str], lengths: Sequence[int]) -> bytes:
        if self.separator is None:
            text = self._aligned(fields, lengths)
        else:
            text = self.colours(self.separator, "grep/separator").join(fields)
        return f"{text}\n".encode("utf-8", self.errors)


def _csv(text: str, separator: str) -> str:
    line = text.replace("\n", "\\n").replace("\r", "\\r")
    if text and (separator in text or text[0] in _QUOTES or text[-1] in _QUOTES):
        return '"' + line.replace('"', '""') + '"'
    return line


def _for_json(value: Any) -> Any:
    if isinstance(value, dt.date | dt.time):
        return str(value)
    if isinstance(value, complex):
        return [value.real, value.imag]
    return repr(value)
