"""A `.sql` file as a Python module: what a method's module has, made of its header and its query."""

from __future__ import annotations

import re
from types import CodeType, ModuleType
from typing import Any

from axtui.engine.source import FrozenLoader, compiled
from axtui.engine.sqlmethod import header as headers
from axtui.engine.sqlmethod.stages import SqlMethod
from axtui.engine.sqlmethod.text import Statement, decoded, statements
from axtui.errors import UserError
from catalog.scan import tokens

PRELUDE = b"import duckdb\n"
"""The Python of such a module, so that DuckDB counts as imported by it: another version builds anew."""
_LINE = re.compile(r"^LINE (\d+): ", re.MULTILINE)
_PIVOT = "a PIVOT names its values, for columns do not depend on the data: ON column IN (...)"
_DEFINED = frozenset(("macro", "function", "view"))


class BadSqlMethod(UserError):
    """A file that is no method in SQL. `line` is where (0: unknown), `reason` why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line, self.reason = line, reason


class SqlLoader(FrozenLoader):
    """Loads a SQL method from frozen bytes."""

    def get_code(self, fullname: str) -> CodeType | None:
        """The Python that is executed in place of the file's own text."""
        return compiled(PRELUDE, self.path)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module what a method has."""
        super().exec_module(module)
        vars(module).update(namespace(self.path, self.data))


def namespace(path: str, data: bytes) -> dict[str, Any]:
    """The variables and functions of a SQL method's module. Raises BadSqlMethod for a file that is
    none."""
    method = read(path, data)
    header = method.header
    found: dict[str, Any] = {
        "description": header.description,
        "options": header.options,
        "__option_help__": header.helps,
        "datasets": tuple(
            [source.name] if source.reach == "list" else source.name
            for source in header.datasets.values()
        ),
        "jobs": tuple(header.jobs),
    }

    def prepare(job: Any, options: Any, datasets: Any, jobs: Any) -> Any:
        return method.writer(job, {"options": options, "datasets": datasets, "jobs": jobs})

    def analysis(sliceno: int, prepare_res: Any, options: Any, datasets: Any, jobs: Any) -> None:
        given = {"options": options, "datasets": datasets, "jobs": jobs}
        method.slice(sliceno, prepare_res, given)

    def synthesis(job: Any, options: Any, datasets: Any, jobs: Any) -> None:
        method.whole(job, {"options": options, "datasets": datasets, "jobs": jobs})

    if header.per == "slice":
        return found | {"prepare": prepare, "analysis": analysis}
    return found | {"synthesis": synthesis}


def read(path: str, data: bytes) -> SqlMethod:
    """A SQL method from its file. Raises BadSqlMethod."""
    try:
        sql = decoded(data)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadSqlMethod(line, "it is not UTF-8") from None
    try:
        header = headers.parse(sql)
    except headers.HeaderError as error:
        raise BadSqlMethod(error.line, str(error)) from None
    _check_syntax(sql)
    found = statements(sql)
    if not found:
        raise BadSqlMethod(0, "there is no query in it")
    *before, select = found
    for statement in before:
        _check_definition(statement)
    return SqlMethod(path, header, before, select, _parameters(select, header.options))


def _check_syntax(sql: str) -> None:
    import duckdb

    try:
        duckdb.extract_statements(sql)
    except duckdb.Error as error:
        found = _LINE.search(str(error))
        raise BadSqlMethod(int(found[1]) if found else 0, str(error)) from None


def _check_definition(statement: Statement) -> None:
    import duckdb

    words = [token.value.lower() for token in tokens(statement.text)[:6] if token.kind == "word"]
    if words[:1] != ["create"] or _DEFINED.isdisjoint(words):
        raise BadSqlMethod(
            statement.line,
            "before the query only macros and views may stand "
            "(CREATE MACRO, CREATE VIEW); for steps on the way there is WITH ... AS MATERIALIZED",
        )
    if duckdb.extract_statements(statement.text)[0].named_parameters:
        raise BadSqlMethod(statement.line, "macros and views take no options; the query does")


def _parameters(select: Statement, options: dict[str, Any]) -> frozenset[str]:
    """The parameters of the query, all of them options."""
    import duckdb

    found = duckdb.extract_statements(select.text)
    if len(found) > 1 or found[0].type.name == "MULTI":
        raise BadSqlMethod(select.line, _PIVOT)
    if found[0].type.name != "SELECT":
        raise BadSqlMethod(select.line, "the last statement must be a query: SELECT, FROM, WITH")
    names = frozenset(found[0].named_parameters)
    for token in tokens(select.text):
        if token.kind != "parameter":
            continue
        line = select.line_of(token.start)
        name = token.value.removeprefix("$")
        if name not in names or not name.isidentifier():
            raise BadSqlMethod(line, f"{token.value} has no name: parameters are $NAME")
        if name not in options:
            raise BadSqlMethod(
                line,
                f"there is no option {name!r} for {token.value}; declare it above: "
                f"-- option: {name} TYPE = DEFAULT",
            )
    return names
