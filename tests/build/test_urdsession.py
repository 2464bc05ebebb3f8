"""What `urd` means in a build script, where it is easily meant otherwise than the Accelerator does."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from axtui.build import events
from axtui.build.script import run_script
from axtui.build.urdlog import UrdLog
from axtui.errors import UrdError
from tests.build.conftest import Bench

SCRIPT = """
from datetime import date, datetime

def refused(kind, call, *args, **kw):
    try:
        call(*args, **kw)
    except kind:
        return True
    return False

def main(urd):
    found = {}
    urd.begin("a", 1, caption="of begin")
    one = urd.build("m", n=1)
    fin = urd.finish("a", 2, caption="of finish")
    found["finish overrides begin"] = (
        fin == {"new": True, "changed": False, "is_ghost": False}, fin.new,
        urd.since("a", 0), urd.peek("a", 2).caption,
    )
    urd.begin("b", "2024-02-31 10:00")
    latest = urd.latest("a")
    urd.build("m", n=2, name="other")
    urd.finish("b")
    entry = urd.peek("b", "latest")
    dep = entry.deps[f"{entry.user}/a"]
    found["deps"] = (
        entry.timestamp, dep.caption, dep.joblist == latest.joblist == [one], dep.joblist[0].load(),
        entry.build, entry.build_job.method, list(latest.as_dep),
    )
    nothing = urd.peek("c", 1)
    found["nothing"] = (
        bool(nothing), nothing.timestamp, nothing.joblist, nothing.deps, nothing.caption,
        nothing.build_job, "user" in nothing,
    )
    found["horizon"] = (
        urd.peek_latest("b").timestamp, urd.peek("b", "latest").timestamp,
        bool(urd.peek_latest("a")), urd.horizon,
    )
    urd.begin("c", (date(2024, 1, 2), 3))
    found["kinds"] = (
        refused(AssertionError, urd.begin, "d"), refused(AssertionError, urd.finish, "d"),
        refused(AssertionError, urd.finish, "c"),
        refused(AssertionError, urd.build_chained, "m", name="x"),
    )
    urd.first("a")
    found["kinds"] += (
        refused(AssertionError, urd.get, "a", 1), refused(AssertionError, urd.begin, "d"),
        refused(AssertionError, urd.build_chained, "m", {}, {"previous": None}, name="x"),
    )
    urd.build_chained("m", {"n": 3}, name="m")
    urd.finish("c")
    found["chained"] = (urd.joblist.find("m")[-1].params.jobs["previous"], one)
    found["changed"] = urd.truncate("a", 0)
    found["lists"] = (urd.list(), urd.since("c", 0))
    urd.begin("e", datetime(2024, 1, 1))
    urd.build("m", n=1)
    urd.abort()
    found["outside"] = refused(AssertionError, urd.latest, "a"), bool(urd.peek_latest("e"))
    return found
"""


def test_a_script_that_the_accelerator_would_run(bench: Bench) -> None:
    bench.method(
        "m",
        "options = {'n': 0}\njobs = ('previous',)\ndef synthesis():\n    return options.n\n",
    )
    bench.write("methods/build.py", SCRIPT)
    before = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    with bench.session() as session:
        result = run_script(session, horizon="2023")  # nothing of a date is the latest
    assert result.exit_code == 0, result.error
    found: dict[str, Any] = bench.load(str(result.build_job))
    one = found["chained"][1]
    assert found == {
        "finish overrides begin": (True, True, ["2"], "of finish"),
        "deps": (
            *("2024-02-31T10:00", "of finish", True, 1, "b", "build"),
            ["timestamp", "joblist", "caption"],
        ),
        "nothing": (False, "0", [], {}, "", None, False),
        "horizon": ("0", "2024-02-31T10:00", True, "2023"),
        "kinds": (True,) * 7,
        "chained": (one, one),
        "changed": {"count": 1, "deps": 2},
        "lists": ([], []),
        "outside": (True, False),
    }
    log = UrdLog(bench.workspace.config.urd, bench.workspace.config.user)
    (auto,) = log.entries("__auto__")
    assert before <= datetime.datetime.fromisoformat(auto["timestamp"])
    assert len(auto["joblist"]) == 4 and auto["build_job"] == result.build_job


@pytest.mark.parametrize("ending", ["return 3", "raise ValueError"])
def test_a_script_that_fails_has_no_entry_of_itself(bench: Bench, ending: str) -> None:
    bench.method("m", "def synthesis():\n    return 1\n")
    bench.script(f"urd.build('m')\n{ending}")
    assert bench.run(ok=False).exit_code == (3 if "return" in ending else 1)
    assert UrdLog(bench.workspace.config.urd, bench.workspace.config.user).list() == []


def test_a_list_of_the_run_that_cannot_be_written_is_a_warning(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.method("m", "def synthesis():\n    return 1\n")
    bench.script("urd.begin('x', 1)\nurd.build('m')\nurd.finish('x')")
    add = UrdLog.add

    def away(log: UrdLog, name: str, *args: Any, **kw: Any) -> dict[str, Any]:
        if name.endswith("__auto__"):
            raise UrdError("the server is away")
        return add(log, name, *args, **kw)

    monkeypatch.setattr(UrdLog, "add", away)
    assert bench.run().exit_code == 0
    assert any(
        isinstance(seen, events.Warned) and "__auto__ was not written" in seen.text
        for seen in bench.seen
    )


def test_a_preview_truncates_nothing(bench: Bench) -> None:
    bench.method("m", "def synthesis():\n    return 1\n")
    bench.script("urd.begin('x', 1)\nurd.build('m')\nurd.finish('x')")
    bench.run()
    bench.script("print(urd.truncate('x', 0))")
    bench.run(why=True)
    log = UrdLog(bench.workspace.config.urd, bench.workspace.config.user)
    assert [entry["timestamp"] for entry in log.entries("x")] == ["1"]
