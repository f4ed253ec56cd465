"""Pictures of the screens. `pytest tests/snapshots --snapshot-update` makes them anew: look."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui import controlled, histories
from tests.tui.driving import app_on, recorded, settle
from tui.app import CrosstalkApp
from tui.recordings import Recording
from tui.replay import ReplayFeed
from tui.screens.breakpoints import BreakpointsScreen
from tui.screens.start import StartScreen

SIZES = [(80, 24), (120, 40), (200, 60)]
Compare = Callable[..., bool]


def _after(*keys: str) -> Callable[[Pilot[list[str]]], object]:
    async def run_before(pilot: Pilot[list[str]]) -> None:
        await settle(pilot)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await settle(pilot)

    return run_before


def _shown(tmp_path: Path, story: Callable[[Path], None]) -> CrosstalkApp:
    path = tmp_path / "history.jsonl"
    story(path)
    return app_on(recorded(path))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("story", [histories.middle, histories.ended], ids=lambda s: s.__name__)
def test_session(
    snap_compare: Compare, tmp_path: Path, story: Callable[[Path], None], size: tuple[int, int]
) -> None:
    assert snap_compare(_shown(tmp_path, story), terminal_size=size, run_before=_after())


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
def test_finding_opened(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    app = _shown(tmp_path, histories.middle)
    assert snap_compare(app, terminal_size=size, run_before=_after("right_square_bracket"))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "story",
    [controlled.leases, controlled.worktrees, controlled.mishaps, controlled.kinds],
    ids=lambda s: s.__name__,
)
def test_control_faults_and_kinds(
    snap_compare: Compare, tmp_path: Path, story: Callable[[Path], None], size: tuple[int, int]
) -> None:
    assert snap_compare(_shown(tmp_path, story), terminal_size=size, run_before=_after())


@pytest.mark.parametrize(
    ("story", "kind", "size"),
    [
        (controlled.worktrees, "merge-conflict", (120, 40)),
        (controlled.mishaps, "zombie-write", (120, 50)),
        (controlled.kinds, "lost-message", (80, 24)),
        (controlled.kinds, "false-completion", (80, 24)),
        (controlled.kinds, "interference", (120, 40)),
    ],
    ids=["merge-conflict", "zombie-write", "lost-message", "false-completion", "interference"],
)
def test_finding_of_a_kind_opened(
    snap_compare: Compare,
    tmp_path: Path,
    story: Callable[[Path], None],
    kind: str,
    size: tuple[int, int],
) -> None:
    async def open_it(pilot: Pilot[list[str]]) -> None:
        screen = await settle(pilot)
        screen.open_finding(next(c for c in screen.picture.cases if kind in c.kinds))
        await pilot.pause()

    assert snap_compare(_shown(tmp_path, story), terminal_size=size, run_before=open_it)


@pytest.mark.parametrize(
    "keys",
    [("f4",), ("f2", "M", "end"), ("slash",), ("f2", "home", "m")],
    ids=["files", "muted", "filter", "mute"],
)
def test_lists_and_menus(snap_compare: Compare, tmp_path: Path, keys: tuple[str, ...]) -> None:
    story = controlled.leases if keys == ("f4",) else controlled.kinds
    app = _shown(tmp_path, story)
    assert snap_compare(app, terminal_size=(120, 40), run_before=_after(*keys))


def test_sixteen_agents_at_80x24(snap_compare: Compare, tmp_path: Path) -> None:
    app = _shown(tmp_path, histories.crowd)
    assert snap_compare(app, terminal_size=(80, 24), run_before=_after("tab", "tab"))


def test_zoomed_with_details(snap_compare: Compare, tmp_path: Path) -> None:
    app = _shown(tmp_path, histories.ended)
    keys = ("tab", "tab", "z", "ctrl+o")
    assert snap_compare(app, terminal_size=(80, 24), run_before=_after(*keys))


@pytest.mark.parametrize("key", ["f1", "i"])
def test_help_and_numbers(snap_compare: Compare, tmp_path: Path, key: str) -> None:
    app = _shown(tmp_path, histories.ended)
    assert snap_compare(app, terminal_size=(100, 40), run_before=_after(key))


@pytest.mark.parametrize(
    "theme", ["crosstalk-light", "crosstalk-safe", "crosstalk-contrast", "textual-dark"]
)
def test_themes(snap_compare: Compare, tmp_path: Path, theme: str) -> None:
    app = _shown(tmp_path, histories.middle)
    app.theme = theme
    assert snap_compare(app, terminal_size=(120, 40), run_before=_after())


def test_start(snap_compare: Compare) -> None:
    found = [
        Recording(Path("/s/1"), "math/p0.5", "decentralized", 4, "unfinished", True),
        Recording(Path("/s/2"), "math/p0.9", "preassigned", 16, "success", False),
    ]
    app = CrosstalkApp(StartScreen(["math/p0.2", "math/p0.5", "math/p0.9"], found))
    assert snap_compare(app, terminal_size=(80, 24))


def test_start_form(snap_compare: Compare) -> None:
    app = CrosstalkApp(StartScreen(["math/p0.2", "math/p0.5", "math/p0.9"], []))
    assert snap_compare(app, terminal_size=(80, 24), press=["down", "enter"])


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys",
    [("b", *"failure", "enter"), ("G",), ("e",), ("tab", "v", "2"), ("tab", "v", "4")],
    ids=["breakpoints", "graph", "causes", "mail", "known-files"],
)
def test_debugger(
    snap_compare: Compare, tmp_path: Path, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    app = _shown(tmp_path, histories.middle)

    async def open_it(pilot: Pilot[list[str]]) -> None:
        screen = await settle(pilot)
        for key in keys:
            await pilot.press(key)
        assert isinstance(screen.feed, ReplayFeed)
        screen.feed.hits.wait()
        while any(w.group == "look" and not w.is_finished for w in pilot.app.workers):
            await pilot.pause()
        if isinstance(over := pilot.app.screen, BreakpointsScreen):
            await over._ask()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=open_it)


def test_a_stop_at_a_breakpoint(snap_compare: Compare, tmp_path: Path) -> None:
    app = _shown(tmp_path, histories.ended)

    async def stop(pilot: Pilot[list[str]]) -> None:
        screen = await settle(pilot)
        assert isinstance(screen.feed, ReplayFeed)
        screen.feed.hits.add("failure")
        screen.feed.hits.wait()
        screen.feed.seek_event(1)
        await settle(pilot)
        await pilot.press("B")
        await settle(pilot)
        screen.reveal(screen.feed.place)
        await settle(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=stop)
