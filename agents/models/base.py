"""What a model is to the rest of Crosstalk: text in, a stream of chunks out.

A model sees only the messages it is given. It knows no session, no clock and no state, so that a
provider's model, a simulated one, a scripted one and a recording can take each other's place.
"""

from collections.abc import AsyncIterator
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from workspaces.errors import CrosstalkError


class ModelError(CrosstalkError):
    """A model cannot be used, or its call failed for good."""


class UnknownModel(ModelError):
    """No model has this name."""


class ChatMessage(Struct, frozen=True):
    """One message of a context."""

    role: Literal["system", "user", "assistant"]
    text: str


class Request(Struct, frozen=True, kw_only=True):
    """One call. `agent` and `turn` name it for seeds and logs; a model may not learn more about
    the session from them than the messages say."""

    agent: str
    turn: int
    messages: tuple[ChatMessage, ...]
    temperature: float = 0.7
    max_tokens: int = 8192


class TextChunk(Struct, frozen=True):
    """Some more text."""

    text: str


class Usage(Struct, frozen=True, kw_only=True):
    """The last chunk: what the call used and why it ended."""

    tokens_in: int
    tokens_out: int
    cost_usd: float | None = None
    finish: str = "stop"


Chunk: TypeAlias = TextChunk | Usage


class Model(Protocol):
    """A model. `stream` yields text chunks and last of all one `Usage`; it raises `ModelError`
    when the call fails for good."""

    @property
    def name(self) -> str:
        """The name under which the session's roster lists it."""

    def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The reply to `request`."""
