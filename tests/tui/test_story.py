"""The whole story in a terminal, as a person lives it: build, save, cancel, fail, look, ask, quit."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from axtui.data import jobdir
from axtui.tui.remembered import Remembered
from tests.tui.tmux import AXTUI, Tmux, needs_tmux

FILES = {
    "axtui.toml": """
        slices = 2
        [engine]
        slots = 2
        """,
    "inputs/fares.csv": "fare\n3\n5\n8\n",
    "methods/tariff.py": """
        def price(fare):
            return fare * 2
        """,
    "methods/a_fares.py": """
        '''The fares of a file.'''

        def prepare(job):
            writer = job.datasetwriter(columns={"fare": "int64"})
            return writer

        def synthesis(job, prepare_res):
            with job.open_input("fares.csv") as text:
                fares = text.read().split()[1:]
            write = prepare_res.get_split_write()
            for fare in fares:
                write(int(fare))
        """,
    "methods/a_prices.py": """
        '''What the fares cost.'''
        import tariff
        from accelerator import status

        datasets = ("source",)

        def analysis(sliceno):
            with status("pricing"):
                return [tariff.price(fare) for fare in datasets.source.iterate(sliceno, "fare")]

        def synthesis(job, analysis_res):
            with job.open("prices.txt", "w") as text:
                text.write(str(sorted(analysis_res.merge_auto())))
        """,
    "methods/build.py": """
        def main(urd):
            fares = urd.build("fares")
            prices = urd.build("prices", source=fares)
            prices.link_result("prices.txt")
        """,
}
SLOW = """
    import time

    def price(fare):
        time.sleep(20)
        return fare
    """
WRONG = """
    def price(fare):
        return fare / 0
    """
DEARER = """
    def price(fare):
        return fare * 3
    """
LEFT_CLEAN = {"alternate_on": "0", "mouse_any_flag": "0", "cursor_flag": "1", "pane_in_mode": "0"}


class Story:
    """A workspace, and the terminal beside it in which its dashboard is open."""

    def __init__(self, root: Path, tmux: Tmux) -> None:
        self.root, self.tmux = root, tmux

    def save(self, name: str, text: str) -> None:
        """Save a file as editors do: beside it, then renamed."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(textwrap.dedent(text).lstrip())
        beside.replace(path)

    def state(self, jobid: str) -> str:
        return jobdir.state(self.root / "workdirs/dev" / jobid)

    def result(self) -> str:
        return (self.root / "results/prices.txt").read_text()


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    root = tmp_path / "fares"
    slots = tmp_path / "slots"
    for folder in (root / ".axtui", slots):
        folder.mkdir(parents=True)
    remembered = Remembered(root / ".axtui")
    remembered.set("app", "toured", True)
    remembered.save()
    tmux = Tmux(root, environ={"TMPDIR": str(slots)})
    found = Story(root, tmux)
    for name, text in FILES.items():
        found.save(name, text)
    yield found
    tmux.end()


@needs_tmux
def test_the_whole_story(story: Story) -> None:
    tmux = story.tmux
    tmux.run(AXTUI)

    # the first build, by a key
    tmux.see("never run", "watching")
    tmux.press("b")
    tmux.see("2 built", "prices.txt")
    assert story.result() == "[6, 10, 16]"

    # a helper module is saved: what it affects is built again, all else is re-used
    story.save("methods/tariff.py", SLOW)
    tmux.see("saved methods/tariff.py", "1 running", "1 re-used")

    # a second save makes that obsolete: it is stopped
    story.save("methods/tariff.py", DEARER)
    tmux.see("superseded", "1 built, 1 re-used")
    assert story.result() == "[9, 15, 24]"

    # a failure, and its page
    story.save("methods/tariff.py", WRONG)
    tmux.see("ZeroDivisionError")
    tmux.press("Tab", "Tab", "Enter")
    tmux.see("tariff.py", "return fare / 0", "pricing")
    tmux.press("1")
    story.save("methods/tariff.py", DEARER)
    tmux.see("up to date", "0 built, 2 re-used")

    # from the result to the input file
    tmux.press("6")
    tmux.see("prices.txt", "[9, 15, 24]")
    tmux.press("Enter")
    tmux.see("axtui job dev-7", "Why it was built")
    tmux.press("i")
    tmux.see("--tab inputs", "▸input")
    tmux.press("Enter")
    tmux.see("axtui job dev-2", "▸input", "fares.csv")
    tmux.press("Enter")
    tmux.see("esc closes", "8")
    tmux.press("Escape")
    tmux.gone("esc closes")

    # a question, a chart of its answer, and the answer as a file
    tmux.press("5")
    tmux.see("not run yet")
    tmux.press("i")
    tmux.see("EDIT")
    tmux.press("C-n")
    tmux.gone("Which jobs took longest")
    tmux.type("SELECT method, rows FROM jobs WHERE rows > 2")
    tmux.see("rows > 2")
    tmux.press("F5")
    tmux.see("fares", "1 row")
    tmux.press("Escape")
    tmux.gone("EDIT")
    tmux.press("c")
    tmux.see("chart bar", "x method", "y rows")
    tmux.press("c")
    tmux.gone("chart bar")
    tmux.press("e")
    tmux.see("enter: write", "rows.csv")
    tmux.press("Enter")
    tmux.see("Wrote 1 row")
    assert (story.root / "rows.csv").read_text().split() == ["method,rows", "fares,3"]

    # leaving, while something runs: it is asked, and what runs is stopped
    story.save("methods/tariff.py", SLOW)
    tmux.see("1 running")
    tmux.press("q")
    tmux.see("Leave it running", "Stop it", "dev-11")
    tmux.press("s")
    tmux.until(lambda: tmux.flags()["alternate_on"] == "0", "the shell's screen")
    assert story.state("dev-12") == "cancelled"
    assert tmux.flags() == LEFT_CLEAN
    tmux.run("echo still $((6 * 7))")
    tmux.see("still 42")
