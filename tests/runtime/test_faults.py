"""The menu of faults: how they are written, which are refused, and what each does."""

from pathlib import Path

import pytest

from agents.runtime.faults import grammar
from agents.runtime.faults.grammar import When, parse
from agents.runtime.faults.menu import KINDS
from agents.runtime.faults.sense import Setting, check
from agents.runtime.session import Session
from agents.runtime.usage import UsageError
from tests.runtime.teams import TASKS, play
from workspaces.history import events as e
from workspaces.history.state import fold

TEAM = Setting(agents=("a", "b", "c"), leads=(), control="none", watched=False)
ONE = '<write_file path="one.py">def one():\n    return 1\n</write_file>'
FOUR = "".join(f'<write_file path="f{n}.py">x = {n}\n</write_file>' for n in range(4))


def of(events: list[e.AnyEvent], *kinds: type) -> list[e.AnyEvent]:
    return [event for event in events if isinstance(event, kinds)]


def test_the_grammar() -> None:
    crash, delay, slow = parse("crash:agent-2@r3, delay-messages@30s-60s,slow:a*2.5")
    assert (crash.kind.name, crash.target, crash.start, crash.end) == (
        "crash", "agent-2", When(round=3), None,
    )  # fmt: skip
    assert (delay.start, delay.end) == (When(seconds=30), When(seconds=60))
    assert (slow.factor, slow.start) == (2.5, None)
    assert parse(grammar.EXAMPLE)
    assert parse("") == []


@pytest.mark.parametrize(
    "text",
    [
        "fire", "crash@", "crash@x", "crash@r0", "crash@30", "crash@30s-20s", "crash@r5-r5",
        "crash*2", "slow*0", "cycle:a", "slow*9999", "crash:a b", "@r3",
    ],
)  # fmt: skip
def test_what_is_no_fault_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert refused.value.title


@pytest.mark.parametrize(
    "text",
    [
        "crash:nobody", "crash:a+b", "partition:a+b+c", "drop-notifications",
        "frozen-lead", "rate-limit@r1-r2",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_reason(text: str) -> None:
    [order] = parse(text)
    with pytest.raises(UsageError) as refused:
        check(order, TEAM)
    assert refused.value.cause


def test_sense_depends_on_the_session() -> None:
    check(parse("drop-notifications")[0], TEAM._replace(watched=True))
    check(parse("frozen-lead")[0], TEAM._replace(leads=("a",)))
    for text, setting in (
        ("drop-messages", TEAM._replace(agents=("a",))),
        ("double-grant", TEAM._replace(agents=("a",))),
        ("old-read", TEAM._replace(control="worktrees")),
    ):
        with pytest.raises(UsageError):
            check(parse(text)[0], setting)


def test_every_fault_of_the_menu_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "FAULTS.md").read_text()
    for kind in KINDS.values():
        assert f"`{kind.name}`" in page
        assert kind.what in page


def test_a_crashed_agent_stays_down_until_it_is_started_again(tmp_path: Path) -> None:
    replies = {"a": [FOUR, ONE], "b": ["", "", "", ""]}
    events = play(tmp_path / "s", replies, rounds=4, faults="crash:a@r1-r3")
    stopped, started = of(events, e.AgentStopped, e.AgentStarted)
    assert (stopped.agent, started.agent) == ("a", "a")
    turns = [ev for ev in of(events, e.TurnStarted) if ev.agent == "a"]
    assert [ev.round for ev in turns if isinstance(ev, e.TurnStarted)] == [1, 3, 4]
    assert len(of(events, e.TurnEnded)) == 2 + 4
    assert len(of(events, e.RoundEnded)) == 4


def test_a_team_without_anybody_left_fails(tmp_path: Path) -> None:
    events = play(tmp_path / "s", {"a": [FOUR] * 9}, rounds=9, faults="crash:a@r1")
    ending = events[-1]
    assert isinstance(ending, e.SessionEnded)
    assert (ending.reason, ending.detail) == ("failed", "Every agent has crashed.")


def test_a_frozen_agent_goes_on_with_its_reply_and_is_fenced_off(tmp_path: Path) -> None:
    """a holds the task's lease when it freezes; b writes the file once the lease has run out."""
    claim, wait = '<claim_task id="t1"/>', "<wait/>"
    events = play(
        tmp_path / "s",
        {"a": [claim, ONE * 5], "b": [*[wait] * 75, ONE.replace("1", "2"), *[wait] * 60]},
        rounds=120,
        control="leases",
        faults="freeze:a@r2-100s",
    )
    [stopped] = of(events, e.AgentStopped)
    [thawed] = of(events, e.AgentStarted)
    assert stopped.t < 60 < thawed.t == 100.0
    ended = next(ev for ev in events if isinstance(ev, e.LeaseEnded))
    assert (ended.agent, ended.path, ended.reason) == ("a", "one.py", "expired")
    late = [ev for ev in events if ev.agent == "a" and ev.t >= thawed.t]
    refused = [ev for ev in late if isinstance(ev, e.ActionRefused)]
    assert {ev.code for ev in refused} == {"fenced"}
    assert not of(late, e.FileWritten)
    assert "return 2" in (tmp_path / "s/workspace/one.py").read_text()
    assert {type(ev) for ev in late} >= {e.ReplyEnded, e.TurnEnded, e.TurnStarted}


def test_messages_are_lost_late_twice_or_left_out(tmp_path: Path) -> None:
    def told(faults: str) -> tuple[list[int], str]:
        name = tmp_path / faults.partition("@")[0].replace(":", "-")
        said = ["<broadcast>hello</broadcast>", "", "", ""]
        events = play(name, {"a": said, "b": [""] * 4}, rounds=4, faults=faults)
        blobs = fold(events).blobs
        rounds = []
        contexts = ""
        for ev in events:
            if isinstance(ev, e.MessageDelivered):
                rounds.append(fold([x for x in events if x.seq <= ev.seq]).round)
            elif isinstance(ev, e.TurnStarted) and ev.agent == "b":
                contexts += blobs[ev.prompts[-1].digest]
        return rounds, contexts

    assert told("slow:a*2@0s-1s")[0] == [2]
    assert told("drop-messages:b@0s-50s")[0] == []
    assert told("mute:a@0s-50s")[0] == []
    assert told("mute:b@0s-50s")[0] == [2]
    assert told("delay-messages:b@r1-r3")[0] == [3]
    assert told("partition:a@r1-r4")[0] == [4]
    assert told("duplicate-messages:b@0s-50s")[0] == [2, 2]
    delivered, contexts = told("trim-context:b@0s-50s")
    assert delivered == [2]
    assert "from a: hello" not in contexts


def test_faults_of_files(tmp_path: Path) -> None:
    read = '<read_file path="one.py"/>'
    two = ONE.replace("1", "2")
    replies = {"a": [ONE, two, read, read, two.replace("2", "3")], "b": []}
    events = play(tmp_path / "s", replies, rounds=5, faults="old-read:a@r3,conflicting-edit:a@r5")
    first, second = of(events, e.FileRead)
    assert isinstance(first, e.FileRead)
    assert isinstance(second, e.FileRead)
    assert (first.version, second.version) == (1, 2)
    [outside] = of(events, e.OutsideWrite)
    last = of(events, e.FileWritten)[-1]
    assert isinstance(last, e.FileWritten)
    assert (last.base, last.replaced) == (2, 3)
    assert outside.seq < last.seq
    assert len(of(events, e.FaultEnded)) == 2


def test_a_lost_commit_is_made_up_for_and_the_index_lock_given_back(tmp_path: Path) -> None:
    events = play(
        tmp_path / "s", {"a": [ONE, "", ""]}, rounds=3, faults="lost-commit@r1-r3,index-lock@r1-r3"
    )
    state = fold(events)
    assert len(state.commits) == state.writes
    assert not (tmp_path / "s/workspace/.git/index.lock").exists()


def test_a_full_disk_ends_the_session_with_the_reason(tmp_path: Path) -> None:
    events = play(tmp_path / "s", {"a": ["", ONE]}, rounds=3, faults="full-disk@r2")
    ending = events[-1]
    assert isinstance(ending, e.SessionEnded)
    assert ending.reason == "failed"
    assert "No space left" in ending.detail


def test_faults_of_tasks_and_content(tmp_path: Path) -> None:
    claim = '<claim_task id="t1"/>'
    for fault, kind in (
        ("stale-save", e.TaskReleased),
        ("double-grant", e.TaskAssigned),
        ("second-lead", e.TaskAssigned),
        ("false-done", e.TaskCompleted),
    ):
        events = play(
            tmp_path / fault, {"a": [claim], "b": [], "c": []}, rounds=2, faults=f"{fault}:t1@r2"
        )
        [event] = of(events, kind)
        [started] = of(events, e.FaultStarted)
        assert isinstance(started, e.FaultStarted)
        assert started.target == "t1"
        assert event.seq == started.seq + 1
    events = play(
        tmp_path / "s",
        {"a": ["", ONE]},
        rounds=2,
        faults="cycle@r1,weakened-test@r1,changed-signature@r1",
    )
    added = [ev for ev in events if isinstance(ev, e.TaskAdded)][len(TASKS) :]
    assert [ev.dependencies for ev in added] == [(added[1].task,), (added[0].task,)]
    assert "assert True" in (tmp_path / "s/workspace/test_one.py").read_text()
    assert "def one(extra)" in (tmp_path / "s/workspace/one.py").read_text()


def test_faults_of_models(tmp_path: Path) -> None:
    events = play(
        tmp_path / "s", {"a": [ONE, ONE, FOUR * 2]}, rounds=3,
        faults="malformed:a@r1,slow:a*5@r2-r3,cut-output:a@r3",
    )  # fmt: skip
    assert next(ev.code for ev in events if isinstance(ev, e.ActionRefused)) == "malformed"
    replies = [ev for ev in events if isinstance(ev, e.ReplyEnded)]
    assert [reply.seconds for reply in replies[:2]] == [1.0, 5.0]
    assert replies[2].finish == "length"
    events = play(tmp_path / "r", {"a": [ONE]}, rounds=1, faults="rate-limit:a@0s-20s")
    [reply] = [ev for ev in events if isinstance(ev, e.ReplyEnded)]
    assert reply.t > 20
    turned_away = [ev for ev in events if isinstance(ev, e.CallFailed)]
    assert {ev.error for ev in turned_away} == {"rate-limit"}
    assert [ev.attempt for ev in turned_away] == list(range(1, len(turned_away) + 1))


def test_a_skewed_clock_never_goes_back(tmp_path: Path) -> None:
    events = play(tmp_path / "s", {"a": [""] * 4}, rounds=4, faults="skewed-clock*30@r2-r3")
    times = [event.t for event in events]
    assert times == sorted(times)
    assert times[-1] >= 30


def test_a_fault_that_finds_nothing_is_warned_of(tmp_path: Path) -> None:
    events = play(tmp_path / "s", {"a": [], "b": []}, rounds=1, faults="double-grant@0s")
    [warning] = of(events, e.Warned)
    assert isinstance(warning, e.Warned)
    assert "nobody holds a task" in warning.text
    assert not of(events, e.FaultStarted)


def test_faults_by_command(tmp_path: Path) -> None:
    async def beside(session: Session) -> None:
        with pytest.raises(UsageError):
            session.inject("crash:nobody")
        with pytest.raises(UsageError):
            session.inject("")
        assert session.inject("slow:a*3,cycle@r2") == "slow, cycle"

    events = play(tmp_path / "s", {"a": [""], "b": [""]}, rounds=2, beside=beside)
    names = [ev.fault for ev in events if isinstance(ev, e.FaultStarted)]
    assert names == ["slow", "cycle"]
    assert len(of(events, e.FaultEnded)) == 2
