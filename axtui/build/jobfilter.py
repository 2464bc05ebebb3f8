"""The filter of the list of jobs: what people type, turned into a condition on the catalog.

`state:failed method:import since:2h -draft "bad date"` finds the jobs for which every part holds.
A part is a word (found in anything that the list or the job's options and inputs say), a field with
a value (`:` finds it as a part of the text, `=` as the whole of it; `*` stands for anything, commas
separate what may be), a field compared with a number (`rows>1000`, `time>5s`, `size>10MB`), or any
of these with a `-` before it, which must not hold. docs/command-line.md tells of all fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from axtui.build import filtervalues
from axtui.build.filtervalues import FilterError
from axtui.suggest import did_you_mean

STATES = ("running", "complete", "failed", "cancelled", "lost", "damaged", "collected")
_TEXT = {
    "method": "j.method",
    "job": "j.job",
    "name": "j.name",
    "script": "j.script",
    "build": "j.build_job",
    "why": "j.why",
    "error": "j.error",
    "caption": "j.caption",
    "user": "j.user_name",
    "host": "j.host",
    "python": "j.python",
    "workdir": "j.workdir",
}
"""Fields of text, and what they are of the view `jobs`."""
_LISTS = {
    "input": ("job_input", "ref"),
    "source": ("job_source", "path"),
    "file": ("job_file", "name"),
    "package": ("job_package", "name"),
    "dataset": ("dataset", "name"),
    "output": ("job_output", "text"),
}
"""Fields of which a job has several: the table, and its column."""
NUMBERS: dict[str, tuple[str, Callable[[str, str], float]]] = {
    "rows": ("j.rows", filtervalues.count),
    "size": ("j.bytes", filtervalues.size),
    "time": (
        "coalesce(j.wall_s, CASE WHEN j.state = 'running' THEN epoch(now()) - epoch(j.started) END)",
        filtervalues.seconds,
    ),
    "cpu": ("j.cpu_s", filtervalues.seconds),
    "memory": ("j.peak_rss", filtervalues.size),
    "slices": ("j.slices", filtervalues.count),
    "number": ("j.number", filtervalues.count),
}
"""Fields that are compared, and how their numbers are read."""
KINDS = {
    "build": "j.is_build",
    "pinned": "j.job IN (SELECT job FROM pins)",
    "result": "j.job IN (SELECT job FROM results)",
    "used": "j.job IN (SELECT rests_on FROM job_link)",
    "current": """j.job IN (
        WITH RECURSIVE newest AS (
            SELECT run, build_job FROM run
            QUALIFY row_number() OVER (PARTITION BY script ORDER BY started DESC) = 1
        ),
        reached(job) AS (
            SELECT build_job FROM newest
            UNION
            SELECT r.job FROM run_job r JOIN newest n ON n.run = r.run
            UNION
            SELECT l.rests_on FROM reached c JOIN job_link l ON l.job = c.job
            WHERE l.relation = 'subjob'
        )
        SELECT job FROM reached
    )""",
}
"""What a job can be: of a build script, pinned, linked as a result, used by another job, or asked for
by the newest run of its build script."""
_SEARCHED = "lower(concat_ws(chr(10), j.job, j.method, j.name, j.script, j.state, j.caption, j.why, j.error))"
FIELDS = (
    *("state", "method", "job", "name", "script", "option", "input", "since", "until"),
    *("rows", "size", "time", "is", "why", "error", "caption", "user", "build", "source"),
    *("dataset", "file", "package", "output", "python", "host", "cpu", "memory", "slices"),
    *("number", "workdir"),
)
"""All fields, the most useful first."""

_PART = re.compile(
    r"""(?P<minus>-?)
        (?:(?P<field>[A-Za-z_]+)(?P<sign>>=|<=|!=|[:=<>]))?
        (?P<value>(?:"[^"]*"?|[^\s"])*)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class JobFilter:
    """A condition on the jobs: SQL over the view `jobs` under the name `j`, in which everything that
    was typed stands as a parameter."""

    where: str
    params: Mapping[str, Any]

    @property
    def names_state(self) -> bool:
        """Whether it says which states it is about."""
        return "j.state IN" in self.where


def parse(text: str, now: datetime) -> JobFilter:
    """The condition for a filter; `now` is the moment that `since:2h` counts from, with its zone.

    Raises FilterError, saying what it is about and what could stand there.
    """
    text = text.encode("utf-8", "replace").decode()  # what is no text can be in no job
    maker = _Maker(now.astimezone())
    conditions = [maker.condition(part) for part in parts(text)]
    return JobFilter(" AND ".join(conditions) or "true", maker.params)


def parts(text: str) -> Iterator[re.Match[str]]:
    """The parts of a filter, which white space separates outside quotes."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _PART.match(text, at)
        if found is None or found.end() == at:  # a lone quote and the like never stops the reading
            at += 1
            continue
        at = found.end()
        yield found


class _Maker:
    """Makes the conditions of one filter, and gives their values names."""

    def __init__(self, now: datetime) -> None:
        self.params: dict[str, Any] = {}
        self._now = now

    def condition(self, part: re.Match[str]) -> str:
        """The condition of one part."""
        field, sign, value = part["field"], part["sign"], part["value"]
        found = self._word(part["value"]) if field is None else self._of(field.lower(), sign, value)
        return f"NOT coalesce({found}, false)" if part["minus"] else f"({found})"

    def _put(self, value: Any) -> str:
        name = f"f{len(self.params)}"
        self.params[name] = value
        return f"${name}"

    def _word(self, value: str) -> str:
        word = self._put(unquoted(value).lower())
        return (
            f"contains({_SEARCHED}, {word})"
            f" OR j.job IN (SELECT job FROM job_option WHERE contains(lower(value), {word}))"
            f" OR j.job IN (SELECT job FROM job_input WHERE contains(lower(ref), {word}))"
        )

    def _of(self, field: str, sign: str, value: str) -> str:
        if field not in FIELDS:
            raise FilterError(
                f"there is no field {field!r}.{did_you_mean(field, FIELDS)} "
                f'For the text itself write "{field}{sign}{unquoted(value)}"; '
                f"for an option, option:{field}=VALUE"
            )
        if not unquoted(value):
            raise FilterError(f"{field}{sign} wants {_wants(field)}")
        if field in NUMBERS:
            return self._number(field, sign, value)
        if sign not in ":=" and not (field == "option" and sign == "!="):
            raise FilterError(f"{field} cannot be compared; write {field}:{value}")
        match field:
            case "state":
                states = ", ".join(self._put(one) for one in _states(value))
                return f"j.state IN ({states})"
            case "is":
                return _one_of("is", value, KINDS)
            case "since":
                return f"j.started >= {self._put(filtervalues.moment(field, value, self._now))}"
            case "until":
                return f"j.started <= {self._put(filtervalues.moment(field, value, self._now))}"
            case "option":
                return self._option(value)
        if field in _LISTS:
            table, column = _LISTS[field]
            return f"j.job IN (SELECT job FROM {table} WHERE {self._text(column, sign, value)})"
        return self._text(_TEXT[field], sign, value)

    def _text(self, column: str, sign: str, value: str) -> str:
        found = [self._like(column, one, whole=sign == "=") for one in listed(value)]
        return f"({' OR '.join(found)})"

    def _like(self, column: str, value: str, whole: bool) -> str:
        if not whole and not re.search(r"[*%]", value):
            return f"contains(lower({column}), {self._put(value.lower())})"
        escaped = re.sub(r"([\\_])", r"\\\1", value.lower()).replace("*", "%")
        return f"lower({column}) LIKE {self._put(escaped)} ESCAPE '\\'"

    def _option(self, value: str) -> str:
        """`option:limit`, `option:limit=5`, `option:model=ST%`, `option:limit>5`."""
        found = re.fullmatch(
            r'(?P<name>"[^"]*"?|[^=<>!]*)(?:(?P<sign>!=|[<>]=?|=)(?P<value>.*))?', value
        )
        if found is None or not unquoted(found["name"]):
            raise FilterError("option: wants a name, or a name and a value: option:limit=5")
        name = self._like("name", unquoted(found["name"]), whole=True)
        if found["sign"] is None:
            return f"j.job IN (SELECT job FROM job_option WHERE {name})"
        if not unquoted(found["value"]):
            raise FilterError(f"option:{value} wants a value, such as option:{value}5")
        if found["sign"] in ("=", "!="):
            # Texts are kept as JSON, in quotes.
            same = self._like("trim(value, '\"')", unquoted(found["value"]), whole=True)
            same = f"NOT ({same})" if found["sign"] == "!=" else same
        else:
            number = self._put(filtervalues.count(f"option:{found['name']}", found["value"]))
            same = f"try_cast(trim(value, '\"') AS DOUBLE) {found['sign']} {number}"
        return f"j.job IN (SELECT job FROM job_option WHERE {name} AND {same})"

    def _number(self, field: str, sign: str, value: str) -> str:
        column, read = NUMBERS[field]
        sign = {":": "=", "!=": "<>"}.get(sign, sign)
        return f"{column} {sign} {self._put(read(field, unquoted(value)))}"


def unquoted(value: str) -> str:
    """A value as it was meant: without the quotes that hold it together."""
    return value.replace('"', "")


def listed(value: str) -> list[str]:
    """The values that commas separate outside quotes."""
    found = [unquoted(one) for one in re.findall(r'((?:"[^"]*"?|[^,"])+)', value)]
    return [one for one in found if one] or [unquoted(value)]


def _states(value: str) -> list[str]:
    """The states that were named, also by their beginning: 'fail'."""
    return [_beginning("state", one, STATES) for one in listed(value)]


def _one_of(field: str, value: str, conditions: Mapping[str, str]) -> str:
    found = [conditions[_beginning(field, one, conditions)] for one in listed(value)]
    return f"({' OR '.join(found)})"


def _beginning(field: str, value: str, known: Any) -> str:
    for name in known:
        if name.startswith(value.lower()):
            return str(name)
    hint = did_you_mean(value, known) or f" There is: {', '.join(known)}."
    raise FilterError(f"{field} cannot be {value!r}.{hint}")


def _wants(field: str) -> str:
    """What a field is to be followed by."""
    if field == "state":
        return f"one of {', '.join(STATES)}"
    if field == "is":
        return f"one of {', '.join(KINDS)}"
    return filtervalues.WANTED.get(field, "some text; * stands for anything")
