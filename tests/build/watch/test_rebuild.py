"""Files are saved in a workspace that is watched for real. One warm builder does all the runs, so that
anything that it kept from one run to the next would show."""

from __future__ import annotations

import os

import pytest

from axtui.build import events
from axtui.build.watch import told
from axtui.data import jobdir

from ..processes import until
from .conftest import Yard


@pytest.fixture
def yard(module_yard: Yard) -> Yard:
    module_yard.idle()
    return module_yard


def predicted(yard: Yard, after: int) -> dict[str, list[str]]:
    """{script: methods that are built} of the first prediction."""
    found = yard.wait(told.Prediction, after)
    return {
        plan.script: [job.method for job in (*plan.affected, *plan.downstream)]
        for plan in found.scripts
        if plan.likely
    }


def test_every_kind_of_dependency_is_rebuilt(yard: Yard) -> None:
    edits = [
        ("methods/constants.py", "FACTOR = 1", "FACTOR = 2", ["read", "total"]),
        ("methods/a_total.py", "return sum", "return 10 + sum", ["total"]),
        ("inputs/numbers.txt", "1 2 3", "1 2 4", ["read", "total"]),
        ("methods/extra.txt", "extra", "more", ["total"]),
        ("methods/build_one.py", 'build("read")', 'build("read", name="first")', []),
    ]
    for name, old, new, methods in edits:
        at = len(yard.heard)
        yard.replace(name, old, new)
        yard.wait(told.RunEnded, at)
        yard.idle()
        assert yard.built(at) == methods, name
        assert predicted(yard, at)["one"] == methods, name
        assert yard.wait(told.Saved, at).paths == (name,)
        errors = [one.error for one in yard.heard[at:] if isinstance(one, told.RunEnded)]
        assert not any(errors), errors


def test_a_save_by_rename_is_a_save_and_no_change_is_none(yard: Yard) -> None:
    path = yard.root / "methods/constants.py"
    at = len(yard.heard)
    path.write_text(path.read_text())
    os.utime(path)
    path.write_text(path.read_text() + "# a comment\n")
    yard.wait(told.Prediction, at)
    assert predicted(yard, at) == {}
    at = len(yard.heard)
    new = yard.root / "methods/.constants.py.tmp"
    new.write_text("FACTOR = 3\n")
    new.rename(path)
    yard.wait(told.RunEnded, at)
    yard.idle()
    assert yard.built(at) == ["read", "total"]
    assert yard.ran(at) == ["one", "two"]


def test_a_checkout_of_a_hundred_files_is_one_rebuild(yard: Yard) -> None:
    at = len(yard.heard)
    for number in range(100):
        (yard.root / f"methods/part_{number}.py").write_text(f"PART = {number}\n")
    yard.write("methods/constants.py", "FACTOR = 4\n")
    yard.wait(told.RunEnded, at)
    yard.idle()
    assert yard.ran(at) == ["one", "two"], yard.heard[at:]
    saved = [one for one in yard.heard[at:] if isinstance(one, told.Saved)]
    assert len({path for one in saved for path in one.paths}) == 101


def test_a_syntax_error_is_told_and_leaves_the_last_good_state(yard: Yard) -> None:
    at = len(yard.heard)
    yard.write("methods/constants.py", "FACTOR = 5\nif FACTOR\n    pass\n")
    wrong = yard.wait(told.SourceError, at)
    assert (wrong.path, wrong.line, wrong.text) == ("methods/constants.py", 2, "if FACTOR")
    assert set(wrong.scripts) == {"one", "two"}
    yard.replace("methods/extra.txt", "more", "even more")
    yard.wait(told.Prediction, at)
    yard.idle()
    assert yard.ran(at) == [], "what depends on the broken file waits"
    yard.write("methods/constants.py", "FACTOR = 5\n")
    yard.wait(told.SourceMended, at)
    yard.wait(told.RunEnded, at)
    yard.idle()
    assert yard.ran(at) == ["one", "two"] and yard.built(at) == ["read", "total"]


def test_a_failed_script_runs_again_when_it_may_be_mended(yard: Yard) -> None:
    at = len(yard.heard)
    yard.replace("methods/a_read.py", "def synthesis", "import ghost\ndef synthesis")
    failed = yard.wait(told.RunEnded, at)
    assert failed.exit_code and "ghost" in failed.error
    yard.idle()
    at = len(yard.heard)
    yard.write("methods/helper_of_none.py", "x = 1\n")
    yard.write("ghost.py", "")  # in the workspace, not in a method folder
    yard.replace("methods/a_read.py", "import ghost\n", "")
    yard.wait(told.RunEnded, at)
    yard.idle()
    assert [one.exit_code for one in yard.heard[at:] if isinstance(one, told.RunEnded)][-1] == 0


def test_a_new_configuration_is_taken_in_and_a_broken_one_is_not(yard: Yard) -> None:
    at = len(yard.heard)
    yard.write("axtui.toml", "slices = 1\nslicez = 2\n")
    assert yard.wait(told.ConfigWrong, at).message.startswith("axtui.toml, line 2: ")
    assert yard.watcher is not None and yard.watcher._rebuild is not None
    yard.watcher._take_config(yard.watcher._rebuild)  # saved once more: editors do
    assert len([one for one in yard.heard[at:] if isinstance(one, told.ConfigWrong)]) == 1
    yard.write("axtui.toml", 'slices = 1\n[watch.scripts]\ntwo = "off"\none = "ask"\n')
    assert yard.wait(told.ConfigTaken, at).changed == ("watch",)
    until(lambda: yard.watcher.scripts == {"one": "ask", "two": "off"})
    yard.write("methods/constants.py", "FACTOR = 6\n")
    plan = yard.wait(told.WaitsForYou, at).plan
    assert plan.script == "one" and [job.method for job in plan.affected] == ["read"]
    assert yard.ran(at) == []
    yard.watcher.go()
    yard.wait(told.RunEnded, at)
    yard.idle()
    assert yard.ran(at) == ["one"]
    at = len(yard.heard)
    yard.write("axtui.toml", "slices = 2\n")
    assert set(yard.wait(told.ConfigTaken, at).changed) == {"slices", "watch"}
    yard.wait(told.RunEnded, at, lambda one: one.script == "two")
    yard.idle()


def test_a_newer_save_stops_the_job_that_it_makes_obsolete_and_no_other(yard: Yard) -> None:
    assert yard.watcher is not None
    at = len(yard.heard)
    yard.watcher.run("slow")
    jobs = running_jobs(yard, at, 2)
    yard.replace("methods/words.py", "hello", "hi")
    over = yard.wait(told.Superseded, at)
    assert {jobid for jobid, _ in over.jobs} == set(jobs), "both run what was saved"
    at2 = len(yard.heard)
    fresh = running_jobs(yard, at, 4)[2:]
    for jobid in jobs:
        record = jobdir.read_json(yard.root / "workdirs/dev" / jobid / jobdir.FAILED)
        assert record["kind"] == "cancelled"
        assert "superseded by a save: methods/words.py changed" in record["message"]
    # the script alone: its jobs go on, and the new run takes them
    yard.replace("methods/build_slow.py", '"ab"', '"ba"')
    over = yard.wait(told.Superseded, at2)
    assert over.jobs == () and "build_slow.py" in over.why
    for gate in "ab":
        (yard.root / f"gate-{gate}").touch()
    good = yard.wait(told.RunEnded, at2, lambda one: one.script == "slow" and one.exit_code == 0)
    assert set(good.reused) | set(good.built) == set(fresh)
    yard.idle()
    assert len(running_jobs(yard, at, 4)) == 4, "none was built twice"


def running_jobs(yard: Yard, after: int, count: int) -> list[str]:
    """The jobs that have come to a stage, waited for."""

    def found() -> list[str]:
        told_ = [one.event for one in yard.heard[after:] if isinstance(one, told.BuildEvent)]
        began = [one.jobid for one in told_ if isinstance(one, events.StageStarted)]
        return list(dict.fromkeys(began))

    until(lambda: len(found()) >= count, 30)
    return found()
