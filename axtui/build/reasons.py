"""Why a job is built: what differs from the job it comes nearest to, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from axtui.build.changes import Change, summary
from axtui.build.key import Call, Key
from axtui.build.reuse import Found
from axtui.data import canonical
from axtui.errors import AcceleratorError
from axtui.valueobject import value_object

if TYPE_CHECKING:
    from axtui.build.session import Session

_COMPARED = 20
"""How many earlier jobs of a method are compared to find the nearest."""
_OTHER_RULES = "built by an earlier axtui, some of whose rules were others"
_CHECKED = 5
"""Of how many of those that come nearest by the call everything is compared."""


@value_object
class Reason:
    """Why a job is built, and against which job that was found."""

    against: str | None
    changes: tuple[Change, ...]

    @property
    def kind(self) -> str:
        """The first part that differs."""
        return self.changes[0].part if self.changes else "first"

    def is_only(self, part: str) -> bool:
        """Whether nothing but this part speaks for building."""
        return all(change.part == part for change in self.changes)

    def to_json(self) -> dict[str, Any]:
        """For the setup record."""
        return {
            "kind": self.kind,
            "against": self.against,
            "text": summary(self.changes),
            "changes": [change.to_json() for change in self.changes],
        }


def why(session: Session, call: Call, key: Key, found: Found, forced: bool) -> Reason:
    """The reason for building `call` although (or because) the candidates in `found` did not do."""
    if forced:
        against = next(iter(session.index.candidates(key.digest)), None)
        if against is None or session.reuse.damage(against):
            return Reason(None, (Change("forced", call.method),))
        changes = session.reuse.changes(
            against, session.methods.get(call.method).depend_extra, call
        )
        return Reason(against, (Change("forced", call.method), *changes))
    if found.rejected:
        against = next(iter(found.rejected))
        return Reason(against, tuple(found.rejected[against]))
    return _nearest(session, call, key)


def _nearest(session: Session, call: Call, key: Key) -> Reason:
    """The earlier job of the method with the fewest differences: of the call first, then of all."""
    depend_extra = session.methods.get(call.method).depend_extra
    calls: list[tuple[str, list[Change]]] = []
    for jobid in session.index.of_method(call.method)[:_COMPARED]:
        try:
            setup = session.contents.setup(jobid)
            calls.append((jobid, call_changes(setup, call, key)))
        except (AcceleratorError, OSError, KeyError):
            continue
    if not calls:
        return Reason(None, (Change("first", call.method),))
    fewest = min(len(changes) for _, changes in calls)
    whole: list[Reason] = []
    for jobid, changes in [item for item in calls if len(item[1]) == fewest][:_CHECKED]:
        whole.append(Reason(jobid, (*changes, *session.reuse.changes(jobid, depend_extra))))
        if len(whole[-1].changes) == fewest:  # none can be nearer
            break
    nearest = min(whole, key=lambda reason: len(reason.changes))
    if nearest.changes:
        return nearest
    return Reason(nearest.against, (Change("rules", "axtui", detail=_OTHER_RULES),))


def call_changes(setup: Mapping[str, Any], call: Call, key: Key) -> list[Change]:
    """How a call differs from the setup of an earlier job of its method."""
    before = setup["parts"]
    changes = []
    for name in sorted({*before["options"], *key.options}):
        if before["options"].get(name) != key.options.get(name):
            old = _option(setup, name) if name in before["options"] else None
            new = canonical.plain(call.options[name]) if name in key.options else None
            changes.append(Change("option", name, old, new))
    for kind, now, ids in (("dataset", key.datasets, call.datasets), ("job", key.jobs, call.jobs)):
        held = before[f"{kind}s"]
        for name in sorted({*held, *now}):
            if held.get(name) != now.get(name):
                old = _text(setup.get(f"{kind}s", {}).get(name))
                changes.append(Change(kind, name, old, _text(ids.get(name)), "its contents differ"))
    return changes


def _option(setup: Mapping[str, Any], name: str) -> str | None:
    if name not in setup["options"]:
        return None
    return canonical.plain(canonical.from_json(setup["options"][name]))


def _text(value: str | list[str] | None) -> str | None:
    return ", ".join(value) if isinstance(value, list) else value


def differences(reason: Reason, setup: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """{"options", "datasets", "jobs" or another part: {name: value}}: what the job of `setup` had."""
    found: dict[str, dict[str, Any]] = {}
    for change in reason.changes:
        if change.part in ("option", "dataset", "job"):
            section = f"{change.part}s"
            value = setup[section].get(change.name)
            old = canonical.from_json(value) if change.part == "option" else value
        else:
            section, old = change.part, change.old
        found.setdefault(section, {})[change.name] = old
    return found
