"""What there is to see at a cut, as plain lines and as plain values.

Texts of models come out as they are: whoever shows them makes them safe to show.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec

from agents.debugger.causality import Causality
from agents.debugger.cut import Cut
from agents.runtime.usage import UsageError
from workspaces.anomalies.finding import Finding
from workspaces.history import events as e
from workspaces.history.state import Agent, Message, Task
from workspaces.history.wording import name_of, one_line, plural, words


class Answer(NamedTuple):
    """What is said to a command: to a person, and to a program."""

    lines: list[str]
    data: dict[str, Any]


def told(event: e.AnyEvent) -> str:
    """`event 12, 3.5 s: agent-1 claimed task-2`."""
    who = "" if event.agent == e.SESSION else f"{name_of(event.agent)}: "
    return f"event {event.seq}, {event.t:.1f} s: {who}{one_line(words(event))}"


# An agent ----------------------------------------------------------------------------------------


def agent(cut: Cut, name: str, part: str) -> Answer:
    """An agent, or a part of it. Raises `UsageError`."""
    member = cut.state.agents.get(name)
    if member is None:
        raise UsageError(
            f"There is no agent {name[:40]!r}", "", f"Name one of: {', '.join(cut.state.agents)}."
        )
    if part not in _PARTS:
        raise UsageError(
            f"An agent has no {part[:40]!r}", "", f"Name one of: {', '.join(filter(None, _PARTS))}."
        )
    return _PARTS[part](cut, member)


def _agent(cut: Cut, member: Agent) -> Answer:
    mail = cut.mailbox(member.name)
    state = f"stopped ({member.stopped})" if member.stopped else member.activity
    lines = [
        f"{member.name}: {member.role}, {member.model}, {state}, turn {member.turn}",
        f"  tasks     {', '.join(member.tasks) or 'none'}; {member.completed} completed",
        f"  mail      {len(mail.unread)} unread, {len(mail.withheld)} withheld, "
        f"{len(mail.read)} read, {len(mail.pushed_out)} pushed out",
        f"  context   {plural(len(cut.context(member.name)), 'message')} as last sent",
        f"  tokens    {member.tokens_in} in, {member.tokens_out} out",
    ]
    return Answer(lines, {"agent": _plain(member)})


def _context(cut: Cut, member: Agent) -> Answer:
    messages = cut.context(member.name)
    turn = cut.turns.get(member.name)
    sent = f"sent in event {turn.seq}" if turn else "nothing was sent yet"
    lines = [f"context of {member.name}, turn {member.turn}, {sent}"]
    for place, message in enumerate(messages, 1):
        lines += [f"[{place}] {message.role}, {plural(len(message.text), 'character')}"]
        lines += [f"    {line}" for line in message.text.splitlines()]
        lines += [f"    called {call.name} with {call.arguments}" for call in message.calls]
    return Answer(lines, {"turn": member.turn, "context": _plain(messages)})


def _mailbox(cut: Cut, member: Agent) -> Answer:
    mail = cut.mailbox(member.name)
    lines = []
    for name, messages in mail._asdict().items():
        lines.append(f"{name.replace('_', ' ')}: {len(messages) or 'none'}")
        lines += [f"  {_message(message, member.name)}" for message in messages]
    plain = {name: [_text(m, member.name) for m in part] for name, part in mail._asdict().items()}
    return Answer(lines, {"mailbox": plain})


def _tasks_of(cut: Cut, member: Agent) -> Answer:
    held = [cut.state.tasks[name] for name in member.tasks if name in cut.state.tasks]
    lines = [_task(cut, task) for task in held] or [f"{member.name} holds no task"]
    return Answer(lines, {"tasks": _plain(held)})


def _files_of(cut: Cut, member: Agent) -> Answer:
    known = cut.known(member.name)
    lines = [
        f"{seen.path}  saw version {seen.version}"
        + (f", the newest is {seen.newest}" if seen.newest != seen.version else ", the newest")
        for seen in known
    ]
    return Answer(
        lines or [f"{member.name} has read and written nothing"],
        {"files": [seen._asdict() for seen in known]},
    )


def _clock(cut: Cut, member: Agent) -> Answer:
    clock = cut.clock(member.name)
    lines = [f"{name} {ticks}" for name, ticks in sorted(clock.items())]
    return Answer(lines or [f"{member.name} has taken no step"], {"clock": clock})


def _reply(cut: Cut, member: Agent) -> Answer:
    inbox = cut.observations.inboxes.get(member.name)
    text = inbox.reply.copy().reply().as_text() if inbox else ""
    return Answer(
        text.splitlines() or [f"{member.name} says nothing at the moment"], {"reply": text}
    )


_PARTS: dict[str, Callable[[Cut, Agent], Answer]] = {
    "": _agent,
    "context": _context,
    "mailbox": _mailbox,
    "tasks": _tasks_of,
    "files": _files_of,
    "clock": _clock,
    "reply": _reply,
}


# The team's world --------------------------------------------------------------------------------


def agents(cut: Cut) -> Answer:
    """Everyone in a line each."""
    answers = [agent(cut, name, "") for name in cut.state.agents]
    return Answer(
        [answer.lines[0] for answer in answers],
        {"agents": [answer.data["agent"] for answer in answers]},
    )


def tasks(cut: Cut) -> Answer:
    """The graph of tasks: each with its state, holder and what it waits for."""
    all_tasks = list(cut.state.tasks.values())
    lines = [_task(cut, task) for task in all_tasks] or ["there are no tasks"]
    return Answer(lines, {"tasks": _plain(all_tasks)})


def files(cut: Cut) -> Answer:
    """The files of the shared tree."""
    newest = [cut.state.files[path][-1] for path in cut.state.paths()]
    lines = [f"{v.path}  version {v.number} by {name_of(v.author)}, event {v.seq}" for v in newest]
    return Answer(lines or ["there are no files"], {"files": _plain(newest)})


def tree(cut: Cut) -> Answer:
    """The git tree and the commit."""
    found, commit = cut.tree(), cut.commit()
    lines = [f"tree {found}", f"commit {commit or 'none yet'}"]
    return Answer(lines, {"tree": found, "commit": commit})


def message(cut: Cut, number: int) -> Answer:
    """A message and whom it has reached. Raises `UsageError`."""
    found = cut.state.message(number)
    if found is None:
        raise UsageError(
            f"Event {number} is no message sent so far",
            "",
            "Its number is the event of its sending; inspect agent NAME mailbox shows some.",
        )
    lines = [f"message {number}, {found.t:.1f} s, from {name_of(found.sender)}"]
    where = {}
    for name in found.to:
        mail = cut.mailbox(name)._asdict()
        where[name] = next((part for part, all_of in mail.items() if found in all_of), "dropped")
        edited = ", edited" if dict(found.edited).get(name) is not None else ""
        lines.append(f"  to {name_of(name)}: {where[name].replace('_', ' ')}{edited}")
    lines += [f"  {line}" for line in found.text.splitlines()]
    for name, text in found.edited:
        lines += [f"  as {name_of(name)} reads it:", *(f"    {x}" for x in text.splitlines())]
    return Answer(lines, {"message": _plain(found), "reached": where})


def event(
    seq: int,
    at: Callable[[int], e.AnyEvent | None],
    relation: Causality,
    findings: Iterable[Finding] = (),
) -> Answer:
    """An event with its direct causes and effects, and the findings whose evidence it is. `at`
    gives an event by number. Raises `UsageError`."""
    found = at(seq)
    if found is None:
        raise UsageError(f"There is no event {seq}", "", "where tells how many there are.")
    lines = [told(found)]
    if found.clock:
        clock = ", ".join(f"{name} {ticks}" for name, ticks in sorted(found.clock.items()))
        lines.append(f"  clock    {clock}")
    causes, effects = relation.causes(seq), relation.effects(seq)
    for label, numbers in (("causes", causes), ("effects", effects)):
        others = [told(other) for number in numbers if (other := at(number))]
        for place, line in enumerate(others or ["none"]):
            lines.append(f"  {label if place == 0 else '':<8} {line}")
    named = [f for f in findings if any(step.seq == seq for step in f.witness)]
    lines += [f"  {f.kind.value}: {f.summary}" for f in named]
    data = {"event": _plain(found), "causes": causes, "effects": effects}
    return Answer(lines, {**data, "findings": [finding.id for finding in named]})


def findings(found: list[Finding]) -> Answer:
    """Findings in a line each."""
    lines = [
        f"event {f.seq}, {f.t:.1f} s: {f.kind.value} ({f.severity.value}): {one_line(f.summary)}"
        + ("" if f.verdict.value == "found" else f" [{f.verdict.value}]")
        for f in found
    ]
    return Answer(lines or ["no findings so far"], {"findings": _plain(found)})


# Inside ------------------------------------------------------------------------------------------


def _task(cut: Cut, task: Task) -> str:
    missing = cut.state.missing(task.id)
    status = task.status
    if status == "open":
        status = "blocked" if missing else "ready"
    owner = task.completed_by if task.status == "done" else task.owner
    who = f" by {owner}" if owner else ""
    needs = f", needs {', '.join(missing)}" if missing else ""
    return f"{task.id}  {status}{who}{needs}  {one_line(task.title, 60)}"


def _message(found: Message, reader: str) -> str:
    text = one_line(found.text_for(reader))
    return f"message {found.seq}, {found.t:.1f} s, from {name_of(found.sender)}: {text}"


def _text(found: Message, reader: str) -> dict[str, Any]:
    return {"message": found.seq, "from": found.sender, "text": found.text_for(reader)}


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)
