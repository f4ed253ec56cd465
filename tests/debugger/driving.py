"""A person at a session of scripted agents: commands as the socket takes them."""

import asyncio

from agents.models.opening import Opening
from agents.runtime.commands import commands
from agents.runtime.control import Command
from agents.runtime.session import Session
from workspaces.history import events as e


async def command(session: Session, name: str, argument: str = "") -> str:
    """Give the session a command; what it says."""
    handle = commands(session, session._recorder, Opening((), seed=0).another)
    return await handle(Command(name, argument))


async def paused(session: Session) -> None:
    """Return when the session is paused or over."""
    changed = asyncio.Event()
    session._recorder.follow(lambda event, state: changed.set())
    while not session.state.paused and not session.state.ended:
        changed.clear()
        await changed.wait()
    for _ in range(10):  # a person is slower than the loop
        await asyncio.sleep(0)


async def stop_at(session: Session, condition: str) -> None:
    """Let the session go on until `condition` holds."""
    await command(session, "until", condition)
    await paused(session)
    assert session.state.paused, condition


def of(events: list[e.AnyEvent], kind: type[e.Event], agent: str = "") -> list[e.AnyEvent]:
    """The events of that class, by that agent if one is named."""
    return [x for x in events if isinstance(x, kind) and agent in ("", x.agent)]
