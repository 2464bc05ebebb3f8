"""Places and the trail of them: what a place is called in a shell, and where Back leads."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st

from axtui.tui.data import view as data_view
from axtui.tui.job import tabs as job_tabs
from axtui.tui.places import SCREENS, TABS, Place
from axtui.tui.trail import Trail

places = st.builds(
    Place, st.sampled_from([*SCREENS, "job"]), st.sampled_from(["", "dev-1", "dev-2"]), st.just("")
)


def test_the_command_of_a_place_opens_it() -> None:
    assert Place().command == "axtui"
    assert Place("job", "dev-12").command == "axtui job dev-12 --tui"
    assert Place("job", "dev-12", "source").command == "axtui job dev-12 --tui --tab source"
    assert Place("jobs", "state:failed").command == "axtui job --filter state:failed --tui"
    assert Place("methods", "import", "script").command == "axtui script import --tui"
    assert Place("data", "dev-3/out").command == "axtui ds dev-3/out --tui"


@given(st.text())
def test_any_subject_is_one_word_for_the_shell(text: str) -> None:
    words = shlex.split(Place("sql", text).command)
    assert words == (["axtui", "sql", text, "--tui"] if text else ["axtui", "sql", "--tui"])


@given(st.lists(places, min_size=1, max_size=30))
def test_back_leads_through_all_places_in_reverse(visited: list[Place]) -> None:
    trail = Trail()
    for place in visited:
        trail.went(place)
    different = [p for n, p in enumerate(visited) if n == 0 or p != visited[n - 1]]
    seen = [different[-1]]
    while (place := trail.back()) is not None:
        trail.went(place)
        seen.append(place)
    assert seen == different[::-1]
    while (place := trail.forward()) is not None:
        trail.went(place)
        seen.append(place)
    assert seen[len(different) :] == different[1:]


def test_going_somewhere_after_back_forgets_what_lay_ahead() -> None:
    trail = Trail()
    for screen in ("dashboard", "jobs", "sql"):
        trail.went(Place(screen))
    assert trail.back() == Place("jobs")
    trail.went(Place("jobs"))
    trail.went(Place("results"))
    assert trail.forward() is None
    assert trail.back() == Place("jobs")


def test_a_screen_is_found_as_it_was_left_and_its_own_key_leads_to_its_beginning() -> None:
    trail = Trail()
    trail.went(Place("jobs", "state:failed"))
    trail.went(Place("job", "dev-3"))
    trail.replaced(Place("job", "dev-3", "source"))
    assert trail.last_at("jobs") == Place("jobs", "state:failed")
    trail.went(Place("data", "dev-2"))
    assert trail.last_at("data") == Place("data")
    trail.went(Place("sql"))
    assert trail.last_at("data") == Place("data", "dev-2")
    assert trail.last_at("results") == Place("results")
    assert trail.back() == Place("data", "dev-2")


def test_another_tab_of_a_job_is_no_other_place_on_the_way_back() -> None:
    trail = Trail()
    trail.went(Place("jobs"))
    trail.went(Place("job", "dev-3"))
    trail.went(Place("job", "dev-3", "why"))
    assert trail.back() == Place("jobs")


def test_the_tabs_of_places_are_those_of_the_screens() -> None:
    assert TABS["data"] == tuple(tab.name for tab in data_view.TABS)
    assert TABS["job"] == tuple(tab.name for tab in (*job_tabs.TABS, job_tabs.ERROR))
