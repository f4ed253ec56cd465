"""What every detector is: a pure fold over a history that may speak up at each event."""

from collections.abc import Iterable
from typing import Protocol

from workspaces.anomalies.finding import Finding, Kind
from workspaces.history.events import AnyEvent, Event
from workspaces.history.state import State


class Detector(Protocol):
    """Looks for one kind of fault, or for kinds that only one look can tell apart.

    The same events give the same findings, live, replayed or restarted in the middle. What has
    been found is never taken back: where a verdict hangs on what comes later, the detector waits.
    The work for one event is bounded by the team and the texts at stake, not by the history's
    length.
    """

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds it can find."""
        ...

    @property
    def events(self) -> tuple[type[Event], ...]:
        """The classes of events that mean anything to it; it is shown no others."""
        ...

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """The findings that `event` brings to light. `state` has already moved past it."""
        ...
