"""Import every zip of the input folder that is not imported yet.

Each period goes through the same steps: the CSV files of its days, typed, cleaned, hash
partitioned on the serial number (so that all days of a drive lie in one slice), sorted by date.
These steps know nothing of the other periods, so all are worked on at the same time, and a zip that
comes later, in whatever order, makes work for itself alone. The last step only links, and chains the
periods in the order of time.

The urd list `import` has an entry per period, filed under its last day.
"""

from pathlib import Path

from axtui.errors import UserError

from .periods import DAY_FILE, find_periods
from .report.words import counted

description = "Import the zips in the input folder: typed, clean, partitioned by drive, sorted."

# Types of the columns that are used, where a period has them.
TYPES = {
    "date": "date:%Y-%m-%d",
    "serial_number": "asciistrip",
    "model": "asciistrip",
    "capacity_bytes": "int64_10+None",
    "failure": "strbool",
    "datacenter": "ascii+None",
    "smart_5_raw": "number+None",
    "smart_9_raw": "number+None",
    "smart_194_raw": "number+None",
    "smart_197_raw": "number+None",
}
NEEDED = ("date", "serial_number", "model", "capacity_bytes", "failure")

KEEP = (
    "date",
    "serial_number",
    "model",
    "capacity_bytes",
    "failure",
    "power_on_hours",
    "celsius",
    "reallocated_sectors",
    "pending_sectors",
)


def main(urd):
    """Import what is new and chain all periods."""
    folder = Path(urd.info.input_directory)
    periods = find_periods(folder)
    if not periods:
        raise UserError(
            f"no zip with daily files (such as 2013/2013-04-10.csv) in {folder}; put one there, "
            "or make the example's with `python inputs/make_inputs.py`"
        )
    forget_others(urd, periods)
    start_all(urd, periods)
    previous = None
    for period in periods:
        urd.begin("import", period.timestamp, caption=period.name, update=True)
        previous = import_period(urd, period, previous)
        urd.finish("import")
    days = sum(len(period.days) for period in periods)
    span = f"{periods[0].days[0]} to {periods[-1].days[-1]}"
    print(f"{counted(days, 'day')} in {counted(len(periods), 'zip')}, {span}")


def start_all(urd, periods):
    """Work on all periods at the same time; further on each step is found where it is asked for."""
    days = [csv_days(urd.submit, period) for period in periods]
    for period, imported in zip(periods, days, strict=True):
        drive_history(urd.submit, period, imported)
    urd.wait()


def import_period(urd, period, previous):
    """The steps for one zip; returns the last job, chained to that of the period before."""
    ordered = drive_history(urd.build, period, csv_days(urd.build, period))
    return urd.build(
        "dataset_filter_columns", source=ordered, keep_columns=list(KEEP), previous=previous
    )


def csv_days(build, period):
    """The files of a zip, a dataset for each day; `build` is urd.build or urd.submit."""
    return build(
        "csvimport_zip",
        filename=period.name,
        include_re=DAY_FILE,
        strip_dirs=True,
        chaining="by_filename",
    )


def drive_history(build, period, imported):
    """Days that were imported, typed and clean, each drive's in one slice, by date."""
    typed = build(
        "dataset_type",
        source=imported,
        column2type=types_of(imported.dataset().chain(), period),
        discard_untyped=True,
    )
    clean = build("drive_days", source=typed)
    partitioned = build("dataset_hashpart", source=clean, hashlabel="serial_number")
    return build("dataset_sort", source=partitioned, sort_columns=["date"])


def types_of(days, period):
    """Types for the columns that all days of a period have."""
    shared = set.intersection(*(set(day.columns) for day in days))
    missing = [name for name in NEEDED if name not in shared]
    if missing:
        raise UserError(f"{period.name} has a day without the column {', '.join(missing)}")
    return {name: kind for name, kind in TYPES.items() if name in shared}


def forget_others(urd, periods):
    """Take entries of zips that are no longer there out of the list, and those after them."""
    wanted = {period.timestamp: period.name for period in periods}
    for timestamp in urd.since("import", 0):
        if wanted.get(str(timestamp)) != urd.peek("import", timestamp).caption:
            urd.truncate("import", timestamp)
            return
