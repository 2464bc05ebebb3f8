"""The urd beside the real Accelerator's: the same actions, the same answers and ghosts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axtui.build.acceleratorlog import read_accelerator_log
from axtui.build.urdlog import UrdLog, as_dep
from axtui.build.urdstate import UrdState
from axtui.errors import UrdConflictError, UrdError
from tests.standard.real import real_python


class RealUrd:
    """The real one, in a process of its own."""

    def __init__(self, python: str) -> None:
        script = Path(__file__).with_name("real_urd.py")
        self._process = subprocess.Popen(
            [python, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, *question: Any) -> Any:
        """What it answers; "refused" for what cannot be."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return "refused" if "error" in answer else answer["value"]

    def end(self) -> None:
        """It ends with its input."""
        self._process.communicate(timeout=20)


@pytest.fixture(scope="module")
def real() -> Iterator[RealUrd]:
    python = real_python()
    if python is None:
        pytest.skip("the real Accelerator is not there (AXTUI_REAL_ACCELERATOR)")
    urd = RealUrd(str(python))
    yield urd
    urd.end()


class Ours:
    """Our urd, asked the same."""

    def __init__(self, folder: Path) -> None:
        self.log = UrdLog(folder, "ann")

    def ask(self, verb: str, path: str = "", *given: Any) -> Any:
        try:
            return self._ask(verb, path, *given)
        except UrdConflictError:
            return {"conflict": True}
        except UrdError:
            return "refused"

    def _ask(self, verb: str, path: str, *given: Any) -> Any:
        if verb == "list":
            return self.log.list()
        if verb == "ghosts":
            return sorted([one["timestamp"], one["caption"]] for one in self.log.ghosts(path))
        when = timestamp(given[0])
        if verb == "get":
            found = self.log.get(path, when)
            return found and {
                name: found[name] for name in ("timestamp", "joblist", "caption", "deps")
            }
        if verb == "since":
            return self.log.since(path, when)
        if verb == "truncate":
            return self.log.truncate(path, when)
        _, joblist, caption, deps, update = given
        return self.log.add(path, when, joblist, caption=caption, deps=deps, update=update)


def timestamp(given: Any) -> Any:
    kind, value = given
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "datetime":
        return datetime.fromisoformat(value)
    return tuple(value) if kind == "tuple" else value


TEXTS = [
    *("1", "2", "10", "007", "2024-01", "2024-02", "2024-01-05", "2024-01-05T06", "2024-02-31"),
    *("2024-01-05 06:07", "2024-01-05T06:07:08.5", "2024-01+3", "2024-01+3+1", "3+2024-01"),
    *("2024-01-05+2024-02", "0", "", "x", "2024-1", "2024-01-05T6", "1+", "-1", "1.5"),
]
whens = st.one_of(
    st.sampled_from(TEXTS).map(lambda text: ("text", text)),
    st.integers(-1, 4).map(lambda number: ("number", number)),
    st.sampled_from(["2024-01-05", "2024-02-01"]).map(lambda text: ("date", text)),
    st.sampled_from(["2024-01-05T06:07", "2024-01-05T00:00:00.000001"]).map(
        lambda text: ("datetime", text)
    ),
    st.sampled_from([["2024-01", 3], [1, 2], ["2024-01"]]).map(lambda parts: ("tuple", parts)),
)
looks = st.one_of(
    whens,
    st.sampled_from([("text", "latest"), ("text", "first")]),
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from(TEXTS[:15])).map(
        lambda pair: ("text", "".join(pair))
    ),
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from(["2024-01", 2])).map(
        lambda pair: ("tuple", list(pair))
    ),
)
lists = st.sampled_from(["ann/a", "ann/b", "ann/c"])
actions = st.one_of(
    st.tuples(
        st.just("add"), lists, whens, st.sampled_from("xy"), st.booleans(),
        st.lists(st.tuples(lists, looks), max_size=2),
    ),
    st.tuples(st.just("truncate"), lists, whens),
    st.tuples(st.just("get"), lists, looks),
    st.tuples(st.just("since"), lists, whens),
)  # fmt: skip


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(actions, min_size=5, max_size=20))
def test_the_same_actions_have_the_same_answers_and_ghosts(
    real: RealUrd, tmp_path_factory: pytest.TempPathFactory, steps: list[Any]
) -> None:
    base = tmp_path_factory.mktemp("urd")
    ours, older = Ours(base / "ours"), base / "real"
    real.ask("open", str(older))
    logged: list[dict[str, Any]] = []
    for verb, path, when, *rest in steps:
        question = [verb, path, when]
        if verb == "add":
            caption, update, wanted = rest
            deps = {}
            for other, look in wanted:
                if (found := ours.ask("get", other, look)) not in (None, "refused"):
                    deps[other] = as_dep(found)
                elif logged:  # what was in force once: the entry will be a ghost
                    deps[other] = logged[0]
            logged += deps.values()
            question += [[["m", f"dev-{caption}"]], caption, deps, update]
        assert ours.ask(*question) == real.ask(*question), question
    same_in_all(ours, real)
    assert in_force(older) == [
        (path, stamp) for path in ours.log.list() for stamp in ours.log.since(path, 0)
    ]


def in_force(older: Path) -> list[tuple[str, str]]:
    """(list, timestamp) of what the log of the real one amounts to, as we read it."""
    state = UrdState()
    actions, problems = read_accelerator_log(older)
    assert problems == []
    for action in actions:
        if action["action"] == "add":
            state.add(action["list"], action)
        else:
            state.truncate(action["list"], action["timestamp"])
    return [(path, entry["timestamp"]) for path in state.lists() for entry in state.entries(path)]


def same_in_all(ours: Ours, real: RealUrd) -> None:
    """Every entry and every ghost is the same."""
    assert ours.ask("list") == real.ask("list")
    for path in ("ann/a", "ann/b", "ann/c"):
        stamps = ours.ask("since", path, ("text", "0"))
        assert stamps == real.ask("since", path, ("text", "0"))
        for stamp in stamps:
            question = ("get", path, ("text", stamp))
            assert ours.ask(*question) == real.ask(*question)
        assert ours.ask("ghosts", path) == real.ask("ghosts", path)
