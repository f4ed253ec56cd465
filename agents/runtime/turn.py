"""One turn of one agent: a context, a reply as it streams, then its actions in order."""

from contextlib import suppress

from agents.models.base import ChatMessage, Model, Request
from agents.protocol.actions import AnyAction, CompleteTask, RunScript, RunTests
from agents.protocol.reply import encode_calls
from agents.runtime import budget
from agents.runtime.acting import Acting
from agents.runtime.calling import Calling
from agents.runtime.contexts import Built, Contexts, Measure
from agents.runtime.delivery import Delivery
from agents.runtime.landing import Landings
from agents.runtime.merging import MergeQueue
from agents.runtime.presence import Presence
from agents.runtime.recorder import Recorder
from agents.runtime.scripts import Scripts
from agents.runtime.steps import Steps, Withdrawn, belonging_to
from agents.runtime.testruns import TestRuns
from workspaces.history import events as e


class Turns:
    """Plays turns. One for a session; its turns of different agents run side by side."""

    def __init__(
        self,
        recorder: Recorder,
        steps: Steps,
        acting: Acting,
        tests: TestRuns,
        scripts: Scripts,
        calling: Calling,
        presence: Presence,
        delivery: Delivery,
        landings: Landings,
        merges: MergeQueue | None = None,
    ) -> None:
        self._recorder = recorder
        self._steps = steps
        self._acting = acting
        self._tests = tests
        self._scripts = scripts
        self._calling = calling
        self._presence = presence
        self._delivery = delivery
        self._landings = landings
        self._contexts = Contexts(recorder)
        self._merges = merges

    async def play(self, member: e.Member, model: Model) -> None:
        """The next turn of `member`, unless a budget is spent. Raises `ModelError` when the
        model's call fails for good, `Gone` when its agent crashes."""
        with belonging_to(member.name):
            await self._play(member, model)

    async def _play(self, member: e.Member, model: Model) -> None:
        if budget.spent(self._recorder.state):
            return
        measure = await self._contexts.measure(member, model)
        request = await self._steps.due(lambda: self._begin(member, model, measure))
        name, turn = member.name, request.turn
        try:
            await self._calling.reply(model, request)
            await self._land(name, turn)
            if self._merges:
                await self._merges.leftovers(name, turn)
            await self._steps.due(lambda: self._end(name, turn))
        finally:
            self._landings.landed(name)

    async def _land(self, name: str, turn: int) -> None:
        """Carry the reply out, action by action, as a person may have changed it."""
        while True:
            await self._presence.passage(name, acting=True)
            action = self._landings.next(name)
            if action is None:
                return
            with suppress(Withdrawn):  # then there is another reply in its place
                await self._act(name, turn, action)
                self._landings.carried_out(name)

    async def _act(self, name: str, turn: int, action: AnyAction) -> None:
        if isinstance(action, RunTests):
            await self._tests.run(name, turn)
        elif isinstance(action, RunScript):
            await self._scripts.run(name, turn, action)
        elif isinstance(action, CompleteTask) and self._merges:
            await self._merges.complete(name, turn, action)
        else:
            await self._steps.due(lambda: self._do(name, turn, action))

    def _do(self, name: str, turn: int, action: AnyAction) -> None:
        self._acting.control.alive(name)
        self._acting.act(name, turn, action)

    def _end(self, name: str, turn: int) -> None:
        self._record(e.TurnEnded(agent=name, turn=turn))
        self._landings.landed(name)
        self._acting.control.settle(name)

    def _begin(self, member: e.Member, model: Model, measure: Measure) -> Request:
        """Deliver the mail, build the context and record exactly what is sent."""
        recorder, name = self._recorder, member.name
        inbox = recorder.observations.inboxes[name]
        self._acting.control.alive(name)
        self._acting.control.begin_turn(name)
        self._deliver(name)
        turn = recorder.state.agents[name].turn + 1
        built = self._contexts.build(member, model, measure)
        self._trimmed(name, turn, built)
        prompts = tuple(map(self._prompt, built.messages))
        recorder.record(
            e.TurnStarted(
                agent=name,
                turn=turn,
                round=recorder.state.round,
                prompts=prompts,
                causes=tuple(inbox.completions),
            )
        )
        return Request(
            agent=name,
            turn=turn,
            messages=built.messages,
            tools=self._contexts.offered(member, model),
            max_tokens=measure.reply,
        )

    def _prompt(self, message: ChatMessage) -> e.Prompt:
        store = self._recorder.store
        calls = store(encode_calls(message.calls)) if message.calls else ""
        return e.Prompt(
            role=message.role, digest=store(message.text), calls=calls, call=message.call
        )

    def _trimmed(self, name: str, turn: int, built: Built) -> None:
        """What found no room in the context is recorded: its reader never saw it."""
        if built.mail or built.told:
            self._record(
                e.ContextTrimmed(
                    agent=name,
                    turn=turn,
                    messages=built.mail,
                    tokens=built.tokens,
                    detail=built.told,
                )
            )
        if not built.fits:
            text = f"The context of {name} is longer than its model takes."
            self._record(e.Warned(agent=name, text=text))

    def _deliver(self, name: str) -> None:
        due = self._delivery.due(name)
        for message in due:
            self._record(e.MessageDelivered(agent=name, message=message, causes=(message,)))
        if left_out := self._delivery.left_out(name, due):
            turn = self._recorder.state.agents[name].turn + 1
            self._record(e.ContextTrimmed(agent=name, turn=turn, messages=left_out))

    def _record(self, event: e.AnyEvent) -> None:
        self._recorder.record(event)
