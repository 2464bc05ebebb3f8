"""One job by hand: what people type becomes what a build script would give."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from axtui.build import byhand
from axtui.build.script import run_script
from axtui.build.session import Session
from axtui.build.watch.typed import concurrency, how
from axtui.errors import AcceleratorError, NoSuchJobError, UserError
from tests.build.conftest import Bench

ADD = """
    options = {"a": 1, "text": "x", "many": [int], "maybe": 0.5}
    jobs = ("other",)

    def synthesis():
        return options.a, options.text, options.many
"""


def _values(bench: Bench, **typed: str) -> dict[str, Any]:
    with bench.session() as session:
        return byhand.values(bench.workspace, session.methods.get("add"), typed)


def test_text_stays_text_and_other_values_are_read_as_json(bench: Bench) -> None:
    bench.method("add", ADD)
    found = _values(bench, a="3", text="3", many="[1, 2]", maybe="0.25")
    assert found == {"a": 3, "text": "3", "many": [1, 2], "maybe": 0.25}
    assert _values(bench, text='"quoted"') == {"text": '"quoted"'}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"b": "1"}, "has no option, dataset or job 'b'"),
        ({"a": "one"}, "option a: expected int"),
        ({"other": "dev-99"}, "dev-99"),
    ],
)
def test_what_cannot_be_is_told_before_anything_runs(
    bench: Bench, typed: dict[str, str], told: str
) -> None:
    bench.method("add", ADD)
    with pytest.raises((UserError, NoSuchJobError), match=told):
        _values(bench, **typed)


def test_a_job_by_hand_is_the_one_a_script_would_get(bench: Bench) -> None:
    bench.method("add", ADD)
    bench.script("urd.build('add', a=7, many=[4])")
    bench.run()
    there, name = byhand.write_script(bench.workspace, "add", {"a": 7, "many": [4]})
    with Session(there, disk=bench.disk, engine=bench.engine) as session:
        again = run_script(session, name)
        assert (again.exit_code, again.built) == (0, [])
        assert [bench.load(jobid) for jobid in again.reused] == [(7, "x", [4])]
    there, name = byhand.write_script(bench.workspace, "add", {"a": 8, "text": "it's"})
    with Session(there, disk=bench.disk, engine=bench.engine) as session:
        other = run_script(session, name)
        assert [bench.load(jobid) for jobid in other.built] == [(8, "it's", [])]


def test_the_options_of_a_run_as_typed(bench: Bench) -> None:
    found = how(
        bench.workspace,
        {"flags": "quick, all", "horizon": "2024-01", "concurrency": "2,add=1", "workdir": " "},
    )
    assert found.flags == {"quick", "all"}
    assert found.horizon == "2024-01"
    assert dict(found.concurrency) == {None: 2, "add": 1}
    assert found.workdir is None
    for wrong in ({"workdir": "dv"}, {"horizon": "x"}, {"input": "/nowhere"}, {"concurrency": "0"}):
        with pytest.raises(AcceleratorError):
            how(bench.workspace, wrong)


@given(st.lists(st.text()))
@example(["¹"])  # a digit that is no number
def test_any_text_is_a_limit_or_refused(texts: list[str]) -> None:
    try:
        found = concurrency(texts)
    except UserError:
        return
    assert all(limit >= 1 for limit in found.values())
