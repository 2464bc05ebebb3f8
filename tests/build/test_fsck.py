"""`fsck` names every state and everything that names what is not there; pins; disk use."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from axtui.build import jobinfo
from axtui.build.housekeeping.diskuse import disk_use
from axtui.build.housekeeping.fsck import Checked, Finding, check_jobs, check_workspace
from axtui.build.housekeeping.gc import collect, decide
from axtui.build.housekeeping.pins import pin, pins, unpin
from axtui.build.index import ReuseIndex
from axtui.build.reindex import events
from axtui.build.specs import Specs
from axtui.data import jobdir
from axtui.engine.local import LocalEngine
from axtui.errors import DamagedJobError, UserError
from axtui.retention import Retention
from catalog.fold import fold
from catalog.read import query

from .conftest import Bench, Kept

NUMBERS = """
def prepare(job):
    return job.datasetwriter(columns={"n": "int64"})
def analysis(sliceno, prepare_res):
    for n in range(100):
        prepare_res.write(n)
def synthesis():
    return "x" * 5000
"""
DOUBLES = """
datasets = ("source",)
def prepare(job):
    return job.datasetwriter(columns={"m": "int64"}, parent=datasets.source)
def analysis(sliceno, prepare_res):
    for n in datasets.source.iterate(sliceno, "n"):
        prepare_res.write(n * 2)
"""


@pytest.fixture(scope="module")
def one_run(engine: LocalEngine, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("one_run"), engine, run_once)


def run_once(bench: Bench) -> None:
    bench.method("numbers", NUMBERS)
    bench.method("doubles", DOUBLES)
    bench.script(
        """
        urd.begin("list", "1")
        numbers = urd.build("numbers")
        urd.build("doubles", source=numbers)
        numbers.link_result("result.pickle")
        urd.finish("list")
        """
    )
    bench.run()


@pytest.fixture
def built(one_run: Kept) -> Bench:
    """dev-1 is the run, dev-2 has numbers, dev-3 adds a column to them and is in the urd."""
    return one_run.put_back()


def remove(path: Path) -> None:
    for folder in [path, *path.rglob("*/")]:
        folder.chmod(0o755)
    shutil.rmtree(path)


def changed(path: Path, change: Callable[[bytes], bytes], keep_times: bool = False) -> None:
    """Change a file of a finished job in place."""
    times = path.stat()
    path.parent.chmod(0o755)
    path.chmod(0o644)
    path.write_bytes(change(path.read_bytes()))
    if keep_times:
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def check(bench: Bench, deep: bool = False) -> Checked:
    workspace = bench.workspace
    fold(workspace.dot_axtui, lambda: events(workspace))
    return check_workspace(workspace, deep)


def of_kind(found: Checked, kind: str) -> list[Finding]:
    return [finding for finding in found.findings if finding.kind == kind]


def test_what_was_just_built_is_clean(built: Bench) -> None:
    found = check(built, deep=True)
    assert found.states == dict.fromkeys(("dev-1", "dev-2", "dev-3"), "complete")
    assert found.findings == ()


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("result.pickle", "result.pickle holds other bytes"),
        ("post.json", "not hold what was written"),
        ("setup.json", "setup.json holds other bytes"),
        ("DS/default.json", "DS/default.json holds other bytes"),
    ],
)
def test_a_changed_file_is_damage_and_is_named(built: Bench, name: str, what: str) -> None:
    def change(data: bytes) -> bytes:
        return data.replace(b"2", b"3") if name.endswith("json") else flipped(data)

    changed(built.path("dev-2") / name, change)
    found = check(built)
    assert found.states["dev-2"] == "damaged"
    (finding,) = [one for one in of_kind(found, "job") if one.subject == "dev-2"]
    assert finding.problem
    assert what in finding.what
    assert "axtui run" in finding.mend


def test_only_deep_sees_what_the_file_system_does_not_tell(
    built: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bit that flipped below the file system changes no time."""
    path = built.path("dev-2") / "result.pickle"
    changed(path, flipped, keep_times=True)
    fact = jobdir.load_post(built.path("dev-2"))["files"]["result.pickle"]
    original = os.stat

    def stat(where: object, *args: object, **kw: object) -> object:
        found = original(where, *args, **kw)  # type: ignore[call-overload]
        if os.fspath(where) != os.fspath(path):  # type: ignore[call-overload]
            return found

        class AsBefore:
            st_size, st_ino, st_nlink = found.st_size, fact["ino"], 1
            st_mtime_ns, st_ctime_ns = fact["mtime_ns"], fact["ctime_ns"]

        return AsBefore

    monkeypatch.setattr("axtui.data.jobdir.os.stat", stat)
    jobs = ["dev-2"]
    assert check_jobs(built.workspace, jobs).states == {"dev-2": "complete"}
    assert check_jobs(built.workspace, jobs, deep=True).states == {"dev-2": "damaged"}


@pytest.mark.parametrize("record", [jobdir.SETUP, jobdir.POST])
@pytest.mark.parametrize(
    "wrong",
    [
        {"options": 3, "datasets": 4, "flags": 5},
        {"stages": 4, "subjobs": 5, "reads": 6},
        {"files": [1]},
        {"files": {"a": 3}},
        {"exectime": 4, "starttime": "x", "reason": 5},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_records_of_another_shape_end_nothing(
    built: Bench, record: str, wrong: dict[str, object]
) -> None:
    path = built.path("dev-2")
    changed(path / record, lambda data: orjson.dumps({**orjson.loads(data), **wrong}))
    found = check(built)
    assert found.states["dev-2"] == "damaged" and found.states["dev-1"] == "complete"
    assert [one.what for one in of_kind(found, "job") if one.subject == "dev-2"]
    decide(built.workspace)
    with contextlib.suppress(DamagedJobError):  # or what is wrong is nothing that is shown
        assert jobinfo.everything(Specs(built.workspace), "dev-2")["job"] == "dev-2"


def test_states_that_are_no_problem(built: Bench) -> None:
    built.method("bad", "def synthesis():\n    raise ValueError\n")
    built.script('urd.build("bad")', "bad")
    built.run("bad", ok=False)
    _, lost = jobdir.allocate(built.disk, built.root / "workdirs/dev", "dev")
    _, running = jobdir.allocate(built.disk, built.root / "workdirs/dev", "dev")
    with jobdir.hold_running(running):
        fold(built.workspace.dot_axtui, lambda: events(built.workspace))
        found = check_workspace(built.workspace)
    assert found.states["dev-5"] == "failed"
    assert (found.states[lost.name], found.states[running.name]) == ("lost", "running")
    assert found.problems == []
    (finding,) = of_kind(found, "job")
    assert (finding.subject, finding.problem) == (lost.name, False)


def test_a_job_that_rests_on_a_missing_one_and_all_that_names_that(built: Bench) -> None:
    pin(built.workspace, "dev-2")
    fold(built.workspace.dot_axtui, lambda: events(built.workspace))
    remove(built.path("dev-2"))
    found = check(built)
    assert {finding.kind: finding.subject for finding in found.problems} == {
        "needs": "dev-3",
        "index": "dev-2",
        "result": "result.pickle",
        "urd": f"{built.workspace.config.user}/list/1",
        "pin": "dev-2",
        "catalog": "dev-2",
    }
    assert all(finding.mend for finding in found.problems)
    index = ReuseIndex(built.workspace.config.workdirs, "dev")
    index.rebuild("dev")
    assert of_kind(check(built), "index") == []


def test_a_job_that_the_index_misses(built: Bench) -> None:
    setup = jobdir.load_setup(built.path("dev-3"))
    ReuseIndex(built.workspace.config.workdirs, "dev").remove(
        "dev-3", setup["key"], setup["method"]
    )
    (finding,) = check(built).problems
    assert (finding.kind, finding.subject, finding.mend) == ("index", "dev-3", "axtui reindex")


def test_an_old_urd_entry_of_what_gc_removed_is_told_but_no_problem(built: Bench) -> None:
    built.script("pass")
    (built.root / "results/result.pickle").unlink()
    built.run()
    collect(built.workspace, Retention(grace=0.0, urd=0))
    found = check(built)
    assert found.problems == []
    assert [finding.what for finding in of_kind(found, "urd")] == [
        "names dev-2, which gc removed",
        "names dev-3, which gc removed",
    ]


# -- pins


def test_pins_survive_the_loss_of_everything_derived(built: Bench) -> None:
    pin(built.workspace, "dev-3", "for the paper")
    shutil.rmtree(built.root / ".axtui")
    (found,) = pins(built.workspace.config.workdirs).values()
    assert (found.job, found.note) == ("dev-3", "for the paper")
    workspace = built.workspace
    fold(workspace.dot_axtui, lambda: events(workspace))
    asked = "SELECT job, note FROM pins"
    assert query(workspace.dot_axtui, asked).to_pylist() == [
        {"job": "dev-3", "note": "for the paper"}
    ]
    unpin(workspace, "dev-3")
    fold(workspace.dot_axtui, lambda: events(workspace))
    assert query(workspace.dot_axtui, asked).to_pylist() == []
    with pytest.raises(UserError, match="is not pinned"):
        unpin(workspace, "dev-3")


def test_what_is_not_there_cannot_be_pinned(built: Bench) -> None:
    with pytest.raises(UserError, match="dev-9 is missing"):
        pin(built.workspace, "dev-9")
    with pytest.raises(UserError, match="in no workdir"):
        pin(built.workspace, "other-1")
    assert pins(built.workspace.config.workdirs) == {}


def test_a_pin_that_cannot_be_read_pins_all_the_same(built: Bench) -> None:
    pin(built.workspace, "dev-3")
    (built.root / "workdirs/dev/.pins/dev-3.json").write_text("{")
    assert list(pins(built.workspace.config.workdirs)) == ["dev-3"]


# -- disk use


def test_bytes_count_once_with_who_holds_them(built: Bench) -> None:
    datasets = {use.name: use for use in disk_use(built.workspace, "dataset")}
    numbers, doubles = datasets["dev-2"], datasets["dev-3"]
    slices = [path.stat().st_size for path in built.path("dev-2").glob("DS/*/*.parquet")]
    assert numbers.bytes == numbers.lent == doubles.borrowed == sum(slices) > 0
    assert numbers.borrowed == doubles.lent == 0
    jobs = {use.name: use for use in disk_use(built.workspace, "job")}
    for name, use in jobs.items():
        held = [path.stat().st_size for path in built.path(name).rglob("*") if path.is_file()]
        assert use.bytes == sum(held)
    assert jobs["dev-2"].lent == numbers.bytes
    methods = {use.name: use for use in disk_use(built.workspace, "method")}
    assert (methods["numbers"].bytes, methods["numbers"].lent) == (
        jobs["dev-2"].bytes,
        numbers.bytes,
    )
    (workdir,) = disk_use(built.workspace, "workdir")
    assert (workdir.jobs, workdir.lent) == (3, 0), "nothing is lent to another workdir"
    assert workdir.bytes == sum(use.bytes for use in jobs.values())


def test_a_damaged_job_is_mended_by_the_scripts_that_use_it(built: Bench) -> None:
    built.script("urd.build('numbers')", "other")
    built.run("other")
    built.script("pass")
    built.run()
    changed(built.path("dev-2") / "result.pickle", flipped)
    (finding,) = of_kind(check(built), "job")
    assert finding.mend.startswith("axtui run other (")
