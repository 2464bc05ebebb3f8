"""Annual failure rates by model, a query for each slice: the second of three forms of one method."""

description = "Annual failure rates by model, by DuckDB over the slices."

datasets = ("source",)

options = {
    # Drive days that a row stands for.
    "days_per_row": 1,
}

COUNT = """
SELECT model, count(*) * $days_per_row AS drive_days, count(*) FILTER (failure) AS failures
FROM this GROUP BY model
"""


def analysis(sliceno):
    """An Arrow table: drive days and failures of each model in this slice."""
    return datasets.source.chain().query(sliceno, COUNT, options).read_all()


def synthesis(job, analysis_res):
    """Write one row per model."""
    import pyarrow.compute as pc

    slices = analysis_res.merge_auto().group_by("model")
    models = slices.aggregate([("drive_days", "sum"), ("failures", "sum")]).sort_by("model")
    models = models.rename_columns(["model", "drive_days", "failures"])
    share = pc.divide(pc.cast(models["failures"], "double"), models["drive_days"])
    columns = {"model": "ascii", "drive_days": "int64", "failures": "int64", "afr": "float64"}
    writer = job.datasetwriter(columns=columns)
    writer.write_table(models.append_column("afr", pc.multiply(pc.multiply(share, 365), 100)))
