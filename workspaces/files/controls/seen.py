"""Which version of a file its reader has in front of it.

A file read in a turn is in the agent's *next* context: whatever else the same reply writes was
written without having seen it. So a read counts from the start of the next turn on, a write of
one's own at once. (`State` counts a read at once, which is what happened, not what was known.)
"""

from workspaces.history.events import UNREAD, AnyEvent, FileRead, FileWritten, TurnStarted

_Place = tuple[str, str]


class Seen:
    """The fold of who has seen which version of which path in which tree."""

    def __init__(self) -> None:
        self._shown: dict[str, dict[_Place, int]] = {}
        self._pending: dict[str, dict[_Place, int]] = {}

    def observe(self, event: AnyEvent) -> None:
        """Move past `event`."""
        if isinstance(event, FileRead):
            place = (event.where, event.path)
            self._pending.setdefault(event.agent, {})[place] = event.version
        elif isinstance(event, FileWritten):
            place = (event.where, event.path)
            self._shown.setdefault(event.agent, {})[place] = event.version
            self._pending.get(event.agent, {}).pop(place, None)
        elif isinstance(event, TurnStarted) and event.agent in self._pending:
            self._shown.setdefault(event.agent, {}).update(self._pending.pop(event.agent))

    def version(self, agent: str, path: str, where: str = "") -> int:
        """The version that a reply of `agent` now starts from, `UNREAD` if none."""
        return self._shown.get(agent, {}).get((where, path), UNREAD)
