"""What a session that is gone on with makes of the faults of its history."""

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from agents.runtime.faults.sense import Setting
from agents.runtime.faults.standing import Standing
from agents.runtime.session import Session
from tests.runtime.teams import play
from tests.scenarios.crosstalk import COMMAND, crosstalk, environment
from workspaces.history import events as e
from workspaces.history.reader import load

SETTING = Setting(agents=("a", "b"), leads=(), control="none", watched=False)
WAIT = "<wait/>"


def standing(events: list[e.AnyEvent]) -> Standing:
    result = Standing()
    for event in events:
        result.observe(event, SETTING)
    return result


def session(faults: str) -> e.SessionStarted:
    return e.SessionStarted(
        session="s",
        schema=e.SCHEMA,
        version="0",
        wall_time="",
        settings=e.Settings(
            suite="", team="", control="none", cadence="rounds", timing="virtual", seed=0,
            max_rounds=9, faults=faults,
        ),
        members=(),
    )  # fmt: skip


def test_what_is_to_come_and_what_is_going_on() -> None:
    inject = e.CommandGiven(agent=e.USER, command="inject", argument="slow:b*3,cycle@r7")
    found = standing(
        [
            session("crash:a@r2-r4,mute:b@r3,double-grant@r3,freeze:a@r9"),
            e.FaultStarted(number=1, fault="crash", target="a"),
            e.FaultStarted(number=2, fault="mute", target="b"),
            e.Warned(text="No fault was injected", fault=3),
            e.CommandGiven(agent=e.USER, command="inject", argument="crash:nobody,slow:b"),
            e.CommandGiven(agent=e.USER, command="inject", argument="no fault"),
            inject,
            e.FaultStarted(number=5, fault="slow", target="b"),
            e.FaultEnded(number=2),
        ]
    )
    assert found.number == 6
    assert {n: order.kind.name for n, order in found.to_come.items()} == {4: "freeze", 6: "cycle"}
    assert [order.kind.name for order, _ in found.going_on.values() if order] == ["crash", "slow"]


def test_a_fault_of_which_nothing_is_known_has_no_order() -> None:
    found = standing([session("mute:b@r3"), e.FaultStarted(number=1, fault="slow", target="b")])
    assert [order for order, _ in found.going_on.values()] == [None]


def test_an_interrupted_session_leaves_its_faults_to_the_next(tmp_path: Path) -> None:
    async def beside(running: Session) -> None:
        while running.state.round < 3:
            await asyncio.sleep(1)
        running.stop("by hand")

    said = {"a": [WAIT] * 9, "b": [WAIT] * 9}
    faults = "slow:a*2@r1-r6,mute:b@r8"
    events = play(tmp_path / "s", said, rounds=9, faults=faults, beside=beside)
    assert isinstance(events[-1], e.SessionEnded)
    assert not [event for event in events if isinstance(event, e.FaultEnded)]
    events = play(tmp_path / "t", said, rounds=9, faults=faults)
    assert len([event for event in events if isinstance(event, e.FaultEnded)]) == 2


def killed(home: Path, out: Path, faults: str, when: bytes) -> list[e.AnyEvent]:
    """A session that was killed once such a line was in its history, by then."""
    words = ("run", "math/p0.5", "-n", "3", "--headless", "--seed", "4")
    process = subprocess.Popen(
        [*COMMAND, *words, "--faults", faults, "--out", str(out)],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    history = out / "history.jsonl"
    until = time.monotonic() + 60
    while not history.exists() or when not in history.read_bytes():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    events, _ = load(out)
    return events


@pytest.mark.timeout(240)
def test_killed_in_the_middle_of_faults(tmp_path: Path) -> None:
    """One is going on and has an end, one lasts, one is still to come: all are taken up."""
    out = tmp_path / "s"
    faults = "crash:agent-2@r1-60s,mute:agent-3@0s-9999s,slow:agent-1*2@r6-r7"
    before = killed(tmp_path, out, faults, b'"agent-stopped"')
    began = {event.number for event in before if isinstance(event, e.FaultStarted)}
    assert began >= {1, 2}
    assert 3 not in began
    done = crosstalk("resume", str(out), "--headless", home=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    after, damage = load(out)
    assert damage is None
    later = after[len(before) :]
    started = [event.number for event in after if isinstance(event, e.FaultStarted)]
    assert sorted(started) == [1, 2, 3]  # none began twice
    ended = {event.number: event.t for event in later if isinstance(event, e.FaultEnded)}
    assert ended.keys() == {1, 2, 3}
    assert ended[1] >= 60
    again = [event for event in later if isinstance(event, e.AgentStarted)]
    assert [event.agent for event in again] == ["agent-2"]
    assert again[0].t >= 60
