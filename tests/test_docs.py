"""What the documentation states holds: links lead somewhere, records have the keys that it lists, and the
tests that it names exist. (What it shows is run by `test_docs_run.py`.)"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import docpages
from tests.docpages import DOCS, PAGES, ROOT

DATASETS = DOCS / "datasets.md"
FORMATS = DOCS / "file-formats.md"

Json = dict[str, Any]


def _axtui(workspace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "axtui", *arguments],
        cwd=workspace,
        capture_output=True,
        text=True,
        timeout=300,
    )


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


# -- links


@pytest.mark.parametrize("page", PAGES, ids=docpages.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in docpages.links(page):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        aim = (page.parent / path).resolve() if path else page
        assert aim.exists(), f"{docpages.name(page)}: {target}"
        if anchor:
            assert anchor in docpages.anchors(aim), f"{docpages.name(page)}: {target}"


def test_the_site_has_every_page_once() -> None:
    told = re.findall(r"^ +- (?:.*: )?(\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.M)
    assert sorted(told) == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))


@pytest.mark.parametrize("index", ["index.md", "decisions/index.md", "howto/index.md"])
def test_an_index_links_every_page_beside_it(index: str) -> None:
    page = DOCS / index
    linked = {(page.parent / target).resolve() for target in docpages.links(page)}
    assert set(page.parent.glob("*.md")) - {page} <= linked


def test_generated_pages_are_current() -> None:
    done = subprocess.run(
        [sys.executable, DOCS / "_generate", "--check"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=docpages.name)
def test_modules_that_are_named_exist(page: Path) -> None:
    text = docpages.prose(page)
    shown = {block.file for block in docpages.blocks(page)}
    for name in set(re.findall(r"`((?:axtui|catalog|tests)/[\w/]+\.py)`?", text)) - shown:
        assert (ROOT / name).is_file(), f"{docpages.name(page)} names {name}"
    for name in set(re.findall(r"`((?:build|data|engine|cli)/\w+\.py)`", text)):
        assert (ROOT / "axtui" / name).is_file(), f"{docpages.name(page)} names {name}"


# -- hazards


def test_every_hazard_stands_once_with_a_test_that_exists() -> None:
    text = (DOCS / "hazards.md").read_text()
    rows = re.findall(r"^\| H(\d+) \|.*\| ([^|]*) \|$", text, re.M)
    assert [int(number) for number, _ in rows] == list(range(1, 44))
    for number, tests in rows:
        names = re.findall(r"`([^`]+)`", tests)
        assert names or tests == "not yet", f"H{number}"
        for name in names:
            file, _, function = name.partition("::")
            assert f"def {function}(" in (ROOT / file).read_text(), f"H{number}: {name}"


# -- records

METHOD_ALL = """
import numpy
from accelerator import build
options = {"n": 1}
datasets = ("source",)
jobs = ("previous",)
depend_extra = ("words.txt",)

def prepare(job):
    print("prepare")
    return job.datasetwriter(columns={"n": "number", "at": "datetime"}, parent=datasets.source)

def analysis(sliceno, prepare_res):
    import datetime
    for row in datasets.source.iterate(sliceno, "id"):
        prepare_res.write(datetime.datetime(2026, 3, 1), row)

def synthesis(job):
    with job.open_input("x.txt") as stream:
        job.json_save(stream.read())
    build("small").link_to_here("result.pickle")
"""
METHOD_SMALL = """
def synthesis(job):
    job.datasetwriter(columns={"id": "int32"}).get_split_write()(7)
    return 7
"""
METHOD_BAD = """
def analysis(sliceno):
    raise ValueError(sliceno)
"""
SCRIPT = """
def main(urd):
    small = urd.build("small")
    urd.build("all", source=small, previous=small)
    small.link_result()
"""


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Json]]:
    """All records that a small workspace produces, by file name."""
    root = tmp_path_factory.mktemp("records")
    files = {
        "axtui.toml": "slices = 2\n",
        "inputs/x.txt": "x",
        "methods/words.txt": "words",
        "methods/a_all.py": METHOD_ALL,
        "methods/a_small.py": METHOD_SMALL,
        "methods/a_bad.py": METHOD_BAD,
        "methods/build.py": SCRIPT,
        "methods/build_bad.py": "def main(urd):\n    urd.build('bad')\n",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    done = _axtui(root, "run")
    assert done.returncode == 0, done.stderr
    assert _axtui(root, "run", "bad").returncode == 1
    workdir = root / "workdirs" / "dev"
    found: dict[str, list[Json]] = {
        name: [json.loads(path.read_bytes()) for path in sorted(workdir.glob(f"*/{name}"))]
        for name in ("setup.json", "post.json", "failed.json")
    }
    found["environment"] = [
        json.loads(path.read_bytes()) for path in workdir.glob(".environments/*.json")
    ]
    found["dataset"] = [json.loads(path.read_bytes()) for path in workdir.glob("*/DS/*.json")]
    found["urd"] = [
        json.loads(line)["record"]
        for path in root.glob("urd/*/*.urd")
        for line in path.read_text().splitlines()
    ]
    return found


def _posts(records: dict[str, list[Json]]) -> list[Json]:
    """Completion records of methods."""
    return [post for post in records["post.json"] if post["recorded"]]


def _parts(name: str) -> Callable[[dict[str, list[Json]]], Iterator[Json]]:
    """The records of that name as they are."""
    return lambda records: iter(records[name])


PRODUCED: dict[str, Callable[[dict[str, list[Json]]], Iterator[Json]]] = {
    "setup.json": _parts("setup.json"),
    "post.json": _parts("post.json"),
    "failed.json": _parts("failed.json"),
    "Environments": _parts("environment"),
    "Dataset metadata": _parts("dataset"),
    "Urd": _parts("urd"),
    "An entry of stages": lambda records: (s for p in _posts(records) for s in p["stages"]),
    "An entry of files": lambda records: (
        fact for post in _posts(records) for fact in post["files"].values()
    ),
    "recorded": lambda records: (post["recorded"] for post in _posts(records)),
    "recorded imports": lambda records: (p["recorded"]["imports"] for p in _posts(records)),
    "A column": lambda records: (
        column for meta in records["dataset"] for column in meta["columns"].values()
    ),
}
"""Section of the page -> the objects whose keys its table lists."""


@pytest.mark.parametrize("title", PRODUCED)
def test_records_have_the_keys_that_the_page_lists(
    records: dict[str, list[Json]], title: str
) -> None:
    cells = docpages.first_cells(docpages.section(FORMATS, title))
    documented = {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
    produced = {key for record in PRODUCED[title](records) for key in record}
    assert documented == produced


def test_keys_of_scripts_and_of_methods_are_told_apart(records: dict[str, list[Json]]) -> None:
    text = docpages.section(FORMATS, "setup.json")
    for words, is_build in (("Methods only.", False), ("Build scripts only.", True)):
        marked = set(re.findall(rf"^\| `(\w+)` \|.*{re.escape(words)} \|$", text, re.M))
        groups: dict[bool, set[str]] = {True: set(), False: set()}
        for setup in records["setup.json"]:
            groups[setup["is_build"]] |= setup.keys()
        assert marked == groups[is_build] - groups[not is_build]


def test_column_types_are_stored_as_the_page_says() -> None:
    from axtui.data.encode import PHYSICAL

    text = docpages.section(FORMATS, "Column types")
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)`", text, re.M))
    assert rows == {name: str(kind) for name, kind in PHYSICAL.items()}


def test_every_column_type_is_in_the_reference() -> None:
    from axtui.data.types import TYPES

    cells = docpages.first_cells(docpages.section(DATASETS, "Column types"))
    assert {name for cell in cells for name in re.findall(r"`(\w+)`", cell)} == set(TYPES)


def test_keywords_of_the_api_are_in_the_reference() -> None:
    import inspect

    from axtui.data.dataset import IterateKeywords
    from axtui.data.writer import DatasetWriter

    text = DATASETS.read_text()
    writer = set(inspect.signature(DatasetWriter.__new__).parameters) - {"cls"}
    for word in {*IterateKeywords.__annotations__, *writer}:
        assert re.search(rf"\b{word}\b", text), word
