"""Old workdirs adopted whole: what was there is there, under the same ids, and stays an input."""

from __future__ import annotations

import datetime as dt
import json
import os
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

from axtui.build.adopt import adopter, crew, making, plan
from axtui.build.adopt.adopter import Adopted, adopt
from axtui.build.housekeeping.fsck import check_workspace
from axtui.build.housekeeping.pins import pins
from axtui.build.record import job_document
from axtui.build.urdlog import UrdLog
from axtui.data import context, jobdir
from axtui.data.dataset import Dataset
from axtui.data.job import Job
from axtui.errors import UserError
from axtui.workspace import Workspace, open_workspace
from tests.build.adopt.oldwriter import Column, OldProject, pickled


@pytest.fixture
def old(tmp_path: Path) -> OldProject:
    return OldProject(tmp_path / "old")


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "axtui.toml").write_text("slices = 2\n")
    return open_workspace(tmp_path / "new")


def take(here: Workspace, *paths: Path, **more: Any) -> Adopted:
    """Adopt without folding the catalog, which has tests of its own."""
    return adopt(here, paths, **more)


@pytest.fixture(autouse=True)
def unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adopter, "refresh", lambda workspace: None)
    monkeypatch.setattr(making.os, "sync", lambda: None)


NUMBERS = [[1, None, 2**80], [1.5]]
HASHED = [[1, None, 5], [2, 3, 4]]
"""In the slices where the Accelerator has them."""


def a_project(old: OldProject) -> None:
    """A build script, what it built, a chain, added columns, a link, a result."""
    old.job(
        0,
        "methods.build_all",
        setup={"is_build": True, "package": None, "options": {"script": ["all"]}},
        post={"subjobs": {"dev-1": True, "dev-2": False}},
    )
    (old.workdir / "dev-0" / "OUTPUT").mkdir()
    (old.workdir / "dev-0" / "OUTPUT" / "synthesis").write_bytes(b"built\r\n")
    link = {"jobid": "dev-1", "name": "out.txt", "linkname": "sub/out.txt"}
    (old.workdir / "dev-0" / "link_result.pickle").write_bytes(
        pickled((0, [(None, json.dumps(link))]))
    )
    one = old.job(
        1,
        setup={
            "parent": "dev-0",
            "caption": "first",
            "options": {
                "day": [2020, 2, 29, 0, 0, 0, 0],
                "names": ["b", "a"],
                "source": ["dev-1", "x"],
            },
            "_typing": [["day", "date"], ["names", "set"], ["source", "JobWithFile"]],
        },
        files={"out.txt": b"hello", "result.pickle": pickle.dumps({"n": 3}, 2), ".tmp/x": b"kept"},
    )
    base = old.dataset(
        one,
        {"n": ("number", NUMBERS), "t": ("unicode", [["a", "é", None], ["x" * 300]])},
        layout="one",
        hashlabel="t",
        filename="raw.csv",
    )
    two = old.job(
        2, setup={"parent": "dev-0", "datasets": {"source": "dev-1", "many": ["dev-1/default"]}}
    )
    old.dataset(
        two,
        {"d": ("date", [[dt.date(2020, 1, 1)] * 3, [None]])},
        layout="columns",
        linked={"renamed": base["columns"]["n"]},
        previous="dev-1/default",
        parent="dev-1/default",
        caption="second",
    )
    (two / "out.txt").symlink_to(one / "out.txt")
    old.job(5, files={})
    (old.workdir / "dev-5" / "post.json").unlink()


def test_all_of_a_project_is_kept(old: OldProject, here: Workspace) -> None:
    a_project(old)
    log = old.root / "urd.db" / "ann"
    log.mkdir(parents=True)
    (old.root / "accelerator.conf").write_text(
        "slices: 2\nworkdirs:\n  dev workdirs/dev\nmethod packages: none\n"
    )
    entry = ["ann/days", "{}", '[["words", "dev-1"]]', "", '"said"', '"dev-0"']
    (log / "days.urd").write_text(
        "\t".join(["4", "2021-01-01T00:00:00.5", "add", "2021-01", *entry]) + "\n"
    )
    found = take(here, old.root)
    assert found.jobs == ["dev-0", "dev-1", "dev-2"]
    assert (found.unfinished, found.skipped, found.notes, found.rows) == (1, [], [], 8)
    assert found.unhashed == []
    with context.use(here.context()):
        _check_jobs(here)
        assert Dataset("dev-2").meta.content  # the chain's digest could be made
    assert pins(here.config.workdirs).keys() == {"dev-0", "dev-1", "dev-2"}
    assert (here.config.results / "sub" / "out.txt").read_text() == "hello"
    peeked = UrdLog(here.config.urd, "ann").get("days", "2021-01")
    assert peeked is not None
    assert (peeked["joblist"], peeked["build_job"]) == ([["words", "dev-1"]], "dev-0")
    before = {path: path.stat().st_mtime_ns for path in here.root.rglob("*") if path.is_file()}
    again = take(here, old.root)
    assert (again.jobs, again.known, again.urd.new, again.urd.known) == ([], 3, 0, 1)
    after = {path: path.stat().st_mtime_ns for path in here.root.rglob("*") if path.is_file()}
    changed = {path.name for path in after if before.get(path) != after[path]}
    assert changed <= {"lock", ".next", ".adopt.lock"}


def test_hash_labels_stay_where_rows_are_in_place(old: OldProject, here: Workspace) -> None:
    one = old.job(1)
    base = old.dataset(one, {"n": ("number", HASHED)}, hashlabel="n")
    two = old.job(2)
    old.dataset(
        two,
        {"m": ("int64", [[1] * len(part) for part in HASHED])},
        linked={"n": base["columns"]["n"]},
        parent="dev-1/default",
        hashlabel="n",
    )
    old.dataset(old.job(3), {"n": ("int64", [[1, 2], [4]])}, hashlabel="n")
    found = take(here, old.workdir)
    assert (len(found.jobs), found.unhashed) == (3, ["dev-3/default"])
    with context.use(here.context()):
        assert Dataset("dev-1").hashlabel == "n" == Dataset("dev-2").hashlabel
        assert list(Dataset("dev-1").iterate(1, "n")) == HASHED[1]
        assert Dataset("dev-3").hashlabel is None


def _check_jobs(here: Workspace) -> None:
    one, two, build = Job("dev-1"), Job("dev-2"), Job("dev-0")
    assert one.params.options == {
        "day": dt.date(2020, 2, 29),
        "names": {"a", "b"},
        "source": ("dev-1", "x", False, None),
    }
    assert (one.method, one.params.seed, one.params.caption) == ("words", 17, "first")
    assert (one.load(), one.files()) == ({"n": 3}, {"out.txt", "result.pickle", ".tmp.adopted/x"})
    assert (one.directory / ".tmp.adopted" / "x").read_bytes() == b"kept"
    assert two.params.datasets == {"source": "dev-1", "many": ["dev-1"]}
    assert (two.build_job, build.output()) == ("dev-0", "built\n")
    assert (two.directory / "out.txt").readlink() == Path("../dev-1/out.txt")
    data = Dataset("dev-2")
    assert list(data.columns) == ["d", "renamed"]
    assert list(data.iterate(0, ["renamed", "d"])) == [(n, dt.date(2020, 1, 1)) for n in NUMBERS[0]]
    assert list(data.iterate(1, ["renamed", "d"])) == [(1.5, None)]
    assert (data.previous, data.parent, data.caption) == ("dev-1", "dev-1", "second")
    assert data.columns["renamed"].source == "dev-1/default"
    first = Dataset("dev-1")
    assert (first.filename, first.lines, first.max("n"), first.hashlabel) == (
        "raw.csv",
        [3, 1],
        2**80,
        "t",
    )
    assert list(first.iterate(None, "t")) == ["a", "é", None, "x" * 300]
    document = job_document(one.directory, here.config.workdirs)
    assert document["reason"]["text"].startswith("adopted from dev-1 in ")
    assert [stage["wall_s"] for stage in document["stages"]] == [0.1, 0.2, 0.1, 0.1]
    assert [source["path"] for source in document["sources"]] == ["methods/a_words.py"]
    assert document["environment"]["packages"] == {"accelerator": "2022.8.4"}


def test_what_is_broken_is_told_and_the_rest_goes_on(old: OldProject, here: Workspace) -> None:
    column = {"n": ("int64", [[1, 2], [3]])}
    good, cut, gone, big = (old.job(number) for number in (1, 2, 3, 4))
    for path in (good, cut, gone, big):
        old.dataset(path, column)
    file = cut / "DS" / "default.d" / "0.a"
    file.write_bytes(file.read_bytes()[:-5])
    (gone / "DS" / "default.d" / "1.a").unlink()
    swapped = Column("int64", "gzip", "dev-4/DS/default.d/%s.a", 1 << 40, 1 << 41, None, False)
    old.dataset(big, {}, linked={"n": swapped}, lines=[2, 1])
    old.job(5, files={"out": b""})
    (old.workdir / "dev-5" / "away").symlink_to("/etc/passwd")
    outside = old.job(6)
    old.dataset(
        outside, {}, linked={"n": Column("int64", "gzip", "../x/%s", 1, 1, None, False)}, lines=[1]
    )
    after = old.job(7)
    old.dataset(after, column, previous="dev-2/default")
    (old.job(8) / "setup.json").write_text('{"version": 9}')
    evil = old.job(9)
    (evil / "DS").mkdir()
    (evil / "DS" / "LIST").write_bytes(pickle.dumps([print], 2))
    behind = old.job(10)
    (behind / "OUTPUT").mkdir()
    (behind / "OUTPUT" / "0").symlink_to("/etc/passwd")
    os.mkfifo(good / "pipe")
    found = take(here, old.workdir)
    told = {one.job: one.why for one in found.skipped}
    expected = {
        "dev-2": "cut",
        "dev-3": "missing",
        "dev-4": "byte order",
        "dev-5": "leads out of the workdir, to /etc/passwd",
        "dev-6": "not there",
        "dev-7": "needs dev-2",
        "dev-8": "version 9",
        "dev-9": "does not load",
        "dev-10": "not followed",
    }
    assert told.keys() == expected.keys()
    assert {job: words for job, words in expected.items() if words not in told[job]} == {}
    assert (found.jobs, found.notes) == (["dev-1"], ["dev-1: pipe is neither a file nor a link"])
    assert [path.name for path in here.target.glob("*dev-*")] == ["dev-1"]
    file.write_bytes(file.read_bytes())  # still broken, and still told the second time
    assert take(here, old.workdir).skipped == found.skipped


def test_ids_that_are_taken_become_others(old: OldProject, here: Workspace) -> None:
    old.job(1)
    old.job(2, setup={"jobs": {"previous": "dev-1", "lost": "dev-77"}})
    (here.target / "dev-1").mkdir(parents=True)
    found = take(here, old.workdir)
    assert (found.jobs, found.renumbered) == (["dev-3", "dev-2"], {"dev-1": "dev-3"})
    setup = jobdir.load_setup(here.target / "dev-2")
    assert setup["jobs"] == {"previous": "dev-3", "lost": "dev-77"}
    assert jobdir.load_setup(here.target / "dev-3")["adopted"]["jobid"] == "dev-1"
    assert take(here, old.workdir).known == 2


def test_jobs_that_need_one_another_come_together(old: OldProject, here: Workspace) -> None:
    outer, inner = old.job(1), old.job(2)
    first = old.dataset(outer, {"a": ("int32", [[1], [2]])}, name="first")
    added = old.dataset(
        inner, {"b": ("int32", [[3], [4]])}, parent="dev-1/first", previous="dev-1/first"
    )
    old.dataset(outer, {}, linked=first["columns"] | added["columns"], lines=[1, 1])
    assert take(here, old.workdir).jobs == ["dev-1", "dev-2"]
    with context.use(here.context()):
        assert list(Dataset("dev-1").iterate(None, ["a", "b"])) == [(1, 3), (2, 4)]
    assert [finding for finding in check_workspace(here).findings if finding.problem] == []


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours runs after it."""


@pytest.mark.parametrize("at", ["publish", "replace"])
def test_what_is_killed_goes_on(
    old: OldProject, here: Workspace, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    a_project(old)
    real = making.Disk.replace

    def dies(self: Any, source: Path, target: Path) -> None:
        if source.name.startswith(plan.PREFIX):
            raise Killed
        real(self, source, target)

    with monkeypatch.context() as patch:
        if at == "publish":
            patch.setattr(making.os, "sync", lambda: (_ for _ in ()).throw(Killed))
        else:
            patch.setattr(making.Disk, "replace", dies)
        with pytest.raises(Killed):
            take(here, old.workdir)
    jobs = [path for path in here.target.iterdir() if path.name.startswith("dev-")]
    assert all(not any(path.iterdir()) for path in jobs)
    assert take(here, old.workdir).jobs == ["dev-0", "dev-1", "dev-2"]
    assert not list(here.target.glob(".adopt-*"))


def test_slices_are_written_side_by_side(
    old: OldProject, here: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "_WORTH_BYTES", 0)
    good, bad = old.job(1), old.job(2)
    for path in (good, bad):
        old.dataset(path, {"n": ("int64", [list(range(1, 2000)), [5]])})
    (bad / "DS" / "default.d" / "1.a").write_bytes(b"no gzip")
    found = take(here, old.workdir)
    assert found.jobs == ["dev-1"]
    assert "slice 1" in found.skipped[0].why
    with context.use(here.context()):
        assert list(Dataset("dev-1").iterate(0, "n")) == list(range(1, 2000))


def test_what_cannot_be_adopted_is_said(here: Workspace, old: OldProject, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="name what to adopt"):
        take(here)
    with pytest.raises(UserError, match="holds no jobs"):
        take(here, tmp_path)
    old.job(1)
    (old.workdir / "dev-1").rename(old.workdir / "other-1")
    with pytest.raises(UserError, match='other = "workdirs/other"'):
        take(here, old.workdir)


REAL = os.environ.get("AXTUI_REAL_ACCELERATOR")


@pytest.mark.skipif(not REAL, reason="AXTUI_REAL_ACCELERATOR names no Python that has it")
def test_files_of_the_real_one_are_read(old: OldProject, here: Workspace) -> None:
    """Column files that the package itself wrote; the values come back by its own reader's words."""
    import subprocess

    path = old.job(1)
    kinds = {
        "number": [1, 2**70, -3, 40000, 1.5, None],
        "datetime": [dt.datetime(2020, 2, 29, 23, 59, 59, 999999, dt.UTC, fold=1), None] * 3,
        "time": [dt.time(1, 2, 3, 4), None] * 3,
        "date": [dt.date(1, 1, 1), dt.date(9999, 12, 31), None] * 2,
        "float32": [0.5, float("inf"), None] * 2,
        "complex64": [1 + 2j, None] * 3,
        "unicode": ["é" * 200, "", None] * 2,
        "json": [{"a": [1, None]}, None] * 3,
        "bool": [True, False, None] * 2,
    }
    meta = old.dataset(path, {kind: (kind, [values]) for kind, values in kinds.items()})
    told = [(kind, meta["columns"][kind].location % 0, values) for kind, values in kinds.items()]
    code = (
        "import pickle, sys\n"
        "from accelerator.dsutil import typed_writer\n"
        "for kind, file, values in pickle.load(sys.stdin.buffer):\n"
        "    with typed_writer(kind)(file, none_support=True) as stream:\n"
        "        for value in values: stream.write(value)\n"
    )
    subprocess.run(
        [str(REAL), "-c", code], input=pickle.dumps(told), cwd=old.workdir, check=True, timeout=60
    )
    assert take(here, old.workdir).jobs == ["dev-1"]
    with context.use(here.context()):
        for kind, values in kinds.items():
            assert [*map(repr, Dataset("dev-1").iterate(None, kind))] == [*map(repr, values)]


def test_the_reader_of_slices_needs_nothing_of_this_process() -> None:
    """What `crew` starts can be started: its module runs by itself."""
    import subprocess

    command = [sys.executable, "-m", "axtui.build.adopt.crew"]
    done = subprocess.run(command, input=b"", capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, b"")
