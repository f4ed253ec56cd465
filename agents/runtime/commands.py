"""What a session does when a person tells it to; every command is recorded before it is done."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from agents.debugger.breakpoints import COMMANDS, UNTIL
from agents.debugger.stops import STEP
from agents.models import catalog
from agents.models.base import Model
from agents.runtime.control import Command
from agents.runtime.intervening import Deed
from agents.runtime.recorder import Recorder
from agents.runtime.session import Session
from agents.runtime.spec import UsageError
from workspaces.history.events import USER, CommandGiven, ModelReplaced

BY_HAND = "by hand"
MODEL = "model"
Another = Callable[[str, str], Awaitable[Model]]
"""Opens the model of a name for an agent (`models.opening.Opening.another`)."""


def commands(
    session: Session, recorder: Recorder, another: Another
) -> Callable[[Command], Coroutine[Any, Any, str]]:
    """A handler for `ControlServer` (`docs/DEBUGGER.md` lists the commands). `ping` and
    `breakpoints` only ask and are not recorded: they answer with the number of the last event,
    and with a list.

    A command that makes no sense is refused before it is recorded.
    """

    async def plan(command: str, argument: str) -> Deed:
        breakpoints = session.stops.breakpoints
        if command in COMMANDS:  # breakpoints follow from the record alone
            breakpoints.check(command, argument)
            return session.proceed if command == UNTIL else lambda: None
        if command in session.interventions.commands:
            return session.interventions.plan(command, argument)
        if command == MODEL:
            return await _model(session, recorder, another, argument)
        if command == STEP:
            session.stops.check(argument, session.state)
        actions: dict[str, Deed] = {
            "pause": partial(session.pause, BY_HAND),
            "continue": session.proceed,
            STEP: partial(session.step_by, argument),
            "stop": partial(session.stop, BY_HAND),
            "inject": partial(session.inject, argument),
        }
        if command not in actions:
            raise UsageError(f"Unknown command {command[:40]!r}")
        return actions[command]

    async def handle(given: Command) -> str:
        if given.command == "ping":
            return str(session.state.seq)
        if given.command == "breakpoints":
            return "\n".join(map(str, session.stops.breakpoints.all.values()))
        deed = await plan(given.command, given.argument)
        recorder.record(CommandGiven(agent=USER, command=given.command, argument=given.argument))
        return deed() or ""

    return handle


async def _model(session: Session, recorder: Recorder, another: Another, argument: str) -> Deed:
    """Plan another model for an agent: `AGENT MODEL`."""
    agent, _, name = (part.strip() for part in argument.strip().partition(" "))
    state = session.state
    if agent not in state.agents or not name:
        known = ", ".join(state.agents)
        raise UsageError("Which agent gets which model?", "", f"Write model AGENT MODEL: {known}.")
    virtual = state.started is not None and state.started.settings.timing == "virtual"
    if virtual and not catalog.keeps_virtual_time(name):
        raise UsageError(
            f"{name[:80]} cannot keep virtual time",
            "only simulated and recorded models know how long they take",
            f"Choose one of: {', '.join(catalog.names())}.",
        )
    model = await another(name, agent)

    def do() -> None:
        session.seat(agent, model)
        recorder.record(ModelReplaced(agent=USER, of=agent, model=name))

    return do
