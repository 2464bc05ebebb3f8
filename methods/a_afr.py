"""Annual failure rates: failures per drive and year, by model, by year and by age.

A row says that a drive ran on a day, so in files for every day a row is one drive day, and
AFR = failures / drive days * 365 * 100 %. Files that keep only every n-th day count n drive days
for each row; n is read off the dates of each dataset in the chain.

Counting is done slice by slice in DuckDB. The source is hash partitioned on the serial number, so
that all days of a drive lie in one slice and the drives of the slices can simply be added up.
"""

from collections import Counter, defaultdict
from itertools import chain, pairwise

from .poisson import annual_rate

description = "Drive days, failures and annual failure rates with 95 % intervals."

datasets = ("source",)

options = {
    # Drive days that a row stands for. 0: the smallest distance between two days of a period.
    "days_per_row": 0,
    # Width of the age groups, in hours of power.
    "age_step": 4380,
}

COLUMNS = ("date", "serial_number", "model", "capacity_bytes", "failure", "power_on_hours")

# One pass over the rows gives the finest groups needed; everything else is sums of these.
GROUPS = """
CREATE TEMP TABLE groups AS
SELECT model, date, age, serial_number, year(date) AS year,
       count(*) AS rows,
       sum(days) AS drive_days,
       count(*) FILTER (failure) AS failures,
       max(capacity_bytes) AS capacity_bytes
FROM (SELECT *, power_on_hours // $age_step AS age FROM rows JOIN spacing USING (date))
GROUP BY GROUPING SETS ((model, date, age), (model, year(date), serial_number))
"""

SUMS = {
    "by_date": """
        SELECT model, date, sum(rows), sum(drive_days), sum(failures), max(capacity_bytes)
        FROM groups WHERE serial_number IS NULL GROUP BY ALL""",
    "by_age": """
        SELECT age, sum(drive_days), sum(failures)
        FROM groups WHERE serial_number IS NULL GROUP BY ALL""",
    "drives": """
        SELECT model, count(DISTINCT serial_number)
        FROM groups WHERE serial_number IS NOT NULL GROUP BY ALL""",
    "drives_by_year": """
        SELECT model, year, count(DISTINCT serial_number)
        FROM groups WHERE serial_number IS NOT NULL GROUP BY ALL""",
}


def prepare():
    """The days of each period, and how many drive days a row of it stands for."""
    periods = []
    seen = {}
    for dataset in datasets.source.chain():
        if dataset.hashlabel != "serial_number":
            raise ValueError(
                f"dataset {dataset} is hash partitioned on {dataset.hashlabel!r}; counting drives "
                "per slice needs 'serial_number'"
            )
        table = dataset.sql("SELECT date, count(*) AS rows FROM this GROUP BY date ORDER BY date")
        days = table["date"].to_pylist()
        for day in days:
            if day in seen:
                raise ValueError(f"{day} is in two datasets: {seen[day]} and {dataset}")
            seen[day] = str(dataset)
        gaps = [(after - before).days for before, after in pairwise(days)]
        spacing = options.days_per_row or min(gaps, default=1)
        periods.append((days, spacing, sum(table["rows"].to_pylist())))
    return periods


def analysis(sliceno, prepare_res):
    """The sums of this slice: {name: list of tuples}."""
    import duckdb
    import pyarrow as pa

    sources = datasets.source.chain()
    batches = chain.from_iterable(ds.batches(sliceno, COLUMNS) for ds in sources)
    first = next(batches, None)
    if first is None:
        return {name: [] for name in SUMS}
    pairs = [(day, spacing) for days, spacing, _ in prepare_res for day in days]
    rows = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
    # Slices already run beside each other, so one thread each.
    with duckdb.connect(config={"threads": 1}) as con:
        con.register("rows", rows)
        con.register("spacing", pa.table(list(zip(*pairs, strict=True)), names=["date", "days"]))
        con.execute(GROUPS, {"age_step": options.age_step})
        return {name: con.execute(query).fetchall() for name, query in SUMS.items()}


def synthesis(job, prepare_res, analysis_res):
    """Add up the slices; write `afr.json`, and datasets `default` (per model) and `years`."""
    sums = defaultdict(list)
    for part in analysis_res:
        for name, rows in part.items():
            sums[name] += rows
    models, years = by_model_and_year(sums)
    found = {
        "periods": [
            {"first": str(days[0]), "last": str(days[-1]), "days": len(days), "rows": rows,
             "days_per_row": spacing}
            for days, spacing, rows in prepare_res if days
        ],
        "total": {"drives": sum(row["drives"] for row in models), **rates(*totals(models))},
        "models": models,
        "years": years,
        "fleet": by_day(sums["by_date"]),
        "ages": by_age(sums["by_age"], options.age_step),
    }  # fmt: skip
    job.json_save(found, "afr.json")
    write_dataset(job, "years", years)
    write_dataset(job, "default", models)
    return found["total"]


def by_model_and_year(sums):
    """One dict per model, highest rate first, and one per model and year, oldest first."""
    days, fails, capacity = Counter(), Counter(), {}
    for model, date, _, drive_days, failures, size in sums["by_date"]:
        for key in ((model,), (model, date.year)):
            days[key] += int(drive_days)
            fails[key] += int(failures)
        capacity[model] = max(size or 0, capacity.get(model, 0))
    drives = Counter()
    for *key, count in sums["drives"] + sums["drives_by_year"]:
        drives[tuple(key)] += count
    rows = [
        {
            "model": key[0],
            "year": key[1] if len(key) == 2 else None,
            "capacity_bytes": capacity[key[0]] or None,
            "drives": drives[key],
            **rates(fails[key], days[key]),
        }
        for key in days
    ]
    models = [row for row in rows if row["year"] is None]
    years = [row for row in rows if row["year"] is not None]
    models.sort(key=lambda row: (-row["afr"], -row["drive_days"], row["model"]))
    years.sort(key=lambda row: (row["model"], row["year"]))
    return models, years


def totals(rows):
    """Failures and drive days of all rows."""
    return sum(row["failures"] for row in rows), sum(row["drive_days"] for row in rows)


def rates(failures, drive_days):
    """The counts with the rate and its interval, in percent."""
    rate = annual_rate(failures, drive_days)
    return {
        "drive_days": drive_days,
        "failures": failures,
        "afr": rate.afr,
        "low": rate.low,
        "high": rate.high,
    }


def by_day(rows):
    """Drives seen and drives failed on each day, per model."""
    seen, failed = Counter(), Counter()
    for model, date, count, _, failures, _ in rows:
        seen[model, date] += int(count)
        failed[model, date] += int(failures)
    days = sorted({date for _, date in seen})
    models = sorted({model for model, _ in seen})
    return {
        "days": [str(day) for day in days],
        "drives": {model: [seen[model, day] for day in days] for model in models},
        "failures": {model: [failed[model, day] for day in days] for model in models},
    }


def by_age(rows, step):
    """Rates by hours of power, youngest first; `from_hours` is None where the age is not known."""
    days, fails = Counter(), Counter()
    for age, drive_days, failures in rows:
        days[age] += int(drive_days)
        fails[age] += int(failures)
    ages = sorted(days, key=lambda age: (age is None, age))
    return [
        {
            "from_hours": None if age is None else int(age) * step,
            "to_hours": None if age is None else (int(age) + 1) * step,
            **rates(fails[age], days[age]),
        }
        for age in ages
    ]


def write_dataset(job, name, rows):
    """A small dataset with one row per dict, so that SQL can ask for the rates too."""
    columns = {"model": "ascii", "drives": "int64", "drive_days": "int64", "failures": "int64"}
    columns |= {"afr": "float64", "low": "float64", "high": "float64"}
    columns["capacity_bytes"] = ("int64", True)
    if name == "years":
        columns["year"] = "int32"
    writer = job.datasetwriter(name=name, columns=columns, caption="annual failure rates")
    write = writer.get_split_write_dict()
    for row in rows:
        write({column: row[column] for column in columns})
