"""Everything a stage process records of what its user code imports and reads."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from axtui.engine.imports import Recorder
from axtui.engine.libraries import Libraries, Trial
from axtui.engine.notes import Notes
from axtui.engine.opens import OpenWatch
from axtui.engine.stageenv import SET_BY_ENGINE


class StageRecorder:
    """Imports, environment variables and opened files of one stage process."""

    def __init__(self, spec: Mapping[str, Any], notes: Notes, source: Path | None) -> None:
        self._notes = notes
        self._imports = Recorder.install(
            spec["root"],
            spec["folders"],
            source,
            note=notes,
            given=frozenset(SET_BY_ENGINE),
            loaded=spec["loaded"],
        )
        if had := spec.get("had"):
            self._imports.had(**had)
        own = [
            *spec["workdirs"].values(),
            str(Path(spec["root"], ".axtui")),
            spec["result_directory"],
        ]
        self._opens = OpenWatch(
            notes,
            self._imports.places,
            roots=[spec["root"], spec["input_directory"]],
            excluded=own,
            is_source=self._imports.is_user,
        )
        self._trial = Trial(self._imports, notes)

    @contextmanager
    def user_code(self) -> Iterator[None]:
        """While the block runs, files that are opened for reading are noted."""
        self._opens.start()
        try:
            yield
        finally:
            self._opens.stop()

    def import_method(self, name: str) -> ModuleType:
        """Import the method's module; an ImportError of the module itself stays as it is."""
        with self._trial.of(name):
            return importlib.import_module(name)

    @property
    def libraries(self) -> Libraries | None:
        """What other processes may have loaded before they import the method, if there is anything."""
        return self._trial.found

    def is_user(self, filename: str) -> bool:
        """Whether a file is source of the user's."""
        return self._imports.is_user(os.path.abspath(filename))  # noqa: PTH100 - links stay as written

    def record(self) -> dict[str, Any]:
        """What `build.recorded.merge` takes."""
        found = self._imports.record()
        found["unrecorded"] = sorted({*found["unrecorded"], *self._notes.unrecorded})
        return found
