"""Commands from the screen to the team's process, and whether that is there.

What commands need is imported when the first is given: a screen opens without it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from workspaces.errors import CrosstalkError

if TYPE_CHECKING:
    from agents.runtime.control import Control


class Link:
    """A line to the team at work on the session in `folder`, opened when needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._control: Control | None = None

    async def send(self, command: str, argument: str = "") -> str:
        """What the team says to a command. Raises `CrosstalkError`."""
        from agents.runtime.control import NotRunning, connect

        if self._control is None:
            self._control = await connect(self._folder)
        try:
            return await self._control.send(command, argument)
        except NotRunning:
            await self.aclose()
            raise

    def there(self) -> bool:
        """Whether a team is at work on the session; asks the socket, which takes no time."""
        from agents.runtime.control import is_running

        try:
            return is_running(self._folder)
        except CrosstalkError:
            return False

    async def aclose(self) -> None:
        """Hang up; the team goes on."""
        control, self._control = self._control, None
        if control:
            await control.aclose()
