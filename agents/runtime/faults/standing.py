"""What became of the faults of a session, told from its history: which are still to come, and which
were going on where it ends. A process that goes on with the session takes both up again."""

from collections.abc import Iterable

from agents.runtime.faults.grammar import Order, parse
from agents.runtime.faults.sense import Setting, check
from agents.runtime.usage import UsageError
from workspaces.history import events as e

INJECT = "inject"
"""The command by which a person orders faults."""


class Standing:
    """The fold. Faults are numbered in the order in which they were ordered, as `Nemesis` does."""

    def __init__(self) -> None:
        self.number = 0
        """The number of the last fault that was ordered."""
        self.to_come: dict[int, Order] = {}
        """Those that were ordered for later and have neither begun nor been given up."""
        self.going_on: dict[int, tuple[Order | None, e.FaultStarted]] = {}
        """Those that have begun and not ended; without an order where nothing is known of it."""
        self._orders: dict[int, Order] = {}
        self._ordered = ""

    def observe(self, event: e.AnyEvent, setting: Setting) -> None:
        """Move past `event`; `setting` is that of the session."""
        match event:
            case e.SessionStarted() | e.SessionForked() if event.settings.faults != self._ordered:
                self._ordered = event.settings.faults
                self._number(_parsed(self._ordered))
            case e.CommandGiven(command=command) if command == INJECT:
                self._number(_sensible(_parsed(event.argument), setting))
            case e.FaultStarted():
                order = self._orders.get(event.number)
                same = order is not None and order.kind.name == event.fault
                self.going_on[event.number] = (order if same else None, event)
                self.to_come.pop(event.number, None)
            case e.FaultEnded():
                self.going_on.pop(event.number, None)
            case e.Warned() if event.fault:
                self.to_come.pop(event.fault, None)
            case _:
                pass

    def _number(self, orders: Iterable[Order]) -> None:
        for order in orders:
            self.number += 1
            self._orders[self.number] = self.to_come[self.number] = order


def _parsed(text: str) -> list[Order]:
    try:
        return parse(text)
    except UsageError:
        return []  # the command was refused


def _sensible(orders: list[Order], setting: Setting) -> list[Order]:
    try:
        for order in orders:
            check(order, setting)
    except UsageError:
        return []
    return orders
