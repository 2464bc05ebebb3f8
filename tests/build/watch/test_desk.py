"""What is done about saves: a model of scripts, files and runs drives the desk, without any of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.build import events
from axtui.build.watch import told
from axtui.build.watch.desk import Desk
from axtui.build.watch.judge import Change
from axtui.build.watch.outlook import Obsolete
from axtui.build.watch.sightings import Bytes
from axtui.build.watch.told import Mode, ScriptPlan, SourceError
from axtui.build.watch.wants import Run

NEEDS = {
    "import": ("build_import.py", "cleaning.py", "zip"),
    "afr": ("build_afr.py", "rates.py"),
    "movie": ("build_movie.py", "draw.py", "cleaning.py"),
}
UPSTREAM = {"import": frozenset(), "afr": frozenset({"import"}), "movie": frozenset({"import"})}
FILES = sorted({file for needs in NEEDS.values() for file in needs})
Versions = dict[str, int]


@dataclass
class World:
    """Files with versions, what each script ran with, and what its present runs have read."""

    now: Versions = field(default_factory=lambda: dict.fromkeys(FILES, 0))
    made: dict[str, Versions] = field(
        default_factory=lambda: {script: dict.fromkeys(NEEDS[script], 0) for script in NEEDS}
    )
    read: dict[int, Versions] = field(default_factory=dict)
    modes: dict[str, Mode] = field(default_factory=dict)
    said: list[tuple[type, dict[str, Any]]] = field(default_factory=list)
    begun: list[Run] = field(default_factory=list)
    orders: list[tuple[str, int, str]] = field(default_factory=list)
    room: int = 3

    def __post_init__(self) -> None:
        self.desk = Desk(
            self, _Hands(self), self.mode_of, lambda kind, facts: self.said.append((kind, facts))
        )

    def mode_of(self, script: str) -> Mode:
        return self.modes.get(script, "auto")

    # what happens

    def save(self, *files: str, to: int | None = None) -> None:
        for file in files:
            self.now[file] = self.now[file] + 1 if to is None else to
        self.desk.saved([self.change(file) for file in files], files)

    def change(self, file: str) -> Change:
        return Change(file, Bytes(str(self.now[file]), None))

    def read_next(self, number: int) -> None:
        """A run comes to what needs the next file: in the order in which it needs them."""
        run, read = self.desk.runs[number], self.read[number]
        if not run.build_job:
            self.desk.began(number, events.ScriptStarted(run.script, f"run-{number}", 1))
        for file in NEEDS[run.script]:
            if file not in read:
                read[file] = self.now[file]
                job = f"{number}:{file}"
                self.desk.began(number, events.JobStarted(job, file, file, "", [], 1, None, 0))
                return

    def end(self, number: int, fails: bool = False) -> None:
        run, read = self.desk.runs[number], self.read.pop(number)
        stopped = run.stopped or run.replaced or fails
        anew = False
        if not stopped:
            for file in NEEDS[run.script]:
                read.setdefault(file, self.now[file])
            anew = self.made[run.script] != read
            self.made[run.script] = read
        self.desk.ended(number, anew)

    def finish(self) -> None:
        """All that runs, and all that follows from it, comes to its end."""
        for _ in range(100):
            for number in list(self.desk.runs):
                if number in self.desk.runs:
                    self.end(number)
        assert not self.desk.runs

    def live(self) -> list[str]:
        return [run.script for run in self.desk.runs.values() if not run.replaced]

    def told_of(self, kind: type) -> list[dict[str, Any]]:
        return [facts for one, facts in self.said if one is kind]

    # Views

    def plans(self, changes: Sequence[Change]) -> list[ScriptPlan]:
        found = [self.plan(s, "", changes) for s in NEEDS if not self.holds(s, changes)]
        return sorted(found, key=lambda plan: len(UPSTREAM[plan.script]))

    def plan(self, script: str, why: str, changes: Iterable[Change] = ()) -> ScriptPlan:
        return ScriptPlan(script, self.mode_of(script), why)

    def holds(self, script: str, changes: Iterable[Change]) -> bool:
        made = self.made[script]
        return all(
            change.bytes.raw == str(made.get(change.path, change.bytes.raw)) for change in changes
        )

    def upstream(self, script: str) -> frozenset[str]:
        return UPSTREAM[script]

    def takers(self, script: str) -> list[str]:
        return [other for other, above in UPSTREAM.items() if script in above]

    def obsolete(
        self, build_job: str, begun: Collection[str], changes: Sequence[Change]
    ) -> Obsolete:
        read = self.read[int(build_job.removeprefix("run-"))]
        stale = [
            change.path
            for change in changes
            if change.path in read and str(read[change.path]) != change.bytes.raw
        ]
        jobs = [(job, job, "changed") for job in begun if job.partition(":")[2] in stale]
        return Obsolete(tuple(jobs), f"{stale[0]} changed" if stale else "")


@dataclass
class _Hands:
    """Begins runs in a world, and notes what else is ordered."""

    world: World

    @property
    def has_room(self) -> bool:
        return len(self.world.desk.runs) < self.world.room

    def begin(self, run: Run) -> None:
        assert self.world.live().count(run.script) == 1, "two runs of one script"
        self.world.begun.append(run)
        self.world.read[run.number] = {}

    def stop_job(self, run: Run, jobid: str, why: str) -> None:
        self.world.orders.append(("stop", run.number, jobid))

    def retire(self, run: Run, why: str) -> None:
        self.world.orders.append(("retire", run.number, why))

    def end(self, run: Run, why: str) -> None:
        self.world.orders.append(("end", run.number, why))


def error_in(file: str) -> SourceError:
    users = tuple(script for script, needs in NEEDS.items() if file in needs)
    return SourceError(0.0, file, 1, 0, "invalid syntax", "x =", users)


def scripts(runs: Iterable[Run]) -> list[str]:
    return [run.script for run in runs]


def test_a_save_runs_what_it_affects_and_what_takes_from_that() -> None:
    world = World()
    world.save("rates.py")
    assert scripts(world.begun) == ["afr"]
    world.finish()
    world.save("zip")
    assert scripts(world.begun) == ["afr", "import"]
    world.end(2)
    assert scripts(world.begun)[2:] == ["afr", "movie"], "import finished anew"


def test_a_script_waits_for_what_it_takes_from() -> None:
    world = World()
    world.save("cleaning.py")
    assert scripts(world.begun) == ["import"], "movie is affected, too, and comes after"
    world.end(1)
    assert sorted(scripts(world.begun)[1:]) == ["afr", "movie"]


def test_independent_scripts_run_at_once_if_there_is_room() -> None:
    world = World()
    world.save("rates.py", "draw.py")
    assert world.live() == ["afr", "movie"]
    narrow = World(room=1)
    narrow.save("rates.py", "draw.py")
    assert narrow.live() == ["afr"]
    narrow.end(1)
    assert narrow.live() == ["movie"]


def test_a_newer_save_stops_what_it_made_obsolete_and_nothing_else() -> None:
    world = World()
    world.save("cleaning.py", "rates.py")
    for _ in range(2):
        world.read_next(1)
    world.save("zip")
    assert world.orders == [], "import has not come to it"
    world.save("cleaning.py")
    assert [(what, number) for what, number, _ in world.orders] == [("retire", 1), ("stop", 1)]
    assert world.orders[1][2] == "1:cleaning.py", "not the job of build_import.py"
    assert world.live() == ["import"], "it runs again at once"
    assert len(world.told_of(told.Superseded)) == 1
    world.finish()
    assert world.made["import"] == {name: world.now[name] for name in NEEDS["import"]}


def test_what_is_left_of_a_replaced_run_ends_with_the_new_one() -> None:
    world = World()
    world.save("zip")
    world.read_next(1)
    world.save("build_import.py")
    assert world.desk.runs.keys() == {1, 2}
    world.end(2)
    assert world.orders[-1][:2] == ("end", 1)


def test_a_change_that_a_run_has_not_come_to_is_no_reason_to_run_again() -> None:
    world = World()
    world.save("zip")
    world.read_next(1)
    world.save("cleaning.py")
    world.read_next(1)
    world.end(1)
    assert scripts(world.begun).count("import") == 1


def test_a_change_that_is_taken_back_while_a_run_has_it_is_run_again() -> None:
    world = World()
    world.save("build_import.py")
    world.read_next(1)
    world.save("build_import.py", to=0)
    assert world.live() == ["import"] and scripts(world.begun) == ["import", "import"]
    world.finish()
    assert world.made["import"]["build_import.py"] == 0


def test_ask_waits_to_be_told() -> None:
    world = World(modes={"import": "ask", "movie": "off"})
    world.save("cleaning.py")
    assert world.begun == []
    assert [plan.script for plan in world.desk.waiting] == ["import"]
    assert [facts["plan"].script for facts in world.told_of(told.WaitsForYou)] == ["import"]
    world.save("cleaning.py", to=0)
    assert world.desk.waiting == [] and len(world.told_of(told.WaitIsOver)) == 1
    world.save("cleaning.py")
    world.desk.dismiss(None)
    assert world.desk.waiting == []
    world.save("cleaning.py")
    world.desk.go(None)
    assert scripts(world.begun) == ["import"]
    world.desk.go("movie")
    world.end(1)
    assert "movie" in world.live(), "what is off runs where it is named"


def test_in_ask_a_running_build_is_stopped_only_when_told() -> None:
    world = World(modes={"import": "ask"})
    world.desk.ask("import", None, "asked")
    world.read_next(1)
    world.save("build_import.py")
    assert world.orders == [] and [plan.script for plan in world.desk.waiting] == ["import"]
    world.desk.go("import")
    assert world.orders[0][0] == "retire" and scripts(world.begun) == ["import", "import"]


def test_a_mode_can_be_changed_while_something_waits() -> None:
    world = World(modes={"import": "ask", "afr": "off"})
    world.save("zip", "rates.py")
    assert world.begun == []
    world.modes.clear()
    world.desk.modes_changed()
    assert scripts(world.begun) == ["import"], "and afr after it"
    world.end(1)
    assert "afr" in world.live()


def test_a_broken_file_holds_what_depends_on_it_and_nothing_else() -> None:
    world = World()
    world.save("cleaning.py")
    world.read_next(1)
    world.desk.broke(error_in("cleaning.py"))
    assert world.orders == [], "nothing is stopped"
    world.end(1)
    assert world.live() == ["afr"], "movie is held"
    world.save("draw.py")
    assert world.live() == ["afr"]
    world.desk.mended("cleaning.py")
    world.save("cleaning.py", to=1)
    assert "movie" in world.live() and "import" not in world.live()
    world.desk.broke(error_in("rates.py"))
    world.desk.ask("afr", None, "asked")
    world.end(2)
    assert "afr" in world.live(), "where someone asks for it all the same"


def test_stopped_is_stopped() -> None:
    world = World()
    world.save("zip")
    world.read_next(1)
    world.save("cleaning.py")
    world.desk.stop("import", "enough")
    assert world.orders[-1] == ("end", 1, "enough")
    world.end(1)
    assert "import" not in world.live(), "what was saved before does not begin it again"
    world.save("zip")
    assert "import" not in world.live(), "nor does a save after it, until somebody says so"
    assert "import" in [plan.script for plan in world.desk.waiting]
    world.desk.go("import")
    assert "import" in world.live()


def test_scripts_that_take_from_each_other_run_all_the_same(monkeypatch: Any) -> None:
    monkeypatch.setitem(UPSTREAM, "import", frozenset({"afr"}))
    world = World()
    world.save("zip", "rates.py")
    assert len(world.live()) == 1
    world.end(1, fails=True)
    assert len(world.live()) == 1


def test_after_a_new_configuration_all_runs_begin_anew() -> None:
    world = World()
    world.save("zip")
    world.desk.renew(NEEDS, "slices changed")
    assert world.orders == [("end", 1, "superseded: slices changed")]
    assert scripts(world.begun) == ["import", "import"]


STEPS = st.one_of(
    st.tuples(st.just("save"), st.sets(st.sampled_from(FILES), min_size=1, max_size=3)),
    st.tuples(st.just("back"), st.sampled_from(FILES)),
    st.tuples(st.just("read"), st.integers(0, 3)),
    st.tuples(st.just("end"), st.integers(0, 3)),
    st.tuples(st.just("break"), st.sampled_from(FILES)),
    st.tuples(st.just("mode"), st.sampled_from(sorted(NEEDS)), st.sampled_from(told.MODES)),
    st.tuples(st.just("go"), st.none()),
)


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=25))
def test_no_change_is_lost_and_nothing_runs_for_none(steps: list[tuple[Any, ...]]) -> None:
    world, broken = World(), set[str]()
    for what, *given_ in steps:
        numbers = sorted(world.desk.runs)
        if what == "save":
            for file in broken & given_[0]:
                world.desk.mended(file)
            broken -= given_[0]
            world.save(*sorted(given_[0]))
        elif what == "back":
            if given_[0] in broken:
                world.desk.mended(given_[0])
                broken.discard(given_[0])
            world.save(given_[0], to=0)
        elif what == "break":
            broken.add(given_[0])
            world.desk.broke(error_in(given_[0]))
        elif what == "mode":
            world.modes[given_[0]] = given_[1]
            world.desk.modes_changed()
        elif what == "go":
            world.desk.go(None)
        elif numbers:
            act = world.read_next if what == "read" else world.end
            act(numbers[given_[0] % len(numbers)])
    world.modes.clear()
    world.desk.modes_changed()
    for file in broken:
        world.desk.mended(file)
        world.save(file)
    world.finish()
    for script, needs in NEEDS.items():
        assert world.made[script] == {file: world.now[file] for file in needs}, script
    begun = len(world.begun)
    world.desk.saved([world.change(file) for file in FILES])
    assert len(world.begun) == begun, "nothing changed"


def test_what_somebody_stopped_waits_at_the_next_save() -> None:
    world = World()
    world.save("cleaning.py")
    (number,) = world.desk.runs
    script = world.desk.runs[number].script
    world.read_next(number)
    stopped = events.JobFailed("1", "clean", "it was stopped by ann", cancelled=True)
    world.desk.began(number, stopped)
    world.end(number, fails=True)
    world.save("cleaning.py")
    assert script not in world.live()
    assert script in [plan.script for plan in world.desk.waiting]
    world.desk.go(script)
    assert script in world.live()
    world.finish()
    world.save("cleaning.py")  # it ran, so it is wanted again
    assert script in world.live()
