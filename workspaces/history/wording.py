"""Events in plain words, for whoever tells a person of them: exports, comparisons, the debugger.

What models wrote comes out as they wrote it. Whoever draws it must keep control characters and
markup out.
"""

from collections.abc import Callable
from typing import Any, Final

from workspaces.history import events as e


def words(event: e.AnyEvent) -> str:
    """What happened; a kind without words of its own is named by its tag."""
    told = _WORDS.get(type(event))
    return told(event) if told else tag(event).replace("-", " ")


def tag(event: e.AnyEvent | type[e.AnyEvent]) -> str:
    """The name of the event's kind in the stored form."""
    return str(event.__struct_config__.tag)


def name_of(agent: str) -> str:
    """`agent` as people call it."""
    return {e.OUTSIDE: "someone outside", e.USER: "you", e.SESSION: "the session"}.get(agent, agent)


def one_line(text: str, most: int = 160) -> str:
    """`text` without line ends, and not longer than a line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 line`, `2 lines`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _session_started(event: e.SessionStarted) -> str:
    chosen = event.settings
    return f"session started: {chosen.suite}, {chosen.team}, {len(event.members)} agents"


def _session_ended(event: e.SessionEnded) -> str:
    return f"session ended: {event.reason}" + (", success" if event.success else "")


def _reply(event: e.ReplyEnded) -> str:
    cut = "" if event.finish in ("stop", "tool_calls") else f" ({event.finish})"
    return f"reply ended: {event.tokens_out} tokens in {event.seconds:.1f} s{cut}"


def _read(event: e.FileRead) -> str:
    return f"read {event.path}" + (f" v{event.version}" if event.version else ": none yet")


def _written(event: e.FileWritten) -> str:
    verb = "edited" if event.edit else "wrote"
    base = "unread" if event.base == e.UNREAD else f"based on v{event.base}"
    over = f" over v{event.replaced}, {base}" if event.replaced else ""
    where = f" in {event.where}'s worktree" if event.where else ""
    return f"{verb} {event.path} v{event.version}{over}{where}"


def _outside(event: e.OutsideWrite) -> str:
    return f"{event.path} v{event.version} {'changed' if event.blob else 'deleted'} from outside"


def _tests_ended(event: e.TestsEnded) -> str:
    return f"tests: {event.passed} passed, {event.failed + event.errors} failed"


def _trimmed(event: e.ContextTrimmed) -> str:
    return f"context trimmed: {plural(len(event.messages), 'message')}, {event.tokens} tokens"


def _withheld(event: e.MessageWithheld) -> str:
    until = "until it is let go" if event.until is None else f"until {event.until:.1f} s"
    return f"message {event.message} to {_names(event.to)} kept back {until}"


def _names(agents: tuple[str, ...]) -> str:
    return ", ".join(map(name_of, agents))


def _listed(paths: tuple[str, ...]) -> str:
    return ", ".join(paths) or "nothing"


_WORDS: Final[dict[type, Callable[[Any], str]]] = {
    e.SessionStarted: _session_started,
    e.SessionPaused: lambda x: "session paused" + (f": {x.reason}" if x.reason else ""),
    e.SessionEnded: _session_ended,
    e.RoundStarted: lambda x: f"round {x.round} started",
    e.RoundEnded: lambda x: f"round {x.round} ended",
    e.Warned: lambda x: f"warning: {x.text}",
    e.TurnStarted: lambda x: f"turn {x.turn} started",
    e.Text: lambda x: x.text,
    e.ReplyEnded: _reply,
    e.TurnEnded: lambda x: f"turn {x.turn} ended",
    e.ActionRefused: lambda x: f"{x.action} {x.target} refused ({x.code}): {x.reason}",
    e.Waited: lambda x: "waits" + (f": {x.reason}" if x.reason else ""),
    e.TaskAdded: lambda x: f"{x.task} added: {x.title}",
    e.TaskAssigned: lambda x: f"{x.task} assigned to {x.owner}",
    e.TaskClaimed: lambda x: f"claimed {x.task}",
    e.TaskReleased: lambda x: f"gave {x.task} back",
    e.TaskCompleted: lambda x: f"completed {x.task}",
    e.FilesListed: lambda x: f"listed {plural(x.count, 'file')}",
    e.FileRead: _read,
    e.FileWritten: _written,
    e.OutsideWrite: _outside,
    e.WritesCommitted: lambda x: f"{plural(len(x.commits), 'write')} committed",
    e.RepositoryMoved: lambda x: f"git {x.operation} moved the files",
    e.LeaseGranted: lambda x: f"lease on {x.path}, token {x.token}",
    e.LeaseEnded: lambda x: f"lease on {x.path} {x.reason}",
    e.Merged: lambda x: f"merged {_listed(x.paths)}",
    e.MergeRefused: lambda x: f"merge refused ({x.reason}): {_listed(x.paths)}",
    e.FaultStarted: lambda x: f"fault {x.number}: {x.fault} {x.target}".rstrip(),
    e.FaultEnded: lambda x: f"fault {x.number} over",
    e.AgentStopped: lambda x: f"stopped: {x.reason}",
    e.AgentStarted: lambda x: "is back" + (f": {x.reason}" if x.reason else ""),
    e.TestsStarted: lambda x: "tests started",
    e.TestsEnded: _tests_ended,
    e.MessageSent: lambda x: f"to {_names(x.to)}: {x.text}",
    e.MessageDelivered: lambda x: f"received message {x.message}",
    e.ContextTrimmed: _trimmed,
    e.SessionForked: lambda x: f"forked from {x.parent} after event {x.at}",
    e.SessionResumed: lambda x: "session resumed",
    e.SessionContinued: lambda x: "session continued",
    e.MessageEdited: lambda x: f"message {x.message} to {_names(x.to)} edited: {x.text}",
    e.MessageDropped: lambda x: f"message {x.message} to {_names(x.to)} dropped",
    e.MessageWithheld: _withheld,
    e.MessageLetGo: lambda x: f"message {x.message} to {_names(x.to)} let go",
    e.MailReordered: lambda x: f"mail of {x.to} reordered: {', '.join(map(str, x.messages))}",
    e.ReplyEdited: lambda x: f"reply of {x.of} in turn {x.turn} edited: {x.text}",
    e.ReplyDropped: lambda x: f"reply of {x.of} in turn {x.turn} dropped",
    e.RepliesReordered: lambda x: f"replies reordered: {', '.join(x.order)}",
    e.ModelReplaced: lambda x: f"{x.of} is {x.model} from its next turn on",
    e.CommandGiven: lambda x: f"command: {x.command} {x.argument}".rstrip(),
}
