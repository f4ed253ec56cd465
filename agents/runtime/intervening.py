"""What a person changes in a running team: its mail, its replies, its tasks, its files, who steps.

Each command is planned first, which raises where it makes no sense, and carried out once it is
recorded. What it did is an event of its own, by `USER`; a fold of the history shows it as it shows
everything else, and a fork or a resumed session stands where this one stood.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from agents.runtime.acting import Acting
from agents.runtime.clock import Clock
from agents.runtime.faults.grammar import When
from agents.runtime.faults.schedule import Schedule
from agents.runtime.landing import Landings
from agents.runtime.presence import HELD, Presence
from agents.runtime.recorder import Recorder
from agents.runtime.steps import Steps
from agents.runtime.usage import UsageError
from workspaces.files.gateway import Gateway
from workspaces.history import events as e
from workspaces.history.state import Agent, State, Task

Deed = Callable[[], str | None]
"""Does what was planned; what there is to say of it, if anything."""

ALL: Final = "all"


class Interventions:
    """A person's hands on one session. Call `start` once its clock runs."""

    def __init__(
        self,
        recorder: Recorder,
        steps: Steps,
        acting: Acting,
        gateway: Gateway,
        presence: Presence,
        landings: Landings,
        clock: Clock,
    ) -> None:
        self._recorder = recorder
        self._steps = steps
        self._acting = acting
        self._gateway = gateway
        self._presence = presence
        self._landings = landings
        self._clock = clock
        self._schedule = Schedule(recorder, steps, clock)
        self._plans: dict[str, Callable[[str], Deed]] = {
            "hold": self._hold,
            "go": self._go,
            "say": self._say,
            "edit-message": self._edit_message,
            "drop-message": self._drop_message,
            "delay-message": self._delay_message,
            "let-go": self._let_go,
            "reorder-mail": self._reorder_mail,
            "edit-reply": self._edit_reply,
            "drop-reply": self._drop_reply,
            "delay-reply": self._delay_reply,
            "reorder-replies": self._reorder_replies,
            "assign": self._assign,
            "release": self._release,
            "write": self._write,
        }

    @property
    def commands(self) -> frozenset[str]:
        """The names that `plan` knows."""
        return frozenset(self._plans)

    def plan(self, command: str, argument: str) -> Deed:
        """What to do for the command. Raises `CrosstalkError` where it makes no sense."""
        return self._plans[command](argument)

    def start(self) -> None:
        """Set the timers of what an earlier process, or the parent of a fork, withheld. Whom a
        person held there goes on: nobody may be at hand to let it."""
        for agent in self._state.agents.values():
            if agent.stopped == HELD:
                self._start(agent.name)
            for message, until in agent.withheld.items():
                self._set_timer(message, (agent.name,), until)

    async def finish(self) -> None:
        """Let nothing go any more by itself."""
        await self._schedule.finish()

    # Who steps ----------------------------------------------------------------------------------

    def _hold(self, argument: str) -> Deed:
        agent = self._agent(argument)
        if agent.stopped:
            raise UsageError(f"{agent.name} takes no steps", f"it is {agent.stopped} already")
        return partial(self._stop, agent.name)

    def _go(self, argument: str) -> Deed:
        agent = self._agent(argument)
        if agent.stopped != HELD:
            held = [a.name for a in self._state.agents.values() if a.stopped == HELD]
            raise UsageError(
                f"{agent.name} is not held", "", f"Held: {', '.join(held) or 'nobody'}."
            )
        return partial(self._start, agent.name)

    def _stop(self, agent: str) -> None:
        self._steps.hold(agent)
        self._presence.hold(agent)

    def _start(self, agent: str) -> None:
        if self._presence.stopped(agent) == HELD:
            self._steps.let_go(agent)
            self._presence.start(agent)

    # Mail ---------------------------------------------------------------------------------------

    def _say(self, argument: str) -> Deed:
        name, text = _split(argument, "say TO TEXT")
        everyone = tuple(self._state.agents)
        to = everyone if name == ALL else (self._agent(name).name,)
        if not text.strip():
            raise UsageError("The message has no text", "", "say TO TEXT")
        return partial(self._record, e.MessageSent(agent=e.USER, to=to, text=text))

    def _edit_message(self, argument: str) -> Deed:
        which, text = _split(argument, "edit-message N TEXT, or N@AGENT TEXT")
        message, to = self._on_its_way(which)
        return partial(
            self._record, e.MessageEdited(agent=e.USER, message=message, to=to, text=text)
        )

    def _drop_message(self, argument: str) -> Deed:
        message, to = self._on_its_way(argument)
        return partial(self._record, e.MessageDropped(agent=e.USER, message=message, to=to))

    def _delay_message(self, argument: str) -> Deed:
        which, _, seconds = argument.strip().partition(" ")
        message, to = self._on_its_way(which)
        until = self._after(seconds) if seconds.strip() else None

        def do() -> None:
            self._record(e.MessageWithheld(agent=e.USER, message=message, to=to, until=until))
            self._set_timer(message, to, until)

        return do

    def _let_go(self, argument: str) -> Deed:
        message, to = self._on_its_way(argument)
        held = tuple(name for name in to if message in self._state.agents[name].withheld)
        if not held:
            raise UsageError(f"Message {message} is not withheld", "it is on its way")
        return partial(self._record, e.MessageLetGo(agent=e.USER, message=message, to=held))

    def _reorder_mail(self, argument: str) -> Deed:
        name, *numbers = argument.split() or [""]
        agent = self._agent(name)
        order = tuple(int(number) for number in numbers if number.isdecimal())
        if len(order) != len(numbers) or set(order) != set(agent.unread):
            waiting = " ".join(map(str, agent.unread)) or "nothing"
            raise UsageError(
                f"That is no order of the mail of {agent.name}",
                "each message that waits has to be named",
                f"Waiting: {waiting}.",
            )
        return partial(self._record, e.MailReordered(agent=e.USER, to=agent.name, messages=order))

    def _on_its_way(self, which: str) -> tuple[int, tuple[str, ...]]:
        """The message named by `N` or `N@AGENT`, and those whom it has yet to reach."""
        number, _, name = which.strip().partition("@")
        found = self._state.message(int(number)) if number.isdecimal() else None
        if found is None:
            raise UsageError(
                f"There is no message {number[:20]!r}", "", "Name it by the event of its sending."
            )
        names = (self._agent(name).name,) if name else found.to
        agents = [self._state.agents[n] for n in names if n in self._state.agents]
        to = tuple(agent.name for agent in agents if found.seq in (*agent.unread, *agent.withheld))
        if not to:
            raise UsageError(
                f"Message {found.seq} is not on its way to {name or 'anyone'}",
                "it has arrived, was dropped, or was never sent there",
                "Stop before it arrives: break event:message-sent.",
            )
        return found.seq, to

    def _set_timer(self, message: int, to: tuple[str, ...], until: float | None) -> None:
        if until is not None:
            self._schedule.at(When(seconds=until), partial(self._due, message, to, until))

    def _due(self, message: int, to: tuple[str, ...], until: float) -> None:
        """The time has come, unless the message was let go, dropped or delayed anew meanwhile."""
        agents = self._state.agents
        held = tuple(name for name in to if agents[name].withheld.get(message) == until)
        if held:
            self._record(e.MessageLetGo(message=message, to=held))

    # Replies ------------------------------------------------------------------------------------

    def _edit_reply(self, argument: str) -> Deed:
        name, text = _split(argument, "edit-reply AGENT TEXT")
        agent = self._agent(name).name
        self._landings.check(agent)
        return partial(self._landings.edit, agent, text)

    def _drop_reply(self, argument: str) -> Deed:
        agent = self._agent(argument).name
        self._landings.check(agent)
        return partial(self._landings.drop, agent)

    def _delay_reply(self, argument: str) -> Deed:
        name, _, seconds = argument.strip().partition(" ")
        hold = self._hold(name)
        until = self._after(seconds)

        def do() -> None:
            hold()
            self._schedule.at(When(seconds=until), partial(self._start, name))

        return do

    def _reorder_replies(self, argument: str) -> Deed:
        named = dict.fromkeys(self._agent(name).name for name in argument.split())
        waiting = [name for name in self._state.agents if self._steps.waiting(name)]
        order = tuple(name for name in named if name in waiting)
        if len(order) < 2 or order[0] not in list(named)[:1]:
            raise UsageError(
                "There is nothing to reorder",
                "the first agent named and another one must have a step in line",
                f"In line: {', '.join(waiting) or 'nobody'}. Pause first.",
            )

        def do() -> None:
            self._record(e.RepliesReordered(agent=e.USER, order=order))
            self._steps.reorder(order)

        return do

    # Tasks and files ----------------------------------------------------------------------------

    def _assign(self, argument: str) -> Deed:
        name, owner = _split(argument, "assign TASK AGENT")
        task, agent = self._task(name), self._agent(owner)
        if task.status not in ("open", "held"):
            raise UsageError(f"{task.id} is {task.status}", "it can be given to nobody")
        if task.status == "held" and task.owner == agent.name:
            raise UsageError(f"{task.id} is {agent.name}'s already")
        return partial(self._acting.tasks.give, task, agent.name, e.USER)

    def _release(self, argument: str) -> Deed:
        task = self._task(argument)
        if task.status != "held":
            raise UsageError(f"Nobody holds {task.id}", f"it is {task.status}")
        return partial(self._acting.tasks.take, task.id, "by hand", e.USER)

    def _write(self, argument: str) -> Deed:
        path, newline, text = argument.partition("\n")
        if not newline:
            raise UsageError("The text of the file is missing", "", "write PATH, newline, TEXT")
        path = self._gateway.check_by_hand(path.strip(), text)
        return partial(self._put, path, text)

    def _put(self, path: str, text: str) -> None:
        self._gateway.write_by_hand(e.USER, path, text)

    # Inside -------------------------------------------------------------------------------------

    @property
    def _state(self) -> State:
        return self._recorder.state

    def _record(self, event: e.AnyEvent) -> None:
        self._recorder.record(event)

    def _agent(self, name: str) -> Agent:
        found = self._state.agents.get(name.strip())
        if found is None:
            raise UsageError(
                f"There is no agent {name.strip()[:40]!r}",
                "",
                f"Name one of: {', '.join(self._state.agents)}.",
            )
        return found

    def _task(self, name: str) -> Task:
        found = self._state.tasks.get(name.strip())
        if found is None:
            raise UsageError(
                f"There is no task {name.strip()[:40]!r}",
                "",
                f"Name one of: {', '.join(self._state.tasks)}.",
            )
        return found

    def _after(self, seconds: str) -> float:
        """The session time `seconds` from now."""
        try:
            number = float(seconds)
        except ValueError:
            number = -1.0
        if not 0 < number < float("inf"):
            raise UsageError(f"{seconds.strip()[:20]!r} is no number of seconds")
        return round(self._clock.now() + number, 6)


def _split(argument: str, usage: str) -> tuple[str, str]:
    """The first word of `argument`, and what follows it after one space, verbatim."""
    first, _, rest = argument.lstrip().partition(" ")
    if not first or not rest:
        raise UsageError("Something is missing", "", f"Write {usage}.")
    return first, rest
