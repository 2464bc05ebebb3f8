"""The filter of the list of jobs, without a catalog: what it refuses, and what it completes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui.build import filtervalues
from axtui.build.filtercompletion import completed
from axtui.build.filtervalues import FilterError
from axtui.build.jobfilter import FIELDS, listed, parse

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
typed = st.one_of(
    st.text(),
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["", "-", "--"]),
        st.sampled_from([*FIELDS, "nothing"]),
        st.sampled_from([":", "=", "!=", ">", "<", ">=", "<="]),
        st.text(alphabet="a5.,:-*%\"' ;)kms\\_", max_size=8),
    ),
)


@given(st.lists(typed, max_size=4))
def test_whatever_is_typed_is_a_condition_or_one_clear_error(parts: list[str]) -> None:
    try:
        found = parse(" ".join(parts), NOW)
    except FilterError as error:
        assert str(error)
        return
    for number in range(len(found.params)):
        assert f"$f{number}" in found.where
    assert found.where.count("(") == found.where.count(")")


@given(st.text(alphabet="abc'\";()-$ ", min_size=1).filter(lambda text: "'" in text or ";" in text))
def test_what_is_typed_stands_only_in_parameters(text: str) -> None:
    """Of two texts with the same parts the SQL is the same."""
    try:
        found = parse(f'method:"{text.replace(chr(34), "")}x"', NOW)
    except FilterError:
        return
    assert found.where == parse("method:x", NOW).where


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stat:failed", "Did you mean 'state'?"),
        ("state:faild", "Did you mean 'failed'?"),
        ("state:", "one of running, complete"),
        ("is:nice", "There is: build, pinned"),
        ("rows>many", "rows>1000"),
        ("size>10QB", "size>10MB"),
        ("since:soon", "since:2h"),
        ("since:2026-13-01", "since wants"),
        ("time>", "time>5s"),
        ("model=ST4", "option:model=VALUE"),
        ("option:=5", "option:limit=5"),
        ("method>a", "method:a"),
    ],
)
def test_errors_say_what_could_stand_there(text: str, said: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text, NOW)
    assert said in str(caught.value)


def test_values_as_people_write_them() -> None:
    assert filtervalues.count("rows", "1.5M") == 1_500_000
    assert filtervalues.size("size", "10MB") == 10_000_000
    assert [
        filtervalues.seconds("time", one) for one in ("5s", "2m", "1:30", "300ms", "1:00:01")
    ] == [
        *(5, 120, 90, 0.3, 3601),
    ]
    moments = {
        "2h": NOW - timedelta(hours=2),
        "3d": NOW - timedelta(days=3),
        "now": NOW,
        "today": datetime(2026, 3, 4, tzinfo=UTC),
        "yesterday": datetime(2026, 3, 3, tzinfo=UTC),
        "09:30": datetime(2026, 3, 4, 9, 30, tzinfo=UTC),
        "2026-03-01": datetime(2026, 3, 1, tzinfo=UTC),
        "2026-03-01T10:00": datetime(2026, 3, 1, 10, tzinfo=UTC),
    }
    assert {text: filtervalues.moment("since", text, NOW) for text in moments} == moments


def test_commas_and_quotes() -> None:
    assert listed('a,"b,c",,d') == ["a", "b,c", "d"]
    assert parse('state:failed,"lost"', NOW).params == {"f0": "failed", "f1": "lost"}
    assert parse('"bad date" -draft', NOW).params == {"f0": "bad date", "f1": "draft"}


def test_completing() -> None:
    known = {"method": ["csvimport", "clean up"], "option": ["limit"]}
    assert completed("st", known) == "state:"
    assert completed("ro", known) == "rows>"
    assert completed("state:fa", known) == "state:failed"
    assert completed("x method:csv", known) == "x method:csvimport"
    assert completed("method:x,cl", known) == 'method:x,"clean up"'
    assert completed("-is:cu", known) == "-is:current"
    assert completed("option:li", known) == "option:limit"
    assert completed("state:failed ", known) is None
    assert completed('method:"cs', known) is None
    assert completed("zzz", known) is None
