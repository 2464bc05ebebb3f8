"""Whether a run is likely to build something."""

from __future__ import annotations

import os

from axtui.build.foresight import likely_to_build

from .conftest import Bench


def test_a_source_younger_than_all_jobs_is_likely_to_be_built(bench: Bench) -> None:
    bench.method("one", "def synthesis(): return 1")
    bench.script("urd.build('one')")
    bench.run()
    config = bench.workspace.config
    (source,) = (bench.root / "methods").glob("a_one.py")
    workdir = config.workdirs["dev"]
    job = workdir.stat().st_mtime_ns
    for path in (bench.root / "methods").iterdir():
        if path.is_file():
            os.utime(path, ns=(job - 1, job - 1))
    assert not likely_to_build(config)
    (bench.root / "methods" / "notes.txt").write_text("no source")
    assert not likely_to_build(config)
    os.utime(source, ns=(job + 1, job + 1))
    assert likely_to_build(config)


def test_where_nothing_was_built_it_is_likely(bench: Bench) -> None:
    bench.method("one", "def synthesis(): return 1")
    assert likely_to_build(bench.workspace.config)
