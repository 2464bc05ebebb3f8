"""The text of a SQL method: its statements with their places, and what of it counts."""

from __future__ import annotations

from dataclasses import dataclass

from axtui.data import digest
from catalog.scan import Token, tokens

_JOINED = {("sign", "sign"), ("word", "string"), ("sign", "parameter")}
"""Kinds of neighbours that may mean something else when nothing stands between them: `<=`, `x'00'`."""


@dataclass(frozen=True)
class Statement:
    """One statement: its text from its first word to its last, and the line that it begins on."""

    text: str
    line: int

    def line_of(self, place: int) -> int:
        """The line of the file that a place in the text is on."""
        return self.line + self.text.count("\n", 0, place)


def decoded(data: bytes) -> str:
    """The text of a file. Raises UnicodeDecodeError where it is not UTF-8."""
    return data.decode("utf-8-sig")


def statements(sql: str) -> list[Statement]:
    """The statements of a file, without the signs between them and the comments around them."""
    found = []
    part: list[Token] = []
    for token in [*tokens(sql), None]:
        if token is not None and (token.kind, token.value) != ("sign", ";"):
            part.append(token)
        elif part:
            start, end = part[0].start, part[-1].end
            found.append(Statement(sql[start:end], sql.count("\n", 0, start) + 1))
            part = []
    return found


def header_lines(sql: str) -> list[tuple[int, str]]:
    """(number, text) of the `--` lines that a file begins with, blank ones between them included."""
    found = []
    for number, line in enumerate(sql.splitlines(), 1):
        bare = line.strip()
        if bare and not bare.startswith("--"):
            break
        found.append((number, bare.removeprefix("--").strip()))
    return found


def code_digest(sql: str, declared: list[str]) -> str:
    """Digest of what DuckDB makes of a file and of what it declares: comments and layout do not
    count."""
    parts = ["sql", digest.of_list(declared)]
    before: Token | None = None
    for token in tokens(sql):
        touching = before is not None and token.start == before.end
        if touching and before is not None and (before.kind, token.kind) in _JOINED:
            parts.append("joined")
        parts += [token.kind, token.value]
        before = token
    return digest.of_list(parts)
