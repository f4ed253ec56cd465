"""What a session does when a person tells it to; every command is recorded before it is done."""

from collections.abc import Awaitable, Callable

from agents.debugger.breakpoints import COMMANDS
from agents.runtime.control import Command
from agents.runtime.recorder import Recorder
from agents.runtime.session import Session
from agents.runtime.spec import UsageError
from workspaces.history.events import USER, CommandGiven

BY_HAND = "by hand"


def commands(session: Session, recorder: Recorder) -> Callable[[Command], Awaitable[str]]:
    """A handler for `ControlServer`: `pause`, `continue`, `step` (by `action`, `turn` or `round`,
    perhaps of one agent), `break` (at a condition, see `debugger.conditions`), `unbreak` and
    `switch` (a breakpoint, by number), `breakpoints` (answers with a list), `stop`, `inject` (its
    argument names faults, see `faults.grammar`), and `ping`, which is no command and answers with
    the number of the last event."""
    actions: dict[str, Callable[[str], str | None]] = {
        "pause": lambda _: session.pause(BY_HAND),
        "continue": lambda _: session.proceed(),
        "step": session.step_by,
        "stop": lambda _: session.stop(BY_HAND),
        "inject": session.inject,
    }

    async def handle(given: Command) -> str:
        if given.command == "ping":
            return str(session.state.seq)
        breakpoints = session.stops.breakpoints
        if given.command == "breakpoints":
            return "\n".join(map(str, breakpoints.all.values()))
        if given.command in COMMANDS:
            breakpoints.check(given.command, given.argument)
        elif given.command not in actions:
            raise UsageError(f"Unknown command {given.command[:40]!r}")
        recorder.record(CommandGiven(agent=USER, command=given.command, argument=given.argument))
        act = actions.get(given.command)  # breakpoints follow from the record alone
        return (act(given.argument) if act else "") or ""

    return handle
