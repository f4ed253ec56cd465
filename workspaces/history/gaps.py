"""What is missing from a recording, as far as its vector clocks prove it.

Each step of an actor ticks the actor's own entry by one (`clocks`). An entry that grew by more
between two recorded steps of an actor therefore proves that the steps between them were lost,
however the rest is numbered. A loss that leaves no trace cannot be proven: of an actor's last
steps, and of events that are no steps (streamed text, stored texts). A history that its own writer
made has no gaps.
"""

from dataclasses import dataclass, field

from workspaces.history.events import Event


@dataclass(slots=True)
class Gaps:
    """The fold that notices lost steps."""

    newest: int = 0
    """The number of the last event that proved a loss, 0 while there is none."""
    _ticks: dict[str, int] = field(default_factory=dict)
    _proofs: dict[str, int] = field(default_factory=dict)

    def observe(self, event: Event) -> None:
        """Move past `event`."""
        if not event.clock:
            return
        actor = event.agent
        ticks = event.clock.get(actor, 0)
        if ticks > self._ticks.get(actor, 0) + 1:
            self.newest = self._proofs[actor] = event.seq
        self._ticks[actor] = ticks

    def last(self, actor: str) -> int:
        """The number of the last event that proved a loss of the actor's steps, 0 if none did."""
        return self._proofs.get(actor, 0)

    def of(self, actor: str, since: int = 0) -> bool:
        """Whether a step is proven to be missing of the actor's, up to its last recorded one, that
        may have come after event `since`."""
        return self.last(actor) > since

    def after(self, since: int) -> bool:
        """The same of anybody's: then what an actor did since its last recorded step, which
        nothing can prove to be whole, is not to be trusted either."""
        return self.newest > since
