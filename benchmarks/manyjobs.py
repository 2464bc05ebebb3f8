"""Makes a workspace with many real jobs: `python -m benchmarks.manyjobs FOLDER [JOBS]`.

One job is built, and the others are made after it: folders with records and sources as a build leaves
them, each of its own key, found by a look-up, by the catalog and by `gc` like any other. Nothing is
synced, so that a hundred thousand take minutes, not hours. But for the times all is the same each time.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from axtui.build.contents import job_content
from axtui.build.index import ReuseIndex
from axtui.build.key import Call, make_key
from axtui.build.reindex import events
from axtui.build.script import run_script
from axtui.build.session import Session
from axtui.data import canonical, digest, jobdir
from axtui.workspace import Workspace, open_workspace
from catalog.fold import reindex

METHOD = "options = {'n': 0}\n\n\ndef synthesis():\n    pass\n"
SCRIPT = """
import os
import time


def main(urd):
    count, first = int(os.environ.get('LOOKUPS', '12')), int(os.environ.get('FIRST', '0'))
    urd.build('nothing', n=first)
    began = time.perf_counter()
    for n in range(first + 1, first + count):
        urd.build('nothing', n=n)
    print('TOLD wall %r' % ((time.perf_counter() - began) / max(count - 1, 1)), flush=True)
"""
_CONFIG = "slices = 3\nmethods = ['methods']\n[workdirs]\ndev = 'workdirs/dev'\n"


def make(root: Path, jobs: int) -> Workspace:
    """Make a workspace at `root` with so many jobs of the method `nothing`, options `n` from 0 on, and
    a script `again` that looks some of them up (see SCRIPT)."""
    (root / "methods").mkdir(parents=True)
    (root / "axtui.toml").write_text(_CONFIG)
    (root / "methods/a_nothing.py").write_text(METHOD)
    (root / "methods/build_again.py").write_text(SCRIPT.lstrip())
    workspace = open_workspace(root)
    os.environ["LOOKUPS"] = "1"
    with Session(workspace) as session:
        result = run_script(session, "again")
    if result.exit_code:
        raise SystemExit(result.error)
    workdir = workspace.config.workdirs["dev"]
    pattern = workdir / result.built[0]
    first = jobdir.split_jobid(pattern.name)[1]
    _copies(pattern, range(1, jobs), first)
    (workdir / ".next").write_text(str(first + jobs))
    ReuseIndex(workspace.config.workdirs, "dev").rebuild("dev")
    reindex(workspace.dot_axtui, lambda: events(workspace))
    return workspace


def _copies(pattern: Path, numbers: Iterable[int], first: int) -> None:
    setup, post = jobdir.load_setup(pattern), jobdir.load_post(pattern)
    names = [name for name, _ in jobdir.walk_files(pattern) if name != jobdir.SETUP]
    sources = {name: (pattern / name).read_bytes() for name in names}
    for number in numbers:
        path = f"{pattern.parent}/dev-{first + number}"
        _job(path, number, dict(setup), dict(post), sources)


def _job(
    path: str, number: int, setup: dict[str, Any], post: dict[str, Any], sources: dict[str, bytes]
) -> None:
    """One job with the option `n`, as it would be after its commit."""
    key = make_key(Call("nothing", {"n": number}, {}, {}), {"n": number}, {}, {})
    told = {"jobid": path.rpartition("/")[2], "key": key.digest}
    began = setup["starttime"] - number
    setup |= told | {
        "parts": key.to_json(),
        "options": {"n": canonical.to_json(number)},
        "starttime": began,
    }
    held = dict(sorted({jobdir.SETUP: jobdir.dump_json(setup), **sources}.items()))
    for folder in sorted({f"{path}/{name}".rpartition("/")[0] for name in held}):
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - strings, for speed, as below
    files = {name: _fact(f"{path}/{name}", data) for name, data in held.items()}
    post |= told | {
        "files": files,
        "content": job_content(files, (), {}),
        "starttime": began,
        "endtime": began + 0.1,
    }
    _write(f"{path}/{jobdir.POST}", jobdir.dump_json(jobdir.checked(post)))


def _fact(path: str, data: bytes) -> dict[str, Any]:
    """Write a file; what a completion record tells of it."""
    found = _write(path, data)
    return {
        "size": len(data),
        "digest": digest.of_bytes(data),
        "mtime_ns": found.st_mtime_ns,
        "ctime_ns": found.st_ctime_ns,
        "ino": found.st_ino,
    }


def _write(path: str, data: bytes) -> os.stat_result:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    try:
        os.write(fd, data)
        return os.fstat(fd)
    finally:
        os.close(fd)


if __name__ == "__main__":
    begun = time.monotonic()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    make(Path(sys.argv[1]).resolve(), count)
    print(f"{count:,} jobs, {time.monotonic() - begun:.1f} s")
