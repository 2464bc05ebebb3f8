"""Environment variables read by user code: each way of reading, in a child process (H12)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from axtui.build.changes import Change
from axtui.build.distributions import Installed
from axtui.build.recheck import Present
from axtui.build.recorded import merge
from axtui.engine import environ
from axtui.engine.places import Places
from axtui.engine.source import FrozenSource

CHILD = """
import importlib, json, sys
from axtui.engine.imports import Recorder
recorder = Recorder.install(sys.argv[1], [], None, given=frozenset(["GIVEN"]))
import method
print(json.dumps(recorder.record()))
"""
VARIABLES = {"MODE": "fast", "GIVEN": "1", "OTHER": "o"} | {
    name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ
}
MODE = environ.value_digest("MODE", b"fast")


def run(folder: Path, code: str, **more: str) -> dict[str, Any]:
    """The record of a process that imports a module of this code."""
    (folder / "method.py").write_text("import os\n" + code)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder)],
        env=VARIABLES | more,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    record: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return record


@pytest.mark.parametrize(
    "code",
    [
        "os.environ['MODE']",
        "os.environ.get('MODE')",
        "os.getenv('MODE', 'x')",
        "'MODE' in os.environ",
        "os.environb[b'MODE']",
        "os.environ.setdefault('MODE', 'x')",
        "os.environ.pop('MODE')",
        "from os import environ\n(lambda: [environ[x] for x in ('MODE',)])()",
        "list(map(os.environ.get, ['MODE']))",
    ],
)
def test_every_way_of_reading_one(tmp_path: Path, code: str) -> None:
    record = run(tmp_path, code)
    assert record["environ"] == {"MODE": MODE}
    assert record["unrecorded"] == []


@pytest.mark.parametrize(
    "code",
    [
        "os.environ.copy()",
        "dict(os.environ)",
        "{**os.environ}",
        "list(os.environ.items())",
        "{k: v for k, v in os.environ.items()}",
        "for k, v in os.environ.items():\n    pass",
        "for v in os.environ.values():\n    pass",
        "sorted(os.environ)",
        "os.environ | {}",
        "{} | os.environ",
        "repr(os.environ)",
        "for k in os.environ:\n    os.environ[k]",
    ],
)
def test_every_way_of_reading_all(tmp_path: Path, code: str) -> None:
    record = run(tmp_path, code)
    assert record["environ"] == {}
    assert record["unrecorded"] == [environ.WHOLE]


def test_reading_one_after_all_is_still_noted(tmp_path: Path) -> None:
    record = run(tmp_path, "env = os.environ.copy()\nos.environ['MODE']")
    assert record["environ"] == {"MODE": MODE}
    assert record["unrecorded"] == [environ.WHOLE]


@pytest.mark.parametrize(
    "code",
    [
        "os.environ['MODE'] = 'x'\nos.environ['MODE']",  # its own value
        "os.environ['GIVEN']",  # set by the engine
        "os.path.expanduser('~')\nimport shutil\nshutil.which('sh')",  # the library reads, not it
        "import subprocess\nsubprocess.run(['true'])",
        "",
    ],
)
def test_what_is_not_noted(tmp_path: Path, code: str) -> None:
    record = run(tmp_path, code)
    assert record["environ"] == {}
    assert record["unrecorded"] == []


def test_absence_is_a_fact_and_errors_are_the_same(tmp_path: Path) -> None:
    code = (
        "try:\n    os.environ['ABSENT']\nexcept KeyError as e:\n    assert e.args == ('ABSENT',)\n"
    )
    code += "try:\n    os.environ[1]\nexcept TypeError:\n    pass\n"
    assert run(tmp_path, code)["environ"] == {"ABSENT": None}


def test_a_changed_value_is_noticed_and_no_value_is_kept(tmp_path: Path) -> None:
    ran = run(tmp_path, "os.getenv('SECRET')\nos.getenv('ABSENT')", SECRET="hunter2")
    record = merge([ran], FrozenSource(None, Places(tmp_path)), Installed())
    assert "hunter2" not in json.dumps(record)

    def changes(**variables: str) -> list[Change]:
        return Present(tmp_path, [], variables=variables).changes(record)

    assert changes(SECRET="hunter2", OTHER="other") == []
    [change] = changes(SECRET="hunter3")
    assert (change.part, change.name) == ("environ", "SECRET")
    assert [change.name for change in changes(SECRET="hunter2", ABSENT="")] == ["ABSENT"]
    assert [change.new for change in changes()] == [None]
