"""Models that say what they were given to say: for tests, and for trying a protocol out by hand.

They are no simulation of anything. A script is a JSON file of replies by agent (`*` for those not
named), one for each turn: a text, a list of texts and tool calls, or one of two by what the agent
was told (`if` the text occurs anywhere in its context):

    {"agent-1": ["I take it. <claim_task id=\\"task-1\\"/>",
                 ["Now", {"tool": "read_file", "arguments": {"path": "a.py"}}],
                 {"if": "please wait", "then": "<wait/>", "else": "<run_tests/>"}],
     "*": ["<wait/>"]}

Which reply it is follows from the turn alone, so a session that is resumed or forked goes on with
the script where it was.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from agents.models.base import (
    ChatMessage,
    Chunk,
    ModelError,
    Request,
    TextChunk,
    ToolCall,
    ToolChunk,
    Usage,
)
from agents.protocol.reply import Reply

PREFIX = "scripted:"
MOST_BYTES = 16 << 20
EVERYONE = "*"


class Choice(NamedTuple):
    """One of two replies: the first if `text` occurs in the context."""

    text: str
    then: "Reply | Choice"
    otherwise: "Reply | Choice"

    def made(self, context: Sequence[ChatMessage]) -> Reply:
        """The reply to a context."""
        told = any(self.text in message.text for message in context)
        chosen = self.then if told else self.otherwise
        return chosen.made(context) if isinstance(chosen, Choice) else chosen

    def replies(self) -> Iterator[Reply]:
        """All that it may be."""
        for part in (self.then, self.otherwise):
            yield from part.replies() if isinstance(part, Choice) else (part,)


class ScriptedModel:
    """Gives in each turn the one of `replies` that is its, after the last one only waits. Each
    takes `seconds`, streamed in pieces of `piece` characters. Acts by tool calls if there are any
    in its replies."""

    def __init__(
        self,
        replies: Sequence[str | Reply | Choice],
        seconds: float = 1.0,
        piece: int = 20,
        context_tokens: int = 128_000,
    ) -> None:
        self.name = "scripted"
        self._replies = [Reply((said,)) if isinstance(said, str) else said for said in replies]
        self.calls_tools = any(
            one.calls
            for reply in self._replies
            for one in (reply.replies() if isinstance(reply, Choice) else (reply,))
        )
        self.context_tokens = context_tokens
        self._seconds = seconds
        self._piece = piece

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Four characters to a token."""
        return [len(text) // 4 for text in texts]

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The reply of the turn."""
        replies = self._replies[request.turn - 1 : request.turn]
        reply = replies[0] if replies else Reply(("<wait/>",))
        if isinstance(reply, Choice):
            reply = reply.made(request.messages)
        chunks = list(_chunks(reply, self._piece))
        for chunk in chunks:
            await asyncio.sleep(self._seconds / len(chunks))
            yield chunk
        tokens_in = sum(len(message.text) for message in request.messages) // 4
        said = sum(len(chunk.text) for chunk in chunks)
        yield Usage(tokens_in=tokens_in, tokens_out=said // 4, cost_usd=0.0)


def load(name: str, agent: str) -> ScriptedModel:
    """The model of the name `scripted:FILE`, as that agent has it. Raises `ModelError` when the
    file is no script."""
    path = Path(name.removeprefix(PREFIX))
    try:
        with path.open("rb") as file:
            given = msgspec.json.decode(file.read(MOST_BYTES), type=dict[str, list[Any]])
        replies = {agent: [_reply(said) for said in turns] for agent, turns in given.items()}
    except OSError as error:
        raise _wrong(path, error.strerror or str(error)) from error
    except (msgspec.DecodeError, RecursionError, ValueError, KeyError, TypeError) as error:
        raise _wrong(path, str(error)) from error
    model = ScriptedModel(replies.get(agent, replies.get(EVERYONE, [])))
    model.name = name
    return model


def _reply(said: Any) -> Reply | Choice:
    if isinstance(said, dict) and "if" in said:
        text = said["if"]
        if not isinstance(text, str) or not said.keys() <= {"if", "then", "else"}:
            raise ValueError('a choice is an object with "if" (a text), "then" and "else"')
        return Choice(text, _reply(said.get("then", "")), _reply(said.get("else", "")))
    return Reply(tuple(_part(part, place) for place, part in enumerate(_listed(said))))


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def _part(part: Any, place: int) -> str | ToolCall:
    if isinstance(part, str):
        return part
    if isinstance(part, dict) and isinstance(part.get("tool"), str):
        arguments = msgspec.json.encode(part.get("arguments", {})).decode()
        return ToolCall(f"call-{place}", part["tool"], arguments)
    raise ValueError(f"a part of a reply is a text or an object with `tool`, not {part!r:.60}")


def _wrong(path: Path, cause: str) -> ModelError:
    return ModelError(
        f"{str(path)[:80]!r} is no script of replies",
        cause,
        'Give JSON such as {"agent-1": ["<claim_task id=\\"task-1\\"/>"], "*": ["<wait/>"]}.',
    )


def _chunks(reply: Reply, size: int) -> Iterator[TextChunk | ToolChunk]:
    """The reply in pieces of `size` characters, at least one for each part."""
    calls = 0
    for part in reply.parts or ("",):
        text = part if isinstance(part, str) else part.arguments
        for start in range(0, len(text) or 1, size):
            piece = text[start : start + size]
            if isinstance(part, str):
                yield TextChunk(piece)
            else:
                yield ToolChunk(index=calls, id=part.id, name=part.name, text=piece)
        calls += not isinstance(part, str)
