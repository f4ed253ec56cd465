"""Models that say what they were given to say: for tests, and for trying a protocol out by hand.

They ignore their context, so they are no simulation of anything. A script is a JSON file of
replies by agent (`*` for those not named), each a text or a list of texts and tool calls:

    {"agent-1": ["I take it. <claim_task id=\\"task-1\\"/>",
                 ["Now", {"tool": "read_file", "arguments": {"path": "a.py"}}]],
     "*": ["<wait/>"]}
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from agents.models.base import Chunk, ModelError, Request, TextChunk, ToolCall, ToolChunk, Usage
from agents.protocol.reply import Reply

PREFIX = "scripted:"
MOST_BYTES = 16 << 20
EVERYONE = "*"


class ScriptedModel:
    """Gives `replies` one turn after another, then only waits. Each takes `seconds`, streamed in
    pieces of `piece` characters. Acts by tool calls if there are any in its replies."""

    def __init__(
        self,
        replies: Sequence[str | Reply],
        seconds: float = 1.0,
        piece: int = 20,
        context_tokens: int = 128_000,
    ) -> None:
        self.name = "scripted"
        self._replies = [Reply((said,)) if isinstance(said, str) else said for said in replies]
        self.calls_tools = any(reply.calls for reply in self._replies)
        self.context_tokens = context_tokens
        self._seconds = seconds
        self._piece = piece

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Four characters to a token."""
        return [len(text) // 4 for text in texts]

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The next reply, whatever was asked."""
        reply = self._replies.pop(0) if self._replies else Reply(("<wait/>",))
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


def _reply(said: Any) -> Reply:
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
