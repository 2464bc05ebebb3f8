"""What a single DuckDB query says about the CSV files, without anything of axtui or the methods."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import duckdb

# `spacing` is the number of days that a row stands for: the smallest gap between the days of a zip.
QUERY = """
WITH files AS (
    SELECT CAST(date AS DATE) AS date,
           regexp_replace(trim(model), ' +', ' ', 'g') AS model,
           serial_number,
           CAST(failure AS INTEGER) AS failure,
           parse_path(filename)[-2] AS zip
    FROM read_csv($pattern, all_varchar = true, union_by_name = true, filename = true,
                  header = true, delim = ',', quote = '', escape = '', sample_size = 1)
), gaps AS (
    SELECT zip, date, date - lag(date) OVER (PARTITION BY zip ORDER BY date) AS gap
    FROM (SELECT DISTINCT zip, date FROM files)
), spacing AS (
    SELECT zip, coalesce(min(gap), 1) AS spacing FROM gaps GROUP BY zip
)
SELECT model,
       CASE WHEN grouping(year(date)) = 0 THEN year(date) END AS year,
       count(DISTINCT serial_number) AS drives,
       count(*) AS rows,
       CAST(sum(spacing) AS BIGINT) AS drive_days,
       CAST(sum(failure) AS BIGINT) AS failures,
       sum(failure) / sum(spacing) * 365 * 100 AS afr
FROM files JOIN spacing USING (zip)
GROUP BY GROUPING SETS ((model), (model, year(date)))
"""


def unpack(zips: list[Path], folder: Path) -> str:
    """Put the daily files into one folder per zip; returns the pattern that finds them."""
    for path in zips:
        target = folder / path.stem
        target.mkdir(parents=True)
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if re.fullmatch(r"\d{4}-\d\d-\d\d\.csv", Path(name).name):
                    (target / Path(name).name).write_bytes(archive.read(name))
    return str(folder / "*" / "*.csv")


def failure_rates(pattern: str) -> dict[tuple[str, int | None], dict[str, Any]]:
    """{(model, year or None): drives, rows, drive_days, failures, afr}."""
    with duckdb.connect() as con:
        result = con.execute(QUERY, {"pattern": pattern})
        names = [column[0] for column in result.description]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return {(row.pop("model"), row.pop("year")): row for row in rows}
