"""An edit as the gateway records it: applied to the newest version, with an older base."""

from tests.world import World
from workspaces.history.events import AnyEvent, FileWritten


def edit(world: World, agent: str, path: str, text: str, base: int) -> AnyEvent:
    """`text` is the whole file after the edit."""
    latest = world.state.latest(path)
    number = latest.number if latest else 0
    return world.add(
        FileWritten(
            agent=agent,
            turn=1,
            path=path,
            version=number + 1,
            base=base,
            replaced=number,
            blob=world._blob(text),
            size=len(text),
            edit=True,
        )
    )
