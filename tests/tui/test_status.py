"""The foot of the screen."""

from pathlib import Path

import pytest

from tests.tui import histories
from tests.tui.conftest import picture_of
from tui.views.line import plain, width_of
from tui.views.picture import Picture
from tui.views.status import Transport, banner, idle_causes, status
from workspaces.history import events as e

LIVE = Transport()
REPLAY = Transport(live=False, playing=True, speed=4.0)


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_the_status_fits(middle: Path, width: int, rows: int) -> None:
    lines = status(picture_of(middle), LIVE, 5.0, width, rows, spare=9)
    assert len(lines) == rows
    assert all(width_of(line) <= width for line in lines)
    assert width_of(lines[-1]) <= width - 9


def test_everything_is_there_where_there_is_room(middle: Path) -> None:
    text = "".join(map(plain, status(picture_of(middle), LIVE, 5.0, 300, 1)))
    for part in (
        "► running",
        "simulated models",
        "0:05 round 2",
        "tasks 2/5",
        "findings ‼1 !2 ~1",
        "control none",
        "tests ✓3 ✗2",
        "busy ",
        "idle ",
        "tok/s",
        "tasks/min",
        "gap ",
        "bound 1.7×",
        "math/p0.5 · decentralized",
    ):
        assert part in text


def test_it_says_when_findings_may_be_missing(middle: Path) -> None:
    text = plain(status(picture_of(middle), REPLAY._replace(looked=0.12), 5.0, 300, 1)[0])
    assert "~1 so far, 12% read" in text
    assert "so far" not in plain(status(picture_of(middle), REPLAY, 5.0, 300, 1)[0])


def test_what_matters_most_comes_first(middle: Path) -> None:
    text = plain(status(picture_of(middle), LIVE, 5.0, 50, 1)[0])
    assert text.strip().startswith("► running   simulated models  0:05")


@pytest.mark.parametrize(
    ("transport", "words"),
    [
        (LIVE, "► running"),
        (LIVE._replace(gone=True), "✗ team gone"),
        (LIVE._replace(reading=True), "↻ reading"),
        (REPLAY, "► replay 4×"),
        (REPLAY._replace(playing=False), "‖ replay"),
    ],
)
def test_how_the_run_stands(middle: Path, transport: Transport, words: str) -> None:
    assert words in plain(status(picture_of(middle), transport, 5.0, 80, 1)[0])


def test_a_paused_session_and_a_real_model(tmp_path: Path) -> None:
    histories.paused(tmp_path / "history.jsonl")
    text = plain(status(picture_of(tmp_path), LIVE, 1.0, 200, 1)[0])
    assert "‖ paused" in text
    assert "simulated" not in text
    assert "$0.00" in text


@pytest.mark.parametrize(
    ("costs", "shown"), [((0.5, 0.87), "$1.37 "), ((0.5, None), "$0.50+? "), ((None, None), "? ")]
)
def test_a_price_that_nobody_knows_is_not_shown_as_nothing(
    tmp_path: Path, costs: tuple[float | None, ...], shown: str
) -> None:
    story = histories.Story(tmp_path / "history.jsonl", model="openai/some-model")
    for turn, cost in enumerate(costs, 1):
        story.add(
            e.ReplyEnded(
                agent="agent-1", turn=turn, tokens_in=1, tokens_out=1, seconds=1.0, cost_usd=cost
            )
        )
    story.close()
    text = plain(status(picture_of(tmp_path), LIVE, 1.0, 200, 1)[0])
    assert f"cost {shown}" in text


def test_before_anything_is_known() -> None:
    assert "starting" in plain(status(Picture(), LIVE, 0.0, 80, 1)[0])
    assert banner(Picture(), LIVE, "x") == ()


def test_the_banner_says_how_it_ended(ended: Path) -> None:
    picture = picture_of(ended)
    assert plain(banner(picture, LIVE, "x")).startswith(" ■ done: 5 of 5 tasks in ")
    assert plain(status(picture, LIVE, 7.0, 80, 1)[0]).startswith(" ■ success ")


def test_the_banner_says_how_to_go_on(middle: Path) -> None:
    line = banner(picture_of(middle), LIVE._replace(gone=True), "/s/one")
    assert plain(line).endswith("crosstalk replay /s/one")


def test_idle_causes_are_sorted(ended: Path) -> None:
    causes = idle_causes(picture_of(ended))
    assert causes
    assert [part for _, part in causes] == sorted((part for _, part in causes), reverse=True)
