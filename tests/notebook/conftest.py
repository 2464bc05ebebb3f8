"""A workspace that was really built, and open for reading."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

import axtui
from axtui.engine.local import LocalEngine
from axtui.notebook.workspace import Workspace
from tests.build.conftest import Bench

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
CUPS = """
options = {"day": 1, "rows": 30}
datasets = ("previous",)

def prepare(job):
    print("making", options.rows, "rows")
    writer = job.datasetwriter(
        columns={"n": "int64", "drink": ("unicode", True), "price": "number"},
        previous=datasets.previous, caption="cups", hashlabel="n",
    )
    return writer

def analysis(sliceno, prepare_res):
    for n in range(options.rows):
        if prepare_res.hashcheck(n):
            prepare_res.write(None if n == 3 else "<b>tea</b>", n, n / 2)
    print("slice", sliceno)

def synthesis(job):
    job.json_save({"day": options.day}, "day.json")
    return {"day": options.day}
"""
PAGES = """
import base64
jobs = ("cups",)

def synthesis(job):
    with job.open("page.html", "w") as page:
        page.write("<h1>\\"cups\\"</h1><script>1</script>")
    with job.open("dot.png", "wb") as image:
        image.write(base64.b64decode(PNG))
    with job.open("words.txt", "w") as words:
        words.write("a <b> c\\n" * 500)
    with job.open("film.mp4", "wb") as film:
        film.write(b"no film")
    with job.open("odd.bin", "wb") as odd:
        odd.write(b"\\0\\1")
"""
SCRIPT = """
urd.begin("cups", "2026-03-01", caption="first of March")
one = urd.build("cups")
two = urd.build("cups", day=2, previous=one, rows=25)
urd.finish("cups")
pages = urd.build("pages", cups=two)
for name in ("page.html", "dot.png", "words.txt", "film.mp4", "odd.bin"):
    pages.link_result(name, description=f"the {name}")
"""


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    """One engine for all tests here: its fork server takes a second to start."""
    engine = LocalEngine(2, tmp_path_factory.mktemp("slots"))
    yield engine
    engine.shutdown()


def make_bench(root: Path, engine: LocalEngine) -> Bench:
    """A workspace with the methods and the script above, not built yet."""
    bench = Bench(root, engine)
    bench.method("cups", CUPS)
    bench.method("pages", f"PNG = {base64.b64encode(PNG)!r}\n{PAGES}")
    bench.script(SCRIPT)
    return bench


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, engine: LocalEngine) -> Bench:
    """Built once, and only read by the tests: dev-1 is the script, dev-2 and -3 cups, dev-4 pages."""
    bench = make_bench(tmp_path_factory.mktemp("notebook") / "ws", engine)
    bench.run()
    return bench


@pytest.fixture(scope="session")
def ws(built: Bench) -> Workspace:
    """That workspace, open: one for all, as its copy of the catalog takes a second to make."""
    return axtui.open(built.root)


@pytest.fixture
def own(tmp_path: Path, engine: LocalEngine) -> Bench:
    """The same, not built, for a test alone."""
    return make_bench(tmp_path / "own", engine)
