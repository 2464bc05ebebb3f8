"""Standard modules that are executed once for all stages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from axtui.engine.kept import Kept, Source

METHOD = "axtui.standard.a_kept"
TEXTS = {
    "axtui.standard": "",
    METHOD: "import math\nfrom axtui.standard import keeping\nfrom axtui.standard.other import TEN\n",
    "axtui.standard.keeping": "import colorsys\n",
    "axtui.standard.other": "TEN = 10\n",
}


def sources(**changed: str) -> dict[str, Source]:
    texts = TEXTS | {f"axtui.standard.{name}": text for name, text in changed.items()}
    return {name: (_place(name), text.encode()) for name, text in texts.items()}


def _place(name: str) -> str:
    return f"/standard/{name.removeprefix('axtui.standard').removeprefix('.') or '__init__'}.py"


def taken(kept: Kept, given: Mapping[str, Source]) -> bool:
    return kept.get(METHOD, dict(given.values()).__getitem__) is not None


def test_a_method_is_executed_once_and_knows_what_it_imported() -> None:
    kept = Kept()
    before = sys.modules.copy()
    kept.execute(METHOD, sources())
    assert kept.has(METHOD, sources())
    found = kept.get(METHOD, dict(sources().values()).__getitem__)
    assert found is not None
    assert vars(found.module)["TEN"] == 10
    assert [name for name, _, _ in found.imports] == [
        "math",
        "axtui.standard",
        "axtui.standard.other",
    ]
    assert {name for name in sys.modules if name not in before} <= {"colorsys"}


def test_what_was_kept_serves_a_second_method_and_is_executed_no_more() -> None:
    kept = Kept()
    kept.execute(METHOD, sources())
    more = sources(a_second="from axtui.standard import keeping\n")
    first = kept.get(METHOD, dict(more.values()).__getitem__)
    kept.execute("axtui.standard.a_second", more)
    second = kept.get("axtui.standard.a_second", dict(more.values()).__getitem__)
    assert first is not None
    assert second is not None
    assert vars(first.module)["keeping"] is vars(second.module)["keeping"]


@pytest.mark.parametrize("edited", ["a_kept", "keeping", "other"])
def test_a_method_is_not_taken_if_anything_that_it_imports_is_of_other_bytes(edited: str) -> None:
    kept = Kept()
    kept.execute(METHOD, sources())
    assert taken(kept, sources())
    given = sources(**{edited: TEXTS[f"axtui.standard.{edited}"] + "\n"})
    assert not taken(kept, given)
    assert not kept.has(METHOD, given)
    kept.execute(METHOD, given)
    assert taken(kept, given)
    assert not taken(kept, sources())


@pytest.mark.parametrize(
    "text", ["import os\nos.environ.get('HOME')\n", "1 / 0\n", "raise SystemExit\n"]
)
def test_what_reads_the_environment_or_fails_is_left_to_the_stages(text: str) -> None:
    kept = Kept()
    kept.execute(METHOD, sources(other=text))
    assert not kept.has(METHOD, sources(other=text))
    assert not taken(kept, sources(other=text))


RECORDS = """
import importlib, json, os, sys
from pathlib import Path
import axtui.accelerator, axtui.data.writer, numpy, pyarrow.compute, zoneinfo
from axtui.engine.imports import Recorder
from axtui.engine.kept import STANDARD, Kept
from axtui.engine.loaded import Loaded

keeps, workspace, method = json.loads(sys.argv[1]), sys.argv[2], STANDARD + ".a_dataset_type"
folder = Path(axtui.data.__file__).parent.parent / "standard"
sources = {STANDARD + ("" if file.stem == "__init__" else f".{file.stem}"): (str(file), file.read_bytes())
           for file in folder.glob("*.py")}
kept = Kept()
kept.execute(method, sources)
executed = kept.get(method, lambda path: Path(path).read_bytes()).module
recorder = Recorder.install(workspace, [], None, loaded=Loaded(sys.modules, kept=kept if keeps else None))
same = importlib.import_module(method) is executed
print(json.dumps([same, recorder.record()]))
"""


def recorded(keeps: bool, workspace: Path) -> tuple[bool, object]:
    command = [sys.executable, "-c", RECORDS, json.dumps(keeps), str(workspace)]
    same, record = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return bool(same), record


def test_what_is_recorded_does_not_tell_whether_a_method_was_kept(tmp_path: Path) -> None:
    same, record = recorded(True, tmp_path)
    other, of_executed = recorded(False, tmp_path)
    assert (same, other) == (True, False)
    assert record == of_executed


def test_nothing_is_kept_from_a_workspace_that_hides_a_module(tmp_path: Path) -> None:
    tmp_path.joinpath("zoneinfo.py").write_text("class ZoneInfo: pass\n")
    assert recorded(True, tmp_path)[0] is False
