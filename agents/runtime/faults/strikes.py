"""The faults that are going on, as the doors ask for them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from agents.runtime.faults.grammar import Order


@dataclass(slots=True, eq=False)
class Strike:
    """A fault that was injected. `targets` are the agents it strikes, none for all; `ended` is
    when it was over, in session seconds."""

    number: int
    order: Order
    targets: tuple[str, ...]
    dice: Random
    began: float
    ended: float | None = None

    def hits(self, agent: str) -> bool:
        """Whether it strikes `agent`."""
        return not self.targets or agent in self.targets

    def covers(self, t: float) -> bool:
        """Whether it was going on at `t`."""
        return self.began <= t and (self.ended is None or t < self.ended)


@dataclass(slots=True)
class Strikes:
    """Every fault of a session, over or not. `over` is told of one that has hit its occasion."""

    all: list[Strike] = field(default_factory=list)
    over: Callable[[Strike], None] = lambda strike: None

    def on(self, fault: str, agent: str = "") -> Strike | None:
        """A fault of that name which strikes `agent` now."""
        for strike in self.all:
            if strike.ended is None and strike.order.kind.name == fault and strike.hits(agent):
                return strike
        return None

    def at(self, fault: str, agent: str, t: float) -> Strike | None:
        """A fault of that name which struck `agent` at `t`."""
        for strike in self.all:
            if strike.order.kind.name == fault and strike.hits(agent) and strike.covers(t):
                return strike
        return None

    def spend(self, strike: Strike) -> None:
        """The fault has hit: if it was for one occasion, it is over."""
        if strike.order.kind.next and strike.order.end is None and strike.ended is None:
            self.over(strike)
