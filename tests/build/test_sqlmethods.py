"""Methods in SQL, built: found beside the Python ones, re-used like them, told wrong with their line."""

from __future__ import annotations

import datetime as dt

from axtui.build import events
from axtui.build.methods import find_methods
from axtui.data import context
from axtui.data.dataset import Dataset
from axtui.data.jobdir import POST, read_json
from tests.build.conftest import Bench

SOURCE = """
import datetime

options = {"rows": 10, "first": 0}
datasets = ("previous",)


def synthesis(job, options):
    job.json_save([{"model": "m0", "of": "Ærø"}], "makers.json")
    columns = {"day": "date", "k": "int64", "model": "ascii", "w": ("number", True)}
    writer = job.datasetwriter(columns=columns, hashlabel="model", previous=datasets.previous)
    write = writer.get_split_write()
    for k in range(options.first, options.first + options.rows):
        day = datetime.date(2024, 1, 1 + k)
        write(day, k, f"m{k % 3}", None if k % 4 == 0 else k)
"""
BY_MODEL = """\
-- Sums by model.
-- per: slice
-- dataset: source chain by model
-- option: least int = 0
-- hashlabel: model
-- column: model ascii
CREATE MACRO half(x) AS x / 2;
SELECT model, sum(w) AS total, half(count(*)) AS halves, max(day) AS "last day"
FROM source WHERE k >= $least GROUP BY model ORDER BY model
"""
WHOLE = """\
-- dataset: source
-- job: makers makers.json
SELECT k, random() AS drawn, makers.of AS "wër?" FROM source LEFT JOIN makers USING (model) ORDER BY k DESC
"""
DRAWN = """\
-- dataset: source
CREATE MACRO draw() AS random();
CREATE VIEW drawing AS SELECT k, draw() AS drawn, now() AS then FROM source;
SELECT k, drawn FROM drawing
"""


def built(bench: Bench) -> list[str]:
    return [one.method for one in bench.seen if isinstance(one, events.JobStarted)]


def test_from_a_file_to_a_dataset_and_again(bench: Bench) -> None:
    bench.method("rows", SOURCE)
    file = bench.write("methods/by_model.sql", BY_MODEL)
    bench.write("methods/whole.sql", WHOLE)
    bench.write("methods/behind.sql", DRAWN)
    bench.script("""
        first = urd.build("rows")
        last = urd.build("rows", rows=4, first=10, previous=first)
        urd.build("by_model", source=last, least=1)
        urd.build("whole", source=first, makers=first)
        urd.build("behind", source=first)
    """)
    bench.run()
    with context.use(bench.workspace.context()):
        by_model = Dataset(bench.last("by_model"))
        kinds = {name: column.type for name, column in by_model.columns.items()}
        rows = sorted(by_model.iterate(None, ["model", "total", "halves", "last day"]))
        whole = Dataset(bench.last("whole"))
        drawn = list(whole.iterate(None, "drawn"))
        behind = list(Dataset(bench.last("behind")).iterate(None, "drawn"))
        assert list(whole.iterate(None, "k")) == [*range(9, -1, -1)]
        assert list(whole.iterate(None, "wër?")).count("Ærø") == 4
        assert whole.lines == [5, 5]
    assert kinds == {"model": "ascii", "total": "number", "halves": "float64", "last day": "date"}
    assert by_model.hashlabel == "model"
    assert rows == [
        ("m0", 3 + 6 + 9, 2.0, dt.date(2024, 1, 13)),
        ("m1", 1 + 7 + 10 + 13, 2.5, dt.date(2024, 1, 14)),
        ("m2", 2 + 5 + 11, 2.0, dt.date(2024, 1, 12)),
    ]
    assert len(set(drawn)) == 10
    post = read_json(bench.path(whole.jobid) / POST)
    assert list(post["reads"].values()) == [["k", "model"]]
    assert "duckdb" in post["recorded"]["imports"]["distributions"]
    assert post["recorded"]["imports"]["unrecorded"] == []
    recorded = read_json(bench.path(bench.last("behind")) / POST)["recorded"]
    (words,) = recorded["imports"]["unrecorded"]
    assert words == "its query asks for now(), which gives something else each time"

    file.write_text(
        BY_MODEL.replace("-- Sums", "-- The sums").replace("FROM source ", "FROM source\n")
    )
    bench.run()
    assert built(bench) == []
    file.write_text(BY_MODEL.replace("count(*)", "count(w)"))
    (bench.root / "methods" / "whole.sql").write_text(WHOLE.rstrip() + ", drawn\n")
    (bench.root / "methods" / "behind.sql").write_text(DRAWN.rstrip() + " WHERE true\n")
    bench.run()
    assert built(bench) == ["by_model", "whole", "behind"]
    change = bench.reason(bench.last("by_model"))["changes"][0]
    assert change["name"] == "methods/by_model.sql"
    assert "+SELECT model, sum(w) AS total, half(count(w))" in change["detail"]
    with context.use(bench.workspace.context()):
        assert (
            list(Dataset(bench.last("whole")).iterate(None, "drawn")) == drawn
        )  # one key, one seed
        assert list(Dataset(bench.last("behind")).iterate(None, "drawn")) == behind


WRONG = [
    ("-- dataset: source\n\nSELECT k,\n  nope FROM source", "t0.sql, line 4: Binder Error"),
    ("-- dataset: source\nFROM read_csv('/etc/hosts')", "reads what it declares"),
    ("-- dataset: source\n-- per: slice\n-- hashlabel: k\nSELECT k FROM source", "per: whole"),
    ("-- dataset: source\nSELEC 1", "line 2: Parser Error"),
]


def test_what_goes_wrong_is_told_in_its_own_words(bench: Bench) -> None:
    bench.method("rows", SOURCE)
    for number, (sql, _) in enumerate(WRONG):
        bench.write(f"methods/t{number}.sql", sql)
    bench.script("""
        from axtui.errors import AcceleratorError

        source = urd.build("rows")
        told = []
        for number in range(4):
            try:
                urd.build(f"t{number}", source=source)
            except AcceleratorError as error:
                told.append(str(error))
        raise ValueError(told)
    """)
    error = bench.run(ok=False).error
    failed = [one.text for one in bench.seen if isinstance(one, events.JobFailed)]
    for _, words in WRONG:
        assert any(words in one for one in [*failed, error]), (words, failed, error)
    assert not any("Traceback" in one for one in failed)


def test_two_files_of_a_name_and_names_that_cannot_be(bench: Bench) -> None:
    for name in ("a_x.py", "x.sql", "a_y.sql", "my-query.sql", ".hidden.sql"):
        bench.write(f"methods/{name}", "")
    found = find_methods(bench.workspace)
    assert "defined twice" in str(found["x"].broken)
    assert "rename it to y.sql" in str(found["a_y"].broken)
    assert "my_query.sql" in str(found["my-query"].broken)
    assert ".hidden" not in found
