"""Makes the generated pages of the documentation: `python docs/_generate`, or with `--check` says which
are not current (exit code 1)."""

from __future__ import annotations

import sys
from pathlib import Path

from api import api_page
from commands import commands_page

DOCS = Path(__file__).resolve().parent.parent


def main() -> int:
    """Write the pages, or check them."""
    from catalog.document import document

    pages = {
        "catalog.md": document(),
        "reference/cli.md": commands_page(),
        "reference/api.md": api_page(),
    }
    if "--check" not in sys.argv[1:]:
        for name, text in pages.items():
            (DOCS / name).write_text(text, encoding="utf-8")
        return 0
    stale = [name for name, text in pages.items() if _present(name) != text]
    for name in stale:
        print(f"docs/{name} is not current: run `python docs/_generate`")
    return 1 if stale else 0


def _present(name: str) -> str:
    path = DOCS / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
