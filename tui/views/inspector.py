"""An agent looked into: its context as it was last sent, mail, tasks, files and vector clock.

Everything is of one cut of the history. Contexts and mail are shown whole and as they are: what a
model was told is what one looks for here.
"""

import textwrap
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from agents.debugger.cut import Cut
from agents.models.base import ChatMessage
from tui.views.line import Line, Span, data, fit, flat, pad
from tui.views.roles import name_of, role_of
from tui.views.sanitize import sanitize
from tui.views.shapes import TASK
from tui.views.tasks import condition
from tui.views.words import clock, duration, plural
from workspaces.history.state import Message, Task


class Page(NamedTuple):
    """Lines, and the numbers of those where something new begins."""

    lines: list[Line]
    stops: tuple[int, ...] = ()


class Look(NamedTuple):
    """At whom, when, and how wide."""

    cut: Cut
    agent: str
    width: int

    def role(self, agent: str) -> str:
        """The role in which an actor's name is drawn."""
        return role_of(agent, {name: at for at, name in enumerate(self.cut.state.agents)})


def context(look: Look) -> Page:
    """Every message of the context, in the order in which it was sent."""
    messages = look.cut.context(look.agent)
    turn = look.cut.turns.get(look.agent)
    if turn is None:
        return Page([(Span("Its model has not been called yet.", "dim"),)])
    size = sum(len(message.text) for message in messages)
    lines: list[Line] = [
        (
            Span(f"turn {turn.turn}", "bold"),
            Span(f" · {clock(turn.t)} · event {turn.seq} · {plural(len(messages), 'message')}"),
            Span(f" · {size} characters", "dim"),
        )
    ]
    stops = []
    for number, message in enumerate(messages, 1):
        lines.append(())
        stops.append(len(lines))
        lines += _message(number, message, look.width)
    return Page(lines, tuple(stops))


def _message(number: int, message: ChatMessage, width: int) -> list[Line]:
    rows = plural(len(message.text.splitlines()), "line")
    answer = f" · answers {flat(message.call)}" if message.call else ""
    head = f" {number} {message.role} "
    line: Line = (Span(head, "chip-info"), Span(f" {rows}{answer}", "dim"))
    lines = [line, *_text(message.text, width)]
    for call in message.calls:
        lines.append(
            (Span("calls ", "accent"), data(call.name, "accent bold"), data(f" {call.id}", "dim"))
        )
        lines += _text(call.arguments, width)
    return lines


def mail(look: Look) -> Page:
    """The agent's mail by what became of it."""
    box = look.cut.mailbox(look.agent)
    member = look.cut.state.agents[look.agent]
    lines: list[Line] = []
    stops = []
    for words, about, messages in (
        ("On its way", "it arrives before the next turn, in this order", box.unread),
        ("Kept back", "by a person", box.withheld),
        ("Read", "its model was shown it", box.read),
        ("Pushed out", "it arrived, and found no room in the context", box.pushed_out),
    ):
        stops.append(len(lines))
        lines.append(
            (Span(f"{words} ", "info bold"), Span(str(len(messages))), Span(f"  {about}", "dim"))
        )
        shown = messages if messages is not box.read else tuple(reversed(messages))
        for message in shown:
            until = member.withheld.get(message.seq, -1.0)
            kept = f" · until {clock(until)}" if until is not None and until >= 0 else ""
            lines += _letter(message, kept, look)
        lines.append(())
    return Page(lines, tuple(stops))


def _letter(message: Message, more: str, look: Look) -> list[Line]:
    edited = message.text_for(look.agent) != message.text
    head: Line = (
        Span(f"  #{message.seq:<6}", "dim"),
        data(name_of(message.sender), f"{look.role(message.sender)} bold"),
        Span(f" · {clock(message.t)}{more}", "dim"),
        Span(" · changed by you" if edited else "", "warn"),
    )
    lines = [head, *_text(message.text_for(look.agent), look.width, "    ")]
    if edited:
        lines += [(Span("    as it was sent:", "dim"),), *_text(message.text, look.width, "    ")]
    return lines


def tasks(look: Look) -> Page:
    """Tasks that the agent holds, backs up or has completed."""
    state, agent = look.cut.state, look.agent
    lines: list[Line] = []
    stops = []
    for words, found in (
        ("Holds", [t for t in state.tasks.values() if t.status == "held" and t.owner == agent]),
        ("Does as well", [t for t in state.tasks.values() if t.backup == agent]),
        ("Completed", [t for t in state.tasks.values() if t.completed_by == agent]),
    ):
        stops.append(len(lines))
        lines.append((Span(f"{words} ", "info bold"), Span(str(len(found)))))
        for task in found:
            lines += _task(task, look)
        lines.append(())
    return Page([fit(line, look.width) for line in lines], tuple(stops))


def _task(task: Task, look: Look) -> list[Line]:
    state = look.cut.state
    now = condition(task, state)
    missing = ", ".join(state.missing(task.id))
    waits = f" · waits for {missing}" if missing else ""
    since = f" · for {duration(state.t - task.taken)}" if task.status == "held" else ""
    return [
        (Span(f"  {TASK[now]} ", "accent"), data(f"{task.id} {task.title}", "bold")),
        (
            data(
                f"    {', '.join(task.files) or 'any file'} · epoch {task.epoch}{since}{waits}",
                "dim",
            ),
        ),
    ]


def files(look: Look) -> Page:
    """The version of each file that the agent last saw, against the newest."""
    known = look.cut.known(look.agent)
    if not known:
        return Page([(Span("It has neither read nor written a file.", "dim"),)])
    stale = sum(entry.version != entry.newest for entry in known)
    room = min(max(len(entry.path) for entry in known), max(look.width - 40, 12))
    head = plural(stale, "file") + " of " + str(len(known)) + " it does not know the newest of"
    lines: list[Line] = [(Span(head, "warn bold" if stale else "ok bold"),), ()]
    lines.append((Span(f"  {pad('path', room)}  last saw  newest", "dim"),))
    for entry in known:
        behind = entry.newest - entry.version
        by = look.cut.state.latest(entry.path)
        seen = f"v{entry.version}" if entry.version else "none"
        newest = f"v{entry.newest}" if entry.newest else "none"
        line: Line = (
            Span("! " if behind else "  ", "warn"),
            Span(f"{pad(flat(entry.path), room)}  {seen:<9} {newest:<7}"),
        )
        if behind and by:
            whose = data(name_of(by.author), look.role(by.author))
            line = (*line, Span(f" {behind} behind, by ", "warn"), whose)
        lines.append(line)
    return Page([fit(line, look.width) for line in lines])


def clocks(look: Look) -> Page:
    """The agent's vector clock beside the others' own counts."""
    own = look.cut.clock(look.agent)
    actors = [*look.cut.state.agents, *(a for a in own if a not in look.cut.state.agents)]
    lines: list[Line] = [
        (Span("Steps of each actor it has seen, of those there were", "bold"),),
        (),
    ]
    most = max((look.cut.clock(actor).get(actor, 0) for actor in actors), default=1) or 1
    for actor in actors:
        seen, there = own.get(actor, 0), look.cut.clock(actor).get(actor, 0)
        room = max(min(look.width - 40, 60), 8)
        full, whole = round(seen / most * room), round(there / most * room)
        lines.append(
            (
                data("  " + pad(name_of(actor), 15), look.role(actor)),
                Span(f"{seen:>5} of {there:<5} "),
                Span("━" * full, "accent"),
                Span("─" * max(whole - full, 0), "warn"),
            )
        )
    return Page([fit(line, look.width) for line in lines])


TABS: Final[dict[str, Callable[[Look], Page]]] = {
    "Context": context,
    "Mail": mail,
    "Tasks": tasks,
    "Files": files,
    "Clock": clocks,
}
"""The pages of the inspector, in the order of their keys."""


def heading(agent: str, role: str, tab: str) -> tuple[Line, Line]:
    """What stands in the inspector's frame: who, and the tabs."""
    tabs: list[Span] = []
    for number, name in enumerate(TABS, 1):
        tabs.append(Span(f" {number} {name} ", "chip-info" if name == tab else "dim"))
    return (Span(" "), data(agent, f"{role} bold"), Span(" ")), tuple(tabs)


def _text(text: str, width: int, indent: str = "") -> list[Line]:
    rows: Sequence[str] = sanitize(text).replace("\t", "    ").splitlines()
    return [
        (Span(indent), Span(part))
        for row in rows
        for part in (
            textwrap.wrap(
                row, max(width - len(indent), 20), replace_whitespace=False, drop_whitespace=False
            )
            or [""]
        )
    ]
