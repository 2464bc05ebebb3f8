"""Finding methods, and knowing what each declares without importing it again while it is unchanged."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Any

from axtui.build.methodfiles import MethodFile, MethodFiles, find_methods
from axtui.build.recheck import Present
from axtui.data import jobdir
from axtui.engine.looked import Glance
from axtui.engine.options import Declarations
from axtui.errors import BuildError, DamagedJobError, NoSuchMethodError
from axtui.suggest import did_you_mean
from axtui.valueobject import value_object
from axtui.workspace import Workspace

_CACHE = "axtui-method-2"
_PAUSE = 0.02
Pause = Callable[[float], None]

__all__ = ["Method", "MethodFile", "Methods", "find_methods"]


@value_object
class Method:
    """What a method declares."""

    file: MethodFile
    stages: tuple[str, ...]
    arguments: Mapping[str, list[str]]
    description: str
    options: Declarations
    datasets: tuple[tuple[str, bool], ...]
    jobs: tuple[tuple[str, bool], ...]
    depend_extra: tuple[str, ...]
    slice_dependent: bool
    timeout: float
    equivalent: tuple[str, frozenset[str]] | None = None
    recorded: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @cached_property
    def homes(self) -> dict[str, list[str]]:
        """Where each name that the method declares stands: in options, datasets, jobs, or in several."""
        found: dict[str, list[str]] = {}
        for option in self.options:
            found.setdefault(option.name, []).append("options")
        for kind, declared in (("datasets", self.datasets), ("jobs", self.jobs)):
            for name, _ in declared:
                found.setdefault(name, []).append(kind)
        return found

    @property
    def name(self) -> str:
        """The method's name."""
        return self.file.name

    def refuse_missing(self) -> None:
        """Raises BuildError if there is no file that `depend_extra` names. It comes and goes without
        the declarations being read again."""
        if not self.depend_extra:
            return
        for path in map(Path, self.depend_extra):
            if not path.is_file():
                here = self.file.path.parent
                name = path.relative_to(here) if path.is_relative_to(here) else path.name
                said = f"depend_extra names {name}, but there is no file {path}"
                raise BuildError(f"method {self.name}: {said}")


class Methods:
    """The methods of a workspace as they are now. `describe` runs in a process of its own."""

    def __init__(
        self,
        workspace: Workspace,
        present: Present,
        describe: Callable[[MethodFile, Pause], Mapping[str, Any]],
    ) -> None:
        self._workspace, self._present, self._describe = workspace, present, describe
        self._files = MethodFiles(workspace)
        self._known: dict[str, Method] = {}
        self._importing: set[str] = set()

    def get(self, name: str, pause: Pause = time.sleep, glance: Glance | None = None) -> Method:
        """A method with its declarations. While it is imported, `pause` is called with seconds to
        wait; it may raise. `glance` is that of the look-up that this is for. Raises
        NoSuchMethodError, or BuildError if the method is broken or a file of its `depend_extra` is
        gone."""
        glance = glance or Glance()
        while name in self._importing:
            pause(_PAUSE)
            glance.forget()
        file = self._file(name, glance)
        known = self._known.get(name) or self._cached(file)
        if known is None or known.file != file or not self._present.same(known.recorded, glance):
            known = self._fresh(file, pause)
            glance.forget()
        known.refuse_missing()
        self._known[name] = known
        return known

    def _file(self, name: str, glance: Glance) -> MethodFile:
        methods = self._files.now(glance)
        file = methods.get(name)
        if file is None:
            folders = ", ".join(str(folder) for folder in self._workspace.config.method_folders)
            raise NoSuchMethodError(
                f"there is no method {name!r}: no a_{name}.py or {name}.sql in {folders}."
                + did_you_mean(name, methods)
            )
        if file.broken:
            raise BuildError(file.broken)
        return file

    def _cache_file(self, name: str) -> Path:
        return self._workspace.dot_axtui / "methods" / f"{name}.json"

    def _cached(self, file: MethodFile) -> Method | None:
        try:
            held = jobdir.read_checked(self._cache_file(file.name))
            if held.get("format") != _CACHE or held["description"]["path"] != str(file.path):
                return None
            return _method(file, held["description"], held["recorded"])
        except (OSError, DamagedJobError, KeyError, TypeError):
            return None

    def _fresh(self, file: MethodFile, pause: Pause) -> Method:
        self._importing.add(file.name)  # one thread for all
        try:
            answer = self._describe(file, pause)
        finally:
            self._importing.discard(file.name)
        if "error" in answer:
            raise BuildError(f"method {file.name} cannot be used ({file.path}):\n{answer['error']}")
        method = _method(file, answer["ok"], answer["recorded"])
        held = {"format": _CACHE, "description": answer["ok"], "recorded": answer["recorded"]}
        cache = self._cache_file(file.name)
        with contextlib.suppress(OSError):  # only saves time
            cache.parent.mkdir(parents=True, exist_ok=True)
            jobdir.write_json(cache, jobdir.checked(held))
        return method


def _equivalent(held: list[Any] | None) -> tuple[str, frozenset[str]] | None:
    return None if held is None else (held[0], frozenset(held[1]))


def _method(file: MethodFile, held: Mapping[str, Any], recorded: Mapping[str, Any]) -> Method:
    return Method(
        file=file,
        stages=tuple(held["stages"]),
        arguments=held["arguments"],
        description=held["description"],
        options=Declarations.from_json(held["options"]),
        datasets=tuple((name, many) for name, many in held["datasets"]),
        jobs=tuple((name, many) for name, many in held["jobs"]),
        depend_extra=tuple(held["depend_extra"]),
        slice_dependent=held["slice_dependent"],
        timeout=held["timeout"],
        equivalent=_equivalent(held.get("equivalent_hashes")),
        recorded=recorded,
    )
