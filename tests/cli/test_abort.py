"""`axtui abort`: jobs and builds are stopped, and it says so when they are."""

from __future__ import annotations

import json
import subprocess

from live_yard import Yard, alive, until

import axtui
from axtui.build.live import watching
from axtui.cli.running import named


def waits(yard: Yard) -> subprocess.Popen[str]:
    """A build that runs no job."""
    run = yard.started("run", "wait")
    until(lambda: any(build.now().tail for build in watching.running(yard.workspace)))
    return run


def test_a_job_is_aborted_and_its_script_told(warm_yard: Yard) -> None:
    yard = warm_yard
    yard.script("build", f"""
try:
    urd.build('gated', folder={str(yard.root)!r})
except Exception as error:
    print('it got', type(error).__name__)
print('and went on')""")  # fmt: skip
    run = yard.started("run")
    build = yard.at_gate()
    (job,) = build.now().jobs
    could = yard.axtui("abort").stdout
    assert build.build_job in could
    assert job.jobid in could
    assert "Did you mean 'gated'?" in yard.axtui("abort", "gaeted").stderr

    done = yard.axtui("abort", "gated")
    assert (done.returncode, done.stdout) == (0, f"stopped gated {job.jobid}\n")
    assert not any(map(alive, yard.pids()))
    out, _ = run.communicate(timeout=60)
    assert out == "it got JobError\nand went on\n"
    failure = yard.failure(job.jobid)
    assert failure["kind"] == "cancelled"
    assert "(axtui abort)" in failure["message"]
    assert yard.state(build.build_job) == "complete"
    assert states(yard, job.jobid) == {"cancelled"}
    counts = json.loads(yard.axtui("workdir", "--format", "json").stdout)[0]
    assert (counts["cancelled"], counts["failed"]) == (1, 0)


def states(yard: Yard, jobid: str) -> set[str]:
    """What each command that tells the state of jobs says of one."""
    done = [yard.axtui(*command, "--format", "json") for command in (["job"], ["job", jobid])]
    rows = [row for one in done for row in json.loads(one.stdout)]
    opened = axtui.open(yard.root)
    rows += opened.sql("SELECT job, state FROM jobs").dicts
    said = [row["state"] for row in rows if row["job"] == jobid] + [opened.job(jobid).state]
    assert len(said) == 4
    checked = json.loads(yard.axtui("fsck", "--format", "json").stdout)
    assert checked["clean"]
    return {*said, checked["states"][jobid]}


def test_a_build_is_aborted_by_its_script(warm_yard: Yard) -> None:
    yard = warm_yard
    run = waits(yard)
    done = yard.axtui("abort", "wait")
    assert (done.returncode, done.stdout) == (0, "stopped wait dev-1\n")
    run.communicate(timeout=60)
    assert run.returncode == 130
    failure = yard.failure("dev-1")
    assert failure["kind"] == "cancelled"
    assert "(axtui abort)" in failure["message"]
    again = yard.axtui("abort", "wait")
    assert again.returncode == 1
    assert "nothing runs" in again.stderr


def test_a_script_comes_before_a_method_of_its_name(warm_yard: Yard) -> None:
    yard = warm_yard
    yard.script("gated", f"urd.build('gated', folder={str(yard.root)!r})")
    for name in ("gated", "build_gated"):
        run = yard.started("run", "gated")
        build = yard.at_gate()
        assert named(yard.workspace, name).jobid == build.build_job
        done = yard.axtui("abort", name)
        assert (done.returncode, done.stdout) == (0, f"stopped gated {build.build_job}\n")
        run.communicate(timeout=60)
        assert run.returncode == 130


def test_all_builds_are_aborted_and_with_nothing_to_do_it_says_so(warm_yard: Yard) -> None:
    yard = warm_yard
    run = waits(yard)
    assert yard.axtui("abort", "--all").stdout == "stopped wait dev-1\n"
    run.communicate(timeout=60)
    assert yard.axtui("abort", "--all").stdout == "nothing runs\n"
    assert yard.axtui("abort").stdout == "nothing runs\n"
    assert yard.axtui("abort", "wait", "--all").returncode == 2


def test_a_build_that_heeds_nothing_is_killed(yard: Yard) -> None:
    yard.script("wait", """
import signal, time
signal.signal(signal.SIGINT, lambda *_: None)
print('it waits')
while True: time.sleep(0.05)""")  # fmt: skip
    run = waits(yard)
    asking = yard.started("abort", "wait")
    (build,) = watching.running(yard.workspace)
    until((build.folder / "stop" / "dev-1").exists)
    assert yard.axtui("abort", "--kill", "wait").returncode == 0
    run.communicate(timeout=60)
    assert run.returncode == -9
    asking.communicate(timeout=60)
    assert "wait dev-1 died" in yard.axtui("status").stdout
