"""What folding all detectors costs for each event, and whether that grows with the history.

    python -m tests.benchmarks.detectors [--quick]

The histories are of sixteen agents who take turns at sixty Python files that import each other, in
the proportions of recorded sessions: fifteen events a turn, three of them texts that stream and
three stored texts, 0.75 test runs, and one write. A write changes one function of four, so the
text was never there before and no cache helps, and most writes meet somebody else's. The first
events are not timed by themselves: in them files are written for the first time, which is cheap.
"""

import argparse
import gc
import random
import time
from collections.abc import Sequence
from typing import Final

from tests.benchmarks.table import Row, Target, rendered
from tests.world import World
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.codec import blob
from workspaces.history.state import State

AGENTS: Final = 16
FILES: Final = 60
MOST: Final = 50.0
"""Microseconds for an event at most."""


def run(quick: bool) -> list[Row]:
    """The rows."""
    length = 1_000 if quick else 10_000
    long = history(10 * length)
    short = long[: 3 * length]
    _, early = cost(short, 2 * length)
    whole, late = cost(long, 9 * length)
    target = Target(MOST)
    return [
        Row(
            f"us/event to fold all detectors, events {2 * length:,} to {3 * length:,}",
            early,
            target=target,
            digits=1,
            note=f"CPU time; {AGENTS} agents, without the fold of the state",
        ),
        Row(f"us/event over all {len(long):,} events", whole, target=target, digits=1),
        Row(
            "us/event in the last tenth of those",
            late,
            plain=early,
            target=Target(1.5, ratio=True),
            digits=1,
            note="plain is the first row: the cost must not grow with the length",
        ),
    ]


def cost(events: Sequence[e.AnyEvent], cut: int) -> tuple[float, float]:
    """Microseconds of CPU for an event, for the whole and for what comes after the first `cut`."""
    state, findings = State(), Findings()
    folding = [_fold(state, findings, part) for part in (events[:cut], events[cut:])]
    alone = State()
    without = [_fold(alone, None, part) for part in (events[:cut], events[cut:])]
    first, last = (one - other for one, other in zip(folding, without, strict=True))
    return (first + last) / len(events) * 1e6, last / (len(events) - cut) * 1e6


def _fold(state: State, findings: Findings | None, events: Sequence[e.AnyEvent]) -> float:
    """Seconds of CPU: other programs on the machine are not the detectors' cost."""
    gc.collect()
    gc.freeze()
    began = time.process_time()
    for event in events:
        state.apply(event)
        if findings:
            findings.observe(event, state)
    return time.process_time() - began


def history(length: int) -> list[e.AnyEvent]:
    """About `length` events of a team at work, the same each time."""
    dice = random.Random(1)
    world = World(tuple(f"agent-{number}" for number in range(1, AGENTS + 1)))
    for number in range(FILES):
        needs = (f"t{number - 1}",) if number % 10 else ()
        world.add(
            e.TaskAdded(
                task=f"t{number}", title="", dependencies=needs, files=(f"module_{number}.py",)
            )
        )
    turn = 0
    while len(world.events) < length:
        if turn % AGENTS == 0:
            world.add(e.RoundStarted(round=turn // AGENTS + 2))
        turn += 1
        world.now += dice.random()
        _turn(world, world.roster[turn % AGENTS], turn, dice)
    return world.events


def _turn(world: World, agent: str, turn: int, dice: random.Random) -> None:
    for part in range(2):
        world.add(blob(f"prompt {turn} {part}"))
    world.begin_turn(agent)
    for _ in range(3):
        world.add(e.Text(agent=agent, turn=turn, text="some words that stream"))
    world.end_reply(agent)
    number = dice.randrange(FILES)
    path = f"module_{number}.py"
    task = world.state.tasks[f"t{number}"]
    if task.status == "open":
        world.add(e.TaskClaimed(agent=agent, task=task.id, epoch=task.epoch + 1))
    else:
        world.add(
            e.ActionRefused(
                agent=agent,
                turn=turn,
                action="claim_task",
                target=task.id,
                code="held",
                reason="no",
            )
        )
    if dice.random() < 0.8:
        world.read(agent, path)
    if dice.random() < 0.5:
        world.read(agent, f"module_{max(number - 1, 0)}.py")
    world.write(agent, path, _source(number, turn, dice, world))
    if dice.random() < 0.2:
        message = world.send(agent, dice.choice(world.roster), "Is it done?")
        world.deliver(message.to[0], message)  # type: ignore[union-attr]
    if dice.random() < 0.75:
        world.add(e.TestsStarted(agent=agent, run=turn, tree="t"))
        world.add(
            e.TestsEnded(
                agent=agent,
                run=turn,
                tree="t",
                passed=1,
                failed=1,
                errors=0,
                returncode=1,
                seconds=1,
                failures=(f"test_all.py::test_module_{number}",),
            )
        )
    if task.owner == agent and dice.random() < 0.5:
        world.add(e.TaskCompleted(agent=agent, task=task.id))
    world.end_turn(agent)


def _source(number: int, turn: int, dice: random.Random, world: World) -> str:
    """The file's newest text with one of its functions written anew."""
    latest = world.state.latest(f"module_{number}.py")
    text = world.state.text(latest.blob) if latest else None
    other = max(number - 1, 0)
    head = f"import math\n\nfrom module_{other} import function_{other}_0"
    parts = text.split("\n\n\n") if text else [head, *[""] * 4]
    changed = dice.randrange(4)
    for place in range(4):
        if place == changed or not text:
            third = ", third" if dice.random() < 0.05 else ""
            parts[place + 1] = (
                f"def function_{number}_{place}(first, second{third}):\n"
                f'    """Function {place}, as of turn {turn}."""\n'
                f"    total = first + {dice.randrange(100)}\n"
                f"    for value in second:\n"
                f"        total += function_{other}_0(value, [{turn}])\n"
                f"    return total"
            )
    return "\n\n\n".join(part.rstrip() for part in parts) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.detectors")
    parser.add_argument("--quick", action="store_true", help="short histories")
    print(rendered(run(parser.parse_args().quick)))
