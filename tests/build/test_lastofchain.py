"""Both meanings of a typed chain, and the warning where code of the older one meets the newer."""

from __future__ import annotations

import pytest

from axtui.build import events, jobinfo
from axtui.build.specs import Specs
from axtui.cli import jobshow
from axtui.config import load
from axtui.data import context
from axtui.data.job import Job
from axtui.errors import ConfigError
from tests.standard.conftest import Lab, engine, lab  # noqa: F401

TOTAL = """
options = {"whole": False}
datasets = ("source",)
def synthesis(datasets, options):
    ds = datasets.source
    return sum((ds.iterate_chain if options.whole else ds.iterate)(None, "a"))
"""
SCRIPT = """
job = None
for number in range(3):
    job = urd.build("csvimport", filename=f"{number}.csv", previous=job)
typed = urd.build("dataset_type", source=job, column2type={"a": "int32_10"})
hashed = urd.build("dataset_hashpart", source=typed, hashlabel="a")
"""


def _warned(lab: Lab, more: str, accelerator: str = "") -> tuple[int, list[str]]:  # noqa: F811
    """What a script's last total was, and what was warned of."""
    said = f'accelerator = "{accelerator}"\n' if accelerator else ""
    lab.write("axtui.toml", f"slices = 3\n{said}")
    lab.method("total", TOTAL)
    for number in range(3):
        lab.input(f"{number}.csv", f"a,b\n{number},x\n{number + 10},y\n")
    lab.script(SCRIPT + more)
    lab.seen.clear()
    lab.run()
    ended = (events.JobStarted, events.JobReused)
    totals = [one.jobid for one in lab.seen if isinstance(one, ended) and one.method == "total"]
    with context.use(lab.workspace.context()):
        total = Job(totals[-1]).load()
    return total, [event.text for event in lab.seen if isinstance(event, events.Warned)]


def test_a_typed_chain_is_whole_or_warned_of(lab: Lab) -> None:  # noqa: F811
    linked = 'f = urd.build("dataset_filter_columns", source=hashed, keep_columns=["a"])\n'
    fine = 'urd.build("total", source=urd.build("dataset_sort", source=typed, sort_columns="a"))\n'
    assert _warned(lab, fine + 'urd.build("total", source=hashed, whole=True)\n') == (36, [])
    total, warnings = _warned(lab, linked + 'urd.build("total", source=f)\n')
    assert total == 14
    assert len(warnings) == 1 and "2 of 6 rows" in warnings[0] and "--accelerator" in warnings[0]
    again, warnings = _warned(lab, linked + 'urd.build("total", source=f)\n')
    assert again == 14 and len(warnings) == 1  # a job that is re-used read no more than it did
    assert _warned(lab, 'urd.build("total", source=hashed)\n', "today") == (14, [])
    assert _warned(lab, 'urd.build("total", source=hashed)\n', "2021") == (36, [])


ASKING = """
datasets = ("source",)
def synthesis(datasets):
    return max(one.max("a") for one in datasets.source.chain())
"""
ASKED = """
datasets = ("source",)
def synthesis(datasets):
    return datasets.source.shape[1]
"""


def test_to_ask_the_last_of_them_is_to_read_it(lab: Lab) -> None:  # noqa: F811
    lab.method("asking", ASKING)
    lab.method("asked", ASKED)
    link = 'f = urd.build("dataset_filter_columns", source=typed, keep_columns=["a"])\n'
    total = 'urd.build("total", source=typed, whole=True)\n'
    ds = "ds = typed.dataset()\n"

    def told(text: str) -> list[str]:
        return _warned(lab, total + ds + text)[1]

    fine = 'urd.build("asking", source=typed)\nds.columns, ds.previous, ds.hashlabel, ds.name\n'
    assert told(fine + "sum(one.lines[0] for one in ds.chain())\nds.chain().max('a')\n") == []
    for asked in ("sum(ds.lines)", "ds.shape", "ds.min('a')", "ds.max('a')"):
        (said,) = told(asked + "\n")
        assert (
            said.startswith("build script build read only the last of the 3") and "2 of 6" in said
        )
    for source in ("f", "typed"):
        for _ in range(2):  # a job that is re-used asked for no more than it did
            (said,) = told(f'{link}urd.build("asked", source={source})\n')
            assert said.startswith("asked (dev-") and "2 of 6 rows" in said


@pytest.mark.parametrize(("said", "makes"), [("2021", "of the whole"), ("today", "per dataset")])
def test_a_job_tells_which_of_them_it_had(
    lab: Lab,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    said: str,
    makes: str,
) -> None:
    _warned(lab, 'urd.build("total", source=hashed)\n', said)
    specs = Specs(lab.workspace)
    facts = jobinfo.everything(specs, specs.job("dataset_type"))
    assert facts["meaning"] == said
    capsys.readouterr()
    jobshow.show(facts)
    told = capsys.readouterr().out
    assert f"one dataset {makes}" in told and f"accelerator = {said}" in told
    assert jobinfo.everything(specs, specs.job("total"))["meaning"] is None


def test_the_environment_counts_before_the_file(
    lab: Lab,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab.write("axtui.toml", 'accelerator = "today"\n')
    path = lab.root / "axtui.toml"
    assert load(path).accelerator == "today"
    monkeypatch.setenv("AXTUI_ACCELERATOR", "2021")
    assert load(path).accelerator == "2021"
    monkeypatch.setenv("AXTUI_ACCELERATOR", "2020")
    with pytest.raises(ConfigError, match="today or 2021"):
        load(path)
