"""The import arrows: faces above build above engine above data, and the catalog on its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BOTTOM = {
    "axtui",
    "axtui.addresses",
    "axtui.acceleratorconf",
    "axtui.acceleratorkeys",
    "axtui.config",
    "axtui.errors",
    "axtui.human",
    "axtui.memory",
    "axtui.methodpackage",
    "axtui.packagefolder",
    "axtui.retention",
    "axtui.suggest",
    "axtui.texttable",
    "axtui.tomlconfig",
    "axtui.tomllines",
    "axtui.userconfig",
    "axtui.valueobject",
    "axtui.urdtoken",
}
ENTRIES = {"axtui", "axtui.__main__"}
"""What starts a face; everybody may import the first, so it does that only in its functions."""
MAY_IMPORT = {
    "axtui.data": {"axtui.data"},
    # of the catalog the scanner of SQL text
    "axtui.engine": {"axtui.engine", "axtui.data", "axtui.accelerator", "catalog"},
    "axtui.build": {
        "axtui.build",
        "axtui.engine",
        "axtui.data",
        "axtui.workspace",
        "axtui.standard",
        "catalog",
    },
    "axtui.accelerator": {
        "axtui.accelerator",
        "axtui.build",
        "axtui.engine",
        "axtui.data",
        "axtui.standard",
    },
    "axtui.standard": {"axtui.standard", "axtui.accelerator", "axtui.data"},
    "axtui.workspace": {"axtui.data"},
    "axtui.notebook": {
        "axtui.notebook",
        "axtui.build",
        "axtui.data",
        "axtui.workspace",
        "catalog",
    },
    "axtui.cli": {
        "axtui.cli",
        "axtui.accelerator",
        "axtui.serve",
        "axtui.tui",
        "axtui.build",
        "axtui.data",
        "axtui.workspace",
        "catalog",
    },
    "axtui.serve": {"axtui.serve", "axtui.build", "axtui.data", "axtui.workspace"},
    "axtui.tui": {"axtui.tui", "axtui.build", "axtui.data", "axtui.workspace", "catalog"},
    "catalog": {"catalog"},
}
"""Layer -> the layers it may import; everything may import the bottom but the catalog."""

HEAVY = {"pyarrow", "duckdb", "numpy", "pandas", "polars", "textual", "rich"}
LIGHT = [
    "axtui.cli.main",
    "axtui.cli.progress",
    "axtui.cli.progress_live",
    "axtui.data.job",
    "axtui.data.dataset",
    "axtui.build.session",
    "catalog",
    "axtui",
    "axtui.notebook.workspace",
]


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("axtui", "catalog"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "template" in path.parts or "example" in path.parts:
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts).removesuffix(".__init__"), path


def imported(module: str, path: Path) -> Iterator[str]:
    """Every module that a file names in an import, at any depth of its code."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def layer(module: str) -> str | None:
    """The layer that a module of ours belongs to; None for the bottom and for other people's."""
    if module.split(".")[0] not in ("axtui", "catalog"):
        return None
    matches = [name for name in MAY_IMPORT if module == name or module.startswith(name + ".")]
    return max(matches, key=len) if matches else None


ALL = dict(modules())


@pytest.mark.parametrize("module", ALL)
def test_imports_point_down(module: str) -> None:
    own = layer(module)
    for target in imported(module, ALL[module]):
        if target.split(".")[0] not in ("axtui", "catalog"):
            continue
        other = layer(target)
        if own is None:
            allowed = module in ENTRIES or other is None
        elif own == "catalog":
            allowed = other == "catalog"
        else:
            allowed = other is None or other in MAY_IMPORT[own]
        assert allowed, f"{module} imports {target}"


def test_every_module_of_ours_is_in_a_layer_or_at_the_bottom() -> None:
    loose = {module for module in ALL if layer(module) is None}
    assert loose - {"axtui.__main__"} == BOTTOM


@pytest.mark.parametrize("module", LIGHT)
def test_heavy_libraries_are_not_imported_on_the_way(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
