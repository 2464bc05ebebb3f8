"""kill -9 at every step of a fold: the old catalog or the new one, and the next fold mends all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from catalog_story import TODAY, job
from test_catalog_fold import ask, tell

from catalog.fold import fold
from catalog.layout import journal_paths


def test_killed_at_every_step(tmp_path: Path) -> None:
    template = tmp_path / "template"
    tell(template, job(1, "m", TODAY, state="running"))
    fold(template)
    fold(template)
    more = {"options": [{"name": "a", "value": "1"}], "used_packages": {"pandas": "2"}}
    tell(template, job(1, "m", TODAY, **more), job(2, "m", TODAY, **more))
    script = Path(__file__).with_name("killed_fold.py")
    done = subprocess.run(
        [sys.executable, str(script), str(template), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    steps = int(done.stdout)
    assert steps > 10
    state = "SELECT job, state, o.name FROM job j LEFT JOIN job_option o USING (job) ORDER BY job"
    old = [("dev-1", "running", None)]
    new = [("dev-1", "complete", "a"), ("dev-2", "complete", "a")]
    seen = []
    for at in range(1, steps + 1):
        folder = tmp_path / str(at)
        found = ask(folder, state)
        assert found in (old, new), f"killed at step {at}"
        seen.append(found == new)
        fold(folder)
        assert ask(folder, state) == new, f"after step {at}"
        assert journal_paths(folder) == []
        assert {path.name for path in folder.iterdir()} == {
            *("catalog.duckdb", "catalog.lock", "journal")
        }
    assert seen == sorted(seen), "once the new catalog is there it stays"
    assert not seen[0]
    assert seen[-1]
