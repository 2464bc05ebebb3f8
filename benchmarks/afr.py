"""Failure rates in every form that a method can have, on axtui and on the Accelerator.

    python -m benchmarks.afr [--size S|M|L] [--runs N]

The same drive days on both: a loop over rows (the same source on both), and on axtui Arrow batches, a
DuckDB query for each slice, and a method in SQL. What is told is the whole job: its processes started, rows
read and counted, the result written and committed. All forms must find the same.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks import project
from benchmarks.project import MEASURED, Told
from benchmarks.row import Row, page
from benchmarks.setting import Setting, add_options, setting_of

FORMS = {
    "loop": "a loop over rows",
    "batches": "Arrow batches",
    "duckdb": "DuckDB for each slice",
    "sql": "a method in SQL",
    "sqlslices": "a method in SQL, per slice",
}
MODELS, FAILING = 60, 9973
_MERGE = """
def synthesis(job, analysis_res):
    table = analysis_res.merge_auto().group_by("model").aggregate([("days", "sum"), ("failures", "sum")])
    job.save({model: failures / days * 36500 for model, days, failures in zip(*table.to_pydict().values())})
"""
_METHODS = {
    "loop": """
from collections import Counter

datasets = ("source",)
options = {"again": 0}


def analysis(sliceno):
    rows, failures = Counter(), Counter()
    for model, failed in datasets.source.iterate_chain(sliceno, ("model", "failure")):
        rows[model] += 1
        failures[model] += failed
    return rows, failures


def synthesis(job, analysis_res):
    rows, failures = analysis_res.merge_auto()
    job.save({model: failures[model] / rows[model] * 36500 for model in rows})
""",
    "rows": f"""
options = {{"rows": 0}}


def prepare(job):
    columns = {{"failure": "bool", "hours": "int64", "model": "ascii"}}
    return job.datasetwriter(columns=columns, hashlabel="model")


def analysis(sliceno, slices, prepare_res):
    prepare_res.enable_hash_discard()
    write = prepare_res.write
    for n in range(options.rows):
        write(n % {FAILING} == 0, n // 7, "MODEL %d" % (n * 7919 % {MODELS}))


def synthesis():
    pass
""",
}
_ARROW_ROWS = f"""
options = {{"rows": 0}}


def synthesis(job):
    import numpy as np
    import pyarrow as pa

    columns = {{"failure": "bool", "hours": "int64", "model": "ascii"}}
    writer = job.datasetwriter(columns=columns, hashlabel="model")
    for first in range(0, options.rows, 1 << 20):
        n = np.arange(first, min(options.rows, first + (1 << 20)))
        models = np.char.add("MODEL ", (n * 7919 % {MODELS}).astype(str))
        batch = {{"failure": n % {FAILING} == 0, "hours": n // 7, "model": pa.array(models)}}
        writer.write_batch_split(pa.table(batch))
"""
_OURS = {
    "batches": """
import pyarrow as pa
import pyarrow.compute as pc

datasets = ("source",)
options = {"again": 0}


def analysis(sliceno):
    sums = [
        pa.table([batch["model"], pc.cast(batch["failure"], "int64")], names=["model", "failed"])
        .group_by("model", use_threads=False)
        .aggregate([([], "count_all"), ("failed", "sum")])
        for batch in datasets.source.chain().batches(sliceno, ("model", "failure"), 1 << 20)
    ]
    return pa.concat_tables(sums).rename_columns(["model", "days", "failures"])

"""
    + _MERGE,
    "duckdb": '''
datasets = ("source",)
options = {"again": 0}

COUNT = """SELECT model, count(*) AS days, count(*) FILTER (failure) AS failures FROM this GROUP BY model"""


def analysis(sliceno):
    return datasets.source.chain().query(sliceno, COUNT).read_all()

'''
    + _MERGE,
    "sql.sql": """
-- dataset: source chain
-- option: again int = 0
SELECT model, count(*) FILTER (failure) / count(*) * 36500 AS afr FROM source GROUP BY model
""",
    "sqlslices.sql": """
-- per: slice
-- dataset: source chain by model
-- option: again int = 0
SELECT model, count(*) FILTER (failure) / count(*) * 36500 AS afr FROM source GROUP BY model
""",
    "rows": _ARROW_ROWS,  # by batch it is quicker made
}
_SCRIPT = (
    MEASURED
    + """
def main(urd):
    again = int(os.environ['AGAIN'])
    source = urd.build('rows', rows=int(os.environ['ROWS']))
    urd.build('loop', again=-1 - again, source=source)  # what is started once is started
    found = {}
    for form in os.environ['FORMS'].split():
        job = measured(form, lambda _: urd.build(form, again=again, source=source))
        if form.startswith('sql'):
            found[form] = dict(job.dataset().iterate(None, ('model', 'afr')))
        else:
            found[form] = job.load()
    assert all(one == found['loop'] for one in found.values()), found
"""
)
MOST = 10_000_000
"""Forms are compared at ten times the rows of the setting, at most at so many."""


def rows_of(setting: Setting) -> list[Row]:
    """The lines of the comparison about failure rates."""
    rows, many = setting.rows, min(10 * setting.rows, MOST)
    beside, forms = Told(), Told()
    with (
        tempfile.TemporaryDirectory(dir=setting.folder) as folder,
        project.pair(Path(folder), setting, _METHODS, {"afr": _SCRIPT}, of_ours=_OURS) as sides,
    ):
        for again in range(setting.runs):
            for who, side in sides.items():
                given = {"ROWS": str(rows), "AGAIN": str(again), "FORMS": "loop"}
                beside.add(who, side.run("afr", given))
            given = {"ROWS": str(many), "AGAIN": str(again + 100), "FORMS": " ".join(FORMS)}
            forms.add("axtui", sides["axtui"].run("afr", given))
    lines = [beside.row(f"`afr` of {rows:,} rows, a Python loop", "loop", 1)]
    base = forms.of("axtui", "loop")
    for form, words in FORMS.items():
        if form != "loop":
            work = f"`afr` of {many:,} rows, {words}; beside it axtui's own loop"
            cpu = [forms.of("axtui", f"{one}.cpu") for one in (form, "loop")]
            note = f"of processors: {cpu[0]:.2f} s, the loop {cpu[1]:.2f} s"
            took = forms.of("axtui", form)
            lines.append(Row(work, took, base, aim=10, aim_words="10 x the loop", note=note))
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_options(parser)
    print(page(rows_of(setting_of(parser.parse_args()))))


if __name__ == "__main__":
    main()
