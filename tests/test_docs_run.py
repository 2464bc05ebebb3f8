"""Everything that the documentation shows is run: each page is typed in, in a workspace of its own."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from collections import Counter
from pathlib import Path

import click
import pytest

from tests import docpages, docrun
from tests.docpages import DOCS, PAGES, ROOT, Block
from tests.warm import Warm

TYPED = [page for page in PAGES if any(docrun.runs(block) for block in docpages.blocks(page))]

LEFT_OUT = {
    "README.md": 2,
    "docs/accelerator.md": 4,
    "docs/dashboard.md": 1,
    "docs/example.md": 4,
    "docs/index.md": 1,
    "docs/performance.md": 1,
    "docs/serve.md": 2,
    "docs/urd.md": 1,
    "docs/watch.md": 1,
}
"""Page -> how many of its blocks are not run. A new one is a decision: try to have it run."""

_COMMAND = re.compile(r"^(?:\$ |axtui |ax |pip |python3? )", re.M)


@pytest.mark.parametrize("page", TYPED, ids=docpages.name)
def test_the_page_shows_what_happens(page: Path, tmp_path: Path, warm: Warm) -> None:
    done = docrun.type_in(page, tmp_path / "home", warm)
    assert done == sum(_asked(block) for block in docpages.blocks(page))


def _asked(block: Block) -> int:
    """How many commands or pieces of code it has."""
    if not docrun.runs(block):
        return 0
    return len(docrun.commands(block.text)) if block.kind == "console" else 1


def test_what_is_not_run_is_counted_and_has_a_reason() -> None:
    left_out: Counter[str] = Counter()
    for page in PAGES:
        for block in docpages.blocks(page):
            if (reason := block.mark("not run")) is not None:
                assert reason in docrun.NOT_RUN, f"{docpages.name(page)}, line {block.line}"
                left_out[docpages.name(page)] += 1
    assert left_out == LEFT_OUT


@pytest.mark.parametrize("page", PAGES, ids=docpages.name)
def test_no_command_hides_in_a_block_that_is_not_run(page: Path) -> None:
    for block in docpages.blocks(page):
        if block.kind != "console" and block.file is None and block.mark("not run") is None:
            shown = block.mark("prints") is not None or block.kind == "python"
            assert shown or not _COMMAND.search(block.text), f"line {block.line}"


@pytest.mark.parametrize("page", PAGES, ids=docpages.name)
def test_marks_are_known(page: Path) -> None:
    known = re.compile(r"(file|edit|not run): .+|fails|prints")
    for block in docpages.blocks(page):
        for mark in block.marks:
            assert known.fullmatch(mark), f"{docpages.name(page)}, line {block.line}: {mark}"


@pytest.mark.parametrize("page", TYPED, ids=docpages.name)
def test_a_reader_sees_which_file_a_block_is(page: Path) -> None:
    text = page.read_text(encoding="utf-8").splitlines()
    for block in docpages.blocks(page):
        if block.file:
            above = "\n".join(text[: block.line - 1 - len(block.marks)]).rstrip()
            paragraph = above.rpartition("\n\n")[2]
            assert Path(block.file).name in paragraph, f"line {block.line}: {block.file}"


@pytest.mark.parametrize("page", PAGES, ids=docpages.name)
def test_blocks_are_what_they_say(page: Path) -> None:
    for block in docpages.blocks(page):
        if block.kind == "python":
            ast.parse(block.text, f"{page.name}, line {block.line}")
        elif block.kind == "toml":
            tomllib.loads(block.text)
        elif block.kind == "json":
            json.loads(block.text)


@pytest.mark.parametrize("page", TYPED, ids=docpages.name)
def test_every_method_and_script_that_a_page_shows_is_run(page: Path) -> None:
    found = list(docpages.blocks(page))
    files = {Path(block.file).name for block in found if block.file}
    code = "".join(block.text for block in found if block.kind == "python")
    typed = "".join(block.text for block in found if block.kind == "console")
    for file in files:
        stem = file.removesuffix(".py")
        if stem.startswith("a_"):
            asked = rf'\b(?:build|submit|build_chained)\(\s*"{stem[2:]}"'
            assert re.search(asked, code), f"{file} is not built"
        elif stem.startswith("build_"):
            assert re.search(rf"\baxtui run .*\b{stem[6:]}\b", typed), f"{file} is not run"


# -- commands in the text


@pytest.mark.parametrize("page", PAGES, ids=docpages.name)
def test_commands_in_the_text_exist(page: Path) -> None:
    for text in re.findall(r"`(axtui [^`]+)`", docpages.prose(page)):
        _check(shlex.split(text.replace("\n", " "))[1:], f"{docpages.name(page)}: {text}")


def _check(words: list[str], where: str) -> None:
    """Raises AssertionError unless the command and its options exist."""
    from axtui.cli.main import COMMANDS, cli

    context = click.Context(cli, info_name="axtui")
    if words[0].startswith("-") or words[0].isupper():
        return
    assert words[0] in COMMANDS, where
    command = cli.get_command(context, words[0])
    assert command is not None, where
    options = {
        name for each in command.get_params(context) for name in (*each.opts, *each.secondary_opts)
    }
    for word in words[1:]:
        flag = word.partition("=")[0].strip("[]")
        if re.fullmatch(r"--[\w-]+|-\w", flag):
            assert flag in options, f"{where}: no option {flag}"


def test_ci_runs_the_second_command_of_the_readme() -> None:
    blocks = docpages.blocks(ROOT / "README.md")
    installed = [block.text.strip() for block in blocks if ".venv/bin/pip" in block.text]
    assert len(installed) == 2
    script = (ROOT / ".ci" / "run").read_text()
    assert script.splitlines()[-1].split("pytest ")[-1] in installed[1]


def test_pages_are_typed_in_at_all() -> None:
    assert {ROOT / "README.md", DOCS / "methods.md"} <= set(TYPED)
