"""An agent's turns: what it was shown and said, and what became of that."""

from typing import ClassVar

from msgspec import Struct

from workspaces.history.events.envelope import Event


class Blob(Event, frozen=True, kw_only=True, tag="blob"):
    """A text, stored once, named by the id that git would give it. Prompts, files and replies
    refer to it by `digest`."""

    digest: str
    text: str
    steps: ClassVar[bool] = False


class Prompt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of a context as sent: its role and the digest of its text. `calls` is the
    digest of its tool calls as a JSON array (`id`, `name`, `arguments`), `call` the id of the one
    that a `tool` message answers."""

    role: str
    digest: str
    calls: str = ""
    call: str = ""


class TurnStarted(Event, frozen=True, kw_only=True, tag="turn-started"):
    """The agent's model is called with exactly `prompts`."""

    turn: int
    round: int
    prompts: tuple[Prompt, ...]


class Text(Event, frozen=True, kw_only=True, tag="text"):
    """A batch of text as it streamed from the model."""

    turn: int
    text: str
    steps: ClassVar[bool] = False


class ToolText(Event, frozen=True, kw_only=True, tag="tool-text"):
    """A batch of a tool call's arguments (the text of a JSON object) as they streamed. `index`
    counts the calls of a reply from 0; `call` is its id, `name` the tool."""

    turn: int
    index: int
    call: str
    name: str
    text: str
    steps: ClassVar[bool] = False


class CallFailed(Event, frozen=True, kw_only=True, tag="call-failed"):
    """A call of the agent's model failed, and what had come of its reply counts for nothing.
    `error` is `rate-limit`, `timeout`, `overloaded`, `connection`, `cut-off`, `empty`, `refused`
    or `context-window`, `attempt` counts from 1. The call is made again in `retry_in` seconds, or
    given up when that is absent: the turn then ends without a reply."""

    turn: int
    attempt: int
    error: str
    detail: str = ""
    retry_in: float | None = None


class ReplyEnded(Event, frozen=True, kw_only=True, tag="reply-ended"):
    """The model's reply is complete. `seconds` is the latency of the call, `finish` why it
    ended (`stop`, `length`, `error`), `cost_usd` is absent where no price is known."""

    turn: int
    tokens_in: int
    tokens_out: int
    seconds: float
    finish: str = "stop"
    cost_usd: float | None = None


class TurnEnded(Event, frozen=True, kw_only=True, tag="turn-ended"):
    """All actions of the reply are applied or refused."""

    turn: int


class ActionRefused(Event, frozen=True, kw_only=True, tag="action-refused"):
    """An action was not carried out. `code` is for programs (`blocked`, `held`, `not-yours`,
    `unknown-task`, `malformed`, `path`, `no-match`, `incomplete`, …), `reason` for its author."""

    turn: int
    action: str
    target: str
    code: str
    reason: str


class Waited(Event, frozen=True, kw_only=True, tag="waited"):
    """The agent chose to do nothing this turn."""

    turn: int
    reason: str = ""
