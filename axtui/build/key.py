"""The key of a build: everything that is known before running it, each part digested apart.

What only the run can tell (modules imported, files read, environment) is recorded in the job and
checked when it is about to be re-used; see `reuse`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from axtui.data import canonical, digest
from axtui.valueobject import value_object

FORMAT = "axtui-key-2"
"""To be raised where the same call gives something else than it gave under an earlier axtui, as when
the hash that puts rows into slices became another."""
Inputs = Mapping[str, str | list[str] | None]
"""Dataset or job ids by parameter name."""


@value_object
class Call:
    """One build as it was asked for: method, typed options, datasets and jobs by id.

    `neutral` names options that stand at a value declared neutral: they do not count (H10).
    """

    method: str
    options: Mapping[str, Any]
    datasets: Inputs
    jobs: Inputs
    neutral: frozenset[str] = field(default_factory=frozenset)


@value_object
class Key:
    """The digest that finds candidates, and the digests it was made of."""

    digest: str
    options: Mapping[str, str]
    datasets: Mapping[str, str]
    jobs: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """For the setup record."""
        return {
            "options": dict(self.options),
            "datasets": dict(self.datasets),
            "jobs": dict(self.jobs),
        }


def make_key(
    call: Call,
    options: Mapping[str, Any],
    datasets_held: Mapping[str, str],
    jobs_held: Mapping[str, str],
) -> Key:
    """The key of a call.

    `options` are the values to digest (files of jobs already replaced by their content);
    `datasets_held` and `jobs_held` give the content digest of each id in the call.
    """
    parts = {
        name: canonical.digest(value) for name, value in options.items() if name not in call.neutral
    }
    datasets = {name: _content(value, datasets_held) for name, value in call.datasets.items()}
    jobs = {name: _content(value, jobs_held) for name, value in call.jobs.items()}
    total = digest.of_list(
        [
            FORMAT,
            call.method,
            digest.of_mapping(parts.items()),
            digest.of_mapping(datasets.items()),
            digest.of_mapping(jobs.items()),
        ]
    )
    return Key(total, parts, datasets, jobs)


def _content(value: str | list[str] | None, contents: Mapping[str, str]) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return digest.of_list(["list", *(contents[one] if one else "none" for one in value)])
    return contents[value]
