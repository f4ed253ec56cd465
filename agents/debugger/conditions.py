"""Where to stop: conditions on events, findings and the state, as a person writes them.

    finding:lost-update path:*.py        a finding of that kind that touches such a path
    event:task-claimed agent:agent-2     an event of that kind by that agent
    failure                              a test run that fails
    text:"please do not overwrite"       such words in a message or a reply
    tokens>50000   cost>1.5   time>120   once the team has used so much
    event>500      round>3    turn>2     once the session, or any agent, is further
    idle>60        unread>30             an agent that waits, or mail that lies, longer (seconds)

All terms of a condition must hold. `hits:3` stops at the third time it holds only and then at each
further one, `once` makes it the only time. A condition that says nothing of events or findings is
met when it comes to hold, not again while it goes on holding.
"""

import shlex
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import get_args

from msgspec import Struct

from agents.runtime.usage import UsageError
from workspaces.anomalies.finding import Finding, Kind
from workspaces.history import events as e
from workspaces.history.state import State

MEASURES = ("tokens", "cost", "time", "event", "round", "turn", "idle", "unread")
SUBJECTS = ("finding", "event", "failure")
QUALIFIERS = ("path", "agent", "task", "text")
TAGS = tuple(str(kind.__struct_config__.tag) for kind in get_args(e.AnyEvent))
LONGEST_TEXT = 500
"""Characters of the words that a condition may wait for."""
TICK = 1e-3
"""Seconds after a limit of time is reached at which it counts as exceeded."""
_EXAMPLE = "Write it like finding:lost-update path:*.py, or tokens>50000."


class Condition(Struct, frozen=True, kw_only=True):
    """One condition, taken apart. Patterns are shell patterns (`*`, `?`); texts are compared
    without regard to case."""

    text: str
    finding: str = ""
    event: str = ""
    failure: bool = False
    path: str = ""
    agent: str = ""
    task: str = ""
    said: str = ""
    limits: tuple[tuple[str, float], ...] = ()
    hits: int = 1
    once: bool = False

    @property
    def lasting(self) -> bool:
        """Whether it is about what goes on being so, and not about things that happen."""
        return not (self.finding or self.event or self.failure or self._qualified)

    @property
    def _qualified(self) -> bool:
        return bool(self.path or self.agent or self.task or self.said)

    def met(
        self, event: e.AnyEvent, state: State, found: Sequence[Finding], heard: str = ""
    ) -> str:
        """Why it holds at `event`, which `state` has moved past and at which `found` came to
        light; empty if it does not hold. `heard` is the event's text with what its agent said
        before in the same reply."""
        limits = self.exceeded(state, state.t)
        if self.limits and not limits:
            return ""
        if self.finding:
            hit = next((finding for finding in found if self._is(finding)), None)
            return f"{hit.kind.value}: {hit.summary}" if hit else ""
        if self.lasting:
            return limits
        if not event.steps and not self.said:
            return ""
        return self._happened(event, state, heard)

    def exceeded(self, state: State, now: float) -> str:
        """By how much all limits are exceeded at session time `now`, in words; empty if one is
        not, or there are none."""
        why = [_exceeded(name, limit, state, now) for name, limit in self.limits]
        return ", ".join(why) if all(why) else ""

    def due(self, state: State) -> float | None:
        """The session time from which it holds though nothing happens; `None` for never, as for
        what does not last."""
        if not self.lasting:
            return None
        times = [_since(name, state) + limit for name, limit in self.limits if name in _TIMED]
        when = max(times, default=float("inf"))
        return when if when < float("inf") and self.exceeded(state, when + TICK) else None

    def _is(self, finding: Finding) -> bool:
        return (
            fnmatchcase(finding.kind.value, self.finding)
            and _among(finding.agents, self.agent)
            and _among(finding.paths, self.path)
            and _among(finding.tasks, self.task)
            and self.said.lower() in finding.summary.lower()
        )

    def _says(self, text: str, heard: str) -> bool:
        """Whether `text` ends or holds the words that are waited for."""
        said = self.said.lower()
        before = heard.removesuffix(text)[1 - len(said) :] if len(said) > 1 else ""
        return said in (before + text).lower()

    def _happened(self, event: e.AnyEvent, state: State, heard: str) -> str:
        tag = str(event.__struct_config__.tag)
        if self.event and not fnmatchcase(tag, self.event):
            return ""
        if self.failure and not (isinstance(event, e.TestsEnded) and event.returncode != 0):
            return ""
        if self.agent and not fnmatchcase(event.agent, self.agent):
            return ""
        if self.path and not _among(_paths(event), self.path):
            return ""
        if self.task and not _among(_tasks(event, state), self.task):
            return ""
        if self.said and not self._says(getattr(event, "text", ""), heard):
            return ""
        return f"{tag} by {event.agent} (event {event.seq})"


def parse(text: str) -> Condition:
    """The condition that `text` states. Raises `UsageError`, which says what is wrong with it."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise _wrong(text, f"it has {str(error).lower()}") from error
    fields: dict[str, object] = {}
    limits: list[tuple[str, float]] = []
    for word in words:
        name, mark, value = _split(word)
        if mark == ">" and name in MEASURES:
            limits.append((name, _number(text, word, value)))
        elif mark == ":" and name in (*SUBJECTS[:2], *QUALIFIERS) and value:
            fields["said" if name == "text" else name] = value
        elif word == "failure":
            fields["failure"] = True
        elif word == "once":
            fields["once"] = True
        elif mark == ":" and name == "hits" and value.isdecimal() and int(value):
            fields["hits"] = int(value)
        else:
            raise _wrong(text, f"{word[:60]!r} says nothing known")
    _check(text, fields)
    if not limits and not fields.keys() - {"once", "hits"}:
        raise _wrong(text, "it says nowhere to stop")
    return Condition(text=text.strip(), limits=tuple(limits), **fields)  # type: ignore[arg-type]


def _check(text: str, fields: dict[str, object]) -> None:
    for name, known in (("finding", [kind.value for kind in Kind]), ("event", TAGS)):
        pattern = fields.get(name)
        if pattern and not any(fnmatchcase(value, str(pattern)) for value in known):
            raise _wrong(text, f"there is no {name} {pattern!r}", f"Known are {', '.join(known)}.")
    if len(str(fields.get("said", ""))) > LONGEST_TEXT:
        raise _wrong(text, f"it waits for more than {LONGEST_TEXT} characters")
    if "finding" in fields and ("event" in fields or "failure" in fields):
        raise _wrong(text, "it asks for a finding and an event at once", "Make two of it.")


def _split(word: str) -> tuple[str, str, str]:
    for place, character in enumerate(word):
        if character in ":>":
            return word[:place], character, word[place + 1 :]
    return word, "", ""


def _number(text: str, word: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise _wrong(text, f"{word[:60]!r} needs a number of 0 or more")
    return number


def _wrong(text: str, cause: str, fix: str = _EXAMPLE) -> UsageError:
    return UsageError(f"Cannot stop at {text[:80]!r}", cause, fix)


def _among(values: Sequence[str], pattern: str) -> bool:
    return not pattern or any(fnmatchcase(value, pattern) for value in values)


def _paths(event: e.AnyEvent) -> tuple[str, ...]:
    many = getattr(event, "paths", ())
    return (*many, event.path) if hasattr(event, "path") else tuple(many)


def _tasks(event: e.AnyEvent, state: State) -> tuple[str, ...]:
    """The tasks that an event is about: the one it names, or those of the path it touches."""
    named = getattr(event, "task", "")
    return (named,) if named else tuple(t for path in _paths(event) for t in state.tasks_at(path))


def _exceeded(name: str, limit: float, state: State, now: float) -> str:
    """How much more than `limit` it is at `now`, in words; empty if it is not."""
    if name in _TIMED:
        began, whose = _TIMED[name](state)
        value = round(now - began, 3)
    else:
        value, whose = _MEASURED[name](state)
    return f"{name} of {whose} {value:g} > {limit:g}" if value > limit else ""


def _of_all(state: State) -> tuple[float, str]:
    used = sum(agent.tokens_in + agent.tokens_out for agent in state.agents.values())
    return used, "the team"


def _since(name: str, state: State) -> float:
    return _TIMED[name](state)[0]


def _idle(state: State) -> tuple[float, str]:
    """Since when who has waited longest does."""
    agents = state.agents.values()
    waits = [(agent.since, agent.name) for agent in agents if agent.activity == "waiting"]
    return min(waits, default=_NEVER)


def _unread(state: State) -> tuple[float, str]:
    """Since when the oldest message that has not reached a reader has lain."""
    oldest = [
        (min((*agent.unread, *agent.withheld)), agent.name)
        for agent in state.agents.values()
        if agent.unread or agent.withheld
    ]
    number, name = min(oldest, default=(0, ""))
    message = state.message(number)
    return (message.t, f"a message to {name}") if message else _NEVER


_MEASURED: dict[str, Callable[[State], tuple[float, str]]] = {
    "tokens": _of_all,
    "cost": lambda state: (sum(a.cost_usd for a in state.agents.values()), "the team"),
    "event": lambda state: (float(state.seq), "the session"),
    "round": lambda state: (float(state.round), "the session"),
    "turn": lambda state: max(
        ((float(a.turn), a.name) for a in state.agents.values()), default=(0.0, "nobody")
    ),
}
_TIMED: dict[str, Callable[[State], tuple[float, str]]] = {
    "time": lambda state: (0.0, "the session"),
    "idle": _idle,
    "unread": _unread,
}
"""What grows with time alone: since when, and whose it is."""
_NEVER = (float("inf"), "nobody")
