"""Several things at once: `urd.submit`, limits, stopping one job, many scripts on one workspace."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from axtui.build import events
from axtui.build.script import run_script
from axtui.data import jobdir
from axtui.engine.local import LocalEngine

from .conftest import Bench
from .processes import Running, alive, until

MEET = """
    import time
    from pathlib import Path
    options = {"me": "", "other": ""}
    def synthesis():
        here = Path(%r)
        (here / options.me).touch()
        deadline = time.monotonic() + 30
        while options.other and not (here / options.other).exists():
            assert time.monotonic() < deadline, "the other never came"
            time.sleep(0.01)
        return options.me
"""


def meeting(bench: Bench) -> None:
    """A method `meet` that ends only when another job has begun."""
    place = bench.root / "meeting"
    place.mkdir()
    bench.method("meet", MEET % str(place))


def test_submitted_jobs_run_at_the_same_time_and_are_waited_for(bench: Bench) -> None:
    meeting(bench)
    bench.script(
        """
        first = urd.submit("meet", me="a", other="b", name="one")
        second = urd.submit("meet", me="b", other="a")
        print(first.load(), second.load(), f"{first}" == first == str(first.job), first.done)
        urd.build("meet", me="c", name="three")
        print([job.method for job in urd.joblist], urd.joblist.get("three"))
        """
    )
    result = bench.run()
    assert bench.prints() == "a b True True\n['one', 'meet', 'three'] dev-4\n"
    assert sorted(result.built) == ["dev-2", "dev-3", "dev-4"]
    again = bench.run()
    assert (again.built, sorted(again.reused)) == ([], ["dev-2", "dev-3", "dev-4"])


def test_what_takes_a_submitted_job_begins_after_it(bench: Bench) -> None:
    bench.method(
        "numbers",
        """
        options = {"upto": 3}
        def prepare(job):
            dw = job.datasetwriter(columns={"n": "int64"})
            return dw
        def analysis(sliceno, prepare_res):
            for n in range(sliceno, options.upto, 2):
                prepare_res.write(n)
        """,
    )
    bench.method(
        "total",
        """
        datasets = (["sources"],)
        jobs = ("after",)
        options = {"scale": {"by": 1}, "which": ""}
        def synthesis():
            rows = (row for ds in datasets.sources for row in ds.iterate(None, "n"))
            return sum(rows) * options.scale["by"]
        """,
    )
    bench.script(
        """
        parts = [urd.submit("numbers", upto=n) for n in (3, 4)]
        total = urd.submit("total", sources=[parts[0], (parts[1], "default")], scale={"by": 2})
        last = urd.build("total", sources=parts, after=total, which=f"{total}")
        print(last.load(), total.load(), parts[0].dataset().lines)
        """
    )
    bench.run()
    assert bench.prints() == "9 18 [2, 1]\n"


def test_the_same_thing_submitted_twice_is_made_once(bench: Bench) -> None:
    bench.method("m", "options = {'n': 1}\ndef synthesis():\n    return options.n\n")
    bench.script("print({str(job) for job in [urd.submit('m', n=n % 2) for n in range(12)]})")
    result = bench.run()
    assert len(result.built) == 2
    assert len(result.reused) == 0 or set(result.reused) <= set(result.built)
    assert len([e for e in bench.seen if isinstance(e, events.JobStarted)]) == 2


def test_an_error_points_at_the_submit_and_at_the_use(bench: Bench) -> None:
    bench.method(
        "m", "options = {'n': 1}\ndef synthesis():\n    print(1 / options.n)\n    return 3\n"
    )
    bench.script(
        """
        bad = urd.submit("m", n=0)
        after = urd.submit("m", options={"n": bad})
        good = urd.submit("m", n=2)
        print(good.load())
        print("never", after.load())
        """
    )
    result = bench.run(ok=False)
    assert result.exit_code == 1
    assert bench.prints().splitlines()[-1] == "3"
    assert result.error is not None
    lines = [line.strip() for line in result.error.splitlines()]
    assert 'bad = urd.submit("m", n=0)' in lines
    assert 'print("never", after.load())' in lines
    assert len(result.built) == 1
    assert lines.index('bad = urd.submit("m", n=0)') < lines.index('print("never", after.load())')
    assert "ZeroDivisionError" in result.error


def test_an_error_nobody_looked_at_still_fails_the_script(bench: Bench) -> None:
    bench.method("m", "def synthesis():\n    raise ValueError('no')\n")
    bench.script("urd.submit('m')\nprint('end of main')")
    result = bench.run(ok=False)
    assert bench.prints() == "end of main\n"
    assert result.exit_code == 1
    assert "urd.submit('m')" in (result.error or "")


def test_an_error_that_the_script_handled_does_not(bench: Bench) -> None:
    bench.method("m", "def synthesis():\n    raise ValueError('no')\n")
    bench.script(
        """
        from accelerator.error import JobError
        one = urd.submit("m")
        try:
            one.load()
        except JobError as error:
            print("handled", error.job == "dev-2", one.failed)
        """
    )
    assert bench.run().exit_code == 0
    assert bench.prints() == "handled True True\n"


def test_when_the_script_fails_what_has_begun_ends_and_the_rest_is_dropped(bench: Bench) -> None:
    meeting(bench)
    bench.script(
        """
        import time
        one = urd.submit("meet", me="a", other="go")
        two = urd.submit("meet", me="b", jobs={})
        later = urd.submit("needs", before=one)
        while not (MEETING / "a").exists():
            time.sleep(0.01)
        (MEETING / "go").touch()
        raise RuntimeError("mine")
        """.replace("MEETING", f"__import__('pathlib').Path({str(bench.root / 'meeting')!r})")
    )
    bench.method("needs", "jobs = ('before',)\ndef synthesis():\n    return 1\n")
    result = bench.run(ok=False)
    assert "RuntimeError: mine" in (result.error or "")
    assert sorted(result.built) == ["dev-2", "dev-3"]
    assert [e.method for e in bench.seen if isinstance(e, events.JobStarted)] == ["meet", "meet"]
    assert any("is finished first" in e.text for e in bench.seen if isinstance(e, events.Warned))


def test_finish_waits_and_logs_in_the_order_of_asking(bench: Bench) -> None:
    meeting(bench)
    bench.script(
        """
        urd.begin("list", "2024-01-01")
        urd.submit("meet", me="a", other="b", name="slow")
        urd.submit("meet", me="b", name="quick")
        urd.finish("list")
        urd.submit("meet", me="c", name="outside")
        """
    )
    bench.run()
    bench.script(
        "entry = urd.peek_latest('list')\nprint([job.method for job in entry.joblist])", "show"
    )
    bench.run("show")
    assert bench.prints() == "['slow', 'quick']\n"


def test_a_preview_tells_all_that_would_be_submitted(bench: Bench) -> None:
    bench.method("m", "options = {'n': 0}\ndef synthesis():\n    return 1\n")
    bench.script("[urd.submit('m', n=n) for n in range(3)]")
    assert [method for method, _ in bench.run(why=True).would_build] == ["m"] * 3
    bench.run()
    assert bench.run(why=True).would_build == []


@pytest.mark.parametrize("limit", [1, 2])
def test_concurrency_limits_a_method_over_all_its_jobs(tmp_path: Path, limit: int) -> None:
    engine = LocalEngine(4, tmp_path)
    bench = Bench(tmp_path / "w", engine)
    bench.write("axtui.toml", "slices = 3\n[engine]\nslots = 4\n")
    bench.method(
        "m",
        """
        import os, time
        from pathlib import Path
        options = {"n": 0, "at": ""}
        def analysis(sliceno):
            mine = Path(options.at) / f"{options.n}-{sliceno}"
            mine.touch()
            time.sleep(0.05)
            seen = len(os.listdir(options.at))
            mine.unlink()
            return seen
        def synthesis(analysis_res):
            return max(analysis_res)
        """,
    )
    place = tmp_path / "at"
    place.mkdir()
    bench.script(
        f"""
        jobs = [urd.submit("m", n=n, at={str(place)!r}, concurrency={limit}) for n in range(3)]
        print(max(job.load() for job in jobs))
        """
    )
    try:
        bench.run()
    finally:
        engine.shutdown()
    assert int(bench.prints()) <= limit


def test_one_job_is_stopped_and_the_others_go_on(bench: Bench) -> None:
    meeting(bench)
    bench.script(
        """
        from accelerator.error import JobError
        bad = urd.submit("meet", me="a", other="never")
        good = urd.submit("meet", me="b", other="c")
        try:
            bad.load()
        except JobError as error:
            print(error.status["synthesis"])
        third = urd.submit("meet", me="c")
        print(good.load(), third.load())
        """
    )
    with bench.session() as session:
        stopper = threading.Thread(
            target=lambda: until(lambda: session.stop("dev-2", "stopped by Ada"))
        )
        stopper.start()
        result = run_script(session)
        stopper.join()
    assert result.exit_code == 0, result.error
    assert "stopped by Ada" in bench.prints()
    assert bench.prints().endswith("b c\n")
    record = jobdir.read_json(bench.path("dev-2") / jobdir.FAILED)
    assert (record["kind"], record["message"]) == ("cancelled", "stopped by Ada")


def test_stopping_a_job_stops_its_subjobs(bench: Bench) -> None:
    meeting(bench)
    bench.method(
        "outer",
        """
        from accelerator import subjobs
        def synthesis():
            return subjobs.build("meet", options={"me": "a", "other": "never"}).load()
        """,
    )
    bench.script("urd.build('outer')")
    with bench.session() as session:

        def stop() -> None:
            until((bench.root / "meeting" / "a").exists)
            assert session.stop("dev-2", "enough")

        stopper = threading.Thread(target=stop)
        stopper.start()
        result = run_script(session)
        stopper.join()
    assert result.exit_code == 1
    for jobid in ("dev-2", "dev-3"):
        record = jobdir.read_json(bench.path(jobid) / jobdir.FAILED)
        assert (record["kind"], record["message"]) == ("cancelled", "enough"), jobid


def test_stopping_what_does_not_run_says_so(bench: Bench) -> None:
    with bench.session() as session:
        assert not session.stop("dev-7", "why not")


def test_ctrl_c_stops_all_that_was_submitted(bench: Bench) -> None:
    meeting(bench)
    bench.write("axtui.toml", "slices = 2\n[engine]\nslots = 2\n")
    bench.script(
        """
        [urd.submit("meet", me=f"{n}", other="never") for n in range(6)]
        print("asked")
        """
    )
    running = Running(bench.root)
    place = bench.root / "meeting"
    until(lambda: len(list(place.iterdir())) == 2)
    os.kill(running.process.pid, signal.SIGINT)
    running.process.wait(20)
    states = {path.name: jobdir.state(path) for path in bench.path("dev-1").parent.glob("dev-*")}
    assert set(states.values()) == {"cancelled"}
    assert len(states) >= 3
    for name in states:
        assert jobdir.read_json(bench.path(name) / jobdir.FAILED)["kind"] == "cancelled"
    pids = [jobdir.load_setup(bench.path(name))["pid"] for name in states]
    assert not any(alive(pid) for pid in pids)


def test_jobs_that_need_each_other_are_an_error_and_no_wait_without_end(bench: Bench) -> None:
    for me, other in (("ping", "pong"), ("pong", "ping")):
        bench.method(
            me,
            f"""
            from accelerator import subjobs
            def synthesis():
                return subjobs.build("{other}").load()
            """,
        )
    bench.script("jobs = [urd.submit('ping'), urd.submit('pong')]\nprint(jobs[0].load())")
    result = bench.run(ok=False)
    assert result.exit_code == 1
    failures = [event.text for event in bench.seen if isinstance(event, events.JobFailed)]
    assert any("is built inside itself" in text for text in failures), failures


def test_a_method_whose_import_hangs_keeps_no_other_from_its_work_and_can_be_stopped(
    bench: Bench,
) -> None:
    meeting(bench)
    place = bench.root / "meeting"
    bench.method(
        "hangs",
        f"""
        import time
        from pathlib import Path
        Path({str(place)!r}, "imported").touch()
        time.sleep(3000)
        def synthesis():
            return 1
        """,
    )
    bench.script(
        """
        urd.submit("hangs")
        while not (MEETING / "imported").exists():
            __import__("time").sleep(0.01)
        print(urd.build("meet", me="a").load(), flush=True)
        urd.wait()
        """.replace("MEETING", f"__import__('pathlib').Path({str(place)!r})")
    )
    running = Running(bench.root)
    until(lambda: jobdir.state(bench.path("dev-2")) == "complete")
    os.kill(running.process.pid, signal.SIGINT)
    running.process.wait(20)
    assert jobdir.read_json(bench.path("dev-1") / jobdir.FAILED)["kind"] == "cancelled"


def test_a_submitted_job_goes_to_the_workdir_that_held_when_it_was_asked_for(bench: Bench) -> None:
    bench.write("axtui.toml", 'slices = 2\n[workdirs]\ndev = "w/dev"\nother = "w/other"\n')
    bench.method("m", "options = {'n': 0}\ndef synthesis():\n    return 1\n")
    bench.script(
        """
        first = [urd.submit("m", n=n) for n in range(4)]
        urd.set_workdir("other")
        second = urd.submit("m", n=9)
        print({job.workdir for job in first}, second.workdir)
        """
    )
    bench.run()
    assert bench.prints() == "{'dev'} other\n"


def test_what_was_submitted_before_why_build_is_built(bench: Bench) -> None:
    bench.method("m", "options = {'n': 0}\ndef synthesis():\n    return options.n\n")
    bench.script("urd.build('m', n=100)")
    bench.run()
    bench.script(
        """
        first = [urd.submit("m", n=n) for n in range(3)]
        urd.submit("m", n=50, why_build=True)
        print([job.load() for job in first])
        """
    )
    result = bench.run()
    assert bench.prints() == "[0, 1, 2]\n"
    assert len(result.built) == 3
    assert [method for method, _ in result.would_build] == ["m"]


def test_eight_scripts_at_once_build_every_key_once(bench: Bench) -> None:
    """Each submits the same six jobs in an order of its own, and one that is its own."""
    bench.write("axtui.toml", "slices = 2\n[engine]\nslots = 2\n")
    bench.method(
        "m",
        """
        options = {"n": 0}
        jobs = (["after"],)
        def analysis(sliceno):
            return sliceno
        def synthesis():
            return options.n
        """,
    )
    for number in range(8):
        bench.script(
            f"""
            order = [(n * {2 * number + 1} + {number}) % 6 for n in range(6)]
            if len(set(order)) < 6:
                order = list(range(6))[::-1]
            jobs = [urd.submit("m", n=n) for n in order]
            own = urd.submit("m", n={100 + number}, after=sorted(jobs, key=str))
            print(own.load(), sorted(job.load() for job in jobs))
            """,
            f"s{number}",
        )
    runs = [Running(bench.root, f"s{number}") for number in range(8)]
    results = [run.result() for run in runs]
    assert [result["exit"] for result in results] == [0] * 8, results
    built = [job for result in results for job in result["built"]]  # type: ignore[attr-defined]
    assert len(built) == len(set(built)) == 6 + 8
    keys = [
        jobdir.load_setup(path)["key"]
        for path in bench.path("dev-1").parent.glob("dev-*")
        if not jobdir.load_setup(path)["is_build"]
    ]
    assert len(keys) == len(set(keys)) == 6 + 8


def test_the_timeline_in_the_catalog_shows_the_overlap(bench: Bench) -> None:
    from catalog.read import query

    bench.folds = True
    meeting(bench)
    bench.script("urd.submit('meet', me='a', other='b')\nurd.submit('meet', me='b', other='a')")
    bench.run()
    table = query(
        bench.workspace.dot_axtui,
        """
        SELECT count(*) AS n FROM stages a JOIN stages b ON a.job < b.job
        WHERE a.started < b.ended AND b.started < a.ended
        """,
    )
    assert table.to_pylist()[0]["n"] == 1
