"""How things are shown: whatever they hold, escaped, and never too much of it."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui.errors import NoSuchWhateverError
from axtui.notebook import inline
from axtui.notebook.table import Table
from axtui.notebook.workspace import Workspace
from tests.notebook.conftest import PNG

OURS = {"div", "b", "table", "thead", "tbody", "tr", "th", "td", "br", "span"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(html: str) -> _Tags:
    found = _Tags()
    found.feed(html)
    found.close()
    return found


NASTY = st.text(st.sampled_from("<>&\"'/ab=`\n\r\0é漢")) | st.just("<script>x</script>")


@given(st.lists(NASTY, min_size=1, max_size=4), NASTY)
def test_nothing_in_a_table_becomes_html(values: list[str], column: str) -> None:
    html = Table(pa.table({column: values}))._repr_html_()
    assert parsed(html).tags <= OURS


@given(st.integers(0, 60))
def test_a_table_shows_20_rows_and_says_how_many_there_are(rows: int) -> None:
    table = Table(pa.table({"n": [10_000 + n for n in range(rows)]}))
    for shown in (repr(table), table._repr_html_()):
        assert len(re.findall(r"10,?0\d\d", shown)) == min(rows, 20)
        assert (f"… 20 of {rows} rows" in shown) == (rows > 20)


def test_wide_tables_and_long_values_are_cut() -> None:
    table = Table(pa.table({f"c{n}": ["x" * 10_000] for n in range(200)}))
    assert "… and 175 more columns" in repr(table)
    assert len(table._repr_html_()) < 10_000


def test_none_is_not_the_empty_text(ws: Workspace) -> None:
    table = ws.sql("SELECT '' AS a, NULL AS b")
    assert repr(table).splitlines()[-1].split() == ["None"]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", table._repr_html_())
    assert cells == ["", "None"]


def test_colours_are_those_of_the_page(ws: Workspace) -> None:
    for thing in (ws, ws.jobs, ws.job("dev-3"), ws.dataset("dev-3"), ws.results, ws.urd):
        assert not re.search(
            r"(?<!-)color\s*:|background\s*:|#[0-9a-f]{3,6}\b", thing._repr_html_()
        )


def test_a_dataset_shows_its_first_rows(ws: Workspace) -> None:
    cups = ws.dataset("dev-2")
    assert "dev-2/default  30 rows, 3 columns" in repr(cups)
    assert "… 10 of 30 rows" in repr(cups)
    html = cups._repr_html_()
    assert "&lt;b&gt;tea&lt;/b&gt;" in html and "<b>tea" not in html
    assert "int64" in html and "hashed on n" in html


def test_a_job_shows_what_it_is(ws: Workspace) -> None:
    shown = repr(ws.job("dev-3"))
    assert shown.splitlines()[0] == "dev-3  cups  complete"
    for part in ("day = 2", "previous = dev-2", "default  25 rows", "day.json", "option day: 1"):
        assert part in shown
        assert part in parsed(ws.job("dev-3")._repr_html_()).text


def test_names_complete(ws: Workspace) -> None:
    assert "page.html" in ws.results._ipython_key_completions_()
    assert "dev-2" in ws.jobs._ipython_key_completions_()
    assert ws.dataset("dev-2").columns._ipython_key_completions_() == ["drink", "n", "price"]
    assert "cups" in ws.urd._ipython_key_completions_()
    assert ws.sql("SELECT 1 AS a")._ipython_key_completions_() == ["a"]


# -- results


def test_results_by_name(ws: Workspace) -> None:
    assert ws.results.names == ["dot.png", "film.mp4", "odd.bin", "page.html", "words.txt"]
    result = ws.result("words.txt")
    assert ws.result("words").name == "words.txt"
    with pytest.raises(NoSuchWhateverError, match=r"nothing is named 'wrods'"):
        ws.result("wrods")
    assert result.job == ws.job("pages") and result.description == "the words.txt"
    assert result.read_text().startswith("a <b> c")
    assert "the words.txt" in repr(ws.results) and "dev-4" in repr(ws.results)
    with pytest.raises(NoSuchWhateverError, match=r"Did you mean 'page\.html'"):
        ws.result("pag.html")


def test_pictures_films_and_pages_are_shown_inline(ws: Workspace) -> None:
    image = ws.result("dot.png")._repr_mimebundle_()
    assert base64.b64decode(image["image/png"]) == PNG
    film = ws.result("film.mp4")._repr_mimebundle_()["text/html"]
    assert (
        f'<video controls src="data:video/mp4;base64,{base64.b64encode(b"no film").decode()}'
        in film
    )
    page = ws.result("page.html")._repr_mimebundle_()["text/html"]
    assert 'sandbox="allow-scripts"' in page and "allow-same-origin" not in page
    assert "&lt;script&gt;" in page and "<script>" not in page and "&quot;cups&quot;" in page


def test_text_is_shown_from_its_beginning(ws: Workspace) -> None:
    html = ws.result("words.txt")._repr_mimebundle_()["text/html"]
    assert html.count("a &lt;b&gt; c") == 60 and "… the beginning of 4.0 kB" in html
    other = ws.result("odd.bin")._repr_mimebundle_()["text/html"]
    assert str(ws.result("odd.bin").path) in other


def test_what_is_too_big_is_named(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline, "MOST_BYTES", 3)
    for name in ("film.mp4", "page.html", "dot.png"):
        found = ws.result(name)._repr_mimebundle_()
        assert "too big to be shown here" in found["text/html"]
        assert set(found) == {"text/plain", "text/html"}


# -- urd


def test_the_urd(ws: Workspace) -> None:
    entry = ws.urd.latest("cups")
    assert (entry.timestamp, entry.caption) == ("2026-03-01", "first of March")
    assert entry["cups"].id == "dev-3" and entry[0].id == "dev-2"
    assert entry.build_job == ws.job("dev-1")
    assert ws.urd.first("cups").joblist == entry.joblist == [("cups", "dev-2"), ("cups", "dev-3")]
    assert ws.urd.since("cups", 0) == ["2026-03-01"] == ws.urd["cups"].names
    assert any(name.endswith("/cups") for name in ws.urd.lists)
    assert "first of March" in repr(ws.urd["cups"])
    with pytest.raises(NoSuchWhateverError, match="Did you mean 'cups'"):
        ws.urd.latest("cusp")
    with pytest.raises(NoSuchWhateverError, match="no entry '2026-04-01'"):
        ws.urd.get("cups", "2026-04-01")
