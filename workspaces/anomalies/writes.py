"""What detectors of writes share: whose writes count, what was read before, and how to say so."""

from typing import TypeAlias, TypeGuard

from workspaces.anomalies.finding import Step
from workspaces.history.events import (
    OUTSIDE,
    SESSION,
    UNREAD,
    AnyEvent,
    FileRead,
    FileWritten,
    OutsideWrite,
)
from workspaces.history.state import State, Version

Write: TypeAlias = FileWritten | OutsideWrite


def is_write(event: AnyEvent) -> TypeGuard[Write]:
    """Whether `event` is a write of the shared tree that can harm somebody. The session's own,
    which lay the files out before anybody works, are nobody's work, and what an agent writes in a
    worktree of its own harms nobody until it is merged."""
    if isinstance(event, FileWritten):
        return event.agent != SESSION and not event.where
    return isinstance(event, OutsideWrite)


def base_of(event: Write) -> int:
    """The version its writer had last seen; `UNREAD` also for outside writers, of whom nobody
    knows."""
    return event.base if isinstance(event, FileWritten) else UNREAD


def verb(event: Write) -> str:
    """What the writer did to the path, in the past tense."""
    if not event.blob:
        return "deleted"
    return "edited" if isinstance(event, FileWritten) and event.edit else "wrote"


def who(actor: str) -> str:
    """The actor as a sentence names it."""
    return "somebody outside the team" if actor == OUTSIDE else actor


def sentence(text: str) -> str:
    """`text` with its first letter large where it begins with a word of ours (names stay)."""
    return text[0].upper() + text[1:] if text.startswith("somebody") else text


def had_seen(event: Write) -> str:
    """What the writer knew of the path, as a clause."""
    base = base_of(event)
    if event.agent == OUTSIDE:
        return "what it had read is not recorded"
    if base == UNREAD:
        return "without having read it"
    return "when it had last seen no such file" if base == 0 else f"having last seen version {base}"


def tasks_of(write: AnyEvent, state: State) -> tuple[str, ...]:
    """The tasks that a write serves: the one it names, or else those that name its path."""
    if isinstance(write, FileWritten) and write.task:
        return (write.task,)
    return state.tasks_at(write.path) if isinstance(write, FileWritten | OutsideWrite) else ()


def text_of(version: Version, state: State) -> str | None:
    """The text of a version; "" where it is a deletion, `None` where it was not stored."""
    return state.text(version.blob) if version.blob else ""


def text_at(path: str, number: int, state: State) -> str | None:
    """The text of version `number` of the shared tree's `path`; "" where that is the missing file
    (version 0, or `UNREAD`), `None` where the version is not recorded or its text not stored."""
    if number <= 0:
        return ""
    version = state.version(path, number)
    return text_of(version, state) if version else None


class Reads:
    """The fold that remembers who read which version of a path last, as evidence."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], FileRead] = {}

    def observe(self, event: AnyEvent) -> None:
        """Move past `event`."""
        if isinstance(event, FileRead) and not event.where:
            self._last[event.agent, event.path] = event

    def evidence(self, write: Write) -> tuple[Step, ...]:
        """The reading that `write` was based on, if it was one."""
        read = self._last.get((write.agent, write.path))
        if read is None or read.version != base_of(write):
            return ()
        return (Step(read.seq, f"{read.agent} read version {read.version}"),)
