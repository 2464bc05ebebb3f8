"""A small fleet in the form of the published files, with a drive for each thing that may happen."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from pathlib import Path

FIRST = date(2020, 3, 1)
DAYS = 9
TERABYTE = 10**12

# serial number -> model, days on which it is seen, days on which it fails.
FLEET = {
    **{f"STAYS{n:02}": ("MAKER ALPHA", range(DAYS), ()) for n in range(20)},
    "FAILS": ("MAKER ALPHA", range(5), (4,)),
    "TAKENOUT": ("MAKER ALPHA", range(4), ()),
    "LATE": ("MAKER ALPHA", range(6, DAYS), ()),
    "SKIPS": ("MAKER ALPHA", (0, 1, 2, 5, 6, 7, 8), ()),
    "ONCE": ("MAKER BETA", (3,), (3,)),
    "RETURNS": ("MAKER BETA", (0, 1, 2, 6, 7, 8), (2,)),
    "LASTDAY": ("MAKER BETA", range(DAYS), (8,)),
    "ALONE": ("A MODEL WITH QUITE A LONG NAME INDEED", range(DAYS), ()),
}
FAILURES = sum(len(failures) for _, _, failures in FLEET.values())
LEFT = 20 + 1 + 1 + 1 + 1  # STAYS.., LATE, SKIPS, RETURNS, ALONE


def day(number: int) -> date:
    """The date of a day, counted from 0."""
    return FIRST + timedelta(days=number)


def write_zip(path: Path) -> None:
    """The fleet as one published zip."""
    header = "date,serial_number,model,capacity_bytes,failure,smart_9_raw"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(DAYS):
            lines = [header]
            for serial, (model, seen, failures) in FLEET.items():
                if number in seen:
                    hours = 24 * (700 + number) if serial != "LATE" else ""
                    failed = int(number in failures)
                    size = 4 * TERABYTE if serial != "SKIPS" else -1
                    lines.append(f"{day(number)},{serial},{model},{size},{failed},{hours}")
            archive.writestr(f"2020/{day(number)}.csv", "\n".join(lines) + "\n")
