"""Annual failure rates by model, counted row by row: the first of three forms of one method.

The others are `a_afr_columnar.py` and `afr_sql.sql`.
"""

from collections import Counter

description = "Annual failure rates by model, by a loop over rows."

datasets = ("source",)

options = {
    # Drive days that a row stands for.
    "days_per_row": 1,
}


def analysis(sliceno):
    """Rows and failures of each model in this slice."""
    rows, failures = Counter(), Counter()
    for model, failed in datasets.source.iterate_chain(sliceno, ("model", "failure")):
        rows[model] += 1
        failures[model] += failed
    return rows, failures


def synthesis(job, analysis_res):
    """Write one row per model."""
    rows, failures = analysis_res.merge_auto()
    columns = {"model": "ascii", "drive_days": "int64", "failures": "int64", "afr": "float64"}
    write = job.datasetwriter(columns=columns).get_split_write_dict()
    for model in sorted(rows):
        days = rows[model] * options.days_per_row
        afr = failures[model] / days * 365 * 100
        write({"model": model, "drive_days": days, "failures": failures[model], "afr": afr})
