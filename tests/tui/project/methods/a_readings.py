"""The readings of one day, from all stations.

Each station tells its temperature every half hour. The stations are those of `stations.csv`.
"""

import csv
from datetime import UTC, date, datetime, time, timedelta

options = {
    "day": date,  # the day to read
    "every": 30,  # minutes between two readings
}
datasets = ("previous",)

COLUMNS = {
    "at": "datetime",
    "celsius": ("float64", True),
    "clock": "time",
    "day": "date",
    "flags": "json",
    "gusts": "int32",
    "heard": "bool",
    "name": "unicode",
    "note": ("unicode", True),
    "raw": "bytes",
    "serial": "number",
    "signal": "complex64",
    "station": "ascii",
    "wind": "float32",
}


def prepare(job, options, datasets):
    with job.open_input("stations.csv") as text:
        stations = list(csv.DictReader(text))
    writer = job.datasetwriter(
        columns=COLUMNS,
        previous=datasets.previous,
        caption=f"readings of {options.day}",
        filename="stations.csv",
    )
    return writer, stations


def analysis(sliceno, slices, prepare_res, options):
    writer, stations = prepare_res
    count = 24 * 60 // options.every
    for station in stations[sliceno::slices]:
        print(f"{station['name']}: {count} readings")
        for number in range(count):
            at = timedelta(minutes=number * options.every)
            writer.write_dict(reading(station, number, options.day, at))


def reading(station, number, day, at):
    height = int(station["height"])
    wave = abs(number % 48 - 24) / 24
    return {
        "at": datetime.combine(day, time(), UTC) + at,
        "celsius": None if number % 17 == 16 else 9.5 - 11 * wave - height / 100,
        "clock": (datetime.min + at).time(),
        "day": day,
        "flags": {"ok": number % 5 != 0, "seen": [number]},
        "gusts": (number * 7 + height) % 23,
        "heard": number % 3 == 0,
        "name": station["name"],
        "note": "sensor was cleaned" if number == 20 else None,
        "raw": bytes([number % 256, height % 256]),
        "serial": number * height,
        "signal": complex(wave, height),
        "station": station["station"],
        "wind": 3 + number % 6 / 2,
    }
