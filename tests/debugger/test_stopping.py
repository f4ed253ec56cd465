"""Stopping a team: at breakpoints and step by step, with nothing lost and nothing changed."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from agents.debugger.breakpoints import Breakpoints
from agents.models.scripted import ScriptedModel
from agents.runtime.session import Session
from agents.runtime.usage import UsageError
from tests.debugger.driving import command, paused
from tests.runtime.teams import play
from workspaces.history import events as e
from workspaces.history.state import State

WORK = {
    "a": ['<claim_task id="t1"/><write_file path="one.py">x = 1</write_file>', "<list_files/>"],
    "b": ['<write_file path="one.py">x = 2</write_file>', "<list_files/>"],
}
DEBUGGING = (e.CommandGiven, e.SessionPaused, e.SessionContinued)


def debugged(folder: Path, drive: Callable[[Session], Awaitable[None]]) -> list[e.AnyEvent]:
    return play(folder, WORK, rounds=2, beside=drive)


def plain(events: list[e.AnyEvent]) -> list[tuple[type, str, float]]:
    """What happened, without what the debugger added and the numbers that it shifted."""
    return [
        (type(event), event.agent, event.t)
        for event in events
        if not isinstance(event, (*DEBUGGING, e.WritesCommitted))
    ]


def test_a_breakpoint_stops_at_the_finding_and_says_why(tmp_path: Path) -> None:
    stops: list[tuple[int, str]] = []

    async def drive(session: Session) -> None:
        await command(session, "break", "finding:concurrent-write path:one.py")
        await paused(session)
        stops.append((session.state.seq, session.state.why_paused))
        await command(session, "continue")

    events = debugged(tmp_path / "s", drive)
    [(seq, why)] = stops
    assert why.startswith("breakpoint 1 (finding:concurrent-write path:one.py): concurrent-write")
    [stop] = [event for event in events if isinstance(event, e.SessionPaused)]
    assert stop.seq == seq
    second = [event.seq for event in events if isinstance(event, e.FileWritten)][-1]
    assert stop.at == second
    assert plain(events) == plain(debugged(tmp_path / "u", _watch))


async def _watch(session: Session) -> None:
    """Let it run."""


@pytest.mark.parametrize("unit", ["action", "turn", "round", "turn b"])
def test_stepping_gives_the_history_of_running(tmp_path: Path, unit: str) -> None:
    ended_at: list[type] = []

    async def drive(session: Session) -> None:
        await command(session, "pause")
        while not session.state.ended:
            await command(session, "step", unit)
            await paused(session)

    events = debugged(tmp_path / "s", drive)
    for event in events:
        if isinstance(event, e.SessionPaused) and event.at:
            ended_at.append(type(events[event.at - 1]))
    wanted = {"turn": e.TurnEnded, "round": e.RoundEnded}.get(unit.partition(" ")[0])
    assert len(ended_at) == {"action": len(ended_at), "turn": 4, "round": 2, "turn b": 2}[unit]
    assert len(ended_at) > 1
    assert wanted is None or set(ended_at) == {wanted}
    assert plain(events) == plain(debugged(tmp_path / "u", _watch))


def test_breakpoints_are_a_fold_over_the_commands() -> None:
    points, state = Breakpoints(), State()

    def give(name: str, argument: str) -> None:
        points.check(name, argument)
        points.observe(e.CommandGiven(agent=e.USER, command=name, argument=argument), state)

    def hits(event: e.AnyEvent) -> list[int]:
        hit = points.observe(event, state)
        return [hit.number] if hit else []

    listed = e.FilesListed(agent="a", turn=1, count=0)
    give("break", "event:files-listed hits:2")
    give("break", "event:waited once")
    assert [hits(listed) for _ in range(3)] == [[], [1], [1]]
    waited = e.Waited(agent="a", turn=1)
    assert [hits(waited) for _ in range(2)] == [[2], []]
    give("switch", "1")
    assert hits(listed) == []
    give("switch", "1")
    assert hits(listed) == [1]
    give("unbreak", "1")
    assert hits(listed) == []
    with pytest.raises(UsageError, match="no breakpoint"):
        points.check("unbreak", "1")


def test_a_lasting_condition_stops_when_it_comes_to_hold() -> None:
    points = Breakpoints()
    points.observe(e.CommandGiven(command="break", argument="time>10"), State())
    times = (5, 11, 12, 9, 13)
    event = e.Waited(agent="a", turn=1)
    hits = [points.observe(event, State(t=t)) is not None for t in times]
    assert hits == [False, True, False, False, True]


def test_findings_before_the_breakpoint_are_known_to_it(tmp_path: Path) -> None:
    """A detector that began in the middle would not know who wrote what was there."""
    past = play(tmp_path / "s", WORK, rounds=2)
    writes = [place for place, event in enumerate(past) if isinstance(event, e.FileWritten)]
    middle = writes[-1]
    points = Breakpoints(lambda: past[:middle])
    state = State()
    for event in past[:middle]:
        state.apply(event)
    points.observe(e.CommandGiven(command="break", argument="finding:overwrite"), state)
    state.apply(past[middle])
    hit = points.observe(past[middle], state)
    assert hit
    assert hit.seq == past[middle].seq


def test_words_that_stream_in_pieces_are_found(tmp_path: Path) -> None:
    """The scripted model streams 20 characters at a time."""
    words = "please do not overwrite mean.py again"
    why: list[str] = []

    async def drive(session: Session) -> None:
        await command(session, "until", f"text:'{words}'")
        await paused(session)
        why.append(session.state.why_paused)
        await command(session, "continue")

    replies = {"a": [f"Well, b, {words}. " + "." * 100 + "<wait/>"], "b": ["<wait/>"]}
    events = play(tmp_path / "s", replies, rounds=1, beside=drive)
    assert not any(words in x.text for x in events if isinstance(x, e.Text))
    assert why
    assert "text by a" in why[0]


@pytest.mark.parametrize(
    ("condition", "t"), [("idle>5", 6.0), ("time>7.5", 7.5), ("unread>4", 5.0)]
)
def test_time_alone_stops_a_team_in_which_nothing_happens(
    tmp_path: Path, condition: str, t: float
) -> None:
    """`a` is done after a second; `b` says nothing for twenty."""
    stopped: list[float] = []

    async def drive(session: Session) -> None:
        await command(session, "break", condition)
        await paused(session)
        stopped.append(session.state.t)
        await command(session, "continue")

    models = {
        "a": ScriptedModel(['<send_message to="b">hello</send_message>'], seconds=1.0),
        "b": ScriptedModel(["<wait/>"], seconds=20.0),
    }
    events = play(tmp_path / "s", {"a": [], "b": []}, rounds=1, beside=drive, models=models)
    assert stopped[0] == pytest.approx(t, abs=0.01)
    assert sum(isinstance(x, e.SessionPaused) for x in events) == 1
