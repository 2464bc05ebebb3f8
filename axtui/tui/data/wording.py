"""What the screen of datasets says of one: its head, the order of its rows, a question to ask it."""

from __future__ import annotations

from pathlib import Path

from textual.content import Content

from axtui import human
from axtui.tui.data.reading import Page
from axtui.tui.table import ArrowSource
from axtui.tui.table.order import Order


def head(page: Page) -> Content:
    """Its name, and what is known of it as a whole."""
    parts = [Content.styled(page.dataset, "bold $text-accent")]
    parts += [
        Content(text) if what == "holds" else Content.styled(f"{what} ", "$foreground-muted") + text
        for what, text in page.facts
    ]
    if len(page.chain) > 1:
        rows = human.plural(page.chain[-1].before + page.chain[-1].rows, "row")
        parts.append(Content(f"{human.plural(len(page.chain), 'dataset')} in its chain, {rows}"))
    if page.wrong:
        parts.append(Content.styled(page.wrong, "$text-error"))
    return Content("  ·  ").join(parts)


def row_order(page: Page, order: Order) -> str:
    """How its rows are ordered in the table."""
    if order:
        return " sorted by " + ", ".join(name for name, _ in order)
    slices = sum(1 for rows in page.meta.lines if rows)
    if slices < 2:
        return " as they were written · s sorts by the column under the cursor"
    hashed = f", one holds all rows of a {page.meta.hashlabel}" if page.meta.hashlabel else ""
    return f" slice after slice ({slices} of them{hashed}) · s sorts by the column under the cursor"


def question(page: Page) -> str:
    """SQL to begin with: the whole chain that ends in it, where it is more than this one dataset."""
    name = page.dataset.replace("'", "''")
    if len(page.chain) < 2:
        return f"FROM dataset('{name}') LIMIT 100"
    last = page.chain[-1]
    return (
        f"FROM chain('{name}')\n"
        f"-- all {len(page.chain)} datasets of the chain, {last.before + last.rows:,} rows; "
        f"dataset('{name}') is the last one alone\n"
        "LIMIT 100"
    )


def lists(page: Page, root: Path, unicode: bool) -> tuple[ArrowSource, ArrowSource]:
    """The tables of its chain, the newest first, and of its slices; paths as seen from `root`."""
    import pyarrow as pa

    chain = {
        name: [getattr(link, name) for link in reversed(page.chain)]
        for name in ("number", "dataset", "rows", "before", "caption")
    }
    most = max((one.rows for one in page.slices), default=0) or 1
    slices = {
        "slice": [one.sliceno for one in page.slices],
        "rows": [one.rows for one in page.slices],
        "share": [("█" if unicode else "#") * round(20 * one.rows / most) for one in page.slices],
        "bytes": [one.bytes for one in page.slices],
        "path": pa.array([_near(one.path, root) for one in page.slices], pa.string()),
    }
    return ArrowSource(pa.table(chain)), ArrowSource(pa.table(slices))


def _near(path: str | None, root: Path) -> str | None:
    """A path as seen from the workspace, if it lies in it."""
    if path is None or not Path(path).is_relative_to(root):
        return path
    return str(Path(path).relative_to(root))
