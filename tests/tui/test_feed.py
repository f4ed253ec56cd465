"""Where events come from."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.histories import Story
from tui.feed import LiveFeed
from tui.replay import AT_ONCE, BATCH_EVENTS, ReplayFeed
from workspaces.history.events import AnyEvent, SessionEnded, SessionPaused, Text
from workspaces.history.reader import load


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def drain(feed: ReplayFeed | LiveFeed) -> list[AnyEvent]:
    """Everything that is due."""
    events = list(feed.poll())
    while feed.behind:
        events += feed.poll()
    return events


@pytest.fixture
def events(ended: Path) -> list[AnyEvent]:
    """A whole session."""
    return load(ended)[0]


def test_a_recording_plays_by_its_own_time(events: list[AnyEvent]) -> None:
    watch = Watch()
    feed = ReplayFeed(events, speed=2.0, monotonic=watch)
    seen = drain(feed)
    assert seen == [event for event in events if event.t == 0]
    watch.now += 1.0
    seen += drain(feed)
    assert seen == [event for event in events if event.t <= 2.0]
    assert feed.now() == pytest.approx(2.0)
    watch.now += 1.5
    seen += drain(feed)
    watch.now += 1.5
    seen += drain(feed)
    assert seen == events
    assert not feed.playing
    assert feed.now() == feed.seconds == events[-1].t


def test_a_recording_stands_still_while_stopped(events: list[AnyEvent]) -> None:
    watch = Watch()
    feed = ReplayFeed(events, monotonic=watch)
    drain(feed)
    feed.play(False)
    watch.now += 50
    assert drain(feed) == []
    feed.play(True)
    assert drain(feed) == []
    watch.now += 0.5
    assert drain(feed) == [event for event in events if 0 < event.t <= 0.5]


def test_a_held_up_screen_does_not_jump_ahead(events: list[AnyEvent]) -> None:
    watch = Watch()
    feed = ReplayFeed(events, monotonic=watch)
    drain(feed)
    watch.now += 3600
    drain(feed)
    assert feed.now() == pytest.approx(2.0)


@given(st.lists(st.floats(0, 8), min_size=1, max_size=6))
def test_seeking_gives_a_prefix(times: list[float]) -> None:
    events: list[AnyEvent] = [
        Text(seq=n + 1, t=n / 10, agent="a", turn=1, text=str(n)) for n in range(70)
    ]
    feed = ReplayFeed(events, playing=False)
    seen = drain(feed)
    epoch = feed.epoch
    for t in times:
        feed.seek(t)
        if feed.epoch != epoch:
            epoch, seen = feed.epoch, []
        seen += drain(feed)
        assert seen == [event for event in events if event.t <= t]


def test_playing_at_the_end_begins_again(events: list[AnyEvent]) -> None:
    feed = ReplayFeed(events, playing=False)
    drain(feed)
    feed.play(True)
    assert feed.epoch == 1
    assert drain(feed) == [event for event in events if event.t == 0]


def test_one_can_go_to_an_event(events: list[AnyEvent]) -> None:
    feed = ReplayFeed(events, playing=False)
    drain(feed)
    feed.seek_event(20)
    assert drain(feed)[-1].t == events[19].t


def test_speeds(events: list[AnyEvent]) -> None:
    feed = ReplayFeed(events)
    assert [feed.faster(1) for _ in range(8)] == [2, 4, 8, 16, 32, 64, AT_ONCE, AT_ONCE]
    assert [feed.faster(-1) for _ in range(10)][-2:] == [0.25, 0.25]


def test_no_poll_hands_over_more_than_a_frame_can_fold() -> None:
    events: list[AnyEvent] = [Text(seq=n, t=0.0, agent="a", turn=1, text="x") for n in range(999)]
    feed = ReplayFeed(events)
    assert len(feed.poll()) == BATCH_EVENTS
    assert feed.behind


def test_a_live_feed_follows_the_file(tmp_path: Path) -> None:
    watch = Watch()
    story = Story(tmp_path / "history.jsonl", agents=1)
    feed = LiveFeed(tmp_path / "history.jsonl", watch)
    assert len(drain(feed)) == 1
    assert drain(feed) == []
    story.wait(1.5)
    story.begin("agent-1")
    assert [event.t for event in drain(feed)] == [1.5]
    assert feed.problem == ""
    story.close()
    feed.close()


@pytest.mark.parametrize("stop", [None, SessionPaused(), SessionEnded(reason="done", success=True)])
def test_the_clock_goes_on_while_the_team_works(tmp_path: Path, stop: AnyEvent | None) -> None:
    watch = Watch()
    path = tmp_path / "history.jsonl"
    story = Story(path, agents=1)
    story.wait(2.0)
    story.begin("agent-1")
    if stop:
        story.add(stop)
    story.close()
    text = path.read_text().replace('"timing":"virtual"', '"timing":"wall"')
    path.write_text(text)
    feed = LiveFeed(path, watch)
    drain(feed)
    watch.now += 3.0
    assert feed.now() == pytest.approx(2.0 if stop else 5.0)
    feed.close()


def test_damage_is_told(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    Story(path).close()
    with path.open("a") as file:
        file.write("{not an event}\n")
    feed = LiveFeed(path)
    drain(feed)
    assert "line 2" in feed.problem
    feed.close()
