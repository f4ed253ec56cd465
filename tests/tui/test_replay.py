"""A recording that is read ahead: wherever one goes, the screen shows what it would have shown."""

import threading
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.metrics.summary import Metrics
from tests.benchmarks import team
from tests.strategies import programs
from tests.tui import controlled, histories
from tests.tui.driving import app_on, screen_of, settle, text_of
from tests.world import World
from tui import foresight
from tui.foresight import Foresight
from tui.replay import AT_ONCE, ReplayFeed
from tui.screens.replaying import place_of
from tui.views.docket import Docket
from tui.views.ledger import Ledger
from tui.views.picture import Picture
from tui.views.timeline import cell_of, markers, timeline
from workspaces.anomalies.finding import Severity
from workspaces.history.events import AnyEvent
from workspaces.history.state import State
from workspaces.history.tape import HistoryTape, Played, Tape


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history of some thousands of events."""
    path = tmp_path_factory.mktemp("long") / "history.jsonl"
    team.record(path, 4, 40)
    return path


def ahead_of(tape: Tape) -> Foresight:
    ahead = Foresight(tape)
    ahead.start()
    ahead.wait()
    return ahead


def rows_of(picture: Picture) -> dict[str, list[object]]:
    return {name: list(t.take()) for name, t in picture.transcripts.items()}


def plainly(events: list[AnyEvent], place: int) -> Picture:
    """The picture after `place` events, folded from the first."""
    picture = Picture(Docket())
    for event in events[:place]:
        picture.observe(event)
    return picture


class Player:
    """Folds a feed as the screen does."""

    def __init__(self, feed: ReplayFeed) -> None:
        self.feed = feed
        self.epoch = feed.epoch
        self.picture = feed.begin(Docket())
        self.rows: dict[str, list[object]] = {}

    def go(self) -> Picture:
        while True:
            new = self.feed.poll()
            if self.feed.epoch != self.epoch:
                self.epoch = self.feed.epoch
                self.picture = self.feed.begin(Docket())
                self.rows = {}
            for event in new:
                self.picture.observe(event)
            if not self.feed.behind:
                break
        while self.picture.catch_up(float("inf")):
            pass
        for name, rows in rows_of(self.picture).items():
            self.rows.setdefault(name, []).extend(rows)
        return self.picture


def same(one: Picture, other: Picture) -> None:
    """Both show the same, but for how far back panes go."""
    for part in fields(State):
        if part.name != "blobs":  # texts are shared, so those of later versions may be there
            assert getattr(one.state, part.name) == getattr(other.state, part.name)
    for versions in other.state.files.values():
        for version in versions:
            assert one.state.text(version.blob) == other.state.text(version.blob)
    assert one.metrics.summary(one.state) == other.metrics.summary(other.state)
    assert [f.id for f in one.findings.all] == [f.id for f in other.findings.all]
    assert [(c.id, [f.id for f in c.findings]) for c in one.cases] == [
        (c.id, [f.id for f in c.findings]) for c in other.cases
    ]
    assert one.touched == other.touched
    assert one.contested == other.contested
    assert one.leases == other.leases
    assert one.warnings == other.warnings
    for run in one.state.test_runs:
        assert one.outputs[run.seq] == other.outputs[run.seq]
    for finding in one.findings.all:
        for step in finding.witness:
            assert one.author_of(step.seq) == other.author_of(step.seq)
            assert one.moment(step.seq) == other.moment(step.seq)


def test_a_jump_shows_what_folding_shows(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foresight, "CLOSEST", 97)
    monkeypatch.setattr(foresight, "WINDOW", 120)
    monkeypatch.setattr("tui.replay.NEAR", 50)
    tape = HistoryTape(long)
    events = list(tape.events(0, len(tape)))
    feed = ReplayFeed(tape, playing=False, ahead=ahead_of(tape))
    player = Player(feed)
    player.go()
    for place in (1, 60, len(events) // 2, 700, 705, 40, len(events) - 3, len(events), 333):
        feed.seek_event(place)
        picture, expected = player.go(), plainly(events, place)
        same(picture, expected)
        whole = rows_of(expected)
        for name, rows in player.rows.items():
            assert rows == whole[name][len(whole[name]) - len(rows) :]
            assert rows or not whole[name]
    feed.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(program=programs(), places=st.lists(st.integers(1, 200), min_size=1, max_size=4))
def test_any_jumps_in_any_history(program: object, places: list[int]) -> None:
    events = World().run(program).finish().events  # type: ignore[arg-type]
    tape = Played(events)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(foresight, "CLOSEST", 7)
        patch.setattr(foresight, "WINDOW", 9)
        patch.setattr("tui.replay.NEAR", 3)
        feed = ReplayFeed(tape, playing=False, ahead=ahead_of(tape))
        player = Player(feed)
        for place in places:
            place = min(place, len(events))
            feed.seek_event(place)
            same(player.go(), plainly(events, place))


def test_a_ledger_goes_its_own_way(tmp_path: Path) -> None:
    """What is taken up at a checkpoint changes neither the checkpoint nor the ledger it is of."""
    path = tmp_path / "history.jsonl"
    controlled.leases(path)
    events = list(HistoryTape(path).events(0, 10_000))
    whole = Ledger()
    half = len(events) // 2
    for event in events[:half]:
        whole.note(event)
    kept = whole.kept()
    for event in events[half:]:
        whole.note(event)
    for _ in range(2):
        again = Ledger()
        again.take_up(kept, whole)
        assert again.state.seq == half
        for event in events[half:]:
            again.note(event)
        assert again.state == whole.state
        assert again.leases == whole.leases
    fresh = Metrics()
    fresh.take_up(kept.metrics)


def test_while_it_is_being_read(long: Path) -> None:
    """Findings that are not known yet come when they are."""
    tape = HistoryTape(long)
    events = list(tape.events(0, len(tape)))
    ahead = Foresight(tape)
    feed = ReplayFeed(tape, playing=False, ahead=ahead)
    player = Player(feed)
    assert player.go().findings.all == []
    assert feed.looked(1) == 0
    ahead.start()
    ahead.wait()
    assert feed.looked(len(events)) is None
    same(player.go(), plainly(events, len(events)))


class Slowly(Played):
    """A tape whose end can only be read ahead once it may."""

    def __init__(self, events: list[AnyEvent], until: int) -> None:
        super().__init__(events)
        self._until = until
        self.may = threading.Event()

    def events(self, begin: int, end: int) -> Sequence[AnyEvent]:
        if begin >= self._until and threading.current_thread().name == "foresight":
            self.may.wait()
        return super().events(begin, end)


def test_a_jump_waits_until_it_is_read_up_to(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And does not hold the screen up meanwhile; one to elsewhere goes on at once."""
    monkeypatch.setattr(foresight, "CLOSEST", 100)
    monkeypatch.setattr("tui.replay.NEAR", 200)
    whole = HistoryTape(long)
    events = list(whole.events(0, len(whole)))
    tape = Slowly(events, 1_000)
    ahead = Foresight(tape)
    ahead.start()
    try:
        feed = ReplayFeed(tape, ahead=ahead)
        player = Player(feed)
        feed.seek_event(len(events))
        for _ in range(3):
            assert feed.poll() == ()
            assert feed.behind
        feed.seek_event(50)
        assert player.go().state.seq == 50
        feed.seek_event(len(events))
        assert feed.poll() == ()
        assert feed.behind
    finally:
        tape.may.set()
    ahead.wait()
    same(player.go(), plainly(events, len(events)))


def test_steps_go_both_ways(tmp_path: Path) -> None:
    histories.ended(tmp_path / "history.jsonl")
    tape = HistoryTape(tmp_path / "history.jsonl")
    feed = ReplayFeed(tape, playing=False, ahead=ahead_of(tape))
    player = Player(feed)
    player.go()
    feed.seek_event(30)
    seen = [player.go().state.seq]
    for by in (1, 1, 1, -1, -1, -1):
        feed.step(by)
        seen.append(player.go().state.seq)
    assert seen[:4] == sorted(set(seen[:4]))
    assert seen[4:6] == [seen[2], seen[1]]
    assert seen[6] <= 30
    for _ in range(500):
        feed.step(1)
    assert player.go().state.seq == len(tape)
    for _ in range(500):
        feed.step(-1)
    assert player.go().state.seq == 1


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_pauses_can_be_skipped(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    story = histories.Story(path, agents=1)
    story.begin("agent-1")
    story.wait(100.0)
    story.say("agent-1", "at last")
    story.close()
    watch = Watch()
    feed = ReplayFeed(HistoryTape(path), monotonic=watch)
    feed.skipping = True
    player = Player(feed)
    for _ in range(10):
        watch.now += 0.1
        player.go()
    assert feed.ended


def test_as_fast_as_possible(long: Path) -> None:
    tape = HistoryTape(long)
    watch = Watch()
    feed = ReplayFeed(tape, monotonic=watch)
    while feed.speed != AT_ONCE:
        feed.faster(1)
    assert Player(feed).go().state.seq == len(tape)
    assert watch.now == 0.0
    assert feed.faster(-1) == 64


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("95", ("time", 95.0)),
        ("1:35", ("time", 95.0)),
        ("1:00:00", ("time", 200.0)),
        ("50%", ("time", 100.0)),
        ("#12", ("event", 12.0)),
        ("#999", ("event", 70.0)),
        ("#0", ("event", 1.0)),
        ("mean.py", None),
        ("", None),
        ("1:2:3:4", None),
    ],
)
def test_places(words: str, place: tuple[str, float] | None) -> None:
    assert place_of(words, 200.0, 70) == place


def test_the_timeline_marks_findings(tmp_path: Path) -> None:
    histories.ended(tmp_path / "history.jsonl")
    tape = HistoryTape(tmp_path / "history.jsonl")
    ahead = ahead_of(tape)
    seconds = tape.time(len(tape) - 1)
    marks = markers(ahead.found, seconds, 80)
    loud = [f for f in ahead.found if f.severity is not Severity.INFO and f.verdict != "clear"]
    assert {mark.cell for mark in marks} == {cell_of(f.t, seconds, 80) for f in loud}
    for share in (0.0, 0.3, 1.0):
        line = timeline(share * seconds, seconds, 80, marks, 1.0)
        text = "".join(span.text for span in line)
        assert len(text) == 80
        assert text[round(share * 79)] == "●"


@pytest.fixture
def replayed(tmp_path: Path) -> ReplayFeed:
    histories.ended(tmp_path / "history.jsonl")
    tape = HistoryTape(tmp_path / "history.jsonl")
    return ReplayFeed(tape, playing=False, ahead=ahead_of(tape))


async def test_keys(replayed: ReplayFeed) -> None:
    async with app_on(replayed).run_test(size=(120, 40)) as pilot:
        screen = await settle(pilot)
        end = screen.picture.state.seq
        await pilot.press("3")
        await settle(pilot)
        assert screen.feed.now() == pytest.approx(0.3 * screen.feed.seconds)
        assert screen.picture.state.seq < end
        before = screen.picture.state.seq
        await pilot.press("full_stop")
        await settle(pilot)
        assert screen.picture.state.seq > before
        await pilot.press("comma", "comma")
        await settle(pilot)
        assert screen.picture.state.seq <= before
        await pilot.press("0", "right_square_bracket")
        await settle(pilot)
        first = screen.picture.state.seq
        assert replayed.ahead
        assert first in {f.seq for f in replayed.ahead.found}
        await pilot.press("right_square_bracket")
        await settle(pilot)
        assert screen.picture.state.seq > first
        await pilot.press("left_square_bracket")
        await settle(pilot)
        assert screen.picture.state.seq == first
        assert "●" in text_of(pilot.app)


async def test_the_timeline_is_clicked(replayed: ReplayFeed) -> None:
    async with app_on(replayed).run_test(size=(120, 40)) as pilot:
        screen = await settle(pilot)
        await pilot.click("#timeline", offset=(60, 0))
        await settle(pilot)
        assert screen.feed.now() == pytest.approx(screen.feed.seconds / 2, rel=0.05)


async def test_finding_words(replayed: ReplayFeed) -> None:
    async with app_on(replayed).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("slash")
        await pilot.pause()
        await pilot.press(*"clamp")
        await pilot.press("enter")
        while "hit" not in text_of(pilot.app):
            await pilot.pause(0.05)
        assert "hit" in text_of(pilot.app)
        await pilot.press("enter")
        screen = await settle(pilot)
        assert screen is screen_of(pilot.app)
        assert screen is pilot.app.screen
        assert screen.picture.state.seq < len(replayed.tape)
        await pilot.press("g", "5", "0", "percent_sign", "enter")
        await settle(pilot)
        assert screen.feed.now() == pytest.approx(screen.feed.seconds / 2)
