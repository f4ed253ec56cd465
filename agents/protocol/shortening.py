"""Making a context fit: the oldest detail goes first, a task never.

Each relief makes a draft a little shorter; they are taken in turn until it fits. Past replies
become a line on what was done, old news become a count, long results are cut to their beginning.
Mail that finds no room is named to the caller, since its reader has never seen it. The goal, the
actions and the agent's own tasks are never touched.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from agents.protocol.context import Draft
from agents.protocol.reply import Reply

SHORTEST_RESULT = 400
"""Characters of a result that are kept in any case: enough to say what it was of."""


class Shortened(NamedTuple):
    """A draft that was made to fit. `mail` are the messages left out, by the number of their
    sending; `told` names the rest of what was left out, for people; `fits` is false when even
    that was not enough."""

    draft: Draft
    mail: tuple[int, ...] = ()
    told: str = ""
    fits: bool = True


def shorten(draft: Draft, fits: Callable[[Draft], bool]) -> Shortened:
    """As much of `draft` as `fits`."""
    current, told = draft, []
    for what, relief in _RELIEFS:
        while not fits(current):
            shorter = relief(current)
            if shorter is None:
                break
            current = shorter
            if what not in told:
                told.append(what)
    kept = {number for number, _ in current.mail}
    out = tuple(number for number, _ in draft.mail if number not in kept)
    return Shortened(current, out, ", ".join(told), fits(current))


def _reply(draft: Draft, keep: int) -> Draft | None:
    """The oldest reply beyond the `keep` newest becomes a line."""
    if len(draft.replies) <= keep:
        return None
    (briefly, reply), *rest = draft.replies
    line = f"- {briefly.rstrip('.')}: {_deeds(reply)}"
    return replace(draft, replies=tuple(rest), past=(*draft.past, line))


def _deeds(reply: Reply) -> str:
    deeds = [f"{action.name} {action.target}".strip() for action in reply.actions()]
    return ", ".join(deeds) or "you only spoke"


def _older_reply(draft: Draft) -> Draft | None:
    return _reply(draft, keep=1)


def _newest_reply(draft: Draft) -> Draft | None:
    return _reply(draft, keep=0)


def _news(draft: Draft) -> Draft | None:
    """The older half of the news becomes a count."""
    lines = [line for line in draft.news if not line.startswith("- (and ")]
    if not lines:
        return None
    gone = (len(lines) + 1) // 2
    before = sum(_counted(line) for line in draft.news if line.startswith("- (and "))
    return replace(draft, news=(f"- (and {before + gone} earlier)", *lines[gone:]))


def _counted(line: str) -> int:
    number = line.removeprefix("- (and ").split(" ", 1)[0]
    return int(number) if number.isdecimal() else 0


def _result(draft: Draft) -> Draft | None:
    """The longest result loses its second half."""
    if not draft.results:
        return None
    longest = max(range(len(draft.results)), key=lambda place: len(draft.results[place]))
    text = draft.results[longest]
    if len(text) <= SHORTEST_RESULT:
        return None
    kept = max(SHORTEST_RESULT - 100, len(text) // 2)
    cut = f"{text[:kept]}\n(… {len(text) - kept} more characters left out for want of room)"
    results = list(draft.results)
    results[longest] = cut
    return replace(draft, results=tuple(results)) if len(cut) < len(text) else None


def _mail(draft: Draft) -> Draft | None:
    """The oldest message goes."""
    return replace(draft, mail=draft.mail[1:]) if draft.mail else None


def _ready(draft: Draft) -> Draft | None:
    """Of the tasks that could be claimed, the board's lines are enough."""
    return replace(draft, ready=()) if draft.ready else None


def _files(draft: Draft) -> Draft | None:
    """Of the files, how many there are."""
    if len(draft.files) <= 1:
        return None
    return replace(draft, files=(f"({len(draft.files)} files; list_files names them)",))


def _board(draft: Draft) -> Draft | None:
    """Of the tasks that are done, how many there are."""
    done = [line for line in draft.board if "[done by " in line.partition("] ")[0] + "] "]
    if not done:
        return None
    left = tuple(line for line in draft.board if line not in set(done))
    return replace(draft, board=(*left, f"(and {len(done)} done)"))


def _past(draft: Draft) -> Draft | None:
    return replace(draft, past=draft.past[1:]) if draft.past else None


_RELIEFS: tuple[tuple[str, Callable[[Draft], Draft | None]], ...] = (
    ("older replies", _older_reply),
    ("older news", _news),
    ("long results", _result),
    ("the last reply", _newest_reply),
    ("tasks to claim in full", _ready),
    ("tasks that are done", _board),
    ("older messages", _mail),
    ("names of files", _files),
    ("earlier turns", _past),
)
"""In this order: what the agent itself said it can do without, what others tell it last."""
