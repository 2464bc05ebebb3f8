"""What `gc` decides, over all shapes that jobs can have: properties of the plan alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.build.housekeeping.doomed import Plan, plan
from axtui.build.housekeeping.jobfacts import JobFacts
from axtui.build.housekeeping.roots import Pointers, Roots, closure, roots
from axtui.build.housekeeping.roots import _entry_jobs as entry_jobs
from axtui.retention import Retention

NOW = 1_000_000.0
DAY = 86400.0
ALL = settings(max_examples=40, deadline=None)
STATES = ["complete", "complete", "complete", "failed", "lost", "running", "damaged"]


@st.composite
def histories(draw: Any) -> dict[str, JobFacts]:
    """Jobs of two workdirs; each needs some that are older."""
    jobs: dict[str, JobFacts] = {}
    for number in range(draw(st.integers(0, 14))):
        older = (
            st.frozensets(st.sampled_from(sorted(jobs)), max_size=3)
            if jobs
            else st.just(frozenset())
        )
        bound, given_ = frozenset(draw(older)), frozenset(draw(older))
        jobid = f"{draw(st.sampled_from(['dev', 'big']))}-{number}"
        is_build = draw(st.integers(0, 4)) == 0
        when = NOW - draw(st.integers(0, 20)) * DAY
        jobs[jobid] = JobFacts(
            jobid=jobid,
            state=draw(st.sampled_from(STATES)),
            method=draw(st.sampled_from(["import", "train", "report"])),
            is_build=is_build,
            script=draw(st.sampled_from(["one", "two", "deleted"])),
            workspace="/home",
            build_job=draw(st.sampled_from([None, *sorted(jobs)])),
            started=when,
            ended=when,
            seconds=float(draw(st.integers(0, 100))),
            bytes=draw(st.integers(0, 1000)),
            bound=frozenset() if is_build else bound,
            needs=frozenset() if is_build else bound | given_,
            joblist=bound | given_ if is_build else frozenset(),
        )
    return jobs


RULES = st.builds(
    Retention,
    grace=st.sampled_from([0.0, 3 * DAY, 30 * DAY]),
    failed=st.sampled_from([0.0, 3 * DAY]),
    runs=st.integers(1, 3),
    urd=st.sampled_from([None, 0, 1]),
    size=st.sampled_from([None, 0, 500, 3000]),
    keep=st.sampled_from([(), ("tr*",)]),
)


def pointers(**more: Any) -> Pointers:
    scripts = frozenset({("/home", "one"), ("/home", "two")})
    return Pointers("/home", scripts=scripts, **more)


@st.composite
def decisions(draw: Any) -> tuple[dict[str, JobFacts], Roots, Roots, Retention, Plan]:
    jobs, rules = draw(histories()), draw(RULES)
    some = (
        st.frozensets(st.sampled_from(sorted(jobs)), max_size=2) if jobs else st.just(frozenset())
    )
    entries = [("1", frozenset(draw(some))), ("2", frozenset(draw(some)))]
    points = pointers(
        pinned=frozenset(draw(some)),
        in_use=frozenset(draw(some)),
        results=dict.fromkeys(draw(some), "r.csv"),
        urd={"ann/x": entries},
    )
    deep, flat = roots(jobs, points, rules, NOW)
    return jobs, deep, flat, rules, plan(jobs, deep, flat, rules)


def going(decided: Plan) -> list[str]:
    return [verdict.job.jobid for verdict in decided.go]


@ALL
@given(decisions())
def test_each_job_goes_or_stays_and_nothing_goes_that_a_root_reaches(found: Any) -> None:
    jobs, deep, flat, _, decided = found
    gone = going(decided)
    assert sorted([*gone, *decided.stay]) == sorted(jobs)
    assert not set(gone) & (closure(deep, jobs) | set(flat))
    assert all(jobs[jobid].state != "running" for jobid in gone)


@ALL
@given(decisions())
def test_what_stays_can_be_used_as_before(found: Any) -> None:
    jobs, _, _, _, decided = found
    gone = set(going(decided))
    for jobid in decided.stay:
        # in flat are runs (their records stand alone) only
        if not jobs[jobid].is_build:
            assert not jobs[jobid].bound & gone, jobid


@ALL
@given(decisions())
def test_none_goes_before_one_that_needs_it(found: Any) -> None:
    jobs, _, _, _, decided = found
    gone = going(decided)
    place = {jobid: number for number, jobid in enumerate(gone)}
    for jobid in gone:
        for need in jobs[jobid].needs & place.keys():
            assert place[jobid] < place[need]


@ALL
@given(decisions())
def test_a_second_time_there_is_nothing_to_do(found: Any) -> None:
    jobs, deep, flat, rules, decided = found
    left = {jobid: job for jobid, job in jobs.items() if jobid in decided.stay}
    assert going(plan(left, deep, flat, rules)) == []


@ALL
@given(decisions())
def test_with_a_size_less_goes_and_only_as_much_as_must(found: Any) -> None:
    jobs, deep, flat, rules, decided = found
    everything = set(going(plan(jobs, deep, flat, replace(rules, size=None))))
    gone = set(going(decided))
    assert gone <= everything
    if rules.size is None:
        return
    for workdir in ("dev", "big"):
        left = sum(jobs[j].bytes for j in decided.stay if jobs[j].workdir == workdir)
        more = [j for j in everything - gone if jobs[j].workdir == workdir]
        assert left <= rules.size or not more


@ALL
@given(decisions(), st.sampled_from(["import", "train"]))
def test_only_what_is_picked_goes(found: Any, method: str) -> None:
    jobs, deep, flat, rules, decided = found
    picked = plan(jobs, deep, flat, rules, only=lambda job: job.method == method)
    gone = set(going(picked))
    assert gone <= {j for j in going(decided) if jobs[j].method == method}
    for jobid in picked.stay:
        if not jobs[jobid].is_build:
            assert not jobs[jobid].bound & gone


def job(number: int, **facts: Any) -> JobFacts:
    given_: dict[str, Any] = {
        "state": "complete",
        "method": "m",
        "ended": NOW - 100 * DAY,
        "bytes": 100,
    }
    return JobFacts(f"dev-{number}", **(given_ | facts))


def decide(*jobs: JobFacts, rules: Retention | None = None, **points: Any) -> dict[str, str]:
    """Why each job goes ("-" before it) or stays."""
    by_id: Mapping[str, JobFacts] = {one.jobid: one for one in jobs}
    rules = rules or Retention()
    decided = plan(by_id, *roots(by_id, pointers(**points), rules, NOW), rules)
    found = {jobid: verdict.why for jobid, verdict in decided.stay.items()}
    return found | {verdict.job.jobid: f"-{verdict.why}" for verdict in decided.go}


def run(number: int, script: str, *joblist: int, **facts: Any) -> JobFacts:
    names = frozenset(f"dev-{one}" for one in joblist)
    given_: dict[str, Any] = {
        "is_build": True,
        "script": script,
        "workspace": "/home",
        "joblist": names,
    }
    return job(number, started=NOW - 100 * DAY + number, **(given_ | facts))


def test_the_last_run_counts_and_the_one_that_failed_since() -> None:
    jobs = [
        *(job(number) for number in (1, 2, 3, 4)),
        run(11, "one", 1),
        run(12, "one", 2),
        run(13, "one", 3, state="failed"),
        run(14, "one", 4, state="failed"),
    ]
    found = decide(*jobs)
    assert {jobid for jobid, why in found.items() if not why.startswith("-")} == {
        *("dev-2", "dev-4", "dev-12", "dev-14")
    }
    assert "dev-1" in found
    assert not decide(*jobs, rules=Retention(runs=2))["dev-1"].startswith("-")


def test_what_a_killed_run_made_is_kept_for_the_next() -> None:
    killed = run(12, "one", state="lost")
    found = decide(job(1, build_job="dev-12"), job(2), run(11, "one", 2), killed)
    assert found["dev-1"] == found["dev-2"] == "was used by the last run of one"


def test_a_script_that_is_gone_keeps_nothing_but_for_a_while() -> None:
    assert decide(job(1), run(2, "deleted", 1))["dev-1"] == "-is needed by nothing"
    lately = run(2, "deleted", 1, ended=NOW - DAY)
    assert decide(job(1), lately)["dev-1"] == "was used by deleted in the last days"


def test_used_lately_is_as_good_as_made_lately() -> None:
    jobs = [job(1), job(2), run(3, "one", 1, ended=NOW - DAY), run(4, "one", 2, ended=NOW)]
    assert decide(*jobs)["dev-1"] == "was used by one in the last days"


def test_the_urd_keeps_the_latest_entries() -> None:
    entries = {"ann/x": [("1", frozenset({"dev-1"})), ("2", frozenset({"dev-2"}))]}
    found = decide(job(1), job(2), urd=entries)
    assert found == {"dev-1": "is in the urd, ann/x/1", "dev-2": "is in the urd, ann/x/2"}
    found = decide(job(1), job(2), urd=entries, rules=Retention(urd=1))
    assert found["dev-1"] == "-is needed by nothing"
    found = decide(job(1), job(2), urd=entries, rules=Retention(urd=0))
    assert all(why.startswith("-") for why in found.values())


def test_why_a_job_is_needed_names_the_root_behind() -> None:
    needs = {"needs": frozenset({"dev-1"})}
    found = decide(
        job(1), job(2, **needs), job(3, needs=frozenset({"dev-2"})), pinned=frozenset({"dev-3"})
    )
    assert found["dev-2"] == "is needed by dev-3, which is pinned"
    assert found["dev-1"] == "is needed by dev-2, which is pinned"


def test_what_is_cheap_for_its_size_goes_first() -> None:
    jobs = [job(1, seconds=1000.0), job(2, seconds=1.0), job(3, seconds=100.0)]
    found = decide(*jobs, rules=Retention(size=150))
    assert [jobid for jobid, why in found.items() if not why.startswith("-")] == ["dev-1"]
    only_one = decide(*jobs, rules=Retention(size=200))
    assert [jobid for jobid, why in only_one.items() if why.startswith("-")] == ["dev-2"]


def test_a_job_goes_with_what_it_cannot_be_used_without() -> None:
    """Cheap data under expensive work on it costs what both cost."""
    base = job(1, seconds=0.0)
    work = job(2, seconds=1000.0, bound=frozenset({"dev-1"}), needs=frozenset({"dev-1"}))
    found = decide(base, work, job(3, seconds=100.0), rules=Retention(size=250))
    assert [jobid for jobid, why in found.items() if why.startswith("-")] == ["dev-3"]


def test_the_runs_of_a_workspace_that_was_moved_count_until_it_runs_here() -> None:
    moved = run(3, "one", 1, workspace="/old")
    assert decide(job(1), moved)["dev-1"].startswith("-")
    where: dict[str, Any] = {"moved": frozenset({"/old"})}
    assert not decide(job(1), moved, **where)["dev-1"].startswith("-")
    before, since = run(2, "one", 5), run(4, "one", 5)
    found = decide(job(1), job(5), before, moved, **where)
    assert not found["dev-1"].startswith("-")
    assert not found["dev-5"].startswith("-")
    assert decide(job(1), job(5), moved, since, **where)["dev-1"].startswith("-")


def test_what_runs_or_is_in_use_stays_with_what_it_needs() -> None:
    user = job(2, state="running", needs=frozenset({"dev-1"}))
    assert decide(job(1), user) == {
        "dev-1": "is needed by dev-2, which is running",
        "dev-2": "is running",
    }
    assert decide(job(1), in_use=frozenset({"dev-1"}))["dev-1"] == "is in use by a build"


def test_failed_jobs_have_a_rule_of_their_own() -> None:
    failed = job(1, state="failed", ended=NOW - 3 * DAY)
    assert decide(failed)["dev-1"] == "is young"
    assert decide(failed, rules=Retention(failed=DAY))["dev-1"] == "-failed"


def test_an_entry_of_the_urd_keeps_the_jobs_of_those_it_was_built_from() -> None:
    deps = {"ann/x": {"timestamp": "1", "joblist": [["base", "dev-1"]], "caption": ""}}
    assert entry_jobs({"joblist": [["more", "dev-2"]], "deps": deps}) == {"dev-1", "dev-2"}
