"""What a person changes in a running team: it takes effect, is recorded with its author, and only
what makes sense is accepted."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from agents.runtime import clock as clocks
from agents.runtime import resuming
from agents.runtime.hosting import host
from agents.runtime.session import Session
from agents.runtime.spec import Spec
from agents.runtime.usage import UsageError
from tests.debugger.driving import command, of, stop_at
from tests.runtime.teams import play
from workspaces.errors import CrosstalkError
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.state import fold

TALK = {
    "a": ['<send_message to="b">use lists</send_message>', "<wait/>", "<wait/>"],
    "b": ["<wait/>", "<wait/>", "<wait/>"],
}
WORK = {
    "a": [
        '<claim_task id="t1"/><write_file path="one.py">x = 1</write_file>',
        "<wait/>",
        "<wait/>",
    ],
    "b": ['<write_file path="two.py">y = 1</write_file>', "<wait/>", "<wait/>"],
}
Drive = Callable[[Session], Awaitable[None]]


def debugged(
    folder: Path, drive: Drive, replies: dict[str, list[str]] = TALK, **chosen: object
) -> list[e.AnyEvent]:
    return play(folder, replies, rounds=3, beside=drive, **chosen)


def sent(session: Session) -> int:
    return session.state.messages[-1].seq


def mail_of(events: list[e.AnyEvent], agent: str) -> str:
    """All that the contexts of `agent` held, as one text."""
    state = fold(events)
    prompts = [p for x in of(events, e.TurnStarted, agent) for p in x.prompts]
    return "\n".join(state.blobs[p.digest] for p in prompts)


# Mail -----------------------------------------------------------------------------------------


def test_an_edited_message_is_read_as_edited(tmp_path: Path) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:message-sent")
        await command(session, "edit-message", f"{sent(session)} use tuples\nnot lists")
        await command(session, "continue")

    events = debugged(tmp_path / "s", drive)
    [edited] = of(events, e.MessageEdited)
    assert edited.agent == e.USER
    assert "from a: use tuples\nnot lists" in mail_of(events, "b")
    assert "use lists" not in mail_of(events, "b")


def test_a_dropped_message_never_arrives(tmp_path: Path) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:message-sent")
        await command(session, "drop-message", f"{sent(session)}@b")
        await command(session, "continue")

    events = debugged(tmp_path / "s", drive)
    assert not of(events, e.MessageDelivered)
    assert "use lists" not in mail_of(events, "b")


def test_a_delayed_message_arrives_when_its_time_has_come(tmp_path: Path) -> None:
    times: list[float] = []

    async def drive(session: Session) -> None:
        await stop_at(session, "event:message-sent")
        times.append(session.state.t)
        await command(session, "delay-message", f"{sent(session)} 1.5")
        await command(session, "continue")

    slow = {"a": [*TALK["a"]], "b": ["<wait/>" + "." * 400] * 3}
    events = debugged(tmp_path / "s", drive, slow)
    [let_go] = of(events, e.MessageLetGo)
    assert let_go.agent == e.SESSION
    assert let_go.t == pytest.approx(times[0] + 1.5)
    delivered = of(events, e.MessageDelivered)
    assert all(x.seq > let_go.seq for x in delivered)


def test_a_withheld_message_waits_until_it_is_let_go(tmp_path: Path) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:message-sent")
        number = sent(session)
        await command(session, "delay-message", str(number))
        await stop_at(session, "round>1")
        await stop_at(session, "event:round-ended")
        assert session.state.agents["b"].withheld == {number: None}
        await command(session, "let-go", str(number))
        await command(session, "continue")

    events = debugged(tmp_path / "s", drive)
    [let_go], [delivered] = of(events, e.MessageLetGo), of(events, e.MessageDelivered)
    assert let_go.agent == e.USER
    assert delivered.seq > let_go.seq


def test_mail_arrives_in_the_order_a_person_gave_it(tmp_path: Path) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:turn-ended agent:a")
        first, second = session.state.agents["b"].unread
        await command(session, "reorder-mail", f"b {second} {first}")
        await command(session, "continue")

    two = '<send_message to="b">first</send_message><send_message to="b">second</send_message>'
    events = debugged(tmp_path / "s", drive, {**TALK, "a": [two, "<wait/>", "<wait/>"]})
    arrived = [x.message for x in of(events, e.MessageDelivered)]
    assert arrived == sorted(arrived, reverse=True)
    text = mail_of(events, "b")
    assert text.index("from a: second") < text.index("from a: first")


def test_a_person_writes_to_one_and_to_all(tmp_path: Path) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:turn-started agent:a")
        await command(session, "say", "b only you")
        await command(session, "say", "all everyone <wait/>")
        await command(session, "continue")

    events = debugged(tmp_path / "s", drive)
    assert "from user: only you" in mail_of(events, "b")
    assert "only you" not in mail_of(events, "a")
    assert "from user: everyone" in mail_of(events, "a")


# Replies --------------------------------------------------------------------------------------


def test_an_edited_reply_is_what_is_carried_out_and_remembered(tmp_path: Path) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:reply-ended agent:a")
        text = '<write_file path="three.py">z = 3</write_file>'
        await command(session, "edit-reply", f"a {text}")
        await command(session, "continue")

    events = debugged(tmp_path / "s", drive, WORK)
    assert [x.path for x in of(events, e.FileWritten, "a")] == ["three.py"]
    assert not of(events, e.TaskClaimed, "a")
    assert "z = 3" in mail_of(events, "a")
    assert "x = 1" not in mail_of(events, "a")


@pytest.mark.parametrize("first", ["<run_tests/>", '<complete_task id="t1"/>'])
@pytest.mark.parametrize("control", ["none", "worktrees"])
def test_what_takes_time_is_not_begun_by_a_reply_that_was_dropped(
    tmp_path: Path, control: str, first: str
) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:reply-ended agent:a")
        await command(session, "drop-reply", "a")
        await command(session, "continue")

    replies = {**WORK, "a": [first, "<wait/>", "<wait/>"]}
    events = debugged(tmp_path / "s", drive, replies, control=control)
    assert not of(events, e.TestsStarted, "a")
    assert not of(events, e.ActionRefused, "a")
    assert len(of(events, e.TurnEnded, "a")) == 3
    assert "Your last reply did not arrive" in mail_of(events, "a")


def test_a_reply_that_has_begun_to_land_is_left_alone(tmp_path: Path) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:task-claimed agent:a")
        with pytest.raises(UsageError, match="being carried out"):
            await command(session, "edit-reply", "a <wait/>")
        await stop_at(session, "event:turn-ended agent:a")
        with pytest.raises(UsageError, match="in hand"):
            await command(session, "drop-reply", "a")
        await command(session, "continue")

    events = debugged(tmp_path / "s", drive, WORK)
    assert not of(events, e.ReplyEdited)
    assert [x.command for x in of(events, e.CommandGiven)] == ["until", "until", "continue"]


def test_replies_land_in_the_order_a_person_gave_them(tmp_path: Path) -> None:
    """Both replies are in line when the team stops; the second goes first."""

    async def drive(session: Session) -> None:
        await stop_at(session, "event:reply-ended agent:b")
        await command(session, "reorder-replies", "b a")
        await command(session, "continue")

    replies = {
        "a": ['<write_file path="one.py">x = 1</write_file>', "<wait/>", "<wait/>"],
        "b": ['<write_file path="one.py">x = 2</write_file>', "<wait/>", "<wait/>"],
    }
    without = play(tmp_path / "without", replies)
    events = debugged(tmp_path / "s", drive, replies)
    assert [x.agent for x in of(without, e.FileWritten) if x.agent != e.SESSION] == ["a", "b"]
    assert [x.agent for x in of(events, e.FileWritten) if x.agent != e.SESSION] == ["b", "a"]


# Who steps ------------------------------------------------------------------------------------


@pytest.mark.parametrize("cadence", ["rounds", "free"])
def test_a_held_agent_stands_still_while_the_others_go_on(tmp_path: Path, cadence: str) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:reply-ended agent:a")
        await command(session, "hold", "a")
        await stop_at(session, "event:turn-ended agent:b hits:2")
        await command(session, "go", "a")
        await command(session, "continue")

    events = debugged(tmp_path / "s", drive, WORK, limits={"cadence": cadence})
    [held], [gone] = of(events, e.AgentStopped, "a"), of(events, e.AgentStarted, "a")
    between = [x for x in events if held.seq < x.seq < gone.seq]
    assert not [x for x in between if x.agent == "a"]
    assert of(between, e.TurnStarted, "b")
    written = of(events, e.FileWritten, "a")
    assert written
    assert all(x.seq > gone.seq for x in written)


def test_a_delayed_reply_lands_by_itself(tmp_path: Path) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:reply-ended agent:a")
        await command(session, "delay-reply", "a 0.7")
        await command(session, "continue")

    slow = {**WORK, "b": ["<wait/>" + "." * 400] * 3}
    events = debugged(tmp_path / "s", drive, slow)
    [held], [gone] = of(events, e.AgentStopped, "a"), of(events, e.AgentStarted, "a")
    assert gone.t == pytest.approx(held.t + 0.7)
    assert of(events, e.FileWritten, "a")[0].seq > gone.seq


# Tasks, files, models -------------------------------------------------------------------------


def test_a_person_assigns_and_releases(tmp_path: Path) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:task-claimed agent:a")
        await command(session, "release", "t1")
        await command(session, "assign", "t1 b")
        assert session.state.tasks["t1"].owner == "b"
        await command(session, "continue")

    events = debugged(tmp_path / "s", drive, WORK)
    [released], [assigned] = of(events, e.TaskReleased), of(events, e.TaskAssigned)
    assert released.agent == assigned.agent == e.USER
    assert "t1 was assigned to b" in mail_of(events, "b")


@pytest.mark.parametrize("control", ["none", "leases", "optimistic", "worktrees"])
def test_a_person_edits_a_file_as_themselves(tmp_path: Path, control: str) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:round-ended")
        await command(session, "write", "one.py\nx = 'mine'\n")
        await command(session, "continue")

    events = debugged(tmp_path / "s", drive, WORK, control=control)
    [written] = of(events, e.FileWritten, e.USER)
    assert written.base == written.replaced
    assert (tmp_path / "s" / "workspace" / "one.py").read_text() == "x = 'mine'\n"
    assert "user wrote one.py" in mail_of(events, "b")
    assert written.seq in fold(events).commits


def test_another_model_takes_over_from_the_next_turn(tmp_path: Path) -> None:
    async def drive(session: Session) -> None:
        await stop_at(session, "event:turn-ended agent:a")
        await command(session, "model", "a sim-gpt-5.2")
        await command(session, "continue")

    events = debugged(tmp_path / "s", drive)
    [replaced] = of(events, e.ModelReplaced)
    assert replaced.agent == e.USER
    state = fold(events)
    assert state.agents["a"].model == "sim-gpt-5.2"
    assert state.started
    assert state.started.members[0].model == "sim-gpt-5.2"
    said = dict.fromkeys((1, 2, 3), "")
    for text in of(events, e.Text, "a"):
        said[text.turn] += text.text
    assert said[1] == TALK["a"][0]
    assert "<wait/>" not in (said[2], said[3])  # which is all that the script has left


# What is refused ------------------------------------------------------------------------------

WRONG = [
    ("hold", "nobody"),
    ("go", "a"),
    ("say", "a"),
    ("say", "c hello"),
    ("edit-message", "99 text"),
    ("edit-message", "x"),
    ("drop-message", ""),
    ("delay-message", "99 3"),
    ("let-go", "1"),
    ("reorder-mail", "b 1 2"),
    ("edit-reply", "a <wait/>"),
    ("delay-reply", "a soon"),
    ("reorder-replies", "a"),
    ("assign", "t9 a"),
    ("assign", "t1"),
    ("release", "t1"),
    ("write", "one.py"),
    ("write", "../out.py\nx"),
    ("write", ".git/config\nx"),
    ("model", "a no-such-model"),
    ("model", "a openai/gpt-5.2"),
    ("until", "nonsense"),
    ("step", "leap"),
    ("fly", ""),
]


@pytest.mark.parametrize(("name", "argument"), WRONG)
def test_what_makes_no_sense_is_refused_and_not_recorded(
    tmp_path: Path, name: str, argument: str
) -> None:
    async def drive(session: Session) -> None:
        await command(session, "pause")
        with pytest.raises(CrosstalkError) as refused:
            await command(session, name, argument)
        assert str(refused.value)
        await command(session, "continue")

    events = debugged(tmp_path / "s", drive)
    given = [x.command for x in of(events, e.CommandGiven)]
    assert given == ["pause", "continue"]


def test_whom_a_person_held_goes_on_in_another_process(tmp_path: Path) -> None:
    """And a message that was withheld for a time comes when that is over."""
    folder = tmp_path / "s"
    folder.mkdir()
    sim = ("sim-gemini-3-flash",)
    spec = Spec(suite="math/p0.9", agents=2, models=sim, timing="virtual", max_rounds=3)
    driving: list[asyncio.Task[None]] = []

    async def drive(session: Session) -> None:
        await stop_at(session, "event:round-ended")
        await command(session, "hold", "agent-1")
        await command(session, "say", "agent-1 hello")
        await command(session, "delay-message", f"{sent(session)} 5")
        await command(session, "stop")

    def ready(session: Session) -> None:
        driving.append(asyncio.create_task(drive(session)))

    clocks.run("virtual", lambda clock: host(spec, 3, folder, clock, ready))
    stopped = fold(load(folder)[0])
    assert stopped.agents["agent-1"].stopped == "held"
    clocks.run("virtual", lambda clock: resuming.resume(folder, clock), stopped.t)
    events = load(folder)[0]
    [gone], [let_go] = of(events, e.AgentStarted, "agent-1"), of(events, e.MessageLetGo)
    assert of(events, e.TurnStarted, "agent-1")[-1].seq > gone.seq
    assert let_go.agent == e.SESSION
    assert let_go.t == pytest.approx(stopped.t + 5)
