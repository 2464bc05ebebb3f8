"""Make the example's input files: a small fleet of drives, told the way Backblaze tells its own.

    python inputs/make_inputs.py [FOLDER]

Backblaze publishes one CSV file per day, a row per drive that was running, in one zip per year or
quarter. The files here have the same form and the same quirks: columns that come and go, stray
macOS entries, doubled spaces in model names, capacities of -1, missing values, drives that fail
(`failure` is 1 on their last day), drives that are taken out, drives that skip a day. They keep one
day in fourteen, so that four years of a fleet fit in a repository. All numbers are invented; the
model names and their habits are borrowed from the published statistics.

Standard library only, and the same on every machine: the chances come from `random.Random.random`,
which Python keeps stable between versions, and from exact arithmetic. The contents of the zips are
the same everywhere; their compressed bytes are too where the zlib is.
"""

from __future__ import annotations

import random
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

FIRST_DAY = date(2013, 4, 10)
LAST_DAY = date(2016, 12, 31)
STEP = 14
TERABYTES = {
    1: 1000204886016,
    1.5: 1500301910016,
    2: 2000398934016,
    3: 3000592982016,
    4: 4000787030016,
    6: 6001175126016,
    8: 8001563222016,
}
SERIAL_LETTERS = "0123456789ABCDEFGHJKLMNPRSTVWXYZ"


@dataclass(frozen=True)
class Batch:
    """Drives of one model that are installed, and later taken out, over some weeks."""

    drives: int
    installed: date
    over_days: int
    taken_out: date | None = None


@dataclass(frozen=True)
class Model:
    """A drive model and its habits. Rates are failures per drive and year.

    The rate of a drive is `early`, falling to nothing at half a year of age, plus `steady`, plus
    `wear` for every year of age beyond `lasts` years: a bathtub.
    """

    name: str
    size: float
    serial: str
    early: float
    steady: float
    lasts: float
    wear: float
    warmth: int
    batches: tuple[Batch, ...]


@dataclass(frozen=True)
class Drive:
    """One drive: who it is and from when to when it could be seen."""

    model: Model
    serial: str
    installed: date
    taken_out: date | None
    hours_off: int
    old_software: bool
    datacenter: str
    vault: int


@dataclass
class Row:
    """A drive on a day. `smart` maps an attribute's number to its raw value."""

    drive: Drive
    failed: bool
    capacity: int
    smart: dict[int, int]


@dataclass(frozen=True)
class Period:
    """One published zip: its name, the folder inside it, its days and its columns."""

    zip_name: str
    folder: str
    first: date
    last: date
    attributes: tuple[int, ...]
    places: bool = False
    normalized: bool = True


MODELS = (
    Model("WDC WD10EADS", 1, "WD-WCAV5", 0.0, 0.045, 4.0, 0.05, 26, (
        Batch(70, date(2009, 3, 1), 300, date(2014, 9, 1)),)),
    Model("ST31500541AS", 1.5, "5XW0", 0.0, 0.09, 3.5, 0.04, 24, (
        Batch(120, date(2010, 2, 1), 240, date(2015, 4, 1)),)),
    Model("Hitachi HDS722020ALA330", 2, "JK1101B9G", 0.0, 0.016, 4.5, 0.03, 29, (
        Batch(160, date(2010, 11, 1), 200, date(2015, 6, 1)),)),
    Model("Hitachi HDS5C3030ALA630", 3, "MJ0351YNG", 0.01, 0.008, 4.0, 0.008, 25, (
        Batch(150, date(2012, 2, 1), 250),)),
    Model("Hitachi HDS723030ALA640", 3, "MK0331YHG", 0.02, 0.017, 3.5, 0.02, 30, (
        Batch(45, date(2011, 12, 1), 120),)),
    Model("ST3000DM001", 3, "Z1F", 0.08, 0.09, 1.3, 0.24, 23, (
        Batch(110, date(2012, 3, 1), 300, date(2015, 8, 1)),
        Batch(90, date(2013, 4, 15), 240, date(2015, 8, 15)))),
    Model("WDC WD30EFRX", 3, "WD-WMC4N", 0.12, 0.05, 3.0, 0.02, 22, (
        Batch(22, date(2012, 11, 1), 90),
        Batch(66, date(2014, 1, 10), 120))),
    Model("TOSHIBA DT01ACA300", 3, "Z2QHJ", 0.03, 0.03, 3.0, 0.02, 25, (
        Batch(24, date(2012, 12, 1), 60),)),
    Model("HGST HMS5C4040ALE640", 4, "PL1331LAG", 0.01, 0.007, 4.0, 0.01, 26, (
        Batch(110, date(2013, 6, 1), 300),)),
    Model("HGST HMS5C4040BLE640", 4, "PL2331LAH", 0.01, 0.005, 4.0, 0.01, 27, (
        Batch(150, date(2014, 8, 1), 330),)),
    Model("ST4000DM000", 4, "Z300", 0.05, 0.024, 2.2, 0.015, 22, (
        Batch(120, date(2013, 5, 1), 240),
        Batch(160, date(2014, 2, 1), 330),
        Batch(130, date(2015, 1, 15), 300))),
    Model("WDC WD60EFRX", 6, "WD-WX31D", 0.14, 0.045, 2.0, 0.02, 23, (
        Batch(60, date(2014, 12, 1), 100),)),
    Model("ST6000DX000", 6, "Z4D0", 0.02, 0.015, 3.0, 0.01, 22, (
        Batch(100, date(2015, 3, 1), 150),)),
    Model("ST8000DM002", 8, "ZA10", 0.06, 0.012, 3.0, 0.01, 27, (
        Batch(330, date(2016, 4, 20), 200),)),
    Model("SAMSUNG HD154UI", 1.5, "S1Y6J1KS", 0.0, 0.02, 5.0, 0.02, 28, (
        Batch(4, date(2009, 9, 1), 40, date(2014, 3, 1)),)),
)  # fmt: skip

PERIODS = (
    Period("data_2013.zip", "2013/", date(2013, 1, 1), date(2013, 12, 31),
           (1, 5, 9, 194, 197), normalized=False),
    Period("data_2014.zip", "2014/", date(2014, 1, 1), date(2014, 12, 31),
           (1, 5, 9, 187, 194, 197)),
    Period("data_2015.zip", "2015/", date(2015, 1, 1), date(2015, 12, 31),
           (1, 5, 9, 187, 188, 194, 197, 198)),
    Period("data_Q1_2016.zip", "data_Q1_2016/", date(2016, 1, 1), date(2016, 3, 31),
           (1, 5, 9, 12, 187, 188, 194, 197, 198)),
    Period("data_Q2_2016.zip", "data_Q2_2016/", date(2016, 4, 1), date(2016, 6, 30),
           (1, 5, 9, 12, 187, 188, 194, 197, 198)),
    Period("data_Q3_2016.zip", "", date(2016, 7, 1), date(2016, 9, 30),
           (1, 5, 9, 12, 187, 188, 194, 197, 198), places=True),
    Period("data_Q4_2016.zip", "data_Q4_2016/", date(2016, 10, 1), date(2016, 12, 31),
           (1, 5, 9, 12, 187, 188, 194, 197, 198, 199), places=True),
)  # fmt: skip


def days() -> list[date]:
    """The days that are kept, oldest first."""
    count = (LAST_DAY - FIRST_DAY).days // STEP + 1
    return [FIRST_DAY + timedelta(days=STEP * number) for number in range(count)]


def make_drives(chance: random.Random) -> Iterator[Drive]:
    """Every drive of the fleet, in the order of models and serial numbers."""
    for model in MODELS:
        number = int(chance.random() * 20000)
        for batch in model.batches:
            for nth in range(batch.drives):
                number += 1 + int(chance.random() * 40)
                installed = batch.installed + timedelta(
                    days=(nth * batch.over_days) // batch.drives + int(chance.random() * 4)
                )
                taken_out = None
                if batch.taken_out is not None:
                    taken_out = batch.taken_out + timedelta(days=int(chance.random() * 170))
                elif chance.random() < 0.02:
                    taken_out = installed + timedelta(days=200 + int(chance.random() * 900))
                yield Drive(
                    model=model,
                    serial=model.serial + _letters(number),
                    installed=installed,
                    taken_out=taken_out,
                    hours_off=int(chance.random() * 60),
                    old_software=chance.random() < 0.6,
                    datacenter="sac0" if chance.random() < 0.8 else "phx1",
                    vault=1000 + len(model.name) + nth // 60,
                )


def life(drive: Drive, chance: random.Random) -> Iterator[tuple[date, Row]]:
    """The days on which a drive is seen. Its last day says whether it failed."""
    spells = [day for day in days() if day >= drive.installed]
    if drive.taken_out is not None:
        spells = [day for day in spells if day < drive.taken_out]
    fails_at = _failing_day(drive, spells, chance)
    doomed = fails_at is not None and chance.random() < 0.65
    bad_sectors = 8 * int(chance.random() * 30) if chance.random() < 0.04 else 0
    for number, day in enumerate(spells):
        if fails_at is not None and number > fails_at:
            return
        failed = number == fails_at
        if not failed and chance.random() < 0.004:
            continue
        near_end = doomed and fails_at is not None and fails_at - number < 4
        pending = 8 * int(chance.random() * 12) if near_end else 0
        bad_sectors += 8 * int(chance.random() * 40) if near_end else 0
        yield day, _row(drive, day, failed, bad_sectors, pending, chance)


def _failing_day(drive: Drive, spells: list[date], chance: random.Random) -> int | None:
    """The number of the day on which a drive fails, drawn from its model's habits."""
    model = drive.model
    for number, day in enumerate(spells):
        age = (day - drive.installed).days / 365
        rate = model.steady + model.wear * max(0.0, age - model.lasts)
        rate += 2 * model.early * max(0.0, 1 - 2 * age)
        # The first day already runs a risk: a drive that fails at once is seen once.
        if chance.random() < rate * STEP / 365:
            return number
    return None


def _row(
    drive: Drive, day: date, failed: bool, bad_sectors: int, pending: int, chance: random.Random
) -> Row:
    """What is written down about a drive on a day."""
    season = (0, 0, 1, 1, 2, 3, 3, 3, 2, 1, 1, 0)[day.month - 1]
    hours = 24 * (day - drive.installed).days + drive.hours_off
    smart = {
        1: (8 * int(chance.random() * 60)) << 20 if drive.model.name.startswith("ST") else 0,
        5: bad_sectors,
        9: hours,
        12: 2 + hours // 2500,
        187: pending // 8,
        188: 0,
        194: drive.model.warmth + season + int(chance.random() * 3),
        197: pending,
        198: pending,
        199: 1 if drive.hours_off == 7 else 0,
    }
    capacity = TERABYTES[drive.model.size]
    if chance.random() < (0.04 if failed else 0.002):
        # The drive did not answer: Backblaze's files then have no values and a capacity of -1.
        capacity, smart = -1, {}
    return Row(drive, failed, capacity, smart)


def header(period: Period) -> list[str]:
    """The column names of a period's files."""
    names = ["date", "serial_number", "model", "capacity_bytes", "failure"]
    if period.places:
        names += ["datacenter", "cluster_id", "vault_id", "pod_id", "is_legacy_format"]
    for attribute in period.attributes:
        names += [f"smart_{attribute}_normalized", f"smart_{attribute}_raw"]
    return names


def csv_line(period: Period, day: date, row: Row) -> str:
    """One row in the columns of its period."""
    drive = row.drive
    values = [
        day.isoformat(),
        drive.serial,
        _model_name(period, drive),
        str(row.capacity),
        "1" if row.failed else "0",
    ]
    if period.places:
        values += [drive.datacenter, "0", str(drive.vault), str(drive.vault % 20), "0"]
    for attribute in period.attributes:
        raw = row.smart.get(attribute)
        values += [
            "" if raw is None or not period.normalized else str(_normalized(attribute, raw)),
            "" if raw is None else str(raw),
        ]
    return ",".join(values)


def _model_name(period: Period, drive: Drive) -> str:
    """The model as the machine's software wrote it: until 2014 some put two spaces after WDC."""
    if drive.old_software and period.last.year <= 2014:
        return drive.model.name.replace("WDC ", "WDC  ")
    return drive.model.name


def _normalized(attribute: int, raw: int) -> int:
    """The drive's own mark for a raw value: 100 or 200 when all is well, less with wear."""
    if attribute == 194:
        return raw
    if attribute == 9:
        return max(1, 100 - raw // 1000)
    return 100 if raw < 8 or attribute == 1 else max(1, 100 - raw // 40)


def _letters(number: int) -> str:
    """Five letters for a number, as on the label of a drive."""
    text = ""
    for _ in range(5):
        number, digit = divmod(number, len(SERIAL_LETTERS))
        text = SERIAL_LETTERS[digit] + text
    return text


def make_rows() -> dict[date, list[Row]]:
    """All rows of all days."""
    rows: dict[date, list[Row]] = {day: [] for day in days()}
    for number, drive in enumerate(make_drives(random.Random(20130410))):
        for day, row in life(drive, random.Random(7_000_000 + number)):
            rows[day].append(row)
    return rows


def entries(period: Period, rows: dict[date, list[Row]]) -> Iterator[tuple[str, bytes]]:
    """The files of one zip, in its order: days, the macOS strays between them."""
    for day in days():
        if not period.first <= day <= period.last:
            continue
        name = f"{period.folder}{day.isoformat()}.csv"
        lines = [",".join(header(period))]
        lines += [csv_line(period, day, row) for row in rows[day]]
        yield name, ("\n".join(lines) + "\n").encode("ascii")
        if period.folder:
            stray = f"__MACOSX/{period.folder}._{day.isoformat()}.csv"
            yield stray, b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        "
    if period.folder:
        yield f"{period.folder}.DS_Store", b"\x00\x00\x00\x01Bud1\x00\x00\x10\x00"


def write_zip(path: Path, files: Iterator[tuple[str, bytes]]) -> None:
    """A zip without anything of the machine or the moment it is written in."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name, date_time=(2017, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED, 9)


def main(folder: Path) -> None:
    """Write every zip of the example into `folder`."""
    rows = make_rows()
    for period in PERIODS:
        path = folder / period.zip_name
        write_zip(path, entries(period, rows))
        print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
