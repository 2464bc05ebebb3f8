"""What the PyPI package `accelerator` ships, run on axtui: its test methods, all its examples.

The package comes from pip (AXTUI_ACCELERATOR_PACKAGE may name the folder of an unpacked one); without
either the tests are skipped. AXTUI_SLOW=1 runs the dear test methods, too.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.accelerator import shipped
from tests.accelerator.misses import HEADING, PAGE, known_misses
from tests.warm import Warm

SLOW = bool(os.environ.get("AXTUI_SLOW"))


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `accelerator` of the package."""
    named = os.environ.get("AXTUI_ACCELERATOR_PACKAGE")
    if named:
        return Path(named)
    try:
        return shipped.fetch(tmp_path_factory.mktemp("package"))
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"pip cannot fetch the package accelerator: {error}")


@pytest.fixture
def program(tmp_path: Path, warm: Warm) -> Path:
    """axtui, which the tests run a hundred times."""
    warm.write_programs(tmp_path / "programs")
    return tmp_path / "programs" / "axtui"


@pytest.mark.parametrize("half", ["commands", "others"])
def test_those_test_methods_pass_that_are_not_known_to_miss(
    half: str, package: Path, tmp_path: Path, program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = shipped.make_project(tmp_path / "tests", package, ["test_methods"], "each")
    left_out = shipped.halves(package)[half] | (set() if SLOW else shipped.DEAR)
    outcome = shipped.run_methods(project, left_out, program)
    with capsys.disabled():
        print(f"\n{half}: " + outcome.counted("test methods that pass"))
    misses = known_misses(PAGE.read_text(encoding="utf-8"))
    unexpected = {name: why for name, why in outcome.failed.items() if name not in misses}
    assert not unexpected, "\n".join(f"{name}: {why}" for name, why in unexpected.items())
    assert not outcome.elsewhere, outcome.told("test methods that pass")
    well = misses.keys() & set(outcome.passed)
    assert not well, f"these pass: take them out of the table {HEADING!r} in {PAGE.name}"


def test_all_examples_run(
    package: Path, tmp_path: Path, program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = shipped.make_project(tmp_path / "examples", package, ["examples"])
    outcome = shipped.run_examples(project, program)
    with capsys.disabled():
        print("\n" + outcome.counted("examples that run"))
    assert outcome.passed
    assert not outcome.failed, outcome.told("examples that run")


def test_the_table_names_methods_that_there_are(package: Path) -> None:
    names = set(shipped.names_of_methods(package))
    assert known_misses(PAGE.read_text(encoding="utf-8")).keys() <= names
    assert names >= shipped.DEAR | shipped.COMMANDS
    assert not set.intersection(*shipped.halves(package).values())
    listed = (package / "test_methods" / "methods.conf").read_text().splitlines()
    assert names == {line.split()[0] for line in listed if line and not line.startswith("#")}


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("# Other\n\n| test | why |\n|---|---|\n| `test_a` | x |\n", "no heading"),
        (
            f"## {HEADING}\n\nNothing.\n\n## More\n\n| a | b |\n|---|---|\n| `test_a` | x |\n",
            "no table",
        ),
        (f"## {HEADING}\n\n| a | b |\n|---|---|\n| `test_a` | |\n", "not a method and its reason"),
        (f"## {HEADING}\n\n| a | b |\n|---|---|\n| test_a | x |\n", "not a method and its reason"),
        (f"## {HEADING}\n\n| a | b |\n|---|---|\n| `t` | x |\n| `t` | y |\n", "second one of it"),
    ],
)
def test_a_table_that_says_nothing_is_refused(page: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        known_misses(page)


def test_a_table_gives_each_method_its_reason() -> None:
    table = "| a | b |\n|---|---|\n| `t_a`  | why, `x` |\n| `t_b` | y |\n"
    page = f"# P\n\n## {HEADING}\n\nText.\n\n{table}\n# Q\n\n| `t_c` | z |\n"
    assert known_misses(page) == {"t_a": "why, `x`", "t_b": "y"}
