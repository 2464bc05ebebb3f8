"""The 25 zips that `backblaze_animation` imports, under the names it expects, of a small invented fleet.

They have the form and the quirks of those Backblaze publishes: a CSV file per day in a folder (in a
few zips in none), stray macOS entries, columns that come with the years, missing values, capacities
of -1, doubled blanks in a model's name, drives that fail, that are taken out, and that skip a day.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

FIRST_DAY = date(2013, 4, 10)
COMMON = ("date", "serial_number", "model", "capacity_bytes", "failure")
_ATTRIBUTES = ((2013, (1, 5, 9, 194)), (2015, (187, 197)), (2017, (198,)), (2019, (16, 231)))
"""The SMART attributes that a year's files begin to have."""
_STRAY = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        "


@dataclass(frozen=True)
class Model:
    """A model, and how many drives of it are put in, from when on, over how many days."""

    name: str
    terabytes: float
    drives: int
    first: date
    over_days: int
    failing: float
    taken_out: date | None = None


@dataclass(frozen=True)
class Drive:
    """One drive: from when to when it is seen, and whether it fails on its last day."""

    model: Model
    serial: str
    first: date
    last: date
    fails: bool


@dataclass(frozen=True)
class Period:
    """One zip: its name, and the days of which it may have files."""

    zip_name: str
    first: date
    last: date

    @property
    def folder(self) -> str:
        """The folder in the zip; some have none."""
        return "" if self.last.month == 9 else self.zip_name.removesuffix(".zip") + "/"


MODELS = (
    Model("WDC WD10EADS", 1, 30, date(2013, 1, 1), 60, 0.2, date(2015, 3, 1)),
    Model("Hitachi HDS722020ALA330", 2, 70, date(2013, 1, 1), 90, 0.1, date(2016, 8, 1)),
    Model("ST3000DM001", 3, 90, date(2013, 2, 1), 400, 0.5, date(2016, 1, 1)),
    Model("WDC WD30EFRX", 3, 40, date(2014, 1, 1), 200, 0.2, date(2019, 5, 1)),
    Model("ST4000DM000", 4, 120, date(2013, 5, 1), 900, 0.3),
    Model("HGST HMS5C4040BLE640", 4, 100, date(2014, 8, 1), 330, 0.05),
    Model("WDC WD60EFRX", 6, 30, date(2014, 12, 1), 100, 0.3, date(2020, 2, 1)),
    Model("ST6000DX000", 6, 65, date(2015, 3, 1), 150, 0.02),
    Model("ST8000DM002", 8, 80, date(2016, 4, 20), 200, 0.1),
    Model("ST8000NM0055", 8, 80, date(2017, 1, 10), 200, 0.1),
    Model("ST12000NM0007", 12, 110, date(2017, 9, 1), 500, 0.2),
    Model("HGST HUH721212ALN604", 12, 75, date(2019, 2, 1), 150, 0.05),
    Model("TOSHIBA MG07ACA14TA", 14, 85, date(2018, 10, 1), 700, 0.1),
    Model("ST16000NM001G", 16, 70, date(2020, 1, 5), 300, 0.1),
    Model("WDC WUH721414ALE6L4", 14, 90, date(2020, 9, 1), 200, 0.15),
    Model("SAMSUNG HD154UI", 1.5, 4, date(2013, 4, 1), 9, 0.0),
)


def periods() -> list[Period]:
    """The zips, oldest first: three years, and 22 quarters."""
    found = [
        Period(f"data_{year}.zip", date(year, 1, 1), date(year, 12, 31))
        for year in (2013, 2014, 2015)
    ]
    for number in range(22):
        year, quarter = 2016 + number // 4, number % 4
        after = date(year + quarter // 3, (3 * quarter + 3) % 12 + 1, 1)
        first = date(year, 3 * quarter + 1, 1)
        found.append(Period(f"data_Q{quarter + 1}_{year}.zip", first, after - timedelta(days=1)))
    return found


def days(period: Period, count: int) -> list[date]:
    """`count` days of a period, evenly spread, its first and last among them."""
    first = max(period.first, FIRST_DAY)
    length = (period.last - first).days
    return [first + timedelta(days=length * number // max(1, count - 1)) for number in range(count)]


def fleet(chance: random.Random) -> Iterator[Drive]:
    """Every drive, in the order of the models."""
    for model in MODELS:
        for number in range(model.drives):
            first = model.first + timedelta(days=number * model.over_days // model.drives)
            last = model.taken_out or date.max
            fails = chance.random() < model.failing
            if fails:
                last = min(last, first + timedelta(days=int(chance.random() * 1000)))
            serial = f"{model.name.split()[-1][:3]}{int(chance.random() * 10**8):08d}{number:04d}"
            yield Drive(model, serial, first, last, fails)


def header(day: date) -> list[str]:
    """The columns of a day's file."""
    names = list(COMMON)
    for since, attributes in _ATTRIBUTES:
        if day.year >= since:
            for number in attributes:
                names += [f"smart_{number}_normalized", f"smart_{number}_raw"]
    return names


def lines(day: date, following: date, drives: Sequence[Drive]) -> Iterator[str]:
    """The lines of a day's file. A drive whose last day comes before the `following` file ends here."""
    columns = header(day)
    yield ",".join(columns)
    chance = random.Random(day.toordinal())
    for drive in drives:
        ends = drive.last < following
        if not drive.first <= day <= drive.last or (not ends and chance.random() < 0.01):
            continue
        model, capacity = drive.model.name, str(int(drive.model.terabytes * 1_000_204_886_016))
        if model.startswith("WDC WUH") and chance.random() < 0.5:
            model = model.replace(" ", "  ")
        silent = chance.random() < 0.01
        values = [day.isoformat(), drive.serial, model, "-1" if silent else capacity]
        values.append("1" if ends and drive.fails else "0")
        for name in columns[len(values) :]:
            most = 10**12 if name.endswith("_raw") else 253
            values.append(
                "" if silent or chance.random() < 0.2 else str(int(chance.random() * most))
            )
        yield ",".join(values)


def write(folder: Path, count: int = 4) -> list[Path]:
    """Write the zips, each with `count` days; the same at each call. Those that there are stay."""
    folder.mkdir(parents=True, exist_ok=True)
    drives = list(fleet(random.Random(2021)))
    every = periods()
    dates = [day for period in every for day in days(period, count)]
    following = dict(zip(dates, [*dates[1:], dates[-1] + timedelta(days=1)], strict=True))
    for period in every:
        path = folder / period.zip_name
        if path.exists():
            continue
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for day in days(period, count):
                text = "\n".join(lines(day, following[day], drives)) + "\n"
                archive.writestr(f"{period.folder}{day}.csv", text)
                archive.writestr(f"__MACOSX/{period.folder}._{day}.csv", _STRAY)
            if period.folder:
                archive.writestr(f"{period.folder}.DS_Store", b"\x00\x00\x00\x01Bud1")
    return [folder / period.zip_name for period in every]
