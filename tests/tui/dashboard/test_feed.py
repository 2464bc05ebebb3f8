"""The activity feed: what builds and the watcher tell, in the order of time."""

from __future__ import annotations

import pytest

from axtui.build.watch import told
from axtui.tui.dashboard.feed import BuildFeed, Feed, FeedLine, feed_lines
from axtui.tui.dashboard.heard import feed_lines_of
from axtui.tui.places import Place
from tests.tui.dashboard.fakes import NOW, failed, followed, over


def test_builds_tell_each_thing_once_and_in_order() -> None:
    feed = Feed()
    writer = BuildFeed(feed)
    one = followed()
    writer.take([one])
    writer.take([one])
    failed(one)
    writer.take([one])
    over(one, 1, "join (dev-92) failed")
    writer.take([one])
    assert [(line.kind, line.text) for line in feed.lines] == [
        ("started", "import began, as dev-90"),
        ("complete", "type dev-89 built in 1.5 s, 1,200 rows"),
        ("failed", "join dev-92 failed: ValueError: bad date"),
        (
            "failed",
            "import failed after 41.0 s (1 built, 1 re-used, 1 failed): join (dev-92) failed",
        ),
    ]
    assert feed.lines[2].place == Place("job", "dev-92")
    good = Feed()
    BuildFeed(good).take([over(followed())])
    assert good.lines[-1].text == "import: 1 built, 1 re-used in 41.0 s"


def test_lines_that_come_late_take_their_place_and_the_oldest_go() -> None:
    feed = Feed()
    feed.add(FeedLine(5.0, "note", "b"))
    feed.add(FeedLine(3.0, "note", "a"))
    assert [one.text for one in feed.lines] == ["a", "b"]
    feed.add(*(FeedLine(10.0 + at, "note", str(at)) for at in range(1000)))
    assert len(feed.lines) == 500
    assert feed.lines[-1].text == "999"
    assert feed.version == 1002


PLAN = told.ScriptPlan(
    "import",
    "ask",
    "cleaning.py changed",
    affected=(told.AffectedJob("dev-1", "clean", "cleaning.py changed", 12.0),),
    downstream=(told.AffectedJob("dev-2", "type", "takes clean", 9.0),),
    reused=("dev-3", "dev-4"),
)


@pytest.mark.parametrize(
    ("event", "kind", "text"),
    [
        (told.Watching(NOW, ("a", "b"), ()), "note", "watching for saves: a, b"),
        (told.Saved(NOW, ("a.py", "b.py", "c.py", "d.py")), "saved", "saved a.py, b.py, c.py and 1 more"),
        (
            told.Prediction(NOW, ("cleaning.py",), (PLAN,)),
            "plan",
            "import: 2 to build, 2 re-used, about 21.0 s: clean, type (cleaning.py changed)",
        ),
        (told.Prediction(NOW, ("x.py",)), "plan", "nothing to build again: all that was built still holds"),
        (
            told.WaitsForYou(NOW, PLAN),
            "waits",
            "import waits for you: press B to build (cleaning.py changed)",
        ),
        (
            told.Superseded(NOW, "import", "dev-9", (("dev-1", "clean"),), "a newer save"),
            "superseded",
            "import: clean superseded, a newer save",
        ),
        (
            told.SourceError(NOW, "methods/a.py", 7, 3, "invalid syntax", "  def (:"),
            "error",
            "methods/a.py:7  invalid syntax: def (:",
        ),
        (told.ModeChanged(NOW, "ask", None), "note", "the watch mode of all scripts is ask now"),
        (
            told.BuilderDied(NOW, "import", "killed by signal 9"),
            "error",
            "the building process ended while it ran import: killed by signal 9",
        ),
    ],
)  # fmt: skip
def test_the_watcher_tells(event: told.WatchEvent, kind: str, text: str) -> None:
    assert [(one.kind, one.text) for one in feed_lines_of(event)] == [(kind, text)]


def test_lines_are_cut_and_show_no_markup() -> None:
    (shown,) = feed_lines([FeedLine(NOW, "failed", "[red]x[/red]\n" + "y" * 200)], 40)
    assert "✖ [red]x[/red] yyy" in shown.text
    assert shown.text.endswith("…")
    assert len(shown.text) == 40
    (ascii_,) = feed_lines([FeedLine(NOW, "failed", "x")], 40, unicode=False)
    assert "X x" in ascii_.text
