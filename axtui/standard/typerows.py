"""Typing the rows of a `dataset_type` job, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from axtui.data.dataset import Dataset
from axtui.data.hasharrow import slices_of
from axtui.data.types import FLAGS, TYPES
from axtui.data.writer import DatasetWriter
from axtui.errors import UserError
from axtui.standard import sources
from axtui.standard.arrays import Bools
from axtui.standard.kernels import NO_DEFAULT, Conversion, Settings, conversion, convert
from axtui.standard.typenames import TypeName
from axtui.standard.typeplan import Plan, Renamed
from axtui.standard.zones import check_zone

_FEW_ROWS = 4096
"""Of so few rows, to find out which texts are stored by dictionary takes longer than reading them."""


@dataclass
class Tally:
    """What did not go smoothly: bad values per column, bad rows, values replaced by defaults."""

    bad: Counter[str] = field(default_factory=Counter)
    bad_rows: int = 0
    defaulted: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        self.bad.update(other.bad)
        self.bad_rows += other.bad_rows
        self.defaulted.update(other.defaulted)


def conversions(names: Mapping[str, TypeName], options: Mapping[str, Any]) -> dict[str, Conversion]:
    """How each typed column is made. Raises UserError for wrong formats, codecs, zones, defaults.

    Columns of the same type and default share what converts them: a hundred columns of two types took
    each process of few rows half of its time.
    """
    zone = (options["timezone"] or "").removeprefix(":") or None
    if zone:
        check_zone(zone)
    naive = bool(zone) and sources.as_in_2021()
    settings = Settings(zone, bool(options["numeric_comma"]), naive)
    defaults = options["defaults"]
    made: dict[tuple[str, str], Conversion] = {}
    found = {}
    for name, kind in names.items():
        default = defaults.get(name, NO_DEFAULT)
        key = (kind.text, repr(default))
        if key not in made:
            made[key] = conversion(name, kind.text, settings, default)
        found[name] = made[key]
    return found


class Typing:
    """The typing of one dataset's rows by one slice's process."""

    def __init__(
        self,
        plan: Plan,
        how: Mapping[str, Conversion],
        good: DatasetWriter,
        bad: DatasetWriter | None,
    ) -> None:
        self.plan, self.how, self.good, self.bad = plan, how, good, bad
        self.tally = Tally()

    def slice(self, sliceno: int) -> Tally:
        """Type a slice of the sources, each row staying in its slice."""
        for part in self.parts(sliceno):
            self.write(part)
        return self.tally

    def write(self, part: Part) -> None:
        """Type a batch, to the slice it is from."""
        self.good.write_batch(self._typed(part))

    def parts(self, sliceno: int) -> Iterator[Part]:
        """The batches of a slice of the sources."""
        for source, view in zip(self.plan.sources, self.plan.views, strict=True):
            line = 1
            codes = source.meta.rows > _FEW_ROWS
            for batch in sources.batches(source, sliceno, self._needed(view), codes):
                lines = np.arange(line, line + batch.num_rows)
                yield Part(source, view, sliceno, batch, lines)
                line += batch.num_rows

    def split(self, sliceno: int) -> Tally:
        """Type a slice of the sources, each row going to the slice of its hash."""
        self.good.get_split_write()  # opens all slices, also where there are no rows
        for part in self.parts(sliceno):
            self.good.write_batch_split(self._typed(part))
        return self.tally

    def gather(self, sliceno: int, slices: int) -> Tally:
        """Type those rows of all slices whose hash says this slice. Bad rows move nowhere: each is set
        apart, and counted, in the slice that it is from."""
        label = str(self.plan.hashlabel)
        for source, view in zip(self.plan.sources, self.plan.views, strict=True):
            before, line = -1, 1
            for stored, batch in sources.stored_batches(source, self._needed(view)):
                line = line if stored == before else 1
                before = stored
                lines = np.arange(line, line + batch.num_rows)
                mine = self._belonging(batch.column(view.columns[label]), label, sliceno, slices)
                part = Part(source, view, stored, batch, lines)
                if self.bad is None:
                    self.write(part.only(mine))
                elif stored == sliceno:
                    typed, wrong = self._converted(part, self.tally)
                    self._set_apart(part, wrong)
                    self.good.write_batch(typed.filter(pa.array(mine & ~wrong)))
                else:
                    typed, wrong = self._converted(part.only(mine), Tally())
                    self.good.write_batch(typed.filter(pa.array(~wrong)))
                line += batch.num_rows
        return self.tally

    def _belonging(self, column: pa.Array, label: str, sliceno: int, slices: int) -> Bools:
        how = self.how.get(label)
        if how is not None:  # what cannot be converted hashes as None
            column = convert(column, how).values
        kind = TYPES[self.plan.columns[label][0]]
        found: Bools = slices_of(kind, column, slices) == sliceno
        return found

    def _needed(self, view: Renamed) -> list[str]:
        return list(dict.fromkeys(view.columns[name] for name in self.plan.columns))

    def _typed(self, part: Part) -> pa.Table:
        """The good rows of a batch, typed; the others are set apart, or raise UserError."""
        typed, wrong = self._converted(part, self.tally)
        if not wrong.any():
            return typed
        self._set_apart(part, wrong)
        return typed.filter(pa.array(~wrong))

    def _converted(self, part: Part, tally: Tally) -> tuple[pa.Table, Bools]:
        """The rows of a batch, typed, and which of them are bad. Raises UserError for one that is,
        where these are not set apart."""
        arrays: dict[str, pa.Array] = {}
        wrong = np.zeros(part.batch.num_rows, bool)
        for name, how in self.how.items():
            found = convert(part.column(name), how)
            arrays[name] = found.values
            if found.defaulted:
                tally.defaulted[name] += found.defaulted
            if found.bad is not None:
                if self.bad is None:
                    refuse(part, name, how, found.bad)
                tally.bad[name] += int(found.bad.sum())
                wrong |= found.bad
        tally.bad_rows += int(wrong.sum())
        for name in self.plan.copied:
            arrays |= part.copied(name)
        return pa.table(arrays), wrong

    def _set_apart(self, part: Part, wrong: Bools) -> None:
        """Write the rows of a batch that are bad to the dataset of those."""
        assert self.bad is not None
        rejected = {name: part.column(name) for name in self.how}
        self.bad.write_batch(pa.table(rejected).filter(pa.array(wrong)))


@dataclass
class Part:
    """A batch, where it is from, and the line of each of its rows in that slice."""

    source: Dataset
    view: Renamed
    sliceno: int
    batch: pa.RecordBatch
    lines: np.ndarray[Any, np.dtype[np.int64]]

    def only(self, rows: Bools) -> Part:
        """Some of the rows."""
        return replace(self, batch=self.batch.filter(pa.array(rows)), lines=self.lines[rows])

    def column(self, name: str) -> pa.Array:
        """A column by its new name."""
        return self.batch.column(self.view.columns[name])

    def copied(self, name: str) -> Iterator[tuple[str, pa.Array]]:
        """A column and its hidden companion, by the new name."""
        old = self.view.columns[name]
        for ending in ("", FLAGS):
            if old + ending in self.batch.schema.names:
                yield name + ending, self.batch.column(old + ending)


def refuse(part: Part, name: str, how: Conversion, bad: Bools) -> NoReturn:
    """Raise UserError for the first value of a column that could not be converted."""
    row = int(np.flatnonzero(bad)[0])
    where = f"{part.source.quoted} column {name} slice {part.sliceno} line {part.lines[row]}"
    value = part.column(name)[row].as_py()
    raise cannot_convert(value, where, how, "give the column a default, or set filter_bad")


def cannot_convert(value: bytes | str, where: str, how: Conversion, mend: str) -> UserError:
    """What is told of a value that could not be converted, and how to mend that."""
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    shown = text if len(text) <= 100 else text[:100] + "..."
    return UserError(f'Failed to convert "{shown}" from {where} to {how.name.text} ({mend})')
