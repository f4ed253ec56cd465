"""Which messages reach an agent when its turn begins."""

from agents.runtime.recorder import Recorder


class Delivery:
    """Delivers all that was sent, once and in order."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def due(self, agent: str) -> tuple[int, ...]:
        """The messages to deliver now, by the number of their sending."""
        return tuple(self._recorder.state.agents[agent].unread)

    def left_out(self, agent: str, delivered: tuple[int, ...]) -> tuple[int, ...]:
        """Those of `delivered` that the agent's context has no room for."""
        return ()
