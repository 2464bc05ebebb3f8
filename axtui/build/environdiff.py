"""How the Python environments of two jobs, or of a job and of now, differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, Any]
_ABOUT = ("implementation", "python", "platform")


@dataclass(frozen=True)
class Entry:
    """One fact of an environment: `kind` is python or package; `used` a package that the job's code
    imported. `old` is the value it is compared with, None where it was not there."""

    kind: str
    name: str
    value: str | None
    old: str | None = None
    used: bool = False
    compared: bool = False

    @property
    def change(self) -> str:
        """'changed', 'new', 'gone', or '' where nothing differs or nothing was compared."""
        if not self.compared or self.value == self.old:
            return ""
        return "new" if self.old is None else "gone" if self.value is None else "changed"


def entries(environment: Facts | None, used: Iterable[str] = ()) -> list[Entry]:
    """Everything of an environment: about the Python first, then the packages that were imported,
    then the others."""
    held = environment or {}
    about = [Entry("python", name, str(held[name])) for name in _ABOUT if held.get(name)]
    imported = set(used)
    packages = [
        Entry("package", name, version, used=name in imported)
        for name, version in sorted((held.get("packages") or {}).items())
    ]
    return about + sorted(packages, key=lambda one: not one.used)


def compared(new: Facts | None, old: Facts | None, used: Iterable[str] = ()) -> list[Entry]:
    """The same beside another environment, what differs first."""
    imported = set(used)
    before = {(one.kind, one.name): one.value for one in entries(old)}
    found = [
        Entry(one.kind, one.name, one.value, before.pop((one.kind, one.name), None), one.used, True)
        for one in entries(new, imported)
    ]
    found += [
        Entry(kind, name, None, value, name in imported, True)
        for (kind, name), value in before.items()
    ]
    return sorted(found, key=lambda one: (not one.change, one.kind != "python", not one.used))


def present() -> dict[str, Any]:
    """The environment that this process runs in, in the same form."""
    from axtui.build.distributions import Installed, environment

    return environment(Installed())
