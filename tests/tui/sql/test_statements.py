"""The statement under the cursor, and parameters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui.build.sql.parameters import ANY, parameters, plain_value
from axtui.build.sql.statements import statement_at, statements, without_heading

TEXT = "SELECT ';' -- ;\n;\n\n-- two\nFROM $$a;b$$ /* ; */ ; \nSELECT 3"


def test_semicolons_in_strings_comments_and_dollar_quotes_end_nothing() -> None:
    assert [one.text.strip() for one in statements(TEXT)] == [
        "SELECT ';' -- ;",
        "-- two\nFROM $$a;b$$ /* ; */",
        "SELECT 3",
    ]


@pytest.mark.parametrize(
    ("mark", "meant"), [("SELECT ';'", 0), ("\n\n-- two", 0), ("two", 1), ("b$$", 1), ("3", 2)]
)
def test_the_cursor_means_the_statement_it_is_in_or_the_one_before(mark: str, meant: int) -> None:
    found = statement_at(TEXT, TEXT.index(mark))
    assert found == statements(TEXT)[meant]


def test_there_may_be_no_statement() -> None:
    assert statement_at("-- only a comment\n;;", 3) is None
    assert statement_at("  SELECT 1", 0) == statements("  SELECT 1")[0]


@given(st.text(alphabet="a;'\"$-/* \n", max_size=30), st.integers(0, 30))
def test_statements_are_pieces_of_the_text_in_order(sql: str, place: int) -> None:
    end = 0
    for one in statements(sql):
        assert end <= one.start < one.end <= len(sql)
        assert sql[one.start : one.end] == one.text
        end = one.end
    found = statement_at(sql, place)
    assert found is None or found in statements(sql)


def test_a_heading_is_left_out_but_for_its_parameters() -> None:
    sql = "-- What?\n-- $n BIGINT = 3: how many\nSELECT $n"
    assert without_heading(sql) == "-- $n BIGINT = 3: how many\nSELECT $n"


def test_parameters_are_those_the_statement_names_as_comments_declare_them() -> None:
    text = "-- $n BIGINT = 3: how many\nSELECT $n, $job, $n, '$no' -- $neither"
    n, job = parameters(text, text)
    assert (n.name, n.type, n.default, n.text) == ("n", "BIGINT", "3", "how many")
    assert (job.name, job.type, job.default) == ("job", ANY, None)


def test_text_is_a_number_where_it_is_one() -> None:
    assert [plain_value(text) for text in ("7", "true", "dev-7", "[1]", '"7"')] == [
        *(7, True, "dev-7", "[1]", "7")
    ]
