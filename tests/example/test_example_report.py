"""The report: a page of its own, well formed, that shows the numbers it was given."""

import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from methods import a_afr
from methods.report.console import console_table
from methods.report.fleet_chart import by_size
from methods.report.page import page
from methods.report.svg import round_steps
from methods.report.words import counted, percent, terabytes

VOID = {"meta"}
DAYS = [date(2013, 4, 10) + timedelta(days=7 * number) for number in range(100)]


def found(models: dict[str, tuple[int, int]], days: list[date]) -> dict:
    """What `afr` finds where each model has a number of drives and fails now and then."""
    sums = {"by_date": [], "by_age": [], "drives": [], "drives_by_year": []}
    for model, (drives, every) in models.items():
        for number, day in enumerate(days):
            failed = int(every > 0 and number % every == 0)
            sums["by_date"].append((model, day, drives, drives * 7, failed, 4000787030016))
            sums["by_age"].append((number // 26, drives * 7, failed))
        sums["drives"].append((model, drives))
        for year in {day.year for day in days}:
            sums["drives_by_year"].append((model, year, drives))
    rows, years = a_afr.by_model_and_year(sums)
    total = {"drives": sum(row["drives"] for row in rows), **a_afr.rates(*a_afr.totals(rows))}
    return {
        "periods": [{"first": str(days[0]), "last": str(days[-1]), "days": len(days),
                     "rows": 1, "days_per_row": 7}],
        "total": total,
        "models": rows,
        "years": years,
        "fleet": a_afr.by_day(sums["by_date"]),
        "ages": a_afr.by_age(sums["by_age"], 4380),
    }  # fmt: skip


class Balance(HTMLParser):
    """Notes elements that are not closed, or closed in the wrong order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        for name, value in attrs:
            assert name not in {"src", "href", "onload", "onclick"}, f"<{tag} {name}={value}>"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


EXAMPLES = {
    "usual": found({"ST3000DM001": (100, 3), "HGST HMS5C4040ALE640": (80, 60)}, DAYS),
    "no failures": found({"ST3000DM001": (100, 0)}, DAYS),
    "one day": found({"ST3000DM001": (5000, 1)}, DAYS[:1]),
    "next to nothing": found({"ST3000DM001": (1, 1)}, DAYS[:2]),
    "forty models": found({f"M{number}": (50 + number, 9) for number in range(40)}, DAYS),
    "markup in a name": found({"<b>&'\"": (100, 3)}, DAYS),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_page_of_its_own(name: str):
    html = page(EXAMPLES[name], [["data_2013.zip", ["dev-1", "dev-2"]]], "dev-7")
    balance = Balance()
    balance.feed(html)
    assert balance.open == []
    assert not balance.seen & {"script", "link", "img", "iframe", "object"}
    assert "<b>&'" not in html
    assert "url(" not in html and "@import" not in html
    assert not re.search(r"https?://", html)
    assert not re.search(r"\b(nan|inf|None)\b", html)
    assert "prefers-color-scheme: dark" in html and "@media print" in html


def test_every_picture_has_words():
    html = page(EXAMPLES["usual"], [], "dev-7")
    pictures = re.findall(r"<svg[^>]*>(<title>[^<]+</title><desc>[^<]+</desc>)?", html)
    assert len(pictures) == 5
    assert all(pictures)


def test_it_names_its_sources():
    html = page(EXAMPLES["usual"], [["data_2013.zip", ["dev-1", "dev-2"]]], "dev-7")
    for name in ("data_2013.zip", "dev-1", "dev-2", "axtui why dev-7"):
        assert name in html


def test_colour_only_where_the_difference_is_clear():
    html = page(EXAMPLES["usual"], [], "dev-7")
    bars = dict(re.findall(r"<title>([^:<]+): [^<]* a year.*?class=\"(worse|better|same)\"", html))
    assert bars == {"ST3000DM001": "worse", "HGST HMS5C4040ALE640": "better"}


def test_the_console_table_is_aligned():
    text = console_table(EXAMPLES["usual"])
    lines = text.split("\n\n")[1].splitlines()
    ends = {line.rstrip()[-1] for line in lines[2:4]}
    assert ends == {"%"}
    assert len({len(line) for line in lines if not line.startswith("Model")}) == 1
    assert max(map(len, text.splitlines()[2:])) <= 80
    row = EXAMPLES["usual"]["models"][0]
    assert f"{row['drive_days']:,}" in text and percent(row["afr"]) in text


def test_sizes_add_up_to_the_fleet():
    fleet = {"days": ["2013-04-10"], "drives": {"a": [3], "b": [4], "c": [1]}}
    sizes = by_size(fleet, {"a": 4000787030016, "b": 1500301910016, "c": None})
    assert sizes == {"?": [1], "1.5 TB": [4], "4 TB": [3]}


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0 %"), (0.294, "0.29 %"), (17.16, "17.2 %"), (116.98, "117 %"), (6732.4, "6,732 %")],
)
def test_percent(value: float, words: str):
    assert percent(value) == words


def test_words():
    assert terabytes(1500301910016) == "1.5 TB" and terabytes(None) == "?"
    assert counted(1, "failure") == "1 failure" and counted(1200, "drive") == "1,200 drives"


@pytest.mark.parametrize("top", [0.5, 0.93, 1, 7, 21.6, 99, 1503, 21691])
def test_axis_steps_are_round_and_reach_the_top(top: float):
    steps = round_steps(top, 5)
    assert steps[0] == 0 and steps[-1] >= top and len(steps) <= 7
