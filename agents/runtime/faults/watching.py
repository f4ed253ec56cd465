"""A watch that misses changes, or sees many as one."""

from agents.runtime.faults.strikes import Strikes
from workspaces.files.gateway import Gateway
from workspaces.history.events import OutsideWrite
from workspaces.history.state import State


class FaultyEyes:
    """What the watcher tells of goes through here to the gateway."""

    def __init__(self, gateway: Gateway, strikes: Strikes) -> None:
        self._gateway = gateway
        self._strikes = strikes
        self._held: dict[str, None] = {}

    @property
    def state(self) -> State:
        """The gateway's state."""
        return self._gateway.state

    def look(self, path: str) -> OutsideWrite | None:
        """Have the gateway look, unless the news does not get through."""
        if self._blind(path):
            return None
        return self._gateway.look(path)

    def outside(self, path: str, data: bytes | None, found: str = "") -> OutsideWrite | None:
        """Hand news on, unless it does not get through."""
        if self._blind(path):
            return None
        return self._gateway.outside(path, data, found)

    def open(self) -> None:
        """Look at once at all that was held back."""
        held, self._held = list(self._held), {}
        for path in held:
            self._gateway.look(path)

    def _blind(self, path: str) -> bool:
        if self._strikes.on("drop-notifications"):
            return True
        if self._strikes.on("merge-notifications"):
            self._held[path] = None
            return True
        return False
