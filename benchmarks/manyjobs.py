"""Makes a workspace with many real jobs: `python -m benchmarks.manyjobs FOLDER [JOBS]`.

One job is built, and the others are made after it: folders with records and sources as a build leaves
them, each of its own key, found by a look-up, by the catalog and by `gc` like any other. Nothing is
synced, all cores write, and what the index and the catalog tell of a job is made after the first one's,
so that a hundred thousand take a minute or two, not hours. But for the times all is the same each time.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from axtui.build.contents import job_content
from axtui.build.index import ReuseIndex
from axtui.build.key import Call, make_key
from axtui.build.record import job_document
from axtui.build.reindex import EVENT_VERSION, events
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
_BATCH = 500

Json = dict[str, Any]


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
    pattern = _Pattern.of(workspace, result.built[0])
    reindex(workspace.dot_axtui, lambda: chain(events(workspace), pattern.copies(jobs)))
    (pattern.folder.parent / ".next").write_text(str(pattern.first + jobs))
    return workspace


@dataclass(frozen=True)
class _Pattern:
    """The job that the others are made after: its folder and number, its records, all its other files,
    what the catalog is told of it, and the workdirs."""

    folder: Path
    first: int
    setup: Json
    post: Json
    sources: dict[str, bytes]
    document: Json
    workdirs: dict[str, Path]

    @classmethod
    def of(cls, workspace: Workspace, jobid: str) -> _Pattern:
        workdirs = dict(workspace.config.workdirs)
        folder = workdirs["dev"] / jobid
        names = [name for name, _ in jobdir.walk_files(folder) if name != jobdir.SETUP]
        return cls(
            folder,
            jobdir.split_jobid(jobid)[1],
            dict(jobdir.load_setup(folder)),
            dict(jobdir.load_post(folder)),
            {name: (folder / name).read_bytes() for name in names},
            job_document(folder, workdirs),
            workdirs,
        )

    def copies(self, jobs: int) -> Iterator[Json]:
        """Make the other jobs, by as many processes as there are cores; events that tell of them."""
        parts = [range(at, min(at + _BATCH, jobs)) for at in range(1, jobs, _BATCH)]
        with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
            for documents in pool.map(partial(_copies, self), parts):
                for document in documents:
                    yield {
                        "v": EVENT_VERSION,
                        "kind": "job",
                        "at": document["ended"],
                        "doc": document,
                    }
                if documents[-1] != job_document(Path(documents[-1]["path"]), self.workdirs):
                    raise SystemExit("the catalog is told of another job than there is")


def _copies(pattern: _Pattern, numbers: Iterable[int]) -> list[Json]:
    index = ReuseIndex(pattern.workdirs, "dev")
    return [_copy(pattern, index, number) for number in numbers]


def _copy(pattern: _Pattern, index: ReuseIndex, number: int) -> Json:
    """One job with the option `n`, as it would be after its commit; what the catalog is told of it."""
    key = make_key(Call("nothing", {"n": number}, {}, {}), {"n": number}, {}, {})
    jobid = f"dev-{pattern.first + number}"
    path = f"{pattern.folder.parent}/{jobid}"
    began = pattern.setup["starttime"] - number
    setup = pattern.setup | {
        "jobid": jobid,
        "key": key.digest,
        "parts": key.to_json(),
        "options": {"n": canonical.to_json(number)},
        "starttime": began,
    }
    held = dict(sorted({jobdir.SETUP: jobdir.dump_json(setup), **pattern.sources}.items()))
    for folder in sorted({f"{path}/{name}".rpartition("/")[0] for name in held}):
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - strings, for speed, as below
    files = {name: _fact(f"{path}/{name}", data) for name, data in held.items()}
    post = pattern.post | {
        "jobid": jobid,
        "key": key.digest,
        "files": files,
        "content": job_content(files, (), {}),
        "starttime": began,
        "endtime": began + 0.1,
    }
    _write(f"{path}/{jobdir.POST}", jobdir.dump_json(jobdir.checked(post)))
    index.add(jobid, key.digest, "nothing")
    return _document(pattern.document, path, setup, post)


def _document(document: Json, path: str, setup: Json, post: Json) -> Json:
    """What `job_document` finds in a job, without looking."""
    jobid = setup["jobid"]
    option = {"value": str(setup["options"]["n"]), "digest": setup["parts"]["options"]["n"]}
    facts = [
        {"name": name, "bytes": fact["size"], "digest": fact["digest"]}
        for name, fact in post["files"].items()
    ]
    return document | {
        "jobid": jobid,
        "number": jobdir.split_jobid(jobid)[1],
        "path": path,
        "key": setup["key"],
        "started": setup["starttime"],
        "ended": post["endtime"],
        "content": post["content"],
        "bytes": sum(fact["bytes"] for fact in facts),
        "options": [document["options"][0] | option],
        "files": [old | new for old, new in zip(document["files"], facts, strict=True)],
    }


def _fact(path: str, data: bytes) -> Json:
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
