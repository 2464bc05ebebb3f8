"""Aliases of commands: the first word of a command line may stand for several.

An alias may name another one. `noalias` before a command takes it as it is; so does an alias of a
command's own name (`ds = ds -s`). A word `${NAME}` in an alias is replaced by that variable's words.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence

from axtui.errors import UserError

_WITH_VALUE = ("--config", "--workspace")


def expanded(
    args: Sequence[str], aliases: Mapping[str, str], environ: Mapping[str, str] = os.environ
) -> list[str]:
    """A command line without aliases. Raises UserError for those that go in circles."""
    before, rest = _split(args)
    used: list[str] = []
    while rest and rest[0] in aliases and rest[0] != "noalias":
        name = rest[0]
        words = list(_words(name, aliases[name], environ))
        options, rest = _split([*words, *rest[1:]])
        before += options
        if words and words[0] == name:
            break
        if name in used:
            raise UserError(f"the aliases go in circles: {' -> '.join([*used, name])}")
        used.append(name)
    while rest and rest[0] == "noalias":
        rest = rest[1:]
    return [*before, *rest]


def _split(args: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands before the command, and the rest."""
    at = 0
    while at < len(args) and args[at].startswith("-"):
        at += 2 if args[at] in _WITH_VALUE else 1
    return list(args[:at]), list(args[at:])


def _words(name: str, line: str, environ: Mapping[str, str]) -> Iterator[str]:
    try:
        for word in shlex.split(line):
            if word.startswith("${") and word.endswith("}"):
                yield from shlex.split(environ.get(word[2:-1], ""))
            else:
                yield word
    except ValueError as error:
        raise UserError(f"the alias {name!r} ({line}) cannot be read: {error}") from None
