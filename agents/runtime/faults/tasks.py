"""Faults that happen at once: to tasks, to roles, to what tests say."""

import re
from collections.abc import Callable
from functools import partial
from random import Random
from typing import NamedTuple

from agents.runtime.recorder import Recorder
from agents.runtime.usage import UsageError
from workspaces.files.disk import read_file, write_file
from workspaces.files.gateway import Gateway
from workspaces.history import events as e
from workspaces.history.state import State, Task

AT_ONCE = frozenset(
    {"stale-save", "double-grant", "cycle", "second-lead", "false-done", "weakened-test"}
)
_ASSERTION = re.compile(r"^(\s*)assert [^\n\\]*$", re.MULTILINE)


class Blow(NamedTuple):
    """What a fault will strike, and how."""

    target: str
    do: Callable[[], object]


def prepare(fault: str, target: str, recorder: Recorder, gateway: Gateway, dice: Random) -> Blow:
    """Choose what the fault strikes. Raises `UsageError` when there is nothing it can."""
    state = recorder.state
    if fault == "cycle":
        return _cycle(recorder)
    if fault == "weakened-test":
        return _weakening(target, gateway, dice)
    task = _task(fault, target, state, dice)
    others = [name for name in state.agents if name != task.owner]
    if fault == "stale-save":
        event: e.AnyEvent = e.TaskReleased(task=task.id)
    elif fault == "false-done":
        event = e.TaskCompleted(agent=task.owner, task=task.id)
    elif fault == "double-grant":
        event = e.TaskAssigned(task=task.id, owner=dice.choice(others), epoch=task.epoch)
    else:
        lead = dice.choice(others)
        owner = dice.choice([name for name in others if name != lead] or [lead])
        event = e.TaskAssigned(agent=lead, task=task.id, owner=owner, epoch=task.epoch)
    return Blow(task.id, partial(recorder.record, event))


def _task(fault: str, target: str, state: State, dice: Random) -> Task:
    """The task that was named, or one of those the fault can strike."""
    wanted = ("held", "done") if fault == "stale-save" else ("held",)
    if target:
        if target not in state.tasks:
            raise UsageError(f"There is no task {target[:40]!r}")
        task = state.tasks[target]
        if task.status not in wanted:
            raise UsageError(f"{fault} cannot strike {task.id}", f"it is {task.status}")
        return task
    held = [task for task in state.tasks.values() if task.status == "held"]
    found = held or [task for task in state.tasks.values() if task.status in wanted]
    if not found:
        raise UsageError(f"{fault} finds nothing to strike", "nobody holds a task")
    return dice.choice(found)


def _cycle(recorder: Recorder) -> Blow:
    count = len(recorder.state.tasks)
    one, other = f"cycle-{count + 1}", f"cycle-{count + 2}"

    def add() -> None:
        for task, needs in ((one, other), (other, one)):
            recorder.record(e.TaskAdded(task=task, title=f"Needs {needs}", dependencies=(needs,)))

    return Blow(f"{one}+{other}", add)


def _weakening(target: str, gateway: Gateway, dice: Random) -> Blow:
    started = gateway.state.started
    tests = started.tests if started else ()
    if target and target not in tests:
        raise UsageError(f"{target[:60]!r} is no test of the suite", "", f"{', '.join(tests)}")
    for path in [target] if target else dice.sample(tests, len(tests)):
        text = (read_file(gateway.root, path) or b"").decode(errors="replace")
        if found := [m for m in _ASSERTION.finditer(text) if m[0].strip() != "assert True"]:
            match = dice.choice(found)
            weak = f"{text[: match.start()]}{match[1]}assert True{text[match.end() :]}"
            return Blow(path, partial(_overwrite, gateway, path, weak.encode()))
    raise UsageError("weakened-test finds nothing to strike", "the suite's tests assert nothing")


def _overwrite(gateway: Gateway, path: str, data: bytes) -> None:
    write_file(gateway.root, gateway.repository.scratch, path, data)
    gateway.look(path)
