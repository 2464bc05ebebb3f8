"""What DuckDB and pyarrow take for what the standard methods do, without all that makes it a job.

    python -m benchmarks.rawcolumns WORK FOLDER FILE...

`columns` runs this, a process for each, so that its time can be measured.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from multiprocessing import Pool
from pathlib import Path

_SORTED_BY = {"sort": "number", "sorttext": "text"}
_HASHED_ON = {"hashpart": "number", "hashtext": "text"}
_ROW = "md5(concat(number, chr(0), text, chr(0), value, chr(0)))"


def main(work: str, folder: Path, files: Sequence[Path]) -> None:
    """Do one of the pieces of work to some Parquet files; what comes of it is left in `folder`."""
    if work in _SORTED_BY:
        with Pool(len(files)) as pool:
            given = [(file, folder / f"raw.{file.name}", _SORTED_BY[work]) for file in files]
            pool.starmap(_sort, given)
        return
    import duckdb

    table = f"read_parquet({[str(file) for file in files]})"
    connection = duckdb.connect()
    if work in _HASHED_ON:
        form = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        for number in range(len(files)):
            mine = f"hash({_HASHED_ON[work]}) % {len(files)} = {number}"
            target = folder / f"raw.{number}.parquet"
            connection.execute(f"COPY (SELECT * FROM {table} WHERE {mine}) TO '{target}' {form}")
    elif work == "checksum":
        connection.execute(
            f"SELECT md5(string_agg(m, '' ORDER BY m)) FROM (SELECT {_ROW} m FROM {table})"
        )
    else:
        connection.execute(f"COPY (FROM {table}) TO '{folder / 'raw.csv'}' (FORMAT csv, HEADER)")


def _sort(file: Path, target: Path, column: str) -> None:
    import pyarrow.parquet as pq

    found = pq.read_table(file, use_threads=False).sort_by(column)
    pq.write_table(found, target, compression="zstd", compression_level=1, row_group_size=65_536)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
