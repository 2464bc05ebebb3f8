"""Changes in words: short, and showing what differs."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from axtui.build.changes import Change, apart, lines_changed, summary


@given(st.text(max_size=200), st.text(max_size=200))
def test_two_values_cut_to_a_line_still_differ(old: str, new: str) -> None:
    one, other = apart(old, new)
    assert (one == other) == (old == new)
    assert max(len(one), len(other)) <= 43


def test_long_values_are_shown_from_where_they_differ() -> None:
    old, new = '{"' + "a" * 100 + '": 1}', '{"' + "a" * 100 + '": 2}'
    words = Change("option", "x", old, new).words()
    assert '": 1}' in words
    assert '": 2}' in words


def test_of_long_lists_only_the_elements_that_differ_are_told() -> None:
    jobs = [f"dev-{number}" for number in range(40)]
    old, new = json.dumps(jobs), json.dumps([*jobs[:9], "dev-79", *jobs[10:]])
    assert Change("option", "sources", old, new).words() == 'option sources: …"dev-9" -> …"dev-79"'
    assert Change("option", "sources", old, json.dumps([*jobs, "x"])).words().endswith('… -> …"x"')
    types = {f"column {number}": "ascii" for number in range(40)}
    changed = json.dumps(types | {"column 7": "date"})
    words = Change("option", "types", json.dumps(types), changed).words()
    assert words == 'option types: …"column 7": "ascii" -> …"column 7": "date"'
    turned = Change("option", "sources", old, json.dumps(jobs[::-1])).words()
    assert '["dev-0"' in turned and '["dev-39"' in turned


def test_a_change_of_source_counts_its_lines() -> None:
    detail = "--- a\n+++ b\n@@ -1 +1,2 @@\n-old\n+new\n+more"
    assert lines_changed(detail) == "+2 -1 lines"
    assert Change("source", "m/h.py", "x", "y", detail).words() == "source m/h.py: +2 -1 lines"


def test_many_changes_are_summed_up() -> None:
    changes = [Change("option", str(n), "1", "2") for n in range(5)]
    assert summary(changes) == "option 0: 1 -> 2; option 1: 1 -> 2; and 3 more"
