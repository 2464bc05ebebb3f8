"""Drive statistics as Backblaze publishes them, made up: the input of the benchmarks.

    python -m benchmarks.drives FOLDER --rows 1000000 --members 4

A row per drive and day, 129 columns (the day, the drive, its model and capacity, whether it failed, and 62
attributes normalised and raw), most cells empty as in the published files: each model tells 24 attributes or
so. The same on every machine: numbers come from a counter-based generator of numpy with a fixed seed, and the
zips carry no time of day.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

ATTRIBUTES = (
    *range(1, 6), *range(7, 14), 15, 16, 17, 18, 22, 23, 24, *range(168, 202), 206, 210, 218, 220, 222, 223,
    224, 225, 226,
)  # fmt: skip
COLUMNS = (
    *("date", "serial_number", "model", "capacity_bytes", "failure"),
    *(f"smart_{number}_{kind}" for number in ATTRIBUTES for kind in ("normalized", "raw")),
)
MODELS = (
    ("ST4000DM000", 4000787030016), ("HGST HMS5C4040BLE640", 4000787030016),
    ("Hitachi HDS5C3030ALA630", 3000592982016), ("ST8000DM002", 8001563222016),
    ("WDC WD30EFRX", 3000592982016), ("ST12000NM0007", 12000138625024),
    ("TOSHIBA MQ01ABF050", 500107862016), ("ST3000DM001", 3000592982016),
)  # fmt: skip
FIRST_DAY = date(2016, 1, 1)
DRIVES = 25_000
SEED = 20130410


def zips(folder: Path, rows: int, files: int = 1, members: int = 4) -> list[Path]:
    """Write `rows` rows in `files` zips of `members` CSV files each; returns the zips, in the order of
    their days. What is there from an earlier call with the same numbers is taken as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for file in range(files):
        path = folder / f"data_{rows}_{members}_{file + 1}of{files}.zip"
        if not path.exists():
            _zip(path, rows // files // members, members, file * members)
        made.append(path)
    return made


def _zip(path: Path, rows: int, members: int, first: int) -> None:
    unfinished = path.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in range(first, first + members):
            day = FIRST_DAY + timedelta(days=member * max(1, -(-rows // DRIVES)))
            entry = zipfile.ZipInfo(f"data/{day}.csv", (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as target:
                for text in csv_parts(day, rows, SEED + member):
                    target.write(text)
    unfinished.rename(path)


def csv_parts(first: date, rows: int, seed: int) -> Iterator[bytes]:
    """The text of one CSV file in parts: the header, then the days' rows, a part per day."""
    yield ",".join(COLUMNS).encode() + b"\n"
    options = csv.WriteOptions(include_header=False, quoting_style="none")
    for number, start in enumerate(range(0, rows, DRIVES)):
        table = _day(
            first + timedelta(days=number), min(DRIVES, rows - start), seed * 1000 + number
        )
        text = io.BytesIO()
        csv.write_csv(table, text, options)
        yield text.getvalue()


def _day(day: date, rows: int, seed: int) -> pa.Table:
    """The drives of one day: who they are is the same every day, what they tell is not."""
    rng = np.random.Generator(np.random.Philox(seed))
    number = np.arange(rows)
    kind = (number * 7919) % len(MODELS)
    told = _told()
    columns: list[pa.Array] = [
        pa.array(np.full(rows, str(day))),
        pa.array([f"Z{drive * 2654435761 % 2**40:011X}" for drive in range(rows)]),
        pa.array([name for name, _ in MODELS]).take(pa.array(kind)),
        pa.array([size for _, size in MODELS]).take(pa.array(kind)),
        pa.array((rng.random(rows) < 0.0001).astype(np.int8)),
    ]
    for attribute in range(len(ATTRIBUTES)):
        absent = ~told[kind, attribute]
        columns.append(pa.array(100 + rng.integers(0, 20, rows), mask=absent))
        columns.append(pa.array(_raw(rng, attribute, rows), mask=absent))
    return pa.table(columns, names=list(COLUMNS))


def _told() -> np.ndarray:
    """Which model tells which attribute, models down and attributes across."""
    rng = np.random.Generator(np.random.Philox(SEED))
    return rng.random((len(MODELS), len(ATTRIBUTES))) < 0.38


def _raw(rng: np.random.Generator, attribute: int, rows: int) -> np.ndarray:
    """Raw values: a third are counters that are nearly always 0, a third small, a third large."""
    if attribute % 3 == 0:
        return np.where(rng.random(rows) < 0.02, rng.integers(1, 50, rows), 0)
    if attribute % 3 == 1:
        return rng.integers(0, 40, rows)
    return rng.integers(0, 60_000 if attribute % 2 else 250_000_000, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make drive statistics to measure with.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--members", type=int, default=4)
    asked = parser.parse_args()
    for path in zips(asked.folder, asked.rows, asked.files, asked.members):
        print(path)


if __name__ == "__main__":
    main()
