"""Command lines as people of the Accelerator write them, for the commands that are also its.

Options and words may mix. Every flag can be taken back: `+c` for `-c`; `--no-chain`, `--not-chain` and
`--dont-chain` for `--chain`. A value follows its option or an equals sign (`-m 4`, `-m4`, `-m=4`); some
options do without (`-u`, `-u=a`). A negative number is a word. The last of several wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

_NEGATIONS = ("no", "not", "dont")
_NEGATIVE_NUMBER = re.compile(r"-\d+|-\d*\.\d+")
_GIVEN = "axtui.given"
_TAKEN_BACK = "not "
"""Before a flag that click knows no negation of: it is as if it had not been given."""


class Flag(click.Option):
    """A flag that can be taken back. Help tells one way to do so, or none."""

    def __init__(self, names: Sequence[str], **attributes: Any) -> None:
        super().__init__(names, **attributes)
        self.negations = negations(self.opts)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        kept, self.secondary_opts = self.secondary_opts, []
        try:
            return super().get_help_record(ctx)
        finally:
            self.secondary_opts = kept


def negations(names: Sequence[str]) -> list[str]:
    """What takes a flag of these names back."""
    long = [name[2:] for name in names if name.startswith("--")]
    return [
        *(f"--{word}-{name}" for name in long for word in _NEGATIONS),
        *(f"+{name[1:]}" for name in names if not name.startswith("--")),
    ]


class MaybeValue(click.Option):
    """An option that may go without its value: `-u`, `-u COLUMN`, `-u=COLUMN`. The word behind it is
    its value unless it is an option; where there are `choices`, only if it is one of them."""

    def __init__(
        self, names: Sequence[str], choices: Sequence[str] = (), **attributes: Any
    ) -> None:
        super().__init__(names, **attributes)
        self.choices = choices


def flag(*names: str, negation: str, **attributes: Any) -> Callable[..., Any]:
    """A `Flag`; `negation` (no, not or dont) is the one that reads best."""
    declared = [
        f"{name}/--{negation}-{name[2:]}" if name.startswith("--") else f"{name}/+{name[1:]}"
        for name in names
        if name.startswith("-")
    ]
    given = [name for name in names if not name.startswith("-")]
    return click.option(*declared, *given, cls=Flag, default=False, **attributes)


class AxCommand(click.Command):
    """A command whose line is read as said above, and then by click."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        line = _Line(self.get_params(ctx))
        options, words = line.read(args)
        ctx.meta[_GIVEN] = line.given
        return super().parse_args(ctx, [*options, "--", *words])


def given(*names: str) -> Iterator[tuple[str, str | None]]:
    """(parameter, value) of options of the command that runs, in the order of its line; None where an
    option that may was given no value."""
    for name, value in click.get_current_context().meta[_GIVEN]:
        if name in names:
            yield name, value


class _Line:
    """Reads one command line. What it does not know is left to click, to be complained of."""

    def __init__(self, parameters: Sequence[click.Parameter]) -> None:
        self.given: list[tuple[str, str | None]] = []
        self._known: dict[str, tuple[click.Option, str]] = {}
        for option in parameters:
            if not isinstance(option, click.Option):
                continue
            self._know(option, option.opts, option.opts)
            if isinstance(option, Flag):
                self._know(option, option.negations, option.secondary_opts)
            elif option.is_flag and not option.secondary_opts:
                taken = [_TAKEN_BACK + max(option.opts, key=len)]
                self._know(option, negations(option.opts), taken)
            else:
                self._know(option, option.secondary_opts, option.secondary_opts)

    def _know(self, option: click.Option, names: Sequence[str], said: Sequence[str]) -> None:
        for name in names:
            self._known[name] = option, max(said, key=len)

    def read(self, args: Sequence[str]) -> tuple[list[str], list[str]]:
        """(options in a form of which there is one reading, words)."""
        options: list[str] = []
        words: list[str] = []
        left = list(args)
        while left:
            arg = left.pop(0)
            if arg == "--":
                words += left
                break
            if not self._is_option(arg):
                words.append(arg)
            elif arg.startswith("--"):
                options += self._long(arg, left)
            else:
                options += self._short(arg, left)
        return list(_without_taken_back(options)), words

    def _is_option(self, arg: str) -> bool:
        if len(arg) < 2 or arg[0] not in "-+":
            return False
        if arg.partition("=")[0] in self._known or arg[:2] in self._known:
            return True
        return not _NEGATIVE_NUMBER.fullmatch(arg) and " " not in arg

    def _is_value(self, option: click.Option, word: str) -> bool:
        choices = getattr(option, "choices", ())
        return word.lower() in choices if choices else not self._is_option(word)

    def _long(self, arg: str, left: list[str]) -> list[str]:
        name, equals, value = arg.partition("=")
        if name not in self._known:
            return [arg]
        option, said = self._known[name]
        if option.is_flag or option.count:
            return [f"{said}={value}" if equals else said]
        return self._valued(option, said, value if equals else None, left)

    def _short(self, arg: str, left: list[str]) -> list[str]:
        found: list[str] = []
        for at in range(1, len(arg)):
            name = arg[0] + arg[at]
            if name not in self._known:
                return [*found, arg[0] + arg[at:]]
            option, said = self._known[name]
            if not (option.is_flag or option.count):
                rest = arg[at + 1 :]
                value = rest.removeprefix("=") if rest else None
                return found + self._valued(option, said, value, left)
            found.append(said)
        return found

    def _valued(
        self, option: click.Option, said: str, value: str | None, left: list[str]
    ) -> list[str]:
        if option.nargs > 1:
            values = [left.pop(0) for _ in range(min(option.nargs, len(left)))]
            return [said, *values]
        needed = not isinstance(option, MaybeValue)
        if value is None and left and (needed or self._is_value(option, left[0])):
            value = left.pop(0)
        if value is None and needed:
            return [said]  # click says what is missing
        self.given.append((str(option.name), value))
        return [] if value is None else [f"{said}={value}"]


def _without_taken_back(options: Sequence[str]) -> Iterator[str]:
    """The options without flags that a later one takes back."""
    for at, option in enumerate(options):
        if not option.startswith(_TAKEN_BACK) and _TAKEN_BACK + option not in options[at:]:
            yield option
