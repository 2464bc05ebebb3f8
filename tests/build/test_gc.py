"""`gc` on workspaces that were really built: what a later build would use stays, whoever does what
meanwhile, and whatever is killed (H32, H43)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axtui.build.housekeeping import gc as gc_module
from axtui.build.housekeeping import trash
from axtui.build.housekeeping.collected import epitaph
from axtui.build.housekeeping.doomed import Verdict
from axtui.build.housekeeping.fsck import check_workspace
from axtui.build.housekeeping.gc import Collected, collect, decide
from axtui.build.housekeeping.leftovers import leftovers
from axtui.build.housekeeping.pins import pin
from axtui.build.index import ReuseIndex
from axtui.build.inuse import Collector, InUse, claimed
from axtui.build.reindex import events
from axtui.build.script import run_script
from axtui.data import jobdir
from axtui.engine.local import LocalEngine
from axtui.retention import Retention
from axtui.workspace import open_workspace
from catalog.fold import fold, reindex
from catalog.read import query

from .conftest import Bench, Kept, Unfolded
from .processes import Running

NOW_ALL = Retention(grace=0.0, failed=0.0)

BASE = """
options = {"n": 0}
def prepare(job):
    return job.datasetwriter(columns={"n": "int64"})
def analysis(sliceno, prepare_res):
    prepare_res.write(options.n + sliceno)
def synthesis():
    return "x" * 1000
"""
MORE = """
datasets = ("source",)
def prepare(job):
    return job.datasetwriter(columns={"m": "int64"}, parent=datasets.source)
def analysis(sliceno, prepare_res):
    for n in datasets.source.iterate(sliceno, "n"):
        prepare_res.write(n * 2)
"""
TOP = """
from accelerator import build
options = {"n": 0}
def synthesis():
    return build("leaf", n=options.n % 2).load()
"""
LEAF = """
options = {"n": 0}
def synthesis():
    return options.n
"""


def fill(bench: Bench) -> None:
    for name, text in (("base", BASE), ("more", MORE), ("top", TOP), ("leaf", LEAF)):
        bench.method(name, text)


def one(bench: Bench, n: int) -> None:
    bench.script(f'b = urd.build("base", n={n})\nurd.build("more", source=b)', "one")


def two(bench: Bench, n: int) -> None:
    bench.script(f'urd.build("top", n={n})', "two")


def gone(done: Collected) -> list[str]:
    return [verdict.job.jobid for verdict in done.gone]


def started(bench: Bench, name: str) -> list[str]:
    """The methods that a run of a script really ran."""
    from axtui.build.events import JobStarted

    bench.run(name)
    return [event.method for event in bench.seen if isinstance(event, JobStarted)]


def problems(bench: Bench) -> list[str]:
    return [f"{p.subject} {p.what}" for p in check_workspace(bench.workspace).problems]


@pytest.fixture(scope="module")
def two_runs(engine: LocalEngine, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("two_runs"), engine, run_twice)


def run_twice(bench: Bench) -> None:
    fill(bench)
    one(bench, 1)
    bench.run("one")
    one(bench, 2)
    bench.run("one")


@pytest.fixture
def built(two_runs: Kept) -> Bench:
    """Two runs of `one`: the jobs of the first (dev-2, dev-3) are garbage, but for the rules."""
    return two_runs.put_back()


# -- H43: what is removed


STEPS = st.lists(st.tuples(st.sampled_from("12p"), st.integers(1, 3)), min_size=2, max_size=5)


@settings(
    max_examples=int(os.environ.get("AXTUI_GC_STORIES", "3")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(steps=STEPS)
def test_h43_no_later_build_is_missing_anything_and_a_dry_run_tells_all(
    steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory, engine: LocalEngine
) -> None:
    bench = Bench(tmp_path_factory.mktemp("story") / "ws", engine)
    fill(bench)
    pinned: set[str] = set()
    ran: set[str] = set()
    for what, n in steps:
        if what == "p":
            names = sorted(decide(bench.workspace).jobs)
            complete = [j for j in names if jobdir.state(bench.path(j)) == "complete"]
            pinned |= {pin(bench.workspace, j).job for j in complete[n : n + 1]}
            continue
        name, edit = {"1": ("one", one), "2": ("two", two)}[what]
        edit(bench, n)
        bench.run(name)
        ran.add(name)
    planned = [verdict.job for verdict in decide(bench.workspace, NOW_ALL).plan.go]
    before = decide(bench.workspace).jobs
    done = collect(bench.workspace, NOW_ALL)
    assert gone(done) == [job.jobid for job in planned]
    assert done.spared == []
    assert decide(bench.workspace).jobs.keys() == before.keys() - set(gone(done))
    assert problems(bench) == []
    assert all(jobdir.state(bench.path(jobid)) == "complete" for jobid in pinned)
    for name in ran:
        assert started(bench, name) == []


def test_h43_old_jobs_of_an_edited_script_go_and_young_ones_stay(built: Bench) -> None:
    assert gone(collect(built.workspace)) == []
    done = collect(built.workspace, NOW_ALL)
    assert sorted(gone(done)) == ["dev-1", "dev-2", "dev-3"]
    assert gone(done).index("dev-3") < gone(done).index("dev-2"), "it reads columns of dev-2"
    assert done.freed == sum(verdict.job.bytes for verdict in done.gone) > 3000
    assert started(built, "one") == []
    assert problems(built) == []


def test_results_urd_and_pins_are_kept_with_all_that_they_rest_on(bench: Bench) -> None:
    fill(bench)
    script = """
    urd.begin("list", {n})
    b = urd.build("base", n={n})
    m = urd.build("more", source=b)
    if {n} == 2:
        b.link_result("result.pickle", "two.pickle")
    urd.build("leaf", n={n})
    {end}
    """
    for n, end in (
        (1, 'urd.finish("list")'),
        (2, "urd.abort()"),
        (3, "urd.abort()"),
        (4, "urd.abort()"),
    ):
        bench.script(script.format(n=n, end=end))
        bench.run()
    pin(bench.workspace, "dev-11")
    stay = decide(bench.workspace, NOW_ALL).plan.stay
    why = {jobid: verdict.why for jobid, verdict in stay.items()}
    user = bench.workspace.config.user
    assert {j: why[j] for j in ("dev-2", "dev-3", "dev-4")} == dict.fromkeys(
        ("dev-2", "dev-3", "dev-4"), f"is in the urd, {user}/list/1"
    )
    assert why["dev-6"] == "is the result two.pickle"
    assert why["dev-10"] == "is needed by dev-11, which is pinned"
    assert not {"dev-7", "dev-8", "dev-12"} & why.keys()


def test_what_a_failed_run_made_is_there_for_the_next(bench: Bench) -> None:
    fill(bench)
    bench.method("bad", "def synthesis():\n    raise ValueError\n")
    one(bench, 1)
    bench.run("one")
    bench.script('urd.build("base", n=5)\nurd.build("bad")', "one")
    bench.run("one", ok=False)
    assert gone(collect(bench.workspace, NOW_ALL)) == []
    bench.script('urd.build("base", n=5)', "one")
    assert started(bench, "one") == []


# -- what is kept of what went


def test_a_number_never_comes_back(built: Bench) -> None:
    two(built, 1)
    built.run("two")
    newest = max(jobdir.job_numbers(built.root / "workdirs/dev", "dev"))
    (built.root / "methods/build_two.py").unlink()
    collect(built.workspace, NOW_ALL)
    assert not built.path(f"dev-{newest}").exists()
    for hint in (None, "3", str(newest)):
        place = built.root / "workdirs/dev/.next"
        place.unlink() if hint is None else place.write_text(hint)
        jobid, path = jobdir.allocate(built.disk, place.parent, "dev")
        assert int(jobid.partition("-")[2]) > newest
        path.rmdir()


def test_the_catalog_knows_what_went_also_when_it_is_made_anew(built: Bench) -> None:
    workspace = built.workspace
    fold(workspace.dot_axtui, lambda: events(workspace))
    asked = (
        "SELECT c.job, c.was, c.why, c.bytes > 0, j.state, j.bytes, j.path, "
        "(SELECT count(*) FROM sources s WHERE s.job = c.job), "
        "(SELECT state FROM runs r WHERE r.run = c.job) "
        "FROM collected_jobs c JOIN jobs j ON j.job = c.job ORDER BY c.job"
    )
    collect(workspace, NOW_ALL)
    fold(workspace.dot_axtui, lambda: events(workspace))
    told = query(workspace.dot_axtui, asked).to_pylist()
    assert [tuple(row.values()) for row in told] == [
        (job, "complete", why, True, "collected", None, None, 1, run)
        for job, why, run in (
            ("dev-1", "is a run that later ones have replaced", "complete"),
            ("dev-2", "is needed by nothing", None),
            ("dev-3", "is needed by nothing", None),
        )
    ]
    reindex(workspace.dot_axtui, lambda: events(workspace))
    assert query(workspace.dot_axtui, asked).to_pylist() == told


def test_the_index_forgets_what_went_and_the_job_is_told_of(built: Bench) -> None:
    collect(built.workspace, NOW_ALL)
    workdirs = built.workspace.config.workdirs
    assert ReuseIndex(workdirs, "dev").entries("dev") == {"dev-5", "dev-6"}
    assert "removed by gc" in str(epitaph(workdirs["dev"], "dev-3"))
    assert "`axtui run one` makes it again" in str(epitaph(workdirs["dev"], "dev-3"))
    built.script('urd.build("more", source="dev-2")', "one")
    result = built.run("one", ok=False)
    assert "job dev-2 (base) was removed by gc" in str(result.error)


def test_an_index_entry_that_comes_while_another_goes_is_not_lost(built: Bench) -> None:
    index = ReuseIndex(built.workspace.config.workdirs, "dev")
    stop = threading.Event()

    def churn() -> None:
        while not stop.is_set():
            index.add("dev-900", "blake3:00", "m")
            index.remove("dev-900", "blake3:00", "m")

    threads = [threading.Thread(target=churn) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(100):
        index.add(f"dev-{1000 + number}", "blake3:00", "m")
    stop.set()
    for thread in threads:
        thread.join()
    assert len([j for j in index.candidates("blake3:00") if j != "dev-900"]) == 100


# -- H32: while others work


def test_h32_what_a_session_used_stays_as_long_as_it_lives(built: Bench) -> None:
    one(built, 1)
    with built.session() as session:
        run_script(session, "one")
        built.script("pass", "one")
        run_script(session, "one")
        done = collect(built.workspace, NOW_ALL)
        assert not {"dev-2", "dev-3"} & set(gone(done))
        assert {"dev-5", "dev-6"} <= set(gone(done))
    assert {"dev-2", "dev-3"} <= set(gone(collect(built.workspace, NOW_ALL)))


@pytest.mark.parametrize("how", ["living", "ended", "dead"])
def test_h32_a_job_that_is_found_after_the_decision_stays_with_what_it_rests_on(
    built: Bench, how: str
) -> None:
    """A build finds dev-3, that is to go, after `gc` has begun; dev-3 reads files of dev-2."""
    workdirs = built.workspace.config.workdirs
    sessions: list[InUse] = []

    def meanwhile(verdict: Verdict) -> None:
        if not sessions:
            sessions.append(InUse(workdirs))
            assert sessions[0].claim("dev-3")
            if how == "ended":
                sessions[0].close()
            elif how == "dead":  # as the kernel does for a killed process
                os.close(sessions[0]._open["dev"]._own)  # type: ignore[union-attr]

    done = collect(built.workspace, NOW_ALL, observe=meanwhile)
    assert gone(done) == ["dev-1"]
    assert {verdict.job.jobid for verdict in done.spared} == {"dev-2", "dev-3"}
    assert "in use" in done.spared[0].why
    assert epitaph(workdirs["dev"], "dev-3") is None
    assert problems(built) == []
    if how != "dead":
        sessions[0].close()
    assert sorted(gone(collect(built.workspace, NOW_ALL))) == ["dev-2", "dev-3"]


def test_h32_a_job_that_was_taken_away_cannot_be_claimed(built: Bench) -> None:
    in_use = InUse(built.workspace.config.workdirs)
    seen: list[tuple[str, bool]] = []

    def meanwhile(verdict: Verdict) -> None:
        seen.append((verdict.job.jobid, in_use.claim(verdict.job.jobid)))

    collect(built.workspace, NOW_ALL, observe=meanwhile)
    assert seen == [("dev-1", False), ("dev-3", False), ("dev-2", False)]
    in_use.close()


def test_h32_nothing_is_claimed_between_the_last_look_and_the_removal(
    built: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment in which a job would be lost: a claim has to wait until it is over."""
    in_use = InUse(built.workspace.config.workdirs)
    assert in_use.claim("dev-4")
    claims: list[bool] = []
    threads: list[threading.Thread] = []
    original = trash.throw_away

    def slow(path: Path) -> Path:
        if path.name == "dev-3":
            thread = threading.Thread(target=lambda: claims.append(in_use.claim("dev-3")))
            thread.start()
            thread.join(0.2)
            assert claims == [], "it was claimed while it was being removed"
            threads.append(thread)
        return original(path)

    monkeypatch.setattr(gc_module, "throw_away", slow)
    collect(built.workspace, NOW_ALL)
    threads[0].join()
    assert claims == [False]
    in_use.close()


def test_h32_builds_and_gcs_at_the_same_time(bench: Bench) -> None:
    """Scripts that need what `gc` is removing just then."""
    fill(bench)
    line = 'urd.build("more", source=urd.build("base", n={}))'
    bench.script("\n".join(line.format(n) for n in (1, 2)), "one")
    bench.run("one")
    bench.script("pass", "one")
    bench.run("one")
    bench.script("\n".join(line.format(n) for n in (3, 1, 2, 4, 1)), "one")
    process = Running(bench.root, "one")
    process.wait_for("stage")
    failed: list[BaseException] = []

    def collecting() -> None:
        try:
            while process.process.poll() is None:
                collect(bench.workspace, NOW_ALL)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=collecting) for _ in range(2)]
    for thread in threads:
        thread.start()
    result = process.result()
    for thread in threads:
        thread.join()
    assert failed == []
    assert result["exit"] == 0, result["error"]
    assert problems(bench) == []
    assert started(bench, "one") == []


def test_h32_a_second_gc_waits_for_the_first(built: Bench) -> None:
    first = Collector(built.root / "workdirs/dev", waiting=lambda pid: None)
    waited = threading.Event()
    told: list[int] = []

    def waiting(pid: int) -> None:
        told.append(pid)
        waited.set()

    done: list[Collected] = []
    second = threading.Thread(
        target=lambda: done.append(collect(built.workspace, NOW_ALL, waiting=waiting))
    )
    second.start()
    assert waited.wait(20)
    assert told == [os.getpid()]
    assert built.path("dev-3").exists()
    first.close()
    second.join(20)
    assert len(done[0].gone) == 3


class Killed(BaseException):
    """As if the process ended here."""


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (gc_module, "throw_away"),
        (ReuseIndex, "remove"),
        (gc_module, "delete"),
        (gc_module._Removal, "_why_spared"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_h32_a_gc_that_is_killed_harms_nothing_and_the_next_ends_it(
    built: Bench, monkeypatch: pytest.MonkeyPatch, where: Any, name: str
) -> None:
    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(where, name, die)
        with pytest.raises(Killed):
            collect(built.workspace, NOW_ALL)
    found = [finding for finding in check_workspace(built.workspace).findings if finding.problem]
    assert all(finding.mend == "axtui reindex" for finding in found), found
    assert started(built, "one") == []
    collect(built.workspace, NOW_ALL)
    assert list(built.root.glob("workdirs/dev/.trash-*")) == []
    remaining = {path.name for path in built.root.glob("workdirs/dev/dev-*")}
    assert not {"dev-1", "dev-2", "dev-3"} & remaining


KILL = """
import os, signal, sys
from pathlib import Path
from axtui.build.housekeeping import gc
from axtui.retention import Retention
from axtui.workspace import open_workspace
from axtui.workspace import open_workspace
gc.delete = lambda path: os.kill(os.getpid(), signal.SIGKILL)
gc.collect(open_workspace(Path(sys.argv[1])), Retention(grace=0.0, failed=0.0))
"""


def test_h32_a_gc_that_is_really_killed(built: Bench) -> None:
    done = subprocess.run([sys.executable, "-c", KILL, str(built.root)], check=False)
    assert done.returncode == -signal.SIGKILL
    workspace = built.workspace
    assert [one.why for one in leftovers(workspace)] == ["a job that was being removed"]
    assert problems(built) == []
    done_now = collect(workspace, NOW_ALL)
    assert [one.why for one in done_now.swept] == ["a job that was being removed"]
    assert leftovers(workspace) == []


def test_a_killed_build_leaves_claims_that_the_next_gc_takes_for_what_they_are(
    built: Bench,
) -> None:
    dead = InUse(built.workspace.config.workdirs)
    dead.claim("dev-3")
    os.close(dead._open["dev"]._own)  # type: ignore[union-attr]
    workdir = built.root / "workdirs/dev"
    assert claimed(workdir) == {"dev-3"}
    assert claimed(workdir, living=True) == set()
    planned = {v.job.jobid for v in decide(built.workspace, NOW_ALL).plan.go}
    assert planned == set(gone(collect(built.workspace, NOW_ALL))) == {"dev-1", "dev-2", "dev-3"}
    assert claimed(workdir) == set()


# -- disks and workspaces


def test_on_a_full_disk_jobs_can_still_be_removed(
    built: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    from axtui.data.disk import Disk

    original = Disk.write_atomic

    def full(self: Disk, path: Path, data: bytes) -> None:
        if built.path("dev-3").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        original(self, path, data)

    monkeypatch.setattr(Disk, "write_atomic", full)
    done = collect(built.workspace, NOW_ALL, only=lambda job: job.jobid == "dev-3")
    assert gone(done) == ["dev-3"]
    assert epitaph(built.root / "workdirs/dev", "dev-3")


def test_another_workspace_on_the_same_workdir_keeps_its_jobs(built: Bench, tmp_path: Path) -> None:
    other = Bench(tmp_path / "other", built.engine)
    shared = f'slices = 2\n[workdirs]\ndev = "{built.root}/workdirs/dev"\n'
    other.write("axtui.toml", shared)
    fill(other)
    one(other, 1)
    other.run("one")
    plan = decide(built.workspace, NOW_ALL).plan
    assert {verdict.job.jobid for verdict in plan.go} == {"dev-1"}
    assert "the last run of one" in plan.stay["dev-2"].why
    (other.root / "axtui.toml").unlink()  # deleted, or moved to where we are: nobody can tell
    found = decide(built.workspace, NOW_ALL)
    assert {verdict.job.jobid for verdict in found.plan.go} == {"dev-1"}
    assert found.notes == ()
    built.run("one")
    assert {"dev-2", "dev-3"} <= {v.job.jobid for v in decide(built.workspace, NOW_ALL).plan.go}


def test_a_workspace_that_cannot_be_read_is_not_taken_for_nobody(
    built: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = Bench(tmp_path / "other", built.engine)
    other.write("axtui.toml", f'slices = 2\n[workdirs]\ndev = "{built.root}/workdirs/dev"\n')
    fill(other)
    one(other, 1)
    other.run("one")
    other.write("axtui.toml", "slices = ?\n")
    found = decide(built.workspace, NOW_ALL)
    assert found.plan.go == ()
    assert str(other.root) in found.notes[0]
    assert "--alone" in found.notes[0]
    assert decide(built.workspace, NOW_ALL, alone=True).plan.go
    (other.root / "axtui.toml").unlink()
    monkeypatch.setattr("socket.gethostname", lambda: "elsewhere")
    assert decide(built.workspace, NOW_ALL).plan.go == ()


def test_environments_that_no_job_names_go(built: Bench) -> None:
    place = built.root / "workdirs/dev/.environments/dead.json"
    place.write_text("{}")
    used = [path for path in place.parent.iterdir() if path != place]
    done = collect(built.workspace)
    assert [one.path for one in done.swept] == [place]
    assert not place.exists()
    assert all(path.exists() for path in used)


def neighbour(built: Bench, root: Path, **workdirs: str) -> Bench:
    """Another workspace with the jobs of `built` in a workdir of its own list."""
    other = Bench(root, built.engine)
    lines = "".join(f'{name} = "{path}"\n' for name, path in workdirs.items())
    target = next(iter(workdirs))
    other.write(
        "axtui.toml",
        f'slices = 2\ntarget = "{target}"\n[workdirs]\n{lines}dev = "{built.root}/workdirs/dev"\n'
        '[retention]\ngrace = "0"\n',
    )
    fill(other)
    return other


def test_a_workspace_that_only_uses_jobs_and_builds_elsewhere_keeps_them(
    bench: Bench, tmp_path: Path
) -> None:
    fill(bench)
    one(bench, 1)
    bench.run("one")
    bench.script('urd.build("base", n=2)', "one")
    other = neighbour(bench, tmp_path / "other", b="workdirs/b")
    other.script('b = urd.build("base", n=1)\nurd.build("more", source=b, n=7)', "one")
    other.method("more", MORE + 'options = {"n": 0}\n')
    other.run("one")
    assert sorted(path.name for path in (other.root / "workdirs/b").glob("b-*")) == ["b-1", "b-2"]
    bench.run("one")
    assert "dev-2" in gone_to_be(bench)
    stay = decide(bench.workspace, NOW_ALL).plan.stay
    assert str(other.root) in stay["dev-2"].why
    (other.root / "methods/build_one.py").unlink()
    stay = decide(bench.workspace, NOW_ALL).plan.stay
    assert "is needed by b-2 of" in stay["dev-2"].why, "its data lies here, whoever asks for it"


def gone_to_be(bench: Bench) -> set[str]:
    """What would go if nothing were known of another workspace."""
    notes = bench.root / "workdirs/dev/.workspaces"
    aside = notes.rename(notes.with_name("aside"))
    found = {verdict.job.jobid for verdict in decide(bench.workspace, NOW_ALL).plan.go}
    aside.rename(notes)
    return found


def test_two_configuration_files_in_one_folder_are_two_workspaces(built: Bench) -> None:
    prod = built.write("prod.toml", 'slices = 2\nresults = "prod"\nmethods = ["prodmethods"]\n')
    for path in (built.root / "methods").glob("a_*.py"):
        built.write(f"prodmethods/{path.name}", path.read_text())
    built.write("prodmethods/build_one.py", 'def main(urd):\n    urd.build("base", n=1)\n')
    with Unfolded(
        open_workspace(config_file=prod), disk=built.disk, engine=built.engine
    ) as session:
        assert run_script(session, "one").exit_code == 0
    built.run("one")
    (built.root / "prod").mkdir(exist_ok=True)
    (built.root / "prod/three").symlink_to(built.path("dev-3"))
    stay = decide(built.workspace, NOW_ALL).plan.stay
    assert "the last run of one" in stay["dev-2"].why or "is needed by" in stay["dev-2"].why
    assert stay["dev-3"].why == "is the result three"
    other = open_workspace(config_file=prod)
    assert {"dev-5", "dev-6"} <= decide(other, NOW_ALL).plan.stay.keys()


@pytest.mark.parametrize("target", ["../workdirs/dev/dev-2/result.pickle", "../workdirs/dev/dev-2"])
def test_a_link_that_someone_made_is_a_result(
    built: Bench, target: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (built.root / "results/mine").symlink_to(target)
    (built.root / "by").symlink_to(built.path("dev-3"))
    (built.root / "results/far").symlink_to(built.root / "by")
    stay = decide(built.workspace, NOW_ALL).plan.stay
    assert stay["dev-2"].why == "is the result mine"
    assert stay["dev-3"].why == "is the result far"


def test_the_last_run_with_each_set_of_flags_counts(bench: Bench) -> None:
    fill(bench)
    bench.script('urd.build("base", n=1 if "full" in urd.flags else 2)', "one")
    bench.run("one", flags=frozenset({"full"}))
    bench.run("one")
    collect(bench.workspace, NOW_ALL)
    bench.run("one", flags=frozenset({"full"}))
    assert bench.path("dev-2").is_dir()


def test_fsck_calls_no_problem_what_another_workspace_built_or_collected(
    built: Bench, tmp_path: Path
) -> None:
    assert problems(built) == []
    other = Bench(tmp_path / "other", built.engine)
    other.write("axtui.toml", f'slices = 2\n[workdirs]\ndev = "{built.root}/workdirs/dev"\n')
    fill(other)
    two(other, 1)
    other.run("two")
    assert "dev-2" in gone(collect(other.workspace, NOW_ALL, only=lambda job: job.jobid != "dev-1"))
    assert problems(built) == []
    said = {f.subject for f in check_workspace(built.workspace).findings if f.kind == "catalog"}
    assert {"dev-2", other.last("top")} <= said


def test_a_job_stays_with_its_subjob_also_if_it_does_not_read_it(bench: Bench) -> None:
    fill(bench)
    bench.method("top", 'from accelerator import build\ndef synthesis():\n    build("leaf", n=1)\n')
    bench.script('urd.build("top")', "two")
    bench.run("two")
    bench.script("pass", "two")
    top, leaf = bench.last("top"), bench.last("leaf")
    pin(bench.workspace, top)
    bench.run("two")
    decided = decide(bench.workspace, NOW_ALL)
    assert leaf in decided.jobs[top].bound
    assert decided.plan.stay[leaf].why == f"is needed by {top}, which is pinned"
