"""`axtui.toml`: defaults, every wrong value with its line, and the scanner behind the lines."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui import config, workspace
from axtui.errors import ConfigError, StorageError
from axtui.retention import Retention
from axtui.suggest import did_you_mean
from axtui.tomllines import KeyLines


def load(folder: Path, text: str) -> config.Config:
    path = folder / "axtui.toml"
    path.write_text(text)
    return config.load(path)


def test_an_empty_file_gives_every_setting(tmp_path: Path) -> None:
    loaded = load(tmp_path, "")
    assert loaded.root == tmp_path.resolve()
    assert loaded.slices == config.cores() == loaded.engine.slots
    assert loaded.method_folders == (tmp_path / "methods",)
    assert dict(loaded.workdirs) == {"dev": tmp_path / "workdirs" / "dev"}
    assert loaded.target == "dev"
    assert (loaded.inputs, loaded.results, loaded.urd) == (
        tmp_path / "inputs",
        tmp_path / "results",
        tmp_path / "urd",
    )
    assert (loaded.engine.kind, loaded.engine.timeout) == ("local", 0)
    assert (loaded.watch.mode, loaded.packages) == ("auto", "strict")
    assert loaded.user == config.user_name()
    assert loaded.durable, "what may be lost must be asked for"


def test_every_key_is_read(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        """
slices = 3
methods = ["methods", "more/extra"]
target = "big"
inputs = "../elsewhere"
results = "/tmp/results-of-mine"
urd = "log"
packages = "names"
user = "ada"
watch = { mode = "ask" }
[workdirs]
dev = "workdirs/dev"
big = "/tmp/big-disk"
[engine]
kind = "local"
slots = 7
timeout = 1.5
memory = "2 GB"
""",
    )
    assert loaded.slices == 3
    assert loaded.method_folders == (tmp_path / "methods", tmp_path / "more" / "extra")
    assert loaded.target == "big"
    assert list(loaded.workdirs) == ["dev", "big"]
    assert loaded.inputs == tmp_path.parent / "elsewhere"
    assert loaded.results == Path("/tmp/results-of-mine").resolve()
    assert loaded.urd == tmp_path / "log"
    assert (loaded.packages, loaded.user, loaded.watch.mode) == ("names", "ada", "ask")
    assert loaded.engine == config.EngineConfig("local", 7, 1.5, 2 * 10**9)
    assert loaded.slice_memory == 2 * 10**9 // 3


def test_modes_of_watching(tmp_path: Path) -> None:
    assert load(tmp_path, "").watch == config.WatchConfig("auto", {})
    assert load(tmp_path, 'watch = "off"').watch.of("movie") == "off"
    found = load(tmp_path, '[watch]\nmode = "auto"\n[watch.scripts]\nmovie = "ask"').watch
    assert (found.of("movie"), found.of("import")) == ("ask", "auto")


def test_durability_can_be_switched_off(tmp_path: Path) -> None:
    from axtui.build.session import Session
    from axtui.workspace import Workspace

    assert Session(Workspace(load(tmp_path, ""))).disk.durable
    assert not Session(Workspace(load(tmp_path, "durable = false"))).disk.durable


def test_rules_of_retention(tmp_path: Path) -> None:
    assert load(tmp_path, "").retention == Retention(7 * 86400.0, 7 * 86400.0, 1, None, None, ())
    text = """
[retention]
grace = "36 hours"
failed = "0"
runs = 3
urd = 10
size = "1.5 GiB"
keep = ["train_*"]
"""
    expected = Retention(36 * 3600.0, 0.0, 3, 10, 3 * 2**29, ("train_*",))
    assert load(tmp_path, text).retention == expected


WRONG = {
    "slices = 0": (1, "`slices` must be a whole number from 1 to 9999, not 0"),
    "slices = true": (1, "not true"),
    '\n\nslices = "four"': (3, 'not "four"'),
    "slice = 3": (1, "unknown key `slice`. Did you mean 'slices'?"),
    "\nzzzzz = 3": (2, "unknown key `zzzzz`. Known keys: slices, "),
    "[engine]\nslots = 2\nslotz = 3": (3, "unknown key `slotz` in [engine]. Did you mean 'slots'?"),
    '[engine]\nkind = "dsk"': (2, "`engine.kind` must be"),
    "[engine]\n\ntimeout = -1": (3, "`engine.timeout` must be seconds"),
    "[engine]\ntimeout = nan": (2, "`engine.timeout` must be seconds"),
    "engine = 3": (1, "`engine` must be a table"),
    "engine.slots = 0": (1, "`engine.slots` must be"),
    'engine.memory = "much"': (1, "`engine.memory` must be a size above 0"),
    "\n[workdirs]\n": (2, "`workdirs` must be a table of names and paths"),
    '[workdirs]\n"a/b" = "x"': (2, "'a/b' cannot name a workdir"),
    '[workdirs]\ndev-3 = "x"': (2, "not ending like a job id"),
    '[workdirs]\na = "x"\n\nb = "./y/../x"': (4, "workdirs 'a' and 'b' have one path"),
    '[workdirs]\na = ".."': (2, "lies inside its workdir 'a'"),
    '[workdirs]\na = "."': (2, "lies inside its workdir 'a'"),
    "[workdirs]\na = 4": (2, "`workdirs.a` must be the path of a folder, not 4"),
    'target = "other"': (1, '`target` must be the name of a workdir (dev), not "other"'),
    "methods = []": (1, "`methods` must be a list of folders"),
    'methods = [\n "a",\n 3]': (1, "the path of a folder, not 3"),
    'methods = ["a/m", "b/m"]': (1, "two method folders are named 'm'"),
    'methods = ["my-methods"]': (1, "imported as a Python package"),
    'inputs = ""': (1, "`inputs` must be the path of a folder"),
    'watch = "often"': (1, '`watch` must be "auto", "ask" or "off", not "often"'),
    "[watch]\nmodes = 1": (2, "Did you mean 'mode'?"),
    '[watch]\nmode = "of"': (2, '`watch.mode` must be "auto", "ask" or "off", not "of"'),
    "[watch]\nscripts = 1": (2, "`watch.scripts` must be a table of scripts and modes"),
    '[watch.scripts]\n\nmovie = "later"': (3, '`watch.scripts.movie` must be "auto", "ask" or'),
    "packages = false": (1, '`packages` must be "strict", "names" or "record"'),
    'user = "a/b"': (1, "`user` must be a name"),
    "durable = 0": (1, "`durable` must be true or false, not 0"),
    "[retention]\ngrce = 3": (2, "unknown key `grce` in [retention]. Did you mean 'grace'?"),
    "[retention]\ngrace = 7": (2, '`retention.grace` must be a time such as "7 days"'),
    '[retention]\n\nfailed = "7 moons"': (3, 'not "7 moons"'),
    "[retention]\nruns = 0": (2, "`retention.runs` must be a whole number from 1, not 0"),
    '[retention]\nurd = "some"': (2, '`retention.urd` must be "all" or a whole number from 0'),
    '[retention]\nsize = "50 gigs"': (2, '`retention.size` must be a size such as "50 GB"'),
    '[retention]\nkeep = "a"': (2, "`retention.keep` must be a list of methods"),
    "retention = 3": (1, "`retention` must be a table"),
    "a = 1\nslices = = 3": (2, "not valid TOML"),
    "slices = [1,\n2": (2, "not valid TOML"),
    "slices = 1\nslices = 2": (2, "not valid TOML"),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_value_names_the_line_and_what_was_expected(tmp_path: Path, text: str) -> None:
    line, message = WRONG[text]
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path.resolve() / 'axtui.toml'}, line {line}: ")
    assert message in str(caught.value)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "axtui.toml").write_bytes(b"slices = 3 # \xff")
    with pytest.raises(ConfigError, match="not UTF-8 text"):
        config.load(tmp_path / "axtui.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(tmp_path)


def test_lines_past_strings_arrays_and_comments_that_look_like_keys() -> None:
    lines = KeyLines(
        '''# a = 1
first = """
[not.a.table]
b = 2 \\""" "x" """""
second = [ # c = 3
  "]", # d = 4
  { e = 5 },
]
third = 'x # y'

[ table . "quoted.part" ] # end
plain = 1
dotted."in.side".'deep' = 2
[[many]]
f = 1
'''
    )
    assert [lines.line(key) for key in ("first", "second", "third")] == [2, 5, 9]
    assert lines.line("table", "quoted.part") == 11
    assert lines.line("table", "quoted.part", "plain") == 12
    assert lines.line("table", "quoted.part", "dotted", "in.side", "deep") == 13
    assert lines.line("table", "quoted.part", "dotted", "in.side") == 13
    assert lines.line("many", "f") == 15
    assert lines.line("second", "e") == 5
    assert lines.line("nowhere") == 1


VALUES = st.sampled_from(
    ["1", '"#"', "'='", '"""\n[x]\ny = 1\n"""', "[\n 1,\n '''\n'''\n]", "{ a = [1] }", "true # x"]
)


@given(st.lists(st.tuples(VALUES, st.sampled_from(["", "\n", "# note\n"])), min_size=1))
def test_each_key_is_found_on_its_line(pieces: list[tuple[str, str]]) -> None:
    text, expected = "", {}
    for number, (value, between) in enumerate(pieces):
        text += between
        expected[f"key{number}"] = text.count("\n") + 1
        text += f"key{number} = {value}\n"
    parsed: dict[str, Any] = tomllib.loads(text)
    assert list(parsed) == list(expected)
    assert {key: KeyLines(text).line(key) for key in expected} == expected


def test_near_names() -> None:
    assert did_you_mean("improt", ["import", "export", "zoo"]).startswith(" Did you mean 'import'")
    assert did_you_mean("qqq", ["import"]) == ""
    assert did_you_mean("SLICES", ["slices"]) == " Did you mean 'slices'?"


def test_a_workspace_is_found_from_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    with pytest.raises(ConfigError, match="axtui init DIR"):
        workspace.open_workspace()
    load(tmp_path, "slices = 3")
    found = workspace.open_workspace()
    assert (found.root, found.config.slices) == (tmp_path.resolve(), 3)
    load(below, "slices = 5")
    assert workspace.open_workspace().config.slices == 5
    assert workspace.open_workspace(tmp_path).config.slices == 3
    assert workspace.open_workspace(None, tmp_path / "axtui.toml").config.slices == 3
    with pytest.raises(ConfigError, match="is no workspace"):
        workspace.open_workspace(tmp_path / "a")


def test_opening_writes_nothing_and_building_makes_the_folders(tmp_path: Path) -> None:
    load(tmp_path, '[workdirs]\none = "w/one"\ntwo = "w/two"')
    opened = workspace.open_workspace(tmp_path)
    assert opened.context().job_path("two-3") == tmp_path / "w" / "two" / "two-3"
    assert [path.name for path in tmp_path.iterdir()] == ["axtui.toml"]
    opened.make_folders()
    for folder in ("w/one", "w/two", ".axtui/journal", ".axtui/locks", "results"):
        assert (tmp_path / folder).is_dir()
    assert (tmp_path / ".axtui/.gitignore").read_text() == "*\n"
    assert not list((tmp_path / "w").rglob(".gitignore"))


def test_git_sees_nothing_of_what_is_ours_in_a_project_of_others(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "accelerator.conf").write_text(
        "slices: 2\nworkdirs: dev w\nmethod packages: mine auto-discover\nresult directory: out\n"
    )
    opened = workspace.open_workspace(tmp_path)
    for _ in range(2):
        opened.make_folders()
    ignoring = {path.parent for path in tmp_path.rglob(".gitignore")}
    assert ignoring == {tmp_path / name for name in (".axtui", "urd.axtui", "w/axtui")}


def test_a_file_where_a_folder_is_needed(tmp_path: Path) -> None:
    load(tmp_path, "")
    (tmp_path / "workdirs").write_text("")
    with pytest.raises(StorageError, match="workdirs/dev is a file, not a folder"):
        workspace.open_workspace(tmp_path).make_folders()
    (tmp_path / "workdirs").unlink()
    (tmp_path / "results").rmdir()
    (tmp_path / "results").write_text("")
    with pytest.raises(StorageError, match="results is a file where a folder is needed"):
        workspace.open_workspace(tmp_path).make_folders()


def test_a_read_only_place_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(tmp_path, "")

    def refuse(self: Path, *args: object, **kwargs: object) -> None:
        raise OSError(30, "Read-only file system", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StorageError, match=r"cannot make the folder .*: Read-only file system"):
        workspace.open_workspace(tmp_path).make_folders()
