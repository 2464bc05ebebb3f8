"""Which zips lie in the input folder, and which days each holds."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from axtui.errors import UserError

# A day's file, in a folder or not. The strays that macOS leaves (`__MACOSX/2013/._2013-04-10.csv`)
# do not match: their names do not begin with the date.
DAY_FILE = r"^(?!__MACOSX/)(?:.*/)?\d{4}-\d\d-\d\d\.csv$"


@dataclass(frozen=True)
class Period:
    """One zip with daily files: its name in the input folder and its days, oldest first."""

    name: str
    days: tuple[str, ...]

    @property
    def timestamp(self) -> str:
        """What its urd entry is filed under: its last day."""
        return self.days[-1]


def find_periods(folder: Path) -> list[Period]:
    """The zips of `folder` that hold daily files, in the order of their days.

    Raises UserError, in words for the user, where a zip cannot be read or two hold the same day.
    """
    if not folder.is_dir():
        raise UserError(f"there is no input folder {folder}; name one as `inputs` in axtui.toml")
    periods = []
    for path in sorted(folder.glob("*.zip")):
        days = days_in(path)
        if days:
            periods.append(Period(path.name, days))
    periods.sort(key=lambda period: period.days)
    owner: dict[str, str] = {}
    for period in periods:
        for day in period.days:
            if day in owner:
                raise UserError(
                    f"{day} is both in {owner[day]} and in {period.name} (in {folder}); its drives "
                    "would count twice, so take one of the two away"
                )
            owner[day] = period.name
    return periods


def days_in(path: Path) -> tuple[str, ...]:
    """The days that a zip has a file for, oldest first."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise UserError(f"{path} is not a zip that can be read ({error}); fetch it again") from None
    days = sorted(name[-14:-4] for name in names if re.search(DAY_FILE, name))
    for before, after in pairwise(days):
        if before == after:
            raise UserError(f"{path} holds two files for {before}; its drives would count twice")
    return tuple(days)
