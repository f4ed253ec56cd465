"""What a person can change in the team at this moment, and why not what they cannot."""

from collections.abc import Sequence
from typing import NamedTuple

from agents.debugger.cut import Cut
from tui.views.line import clip, flat
from tui.views.picture import Picture
from tui.views.roles import name_of
from tui.views.tasks import condition
from tui.views.words import plural
from workspaces.history.state import Agent, State

HELD = "held"
NEW = "/"
"""Stands for a file that is not there yet; no path of one is that."""


class Offer(NamedTuple):
    """A change, in the words of a menu."""

    key: str
    words: str
    hint: str = ""
    refused: str = ""


def offers(agent: str, picture: Picture, in_hand: bool) -> list[Offer]:
    """The changes around the selected `agent`; `in_hand` says that a reply of it can be changed."""
    state = picture.state
    member = state.agents[agent]
    hold = Offer("hold", f"hold {agent}", "it takes no steps while the others go on")
    if member.stopped == HELD:
        hold = Offer("go", f"let {agent} go", "it is held")
    elif member.stopped:
        hold = hold._replace(refused=f"it is {member.stopped}")
    waiting = len(member.unread) + len(member.withheld)
    no_reply = "" if in_hand else f"none has just ended; break at event:reply-ended agent:{agent}"
    held = [task for task in state.tasks.values() if task.status == "held"]
    return [
        hold,
        Offer("say", f"write to {agent}", "a message from you"),
        Offer("say-all", "write to all", "a message from you to everyone"),
        Offer(
            "mail",
            f"mail on its way to {agent}",
            f"{plural(waiting, 'message')}: edit, drop, keep back, let go, reorder",
            "" if waiting else "there is none",
        ),
        Offer("edit-reply", f"edit the reply of {agent}", "before it is carried out", no_reply),
        Offer("drop-reply", f"drop the reply of {agent}", "nothing in it is done", no_reply),
        Offer("delay-reply", f"delay the reply of {agent}", "hold it, for some seconds", no_reply),
        Offer("reorder-replies", f"let {agent} act first", "before all others in line"),
        Offer("assign", f"give {agent} a task", "open, or another's"),
        Offer("release", "take a task from its holder", "", "" if held else "nobody holds one"),
        Offer("model", f"replace the model of {agent}", f"now {flat(member.model)}"),
        Offer("write", "edit a file as yourself", "or write a new one"),
        Offer("faults", "crash, freeze, slow …", "inject a fault"),
    ]


def letters(agent: Agent, state: State) -> list[Offer]:
    """The messages that have yet to reach an agent."""
    found = []
    for number in (*agent.unread, *agent.withheld):
        if message := state.message(number):
            kept = "kept back" if number in agent.withheld else "on its way"
            words = f"#{number} from {name_of(message.sender)}"
            found.append(
                Offer(str(number), words, clip(flat(message.text_for(agent.name)), 30), "")
            )
            found[-1] = found[-1]._replace(hint=f"{kept} · {found[-1].hint}")
    return found


def deeds(number: int, agent: Agent) -> list[Offer]:
    """What can be done to one of them."""
    withheld = number in agent.withheld
    place = agent.unread.index(number) if number in agent.unread else 0
    first = "it is kept back" if withheld else "" if place else "it is the first already"
    return [
        Offer("edit-message", "edit it", "for this reader alone"),
        Offer("drop-message", "drop it", "it never arrives"),
        Offer("delay-message", "keep it back", "for some seconds, or until you let it go"),
        Offer("let-go", "let it go", "", "" if withheld else "it is on its way"),
        Offer("reorder-mail", "let it arrive first", "", first),
    ]


def assignable(agent: str, state: State) -> list[Offer]:
    """The tasks that could be given to an agent."""
    return [
        Offer(task.id, f"{task.id} {task.title if task.title != task.id else ''}",
              f"{condition(task, state)} {task.owner}".strip())
        for task in state.tasks.values()
        if task.status in ("open", "held") and task.owner != agent
    ]  # fmt: skip


def held(state: State) -> list[Offer]:
    """The tasks that somebody holds."""
    return [
        Offer(task.id, f"{task.id} {task.title if task.title != task.id else ''}", task.owner)
        for task in state.tasks.values()
        if task.status == "held"
    ]


def files(state: State) -> list[Offer]:
    """The files there are, and a new one."""
    new = Offer(NEW, "a new file …")
    return [new, *(Offer(path, path, _version(path, state)) for path in state.paths())]


def _version(path: str, state: State) -> str:
    last = state.latest(path)
    return f"v{last.number} by {name_of(last.author)}" if last else ""


def reply_of(agent: str, cut: Cut) -> str:
    """The reply of an agent that has ended and of which nothing has been done, as text."""
    inbox = cut.observations.inboxes.get(agent)
    return inbox.exchanges[-1][1].as_text() if inbox and inbox.exchanges else ""


def sequence(first: int, numbers: Sequence[int]) -> str:
    """`numbers` with `first` at their beginning, as a command wants them."""
    return " ".join(map(str, (first, *(n for n in numbers if n != first))))
