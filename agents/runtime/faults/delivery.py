"""Messages that get lost, come late, twice or in another order, or do not fit into a context."""

from agents.runtime.delivery import Delivery
from agents.runtime.faults.strikes import Strikes
from agents.runtime.recorder import Recorder
from workspaces.history.state import Message


class FaultyDelivery(Delivery):
    """Delivery under `strikes`. What is lost was lost when it was sent; what is held up goes out
    with the first turn after."""

    def __init__(self, recorder: Recorder, strikes: Strikes) -> None:
        super().__init__(recorder)
        self._strikes = strikes
        self._messages: dict[int, Message] = {}
        self._read = 0

    def due(self, agent: str) -> tuple[int, ...]:
        """The messages that get through to `agent` now."""
        waiting = super().due(agent)
        if not self._strikes.all:
            return waiting
        due = [n for n in waiting if self._passes(self._message(n), agent)]
        if (strike := self._strikes.on("reorder-messages", agent)) and len(due) > 1:
            first = list(due)
            while due == first:
                strike.dice.shuffle(due)
        if self._strikes.on("duplicate-messages", agent):
            due = [n for n in due for _ in range(2)]
        return tuple(due)

    def left_out(self, agent: str, delivered: tuple[int, ...]) -> tuple[int, ...]:
        """All of `delivered`, while the context has no room."""
        return delivered if self._strikes.on("trim-context", agent) else ()

    def _passes(self, message: Message, agent: str) -> bool:
        strikes = self._strikes
        if strikes.at("drop-messages", agent, message.t) or strikes.at(
            "mute", message.sender, message.t
        ):
            return False
        if strikes.on("delay-messages", agent):
            return False
        return not any(
            strike.order.kind.name == "partition"
            and strike.ended is None
            and strike.hits(agent) != strike.hits(message.sender)
            for strike in strikes.all
        )

    def _message(self, number: int) -> Message:
        for message in self._recorder.state.messages[self._read :]:
            self._messages[message.seq] = message
        self._read = len(self._recorder.state.messages)
        return self._messages[number]
