"""Who may see what is served: whoever has the token, from a page of ours, by the name of this machine.

A dashboard can run code, so a port that anything on this machine can reach is not enough to keep
others out: neither other users of the machine, nor pages in the same browser that send requests to
it, by its name or by one that a name server makes lead here.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import web

from axtui.addresses import is_loopback

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""Sent with every answer."""

_REFUSED = """<!doctype html><meta charset="utf-8"><title>axtui</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 34em;
color-scheme: light dark; padding: 0 1em }</style>
<h1>This is somebody's dashboard</h1>
<p>%s</p>
"""


class Guard:
    """Lets in requests with the token. A `?token=` becomes a cookie, and goes from the address.

    Pages among the results run in a sandbox, which has no cookies. Their parts are let in by
    `file_key`, which is a part of their addresses and good for nothing else.
    """

    def __init__(self, token: str | None = None) -> None:
        self.token = token or secrets.token_urlsafe(24)
        self.file_key = hmac.new(self.token.encode(), b"results", "sha256").hexdigest()[:32]
        self._cookie = f"axtui-{hmac.new(self.token.encode(), b'name', 'sha256').hexdigest()[:8]}"

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answers 403 to whoever may not come in."""
        response = await self._answer(request, handler)
        if not response.prepared:
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_ours(request.headers):
            return _refused("It answers to the name of this machine only, and to its own pages.")
        given = request.query.get("token")
        if given is not None and request.method in ("GET", "HEAD"):
            if not self.is_token(given):
                return _refused("The token in the address is not the one of this server.")
            return self._with_cookie(request)
        if not self.is_token(request.cookies.get(self._cookie, "")) and not self._by_key(request):
            return _refused("Open the address that <code>axtui serve</code> has printed.")
        try:
            return await handler(request)
        except web.HTTPException as error:
            for name, value in HEADERS.items():
                error.headers.setdefault(name, value)
            raise

    def is_token(self, given: str) -> bool:
        """Whether this is the token; it takes as long for one that is nearly right."""
        return hmac.compare_digest(given.encode(), self.token.encode())

    def _by_key(self, request: web.Request) -> bool:
        if not request.path.startswith("/results/~"):
            return False
        key = request.match_info.get("key", "")
        return hmac.compare_digest(key.encode(), self.file_key.encode())

    def _with_cookie(self, request: web.Request) -> web.Response:
        rest = {name: value for name, value in request.query.items() if name != "token"}
        answer = web.Response(
            status=303, headers={"Location": str(request.rel_url.with_query(rest))}
        )
        answer.set_cookie(self._cookie, self.token, httponly=True, samesite="Strict", path="/")
        return answer


def _is_ours(headers: Mapping[str, str]) -> bool:
    """Whether a request names this machine, and comes from a page of ours if it comes from one.

    Ports are compared between the two only: behind a tunnel both are of the tunnel's other end.
    """
    host = headers.get("Host", "")
    if not is_loopback(urlsplit(f"//{host}").hostname or ""):
        return False
    origin = headers.get("Origin")
    return origin is None or urlsplit(origin).netloc.lower() == host.lower()


def _refused(why: str) -> web.Response:
    return web.Response(status=403, text=_REFUSED % why, content_type="text/html")
