"""Results as files of the web: which file an address means, and how it is sent."""

from __future__ import annotations

import asyncio
import mimetypes
from html import escape
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from axtui import human
from axtui.build.linked import Linked, results
from axtui.serve.access import Guard
from axtui.workspace import Workspace

SANDBOX = (
    "sandbox allow-scripts allow-popups allow-downloads; "
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; form-action 'none'"
)
"""For pages among the results: what they run reaches neither the dashboard nor the network."""

_PAGES = {"text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml"}
_INDEX = """<!doctype html><html lang="en"><meta charset="utf-8"><title>results of {name}</title>
<style>
body {{ font: 15px/1.6 system-ui, sans-serif; margin: 3em auto; max-width: 60em; padding: 0 1em;
  color-scheme: light dark }}
table {{ border-collapse: collapse; width: 100% }}
th {{ text-align: left; font-weight: 600 }}
th, td {{ padding: .25em 1.5em .25em 0; border-bottom: 1px solid #8884; vertical-align: top }}
.right {{ text-align: right; font-variant-numeric: tabular-nums }}
.quiet {{ opacity: .65 }}
</style>
<h1>Results of {name}</h1>
{body}
"""


class Results:
    """The results folder of a workspace."""

    def __init__(self, workspace: Workspace, guard: Guard) -> None:
        self._workspace = workspace
        self._guard = guard

    async def index(self, request: web.Request) -> web.Response:
        """A page of all results, with links."""
        if not request.path.endswith("/"):
            raise web.HTTPFound(request.path + "/")
        found = await asyncio.to_thread(results, self._workspace)
        page = _INDEX.format(name=escape(self._workspace.root.name), body=_table(found))
        policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
        return web.Response(text=page, content_type="text/html", headers=policy)

    async def send(self, request: web.Request) -> web.StreamResponse:
        """A file, or the part of it that was asked for. A page is sent from an address with the
        key in it, where its pictures beside it will be found, too."""
        name = request.match_info["name"]
        path = await asyncio.to_thread(allowed, self._workspace, name)
        if path is None:
            raise web.HTTPNotFound(text=f"there is no result {name}\n")
        kind = _kind(name, path)
        if kind in _PAGES and "key" not in request.match_info:
            raise web.HTTPFound(f"/results/~{self._guard.file_key}/{quote(name)}")
        headers = {"Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind}
        if kind in _PAGES:
            headers["Content-Security-Policy"] = SANDBOX
        if "key" in request.match_info:  # asked for by a sandbox, which is of no origin
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return web.FileResponse(path, headers=headers)


def allowed(workspace: Workspace, name: str) -> Path | None:
    """The file that a name in the results folder leads to; None where there is none, or where it
    lies elsewhere than in that folder or in a job of a workdir of the workspace."""
    parts = name.split("/")
    if "\0" in name or any(part in ("", ".", "..") or part.startswith(".") for part in parts):
        return None
    folder = workspace.config.results
    try:
        path = folder.joinpath(*parts).resolve(strict=True)
        if not path.is_file():
            return None
        inside = path.is_relative_to(folder.resolve())
    except OSError:
        return None
    return path if inside or _in_a_job(workspace, path) else None


def _in_a_job(workspace: Workspace, path: Path) -> bool:
    for workdir, folder in workspace.config.workdirs.items():
        if path.is_relative_to(base := folder.resolve()):
            named, _, number = path.relative_to(base).parts[0].rpartition("-")
            return named == workdir and number.isdigit()
    return False


def _kind(name: str, path: Path) -> str:
    """The type of a result: by its name, else by that of the file it leads to."""
    for one in (name, path.name):
        kind, encoding = mimetypes.guess_type(one)
        if kind and not encoding:
            return kind
    return "application/octet-stream"


def _table(found: list[Linked]) -> str:
    if not found:
        return "<p>None yet: a build script links them with <code>job.link_result()</code>.</p>"
    head = "<tr><th>result<th>job<th>linked<th class=right>size<th>description</tr>\n"
    return f"<table>\n{head}{''.join(_row(one) for one in found)}</table>"


def _row(one: Linked) -> str:
    name = escape(one.name)
    if not one.gone and one.path.is_file():
        name = f'<a href="{escape(quote(one.name))}">{name}</a>'
    size = human.size(one.bytes) if one.bytes is not None else "gone"
    about = escape(one.description or one.header or "")
    cells = f"<td>{name}<td>{escape(one.job or '')}<td class=quiet>{human.when(one.when)}"
    return f"<tr>{cells}<td class=right>{size}<td>{about}</tr>\n"
