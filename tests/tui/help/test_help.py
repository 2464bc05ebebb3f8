"""The help: topics, keys of all screens, search, the keys of the present screen, the tour."""

from __future__ import annotations

from textual.widgets import Input, Markdown, OptionList, Static

from axtui.tui.app import Axtui
from axtui.tui.help.allkeys import keys_of_package
from axtui.tui.help.keys import Key, Keys, matching
from axtui.tui.help.topics import TOPICS
from axtui.tui.help.tour import STOPS, TourCard
from axtui.tui.help.view import HelpView
from axtui.tui.places import Place
from axtui.workspace import Workspace
from tests.tui.support import wait_for


def _keys_text(app: Axtui) -> str:
    return str(app.screen.query_one("#help-keys", Static).render())


async def test_topics_keys_search_and_the_way_to_them(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, Place("help", "sql"), watch=False)
    async with app.run_test(size=(100, 30)) as pilot:
        await wait_for(pilot, lambda: isinstance(app.screen, HelpView), "the help")
        page = app.screen.query_one("#help-page")
        await wait_for(pilot, lambda: page.border_title == "Ask in SQL", "the topic asked for")
        assert "F5" in app.screen.query_one("#help-text", Markdown).source

        chooser = app.screen.query_one(OptionList)
        await pilot.press("j")
        await wait_for(pilot, lambda: page.border_title == "Words", "the next topic")
        assert app.screen.place == Place("help", "words")
        await pilot.press("k", "G", "end")
        await wait_for(pilot, lambda: page.border_title == "Keys: Help", "the keys of the help")
        await wait_for(pilot, lambda: "Take the tour" in _keys_text(app), "its keys")
        await pilot.press("enter")
        assert app.focused is page

        await pilot.press("slash", *"clipboard")
        await wait_for(pilot, lambda: "no key does that" in _keys_text(app), "nothing found")
        app.screen.query_one(Input).value = "suspend"
        await wait_for(pilot, lambda: "Suspend" in _keys_text(app), "a key that is found")
        app.screen.query_one(Input).value = "re-used"
        text = app.screen.query_one("#help-text", Markdown)
        await wait_for(pilot, lambda: "Rebuild on save" in text.source, "a topic that is found")
        await pilot.press("escape")
        assert app.focused is chooser
        await wait_for(pilot, lambda: page.border_title == "Keys: Help", "what was there before")


async def test_question_mark_shows_the_keys_of_the_screen_and_finds_among_them(
    read_workspace: Workspace,
) -> None:
    app = Axtui(read_workspace, Place("help"), watch=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: isinstance(app.screen, HelpView), "the help")
        await pilot.press("question_mark")
        await wait_for(pilot, lambda: isinstance(app.screen, Keys), "the keys")
        found = app.screen.query_one("#keys-list", Static)
        assert "Take the tour" in str(found.render())
        assert "Go" not in str(found.render()).split()
        await pilot.press(*"quit")
        await wait_for(pilot, lambda: "Take the tour" not in str(found.render()), "fewer keys")
        assert "Quit" in str(found.render())
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(app.screen, HelpView), "the help again")


async def test_the_tour_is_offered_once_and_walks_through_the_screens(
    workspace: Workspace,
) -> None:
    app = Axtui(workspace, watch=False, tour=True)
    async with app.run_test(size=(100, 30)) as pilot:
        for number, stop in enumerate(STOPS):
            await wait_for(
                pilot,
                lambda n=number: isinstance(app.screen, TourCard) and app.screen._number == n,
                f"stop {number}",
            )
            assert app.screen_below is not None
            assert app.screen_below.place.screen == stop.place.screen
            if number == 1:
                await pilot.press("left")
                await wait_for(pilot, lambda: app.screen._number == 0, "the stop before")
                await pilot.press("enter")
                await wait_for(pilot, lambda: app.screen._number == 1, "the next again")
            await pilot.press("enter")
        await wait_for(pilot, lambda: not isinstance(app.screen, TourCard), "the end")
    again = Axtui(workspace, watch=False, tour=True)
    async with again.run_test(size=(100, 30)) as pilot:
        await wait_for(pilot, lambda: again.screen_below is not None, "the dashboard")
        await pilot.pause(0.3)
        assert not isinstance(again.screen, TourCard)


def test_keys_are_found_by_what_they_do_and_by_themselves() -> None:
    keys = [Key("g", "To the top", "x"), Key("x", "Stop a job", "x")]
    assert matching(keys, "job stop") == [keys[1]]
    assert matching(keys, "g") == [keys[0]]
    assert matching(keys, "") == keys


def test_keys_of_a_screen_are_read_from_what_it_declares() -> None:
    texts = {key.text for key in keys_of_package("axtui.tui.help")}
    assert {"Search", "Take the tour", "End the tour"} <= texts


def test_topics_have_names_of_their_own() -> None:
    names = [topic.name for topic in TOPICS]
    assert len(set(names)) == len(names)
