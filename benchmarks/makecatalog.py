"""Makes a workspace with a catalog of many jobs: `python -m benchmarks.makecatalog FOLDER [JOBS]`.

The jobs stand in the catalog only; they have no directories. What they are is drawn from hashes, so
that two catalogs of one size are equal but for the time, which ends now.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from axtui.workspace import Workspace, open_workspace
from catalog.layout import database_path
from catalog.schema import create
from catalog.store import discarded, publish, scratch_path, transaction

_STORY = Path(__file__).with_name("catalog.sql")
_METHOD = (
    '"""A method of a benchmark."""\n\noptions = {"limit": 100}\n\n\ndef synthesis():\n    pass\n'
)
_SCRIPT = 'def main(urd):\n    urd.build("import_sales")\n'


def make(root: Path, jobs: int, slices: int = 4, now: float | None = None) -> Workspace:
    """Make a workspace at `root` whose catalog tells of `jobs` jobs, the last begun at `now` (in
    seconds since 1970, the present by default)."""
    (root / "methods").mkdir(parents=True, exist_ok=True)
    (root / "axtui.toml").write_text(f"slices = {slices}\n")
    (root / "methods/a_import_sales.py").write_text(_METHOD)
    (root / "methods/build_sales.py").write_text(_SCRIPT)
    workspace = open_workspace(root)
    workspace.make_folders()
    folder = workspace.dot_axtui
    scratch = scratch_path(folder)
    with discarded(scratch):
        with transaction(scratch) as con:
            create(con, complete=True)
            values = {
                "jobs": jobs,
                "slices": slices,
                "now": time.time() if now is None else now,
                "root": str(root),
            }
            for name, value in values.items():
                con.execute(f"SET VARIABLE {name} = $1", [value])
            con.execute(_STORY.read_text(encoding="utf-8"))
        publish(folder, scratch)
    assert database_path(folder).exists()
    return workspace


if __name__ == "__main__":
    begun = time.monotonic()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    made = make(Path(sys.argv[1]).resolve(), count)
    size = database_path(made.dot_axtui).stat().st_size
    print(f"{count:,} jobs, {size / 1e6:,.0f} MB, {time.monotonic() - begun:.1f} s")
