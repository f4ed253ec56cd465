"""What a model is to the rest of Crosstalk: text in, a stream of chunks out.

A model sees only the messages it is given. It knows no session, no clock and no state, so that a
provider's model, a simulated one, a scripted one and a recording can take each other's place.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal, Protocol, TypeAlias

from msgspec import Struct

from workspaces.errors import CrosstalkError


class ModelError(CrosstalkError):
    """A model cannot be used, or its call failed for good."""


class UnknownModel(ModelError):
    """No model has this name."""


class CallFailed(ModelError):
    """A model's call failed in a way that passes: it may be made again.

    `kind` is one of `rate-limit`, `timeout`, `overloaded`, `connection`, `cut-off` (the stream
    ended in the middle), `empty` (a reply without text or actions), `refused` (by the provider's
    content filter) and `context-window`; `retry_after` is in seconds, where the provider says so.
    """

    def __init__(self, kind: str, detail: str, retry_after: float | None = None) -> None:
        super().__init__(f"The model's call failed ({kind})", detail)
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after


class ToolCall(Struct, frozen=True):
    """A call of a tool as the model made it; `arguments` is the text of a JSON object, or what
    the model took for one."""

    id: str
    name: str
    arguments: str


class ChatMessage(Struct, frozen=True):
    """One message of a context. `calls` are an assistant's tool calls, `call` is the id of the
    one that a `tool` message answers."""

    role: Literal["system", "user", "assistant", "tool"]
    text: str
    calls: tuple[ToolCall, ...] = ()
    call: str = ""


class Tool(Struct, frozen=True):
    """A tool that a model may call; `parameters` is a JSON Schema."""

    name: str
    description: str
    parameters: dict[str, Any]


class Request(Struct, frozen=True, kw_only=True):
    """One call. `agent` and `turn` name it for seeds and logs; a model may not learn more about
    the session from them than the messages say."""

    agent: str
    turn: int
    messages: tuple[ChatMessage, ...]
    tools: tuple[Tool, ...] = ()
    """Offered to models that call tools; others act by tags in their text."""
    temperature: float = 0.7
    max_tokens: int = 8192


class TextChunk(Struct, frozen=True):
    """Some more text."""

    text: str


class ToolChunk(Struct, frozen=True, kw_only=True):
    """Some more of the arguments of a tool call. Calls of a reply are numbered by `index` from 0
    and do not interleave; `id` and `name` are those of the call in every one of its chunks."""

    index: int
    id: str
    name: str
    text: str


class Usage(Struct, frozen=True, kw_only=True):
    """The last chunk: what the call used and why it ended."""

    tokens_in: int
    tokens_out: int
    cost_usd: float | None = None
    finish: str = "stop"


Chunk: TypeAlias = TextChunk | ToolChunk | Usage


class Model(Protocol):
    """A model. `stream` yields chunks of text and tool calls and last of all one `Usage`; it
    raises `CallFailed` when the call may be made again, and any other `ModelError` when no call
    of this model can succeed (no key, no such model)."""

    calls_tools: bool
    """Whether it acts by tool calls; if not, by tags in its text."""
    context_tokens: int
    """Tokens that its context may hold."""

    @property
    def name(self) -> str:
        """The name under which the session's roster lists it."""

    async def count(self, texts: Sequence[str]) -> list[int]:
        """The length of each text in tokens, by the model's own tokenizer where it is known."""

    def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The reply to `request`."""
