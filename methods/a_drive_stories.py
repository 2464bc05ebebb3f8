"""The story of each drive: from when to when it ran, how old it was, and whether it failed.

A row of the source says that a drive ran on a day. Here a row is a whole life. It ends with a
failure, or with the last day on which the drive was seen. A drive that comes back after a failure
(it happens) begins another life, so that there are as many lives that end in failure as there are
rows with a failure.

Slices work for themselves: the source is hash partitioned on the serial number.
"""

from itertools import chain

description = "One row per drive's life: first and last day, when it was new, whether it failed."

datasets = ("source",)

# A power-on time beyond this many hours is a fault of the drive's electronics, not an age.
LONGEST_HOURS = 20 * 365 * 24

COLUMNS = ("date", "serial_number", "model", "capacity_bytes", "failure", "power_on_hours")

STORIES = {
    "serial_number": "ascii",
    "model": "ascii",
    "life": "int32",  # 0 for the first, one more after each failure
    "first_day": "date",
    "last_day": "date",
    "failed": "bool",
    "born": ("date", True),  # when it was switched on first, by its own clock
    "capacity_bytes": ("int64", True),
}

LIVES = """
SELECT serial_number, model, life::INTEGER AS life,
       min(date) AS first_day, max(date) AS last_day, bool_or(failure) AS failed,
       arg_min(date - (power_on_hours // 24)::INTEGER, date)
           FILTER (power_on_hours BETWEEN 0 AND $longest) AS born,
       max(capacity_bytes) AS capacity_bytes
FROM (
    SELECT *, coalesce(sum(failure::INTEGER) OVER (
        PARTITION BY serial_number, model ORDER BY date
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS life
    FROM rows)
GROUP BY serial_number, model, life
ORDER BY model, serial_number, life
"""


def prepare(job):
    """The days that there are rows of, oldest first, and the writer of the stories."""
    days = set()
    for dataset in datasets.source.chain():
        if dataset.hashlabel != "serial_number":
            raise ValueError(
                f"dataset {dataset} is hash partitioned on {dataset.hashlabel!r}; following drives "
                "slice by slice needs 'serial_number'"
            )
        days.update(dataset.sql("SELECT DISTINCT date FROM this")["date"].to_pylist())
    writer = job.datasetwriter(columns=STORIES, hashlabel="serial_number")
    return sorted(days), writer


def analysis(sliceno, prepare_res):
    """Write the stories of this slice."""
    import duckdb
    import pyarrow as pa

    _, writer = prepare_res
    sources = datasets.source.chain()
    batches = chain.from_iterable(ds.batches(sliceno, COLUMNS) for ds in sources)
    first = next(batches, None)
    if first is None:
        return
    rows = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
    # Slices already run beside each other, so one thread each.
    with duckdb.connect(config={"threads": 1}) as con:
        con.register("rows", rows)
        writer.write_table(con.sql(LIVES, params={"longest": LONGEST_HOURS}).to_arrow_table())


def synthesis(job, prepare_res):
    """Write `days.json`: the days that there are rows of."""
    days, _ = prepare_res
    job.json_save([str(day) for day in days], "days.json")
    return len(days)
