"""An event in one line of plain words, for tools that show a label beside a mark.

Text that models wrote comes out with nothing in it that a terminal or a parser would act on, and
cut to a length that fits a label.
"""

from collections.abc import Callable
from typing import Any, Final

from tui.views.line import clip, flat
from tui.views.roles import name_of
from tui.views.words import plural
from workspaces.history import events as e

MOST: Final = 160
"""Characters of a description at most."""


def describe(event: e.AnyEvent) -> str:
    """What happened, in one line; a kind without words of its own is named by its tag."""
    words = _WORDS.get(type(event))
    told = words(event) if words else tag(event).replace("-", " ")
    return clip(flat(told), MOST)


def tag(event: e.AnyEvent | type[e.AnyEvent]) -> str:
    """The name of the event's kind in the stored form."""
    return str(event.__struct_config__.tag)


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
    e.MessageSent: lambda x: f"to {', '.join(map(name_of, x.to))}: {x.text}",
    e.MessageDelivered: lambda x: f"received message {x.message}",
    e.ContextTrimmed: _trimmed,
    e.CommandGiven: lambda x: f"command: {x.command} {x.argument}".rstrip(),
}
