"""The steps of the import by pyarrow and DuckDB alone, with nothing kept of how it was made.

    python -m benchmarks.raw OUT PROCESSES PARTITIONS ZIP...

Each zip is inflated, parsed to types and written as Parquet. Then its rows are filtered to four columns, and
for three columns partitioned by a hash of the column and sorted by date. Prints `TOLD name seconds` for both
halves.
"""

from __future__ import annotations

import sys
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from pyarrow import csv

KEYS = ("serial_number", "date", "cleanmodel")


def typed(out: Path, path: Path) -> Path:
    """Parse the members of a zip and write them as one Parquet file."""
    target = out / f"{path.stem}.parquet"
    writer: pq.ParquetWriter | None = None
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                table = csv.read_csv(member, csv.ReadOptions(use_threads=False, block_size=1 << 23))
            writer = writer or pq.ParquetWriter(target, table.schema, compression="zstd")
            writer.write_table(table.cast(writer.schema))
    if writer:
        writer.close()
    return target


def partitioned(out: Path, partitions: int, source: Path) -> None:
    """Three partitions of a Parquet file, each sorted by date."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(
        "create table rows as select date, failure, serial_number,"
        " replace(replace(model, '  ', ' '), ' ', '_') as cleanmodel"
        f" from read_parquet('{source}')"
    )
    for key in KEYS:
        for part in range(partitions):
            connection.execute(
                f"copy (select * from rows where hash({key}) % {partitions} = {part} order by date)"
                f" to '{out}/{source.stem}-{key}-{part}.parquet' (format parquet, compression zstd)"
            )


def main() -> None:
    out, processes, partitions = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with ProcessPoolExecutor(processes) as pool:
        began = time.monotonic()
        files = list(pool.map(partial(typed, out), map(Path, sys.argv[4:])))
        print(f"TOLD typed {time.monotonic() - began}")
        began = time.monotonic()
        list(pool.map(partial(partitioned, out, partitions), files))
        print(f"TOLD partitioned {time.monotonic() - began}")


if __name__ == "__main__":
    main()
