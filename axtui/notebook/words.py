"""Texts of a job as objects: they print as they are, and are shown as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from axtui.build.changes import Change
from axtui.errors import NoSuchWhateverError
from axtui.notebook.grid import FAINT, pairs_html, pairs_text, title_html
from axtui.suggest import did_you_mean

_PRE = "overflow:auto;max-height:36em"


class Text(str):
    """A text that a notebook shows with its line breaks."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        if not self:
            return f'<div style="{FAINT}">empty</div>'
        return f'<pre style="{_PRE}">{escape(self)}</pre>'


class Texts(Mapping[Any, Text]):
    """Texts by name, in order: the sources of a job, or its output by stage and slice."""

    def __init__(self, texts: Mapping[Any, str], what: str) -> None:
        self._texts = {name: Text(text) for name, text in texts.items()}
        self._what = what

    def __getitem__(self, name: Any) -> Text:
        if name not in self._texts:
            known = [str(known) for known in self._texts]
            has = f"there is: {', '.join(known)}" if known else "there is none"
            raise NoSuchWhateverError(
                f"no {self._what} {name!r}; {has}." + did_you_mean(str(name), known)
            )
        return self._texts[name]

    def __contains__(self, name: object) -> bool:
        return name in self._texts

    def __iter__(self) -> Iterator[Any]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def _ipython_key_completions_(self) -> list[str]:
        return [name for name in self._texts if isinstance(name, str)]

    def __repr__(self) -> str:
        return "\n".join(f"# {name}\n{text.rstrip()}\n" for name, text in self._texts.items())

    def _repr_html_(self) -> str:
        return "".join(
            f"<details{' open' if len(self) == 1 else ''}><summary>{escape(str(name))}</summary>"
            f"{text._repr_html_()}</details>"
            for name, text in self._texts.items()
        )


class Why(str):
    """Why a job was built, in one line; shown with all that differed.

    `against` is the id of the job that came nearest to being re-used, or None; `changes` are the
    differences from it: `part`, `name`, `old`, `new`, `detail`.
    """

    against: str | None
    changes: list[Change]

    def __new__(cls, reason: Mapping[str, Any]) -> Why:
        self = str.__new__(cls, reason.get("text") or "build scripts always run")
        self.against = reason.get("against")
        self.changes = [Change(**change) for change in reason.get("changes", ())]
        return self

    def _lines(self) -> list[str]:
        lines = [f"was compared with {self.against}:"] if self.against else []
        for change in self.changes:
            lines.append(change.words())
            lines += [f"    {line}" for line in change.detail.splitlines()]
        return lines or [str(self)]

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        return f'<pre style="{_PRE}">{escape(repr(self))}</pre>'


class Environment(Mapping[str, str]):
    """The Python that a job ran in: versions of all packages that were installed, by name."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.python = str(facts.get("python", ""))
        self.implementation = str(facts.get("implementation", ""))
        self.platform = str(facts.get("platform", ""))
        self._packages: dict[str, str] = dict(facts.get("packages", {}))

    def __getitem__(self, package: str) -> str:
        if package not in self._packages:
            raise NoSuchWhateverError(
                f"{package} was not installed." + did_you_mean(package, self._packages)
            )
        return self._packages[package]

    def __contains__(self, package: object) -> bool:
        return package in self._packages

    def __iter__(self) -> Iterator[str]:
        return iter(self._packages)

    def __len__(self) -> int:
        return len(self._packages)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._packages)

    def _title(self) -> str:
        return f"{self.implementation} {self.python}, {self.platform}"

    def __repr__(self) -> str:
        return pairs_text(self._title(), list(self._packages.items()))

    def _repr_html_(self) -> str:
        packages = pairs_html("", list(self._packages.items()))
        head = f"<details><summary>{len(self)} packages</summary>"
        return f"{title_html(self._title())}{head}{packages}</details>"
