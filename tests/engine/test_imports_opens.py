"""Files read while user code runs: noted once, and only if they are input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = """
import json, sys
from axtui.engine.imports import Recorder
from axtui.engine.opens import OpenWatch
root = sys.argv[1]
noted = []
def note(kind, path):
    assert kind == "input"
    noted.append(path)
    if "angry" in path:
        raise RuntimeError(path)
recorder = Recorder.install(root, [], None, note=note)
excluded = [root + "/workdirs", root + "/.axtui"]
watch = OpenWatch(
    note, recorder.places, roots=[root], excluded=excluded, is_source=recorder.is_user
)
watch.start()
import method
watch.stop()
open(root + "/late.txt").close()
print(json.dumps(noted))
"""


def noted(root: Path, code: str) -> list[str]:
    """Names, below the workspace where they are, of the files noted while this code ran."""
    for name in (
        "a.txt",
        "b.txt",
        "late.txt",
        "angry.txt",
        "workdirs/dev-1/r.txt",
        ".axtui/x",
        "pkg/d.txt",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("1\n2\n")
    (root / "pkg/__init__.py").write_text("")
    (root / "site-packages").mkdir()
    (root / "site-packages/library.py").write_text("open('/etc/passwd').read()")
    (root / "by_path.py").write_text("X = 1")
    (root / "method.py").write_text(f"import os\nROOT = {str(root)!r}\n" + code)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(root)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return [path.removeprefix(str(root) + "/") for path in found]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("open(ROOT + '/a.txt').read()\nopen(ROOT + '/a.txt')", ["a.txt"]),
        ("import pathlib\npathlib.Path(ROOT, 'a.txt').read_text()", ["a.txt"]),
        ("os.close(os.open(ROOT + '/a.txt', os.O_RDONLY))", ["a.txt"]),
        ("os.chdir(ROOT)\nopen('a.txt')\nopen(b'b.txt', 'rb')", ["a.txt", "b.txt"]),
        ("open(ROOT + '/a.txt', 'r+')", ["a.txt"]),
        ("import pandas\npandas.read_csv(ROOT + '/a.txt')", ["a.txt"]),
        ("import shutil\nshutil.copy(ROOT + '/a.txt', ROOT + '/copy.txt')", ["a.txt"]),
        ("import pkgutil\npkgutil.get_data('pkg', 'd.txt')", ["pkg/d.txt"]),
        ("import runpy\nrunpy.run_path(ROOT + '/by_path.py')", ["by_path.py"]),
        (
            "from threading import Thread\n"
            "t = Thread(target=open, args=(ROOT + '/a.txt',))\nt.start()\nt.join()",
            ["a.txt"],
        ),
        ("open('/etc/passwd')", ["/etc/passwd"]),
        ("open(ROOT + '/angry.txt').read()\nopen(ROOT + '/a.txt')", ["angry.txt", "a.txt"]),
    ],
)
def test_noted(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert noted(tmp_path, code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "open(ROOT + '/new.txt', 'w').write('x')\nopen(ROOT + '/new.txt').read()",
        "open(ROOT + '/a.txt', 'a').write('x')",
        "open(ROOT + '/workdirs/dev-1/r.txt')\nopen(ROOT + '/.axtui/x')",
        "open('/proc/self/stat')\nopen('/dev/null')",
        "open(os.__file__)\nimport numpy\nopen(numpy.__file__)",
        "open(__file__)\nimport inspect, linecache\nlinecache.getline(__file__, 1)",
        "import tempfile\nf = tempfile.NamedTemporaryFile()\nopen(f.name)",
        "try:\n    open(ROOT + '/absent.txt')\nexcept FileNotFoundError:\n    pass",
        "os.close(os.open(ROOT, os.O_RDONLY))",
        "r, w = os.pipe()\nopen(r, 'rb').close()",
        "import sys\nsys.path.append(ROOT + '/site-packages')\nimport library",  # its own settings
    ],
)
def test_not_noted(tmp_path: Path, code: str) -> None:
    assert noted(tmp_path, code) == []
