"""The movie made for real, small and short, and taken apart again: frames, figures, colours."""

from __future__ import annotations

import json
import subprocess
from functools import cached_property
from pathlib import Path
from typing import Any

import av
import movie_fleet as fleet
import numpy as np
import pytest

from tests.warm import Warm

WIDTH, HEIGHT, SECONDS, FPS = 640, 360, 4, 10
FLAGS = f"width={WIDTH},height={HEIGHT},seconds={SECONDS},fps={FPS}"


class Studio:
    """A workspace with the example's methods and the small fleet."""

    def __init__(self, folder: Path, root: Path, slices: int, warm: Warm) -> None:
        self.folder, self.programs = folder, folder.with_name("programs")
        warm.write_programs(self.programs)
        inputs = folder / "inputs"
        inputs.mkdir(parents=True)
        fleet.write_zip(inputs / "data_2020.zip")
        self.methods = json.dumps([str(root / "methods")])
        self.set_slices(slices)

    def set_slices(self, slices: int) -> None:
        """Work with another number of slices from now on."""
        (self.folder / "axtui.toml").write_text(f"methods = {self.methods}\nslices = {slices}\n")

    def axtui(self, *words: str, fails: bool = False) -> str:
        """Run a command; returns what it printed, or what it complained about."""
        command = [str(self.programs / "axtui"), "--workspace", str(self.folder), *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder)
        assert (done.returncode == 1) == fails, f"{words}:\n{done.stdout}\n{done.stderr}"
        return done.stderr if fails else done.stdout

    @property
    def movie(self) -> Path:
        """The linked movie."""
        return self.folder / "results" / "movie.mp4"

    @cached_property
    def plan(self) -> dict[str, dict[str, Any]]:
        """What the plan says of each drive, by serial number; of its last life, if it has several."""
        rows = self.axtui("sql", "FROM dataset('fleet_plan') ORDER BY comes", "--format", "json")
        return {row["serial_number"]: row for row in json.loads(rows)}

    def measures(self) -> dict[str, Any]:
        """`plan.json`."""
        (path,) = self.folder.glob("workdirs/dev/dev-*/plan.json")
        return dict(json.loads(path.read_text()))


@pytest.fixture(scope="module")
def studio(root: Path, tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Studio:
    """A workspace in which the movie was made."""
    studio = Studio(tmp_path_factory.mktemp("movie") / "ws", root, 2, warm)
    printed = studio.axtui("run", "import", "movie", "--flags", FLAGS)
    lives = len(fleet.FLEET) + 1  # RETURNS has two
    assert f"{lives} drives in {SECONDS} seconds: results/movie.mp4" in printed
    return studio


@pytest.fixture(scope="module")
def pictures(studio: Studio) -> list[np.ndarray]:
    """All frames of the movie, (height, width, red green blue)."""
    with av.open(str(studio.movie)) as film:
        return [
            frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
            for frame in film.decode(video=0)
        ]


def middle(picture: np.ndarray, drive: dict[str, Any], pitch: int) -> tuple[int, int, int]:
    """The colour in the middle of a drive's square."""
    around = picture[
        drive["y"] + pitch // 2 - 2 : drive["y"] + pitch // 2 + 2,
        drive["x"] + pitch // 2 - 2 : drive["x"] + pitch // 2 + 2,
    ]
    red, green, blue = (int(value) for value in around.reshape(-1, 3).mean(axis=0))
    return red, green, blue


def is_red(colour: tuple[int, int, int]) -> bool:
    return colour[0] > 180 and max(colour[1:]) < 110


def is_dark(colour: tuple[int, int, int]) -> bool:
    return max(colour) < 60


def is_living(colour: tuple[int, int, int]) -> bool:
    """Of the colours of ages, all of which have more blue than red."""
    return max(colour) > 120 and colour[2] > colour[0]


def test_the_film_plays_everywhere(studio: Studio, pictures: list[np.ndarray]) -> None:
    with av.open(str(studio.movie)) as film:
        video = film.streams.video[0]
        context = video.codec_context
        assert (context.name, context.pix_fmt, context.profile) == ("h264", "yuv420p", "High")
        assert (video.width, video.height, video.average_rate) == (WIDTH, HEIGHT, FPS)
        assert (video.frames, len(pictures)) == (SECONDS * FPS, SECONDS * FPS)
        assert [film.streams.video[0].duration * video.time_base] == [SECONDS]
    with av.open(str(studio.movie)) as film:
        times = [frame.time for frame in film.decode(video=0)]
    assert times == pytest.approx([number / FPS for number in range(SECONDS * FPS)])
    beginning = studio.movie.read_bytes()
    assert beginning.index(b"moov") < beginning.index(b"mdat"), "it cannot start while it loads"


def test_a_drive_that_fails_is_red_and_then_gone(studio: Studio, pictures) -> None:
    drive, measures = studio.plan["FAILS"], studio.measures()
    goes = int(np.ceil(drive["goes"]))
    colour = [middle(picture, drive, measures["pitch"]) for picture in pictures]
    assert is_living(colour[goes - 1])
    assert is_red(colour[goes + FPS // 2])
    assert not any(is_red(each) for each in colour[:goes])
    assert is_dark(colour[-1])


def test_a_drive_that_is_taken_out_goes_quietly(studio: Studio, pictures) -> None:
    drive, measures = studio.plan["TAKENOUT"], studio.measures()
    goes = int(np.ceil(drive["goes"]))
    colour = [middle(picture, drive, measures["pitch"]) for picture in pictures]
    assert is_living(colour[goes - 1])
    assert is_dark(colour[goes + FPS])
    assert not any(is_red(each) for each in colour)


def test_a_drive_that_comes_later_is_not_there_before(studio: Studio, pictures) -> None:
    drive, measures = studio.plan["LATE"], studio.measures()
    comes = int(np.ceil(drive["comes"]))
    colour = [middle(picture, drive, measures["pitch"]) for picture in pictures]
    assert not is_living(colour[comes - 1])
    assert is_living(colour[-1])


def test_a_drive_that_skips_days_stays(studio: Studio, pictures) -> None:
    drive, measures = studio.plan["SKIPS"], studio.measures()
    colour = [middle(picture, drive, measures["pitch"]) for picture in pictures]
    assert all(is_living(each) for each in colour[FPS:])


def test_every_failure_is_one_in_the_plan(studio: Studio) -> None:
    counted = "SELECT count(*) FILTER (failed) AS failed, count(*) FILTER (goes IS NULL) AS left"
    (row,) = json.loads(
        studio.axtui("sql", f"{counted} FROM dataset('fleet_plan')", "--format", "json")
    )
    assert row == {"failed": fleet.FAILURES, "left": fleet.LEFT}


def test_what_a_drive_did_not_tell_is_that_of_its_model(studio: Studio) -> None:
    plan = studio.plan
    assert plan["SKIPS"]["capacity_bytes"] == 4 * fleet.TERABYTE
    assert plan["LATE"]["born"] == fleet.day(6).toordinal(), "without a clock it is new"
    assert plan["STAYS00"]["born"] == fleet.day(0).toordinal() - 700


def test_a_frame_is_linked_as_a_picture(studio: Studio, pictures: list[np.ndarray]) -> None:
    from PIL import Image

    poster = np.asarray(Image.open(studio.folder / "results" / "movie.png"), float)
    assert poster.shape == (HEIGHT, WIDTH, 3)
    nearest = min(float(np.abs(poster - picture).mean()) for picture in pictures)
    assert nearest < 2, "it is a frame of the movie"


def test_made_once_and_the_same_with_any_number_of_slices(studio: Studio) -> None:
    first, film = studio.movie.resolve(), studio.movie.read_bytes()
    studio.axtui("run", "movie", "--flags", FLAGS)
    assert studio.movie.resolve() == first
    studio.set_slices(1)
    studio.axtui("run", "movie", "--flags", FLAGS)
    assert studio.movie.resolve() != first
    assert studio.movie.read_bytes() == film


def test_without_an_import_it_says_what_to_do(root: Path, tmp_path: Path, warm: Warm) -> None:
    studio = Studio(tmp_path / "ws", root, 1, warm)
    assert "run the script `import` first" in studio.axtui("run", "movie", fails=True)
