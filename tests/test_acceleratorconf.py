"""`accelerator.conf`: what each key gives, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from axtui import acceleratorconf, config
from axtui.errors import ConfigError
from axtui.workspace import open_workspace

WHOLE = """\
# a project
slices: 5
workdirs:
\timport ./workdirs/import/   # with a comment
\tdev    "./work dirs/dev"
\tdev    "./work dirs/dev"
target workdir: dev
method packages:
\timport
\tmovie auto-discover
\taccelerator.standard_methods
listen: .socket.dir/server
board listen: localhost:8520
urd: local .socket.dir/urd
result directory: ${RESULTS=./results}
input directory: ${DATA}
interpreters:
\t2.7 /usr/bin/python2.7
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("import", "movie"):
        folder = tmp_path / name
        folder.mkdir()
        for method in ("one", "two", "old"):
            (folder / f"a_{method}_{name}.py").write_text("def synthesis():\n    pass\n")
    (tmp_path / "import" / "methods.conf").write_text(
        "# listed\none_import\n\nold_import 2.7 # by name\n"
    )
    return tmp_path


def load(project: Path, text: str, **environ: str) -> config.Config:
    return acceleratorconf.read(project / "accelerator.conf", text, environ)


def test_every_key_means_what_it_means_there(project: Path) -> None:
    found = load(project, WHOLE, DATA="/data")
    assert (found.slices, found.target, found.root) == (5, "dev", project)
    assert found.workdirs == {
        "import": project / "workdirs/import/axtui",
        "dev": project / "work dirs/dev/axtui",
    }
    assert found.inputs == Path("/data")
    assert found.results == project / "results"
    assert found.urd == project / "urd.axtui"
    listed, discovered = found.methods
    assert (listed.name, listed.folder) == ("import", project / "import")
    assert listed.listed == (("one_import", ""), ("old_import", "2.7"))
    assert (discovered.name, discovered.listed) == ("movie", None)
    told = "\n".join(found.notes)
    for word in ("`listen`", "`board listen`", "`urd`", "interpreter '2.7'"):
        assert word in told


def test_what_is_not_given_is_the_project_directory(project: Path) -> None:
    text = "slices: 1\nworkdirs: dev w\nmethod packages: movie auto-discover\n"
    found = load(project, text)
    assert found.inputs == found.results == found.root == project
    (project / "deep").mkdir()
    moved = load(project / "deep", text + "project directory: ..\n")
    assert (moved.root, moved.workdirs["dev"]) == (project, project / "w/axtui")
    assert moved.methods[0].folder == project / "movie"


def test_only_listed_methods_count_and_other_interpreters_are_refused(project: Path) -> None:
    from axtui.build.doctor import code
    from axtui.build.methodfiles import find_methods

    (project / "accelerator.conf").write_text(WHOLE)
    found = find_methods(open_workspace(project))
    assert "one_import" in found
    assert "two_import" not in found
    assert {"one_movie", "two_movie", "csvimport"} <= found.keys()
    assert "asks for the interpreter '2.7'" in str(found["old_import"].broken)
    assert found["one_import"].broken is None
    (told,) = (one for one in code.checks(open_workspace(project)) if one.state == "problem")
    assert "'2.7'" in told.text and "take '2.7' out of its line" in str(told.mend)


def test_axtui_toml_comes_before_it(project: Path) -> None:
    (project / "accelerator.conf").write_text(WHOLE)
    assert open_workspace(project).config.slices == 5
    (project / "axtui.toml").write_text("slices = 2\n")
    assert open_workspace(project).config.slices == 2


@pytest.mark.parametrize(
    ("wrong", "line", "says"),
    [
        ("slicez: 3", 1, "unknown key `slicez`. Did you mean"),
        ("\tdev w", 1, "the first line is indented"),
        ("just text", 1, "expected `key: value`"),
        ("slices: many", 1, "a whole number"),
        ("slices: 3 4", 1, "takes one value"),
        ("slices: 3\nslices: 3", 2, "and has one on line 1"),
        ("workdirs: dev", 1, "`name path`"),
        ("workdirs:\n dev a\n dev b", 3, "two paths"),
        ("workdirs:\n dev a\n other ./a/", 3, "two workdirs"),
        ("workdirs: dev ..", 1, "lies inside its workdir"),
        ("target workdir: no", 1, "none of the workdirs"),
        ("method packages: movie discover", 1, "auto-discover, not 'discover'"),
        ("method packages: moovie", 1, "there is no package 'moovie'"),
        ("urd: far away", 1, "local or remote"),
        ("listen: a b", 1, "takes one value"),
        ("interpreters: DEFAULT /x", 1, "cannot be given"),
        ("result directory: 'a", 1, "cannot be read"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    project: Path, wrong: str, line: int, says: str
) -> None:
    rest = {
        "slices": "slices: 1",
        "workdirs": "workdirs: dev w",
        "method packages": "method packages: movie auto-discover",
    }
    given = wrong.partition(":")[0]
    text = "\n".join([wrong, *(text for key, text in rest.items() if key != given)])
    with pytest.raises(ConfigError) as caught:
        load(project, text)
    assert f"accelerator.conf, line {line}: " in str(caught.value)
    assert says in str(caught.value)


def test_a_package_may_lie_deep_and_is_not_imported(project: Path) -> None:
    inner = project / "tools" / "calc"
    inner.mkdir(parents=True)
    (project / "tools" / "__init__.py").write_text("raise SystemExit\n")
    (inner / "a_deep.py").write_text("def synthesis():\n    pass\n")
    text = "slices: 1\nworkdirs: dev w\nmethod packages: tools.calc auto-discover\n"
    assert load(project, text).methods[0].pair == ("tools.calc", str(inner))


def test_required_keys_are_missed(project: Path) -> None:
    with pytest.raises(ConfigError, match="`method packages` is missing"):
        load(project, "slices: 1\nworkdirs: dev w\n")


def test_a_required_value_that_a_variable_should_give_is_told_by_line_and_variable(
    project: Path,
) -> None:
    text = "workdirs: dev w\nmethod packages: movie auto-discover\nslices:\n\t${NOPE}${NO_MORE}\n"
    with pytest.raises(ConfigError) as caught:
        load(project, text, NO_MORE="")
    assert ", line 4: `slices` has no value, as NOPE is not set in the env" in str(caught.value)
    with pytest.raises(ConfigError, match=r"line 4: .* as NOPE and NO_MORE are not set"):
        load(project, text)
    assert load(project, text, NOPE="3").slices == 3


def test_the_native_file_means_the_same(project: Path) -> None:
    """Also for packages that lie elsewhere, have long names, or list their methods."""
    from axtui import tomlconfig
    from axtui.build.native import as_toml

    inner = project / "tools" / "calc"
    inner.mkdir(parents=True)
    text = WHOLE.replace("\tmovie auto", "\ttools.calc auto-discover\n\tmovie auto")
    found = load(project, text, DATA="'/data \\1'")
    native = tomlconfig.read(project / "axtui.toml", as_toml(found))
    for key in ("slices", "methods", "workdirs", "target", "inputs", "results", "urd", "root"):
        kept = getattr(found, key)
        if key == "methods":  # a list without interpreters
            kept = tuple(
                p
                if p.listed is None
                else type(p)(p.name, p.folder, tuple((m, "") for m, _ in p.listed))
                for p in kept
            )
        assert getattr(native, key) == kept, key


@pytest.mark.parametrize("name", ["accelerator.test_methods", "accelerator.examples"])
def test_packages_that_only_the_accelerator_ships_may_be_missing(project: Path, name: str) -> None:
    text = f"slices: 3\nworkdirs: dev w\nmethod packages:\n movie\n {name}\n"
    found = load(project, text)
    if len(found.methods) == 1:  # otherwise the real one is beside us
        assert [note for note in found.notes if name in note and "installs `accelerator`" in note]
    assert found.methods[0].name == "movie"


def test_keys_of_earlier_years_are_read(project: Path) -> None:
    text = (
        "slices: 3\nworkdirs: dev w\nmethod packages: movie\n"
        "source directory: raw\nlogfile: daemon.log\n"
    )
    found = load(project, text)
    assert found.inputs == project / "raw"
    assert any("logfile" in note for note in found.notes)
    with pytest.raises(ConfigError, match="line 7: `input directory` takes one value"):
        load(project, text + "\ninput directory: b\n")
