"""What a session does when a person tells it to; every command is recorded before it is done."""

from collections.abc import Awaitable, Callable

from agents.runtime.control import Command
from agents.runtime.recorder import Recorder
from agents.runtime.session import Session
from agents.runtime.spec import UsageError
from workspaces.history.events import USER, CommandGiven

BY_HAND = "by hand"


def commands(session: Session, recorder: Recorder) -> Callable[[Command], Awaitable[str]]:
    """A handler for `ControlServer`: `pause`, `continue`, `stop`, `inject` (its argument names
    faults, see `faults.grammar`), and `ping`, which is no command and answers with the number of
    the last event."""
    actions: dict[str, Callable[[str], str | None]] = {
        "pause": lambda _: session.pause(BY_HAND),
        "continue": lambda _: session.proceed(),
        "stop": lambda _: session.stop(BY_HAND),
        "inject": session.inject,
    }

    async def handle(given: Command) -> str:
        if given.command == "ping":
            return str(session.state.seq)
        if given.command not in actions:
            raise UsageError(f"Unknown command {given.command[:40]!r}")
        recorder.record(CommandGiven(agent=USER, command=given.command, argument=given.argument))
        return actions[given.command](given.argument) or ""

    return handle
