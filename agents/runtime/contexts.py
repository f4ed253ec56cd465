"""The context of a turn, within the tokens that the agent's model can take.

Tokens are the model's own, and counting them may take a while (another process knows the
tokenizer), while a turn begins in one step that awaits nothing. So the context is measured before
the step on a draft, and shortened in the step by what was learned: how long texts are, and how
many tokens a character costs where a text is new since.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from agents.models.base import ChatMessage, Model, Tool
from agents.protocol import context
from agents.protocol.context import Draft
from agents.protocol.reply import encode_calls
from agents.protocol.shortening import Shortened, shorten
from agents.protocol.tools import tools
from agents.runtime.recorder import Recorder
from agents.teams import rights
from workspaces.history.events import Member

REPLY_TOKENS = 8192
"""Tokens that a reply may take, as in the paper; a quarter of the window where that is less."""

MESSAGE_TOKENS = 6
"""What a message costs beside its text: role and separators."""

_ATTEMPTS = 4


class Measure(NamedTuple):
    """What is known of the lengths of texts. `limit` is in tokens."""

    limit: int
    reply: int
    known: Mapping[str, int] = {}
    rate: float = 0.0
    """Tokens for a character of a text that is not known; 0 while nothing had to be counted."""

    def fits(self, messages: list[ChatMessage]) -> bool:
        """Whether the messages keep within the limit, as far as is known."""
        return self.rate == 0.0 or self.tokens(messages) <= self.limit

    def tokens(self, messages: list[ChatMessage]) -> int:
        """About how many tokens the messages are."""
        return sum(map(self._length, messages))

    def _length(self, message: ChatMessage) -> int:
        text = _text(message)
        return MESSAGE_TOKENS + (self.known.get(text) or round(len(text) * self.rate))


class Built(NamedTuple):
    """A context to send, and what had to be left out of it: messages by the number of their
    sending, other things in words, and about how many tokens that saved. `fits` is false when
    it is too long all the same."""

    messages: tuple[ChatMessage, ...]
    mail: tuple[int, ...]
    told: str
    tokens: int
    fits: bool


class Contexts:
    """Builds contexts from what `recorder` knows, its session's limit on them among it."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def measure(self, member: Member, model: Model) -> Measure:
        """What has to be known to build the member's next context."""
        started = self._recorder.state.started
        most = started.settings.context_tokens if started else None
        window = min(model.context_tokens, most or model.context_tokens)
        # A model that says so knows its window better than whoever told us of it.
        window >>= self._recorder.state.agents[member.name].overflows
        reply = min(REPLY_TOKENS, window // 4)
        offered = self._definitions(member, model)
        whole = context.render(self._draft(member, model, unread=True), model.calls_tools)
        # No tokenizer makes more tokens than there are bytes.
        if _bytes(whole) + len(offered.encode()) + reply <= window:
            return Measure(window, reply)
        [fixed] = await model.count([offered]) if offered else [0]
        measure = Measure(window - reply - fixed, reply, {}, 1.0)
        for _ in range(_ATTEMPTS):
            shown = self._shortened(member, model, measure, unread=True)
            messages = context.render(shown.draft, model.calls_tools)
            texts = [_text(message) for message in messages]
            counts = await model.count(texts)
            rate = sum(counts) / max(1, sum(map(len, texts))) * 1.03
            known = {**measure.known, **dict(zip(texts, counts, strict=True))}
            settled = measure.known and sum(counts) <= measure.limit
            measure = Measure(measure.limit, reply, known, rate)
            if settled:
                break
        return measure

    def build(self, member: Member, model: Model, measure: Measure) -> Built:
        """The context to send. Awaits nothing."""
        shown = self._shortened(member, model, measure)
        messages = context.render(shown.draft, model.calls_tools)
        saved = 0
        if shown.mail or shown.told:
            whole = context.render(self._draft(member, model), model.calls_tools)
            saved = measure.tokens(whole) - measure.tokens(messages)
        return Built(tuple(messages), shown.mail, shown.told, saved, shown.fits)

    def offered(self, member: Member, model: Model) -> tuple[Tool, ...]:
        """The tools that the model is offered as that member."""
        started = self._recorder.state.started
        if not started or not model.calls_tools:
            return ()
        return tools(rights.actions(started.settings.team, member.role))

    def _definitions(self, member: Member, model: Model) -> str:
        offered = self.offered(member, model)
        return msgspec.json.encode(offered).decode() if offered else ""

    def _shortened(
        self, member: Member, model: Model, measure: Measure, unread: bool = False
    ) -> Shortened:
        def fits(draft: Draft) -> bool:
            return measure.fits(context.render(draft, model.calls_tools))

        return shorten(self._draft(member, model, unread), fits)

    def _draft(self, member: Member, model: Model, unread: bool = False) -> Draft:
        recorder = self._recorder
        return context.draft(
            recorder.state, recorder.observations, member, model.calls_tools, unread
        )


def _text(message: ChatMessage) -> str:
    return message.text + (encode_calls(message.calls) if message.calls else "")


def _bytes(messages: list[ChatMessage]) -> int:
    return sum(MESSAGE_TOKENS + len(_text(message).encode()) for message in messages)
