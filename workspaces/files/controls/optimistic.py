"""Optimistic control: nobody waits, and a write that does not know what it replaces is refused.

A write carries its base, the version its author has in front of it (`seen`), and passes only if
that is the newest. Otherwise the author gets the difference and the whole file, which counts as
reading it, so that a second try in the next turn can succeed. A file that is not text cannot be
shown, and therefore not be replaced. The guarantee: no lost update, ever.
"""

from workspaces.files.controls.control import Record
from workspaces.files.controls.difference import stale
from workspaces.files.controls.none import NoControl
from workspaces.files.controls.seen import Seen
from workspaces.files.refusals import WriteRefused
from workspaces.history.events import UNREAD, AnyEvent, FileRead
from workspaces.history.state import State, Version


class Optimistic(NoControl):
    """Compare and swap on the version of a path."""

    name = "optimistic"

    def __init__(self, state: State, record: Record) -> None:
        super().__init__(state)
        self._record = record
        self._seen = Seen()

    def observe(self, event: AnyEvent) -> None:
        """Remember what has been shown to whom."""
        self._seen.observe(event)

    def base(self, agent: str, path: str) -> int:
        """What the agent has in front of it."""
        return self._seen.version(agent, path)

    def admit(self, agent: str, turn: int, path: str, task: str) -> int:
        """Refuse with the code `stale` unless the newest version is the one the agent has seen,
        or there is no file and it never saw one."""
        base, latest = self.base(agent, path), self._state.latest(path)
        number = latest.number if latest else 0
        if base == number or (base == UNREAD and not (latest and latest.blob)):
            return 0
        assert latest
        now = self._state.text(latest.blob) if latest.blob else None
        if latest.blob and now is None:
            raise WriteRefused(
                "stale", f"{path} has become something that is not text; leave it alone."
            )
        known = self._state.version(path, base)
        before = self._state.text(known.blob) if known and known.blob else ""
        self._show(agent, turn, latest)
        raise stale(path, base != UNREAD, before, now)

    def _show(self, agent: str, turn: int, latest: Version) -> None:
        by_another = latest.author != agent
        self._record(
            FileRead(
                agent=agent,
                turn=turn,
                path=latest.path,
                version=latest.number,
                blob=latest.blob,
                causes=(latest.seq,) if by_another else (),
            )
        )
