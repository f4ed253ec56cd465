"""Films and pictures of the screen: by the format's rules, and played in a terminal emulator."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyte
import pytest

from tests.export.conftest import STORIES, told
from tui.export import cast, svg
from tui.export.account import Account
from tui.export.options import Options


def film(account: Account, tmp_path: Path, options: Options) -> tuple[dict[str, Any], list[Any]]:
    out = tmp_path / "film.cast"
    cast.write(account, out, options)
    head, *lines = (json.loads(line) for line in out.read_text().splitlines())
    return head, lines


def played(head: dict[str, Any], lines: list[Any], size: tuple[int, int]) -> list[str]:
    screen = pyte.Screen(*size)
    stream = pyte.Stream(screen)
    for _, code, data in lines:
        if code == "o":
            stream.feed(data)
    return list(screen.display)


@pytest.mark.parametrize("version", [2, 3])
def test_a_film_by_the_formats_rules(tmp_path: Path, version: int) -> None:
    account = told(tmp_path / "history.jsonl", STORIES["ended"])
    head, lines = film(account, tmp_path, Options(100, 30, speed=4.0, version=version))
    assert head["version"] == version
    assert isinstance(head["timestamp"], int)
    if version == 2:
        assert (head["width"], head["height"]) == (100, 30)
    else:
        assert head["term"]["cols"], head["term"]["rows"] == (100, 30)
    before = 0.0
    for t, code, data in lines:
        assert t >= (before if version == 2 else 0)
        assert code in "om"
        assert isinstance(data, str)
        before = t
    cases = {
        f.case
        for f in account.findings
        if f.severity.value != "info" and f.verdict.value != "clear"
    }
    assert sum(code == "m" for _, code, _ in lines) == len(cases)


def test_a_film_played_ends_as_the_screen_does(tmp_path: Path) -> None:
    account = told(tmp_path / "history.jsonl", STORIES["ended"])
    head, lines = film(account, tmp_path, Options(110, 34))
    shown = "\n".join(played(head, lines, (110, 34)))
    for member in account.started.members:
        assert member.name in shown
    assert "Findings" in shown
    tasks = account.state.tasks.values()
    assert f"{sum(task.status == 'done' for task in tasks)}/{len(tasks)}" in shown
    picture = tmp_path / "end.svg"
    svg.write(account, picture, Options(110, 34))
    # The rows of the picture of the end are those that the film ends with.
    root = ElementTree.fromstring(picture.read_text())
    words = "".join(root.itertext()).replace("\xa0", " ")
    for row in shown.splitlines()[:10]:
        for word in re.findall(r"[a-z_]{6,}", row):
            assert word in words


def test_a_film_is_the_same_every_time(tmp_path: Path) -> None:
    account = told(tmp_path / "history.jsonl", STORIES["middle"])
    first, second = tmp_path / "1.cast", tmp_path / "2.cast"
    cast.write(account, first, Options(80, 24, speed=8.0))
    cast.write(account, second, Options(80, 24, speed=8.0))
    assert first.read_bytes() == second.read_bytes()


def test_pauses_are_cut(tmp_path: Path) -> None:
    account = told(tmp_path / "history.jsonl", STORIES["ended"])
    whole = list(cast.shots(account, 1.0, 0.0))
    cut = list(cast.shots(account, 1.0, 0.5))
    assert whole[-1].t == pytest.approx(account.seconds + cast.LAST_SECONDS, abs=0.2)
    assert cut[-1].t < whole[-1].t
    for shots, most in ((cut, 0.5), (whole, 1.0)):
        for one, other in pairwise(shots[:-1]):
            assert 0 <= other.t - one.t <= most + cast.FRAME_SECONDS
            assert one.moment <= other.moment
    assert {shot.moment for shot in cut} >= {account.seconds}


def test_hostile_text_stays_on_the_screen(hostile: Account, tmp_path: Path) -> None:
    head, lines = film(hostile, tmp_path, Options(100, 30))
    for _, _, data in lines:
        # Of what a terminal obeys, only colours and places, and the opening.
        for sequence in re.findall(r"\x1b(.[0-9;?]*.?)", data):
            assert re.fullmatch(r"\[[0-9;]*[mH]|\[\?25l|\[2J", sequence), sequence
        assert "\x07" not in data
        assert "\u202e" not in data
    assert "title" in "".join(played(head, lines, (100, 30)))


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
def test_a_picture_of_a_moment(tmp_path: Path, size: tuple[int, int]) -> None:
    account = told(tmp_path / "history.jsonl", STORIES["ended"])
    early, late = tmp_path / "early.svg", tmp_path / "late.svg"
    svg.write(account, early, Options(*size, at=0.5))
    svg.write(account, late, Options(*size))
    for picture in (early, late):
        text = picture.read_text()
        ElementTree.fromstring(text)
        assert "url(http" not in text
        assert "@font-face" not in text
        assert "agent-1" in text
    assert early.read_text() != late.read_text()
