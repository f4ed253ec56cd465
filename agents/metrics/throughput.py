"""How fast a team produces tokens and completes tasks.

Models count their tokens at the end of a reply. While one streams, its tokens are estimated at
four characters each, and the true count takes the estimate's place when the reply ends: spread
over the moments at which the text came, so the rate of the recent past is corrected too.
"""

from collections import deque
from dataclasses import dataclass, field

from workspaces.history import events as e
from workspaces.history.state import State

CHARACTERS_PER_TOKEN = 4
"""The usual rule of thumb for English and code."""
WINDOW_SECONDS = 10.0


@dataclass(slots=True)
class _Batch:
    """Tokens that came at one moment."""

    t: float
    tokens: float


@dataclass(slots=True)
class _Reply:
    """A reply under way."""

    tokens: float = 0.0
    batches: list[_Batch] = field(default_factory=list)


class Throughput:
    """Tokens per second over a sliding window and over the whole session, and tasks per minute.

    `window` is in seconds. A reply that did not stream counts at the moment of its end.
    """

    def __init__(self, window: float = WINDOW_SECONDS) -> None:
        self._window = window
        self._batches: deque[_Batch] = deque()
        self._replies: dict[str, _Reply] = {}
        self._start: float | None = None
        self._now = 0.0
        self._done: set[str] = set()
        self._counted = 0

    def observe(self, event: e.AnyEvent, state: State) -> None:
        """Move past `event`."""
        if self._start is None:
            self._start = event.t
        self._now = max(self._now, event.t)
        match event:
            case e.Text() | e.ToolText():
                reply = self._replies.setdefault(event.agent, _Reply())
                batch = _Batch(event.t, len(event.text) / CHARACTERS_PER_TOKEN)
                reply.tokens += batch.tokens
                reply.batches.append(batch)
                self._batches.append(batch)
            case e.ReplyEnded():
                self._settle(event)
            case e.TurnStarted() | e.CallFailed():
                # A reply that never ended (its process died, its call failed) was produced all the
                # same, but no count of it will come: its estimate leaves the total and stays in
                # the window.
                self._replies.pop(event.agent, None)
            case e.TaskCompleted():
                self._done.add(event.task)
        self._forget()

    @property
    def tokens(self) -> float:
        """Tokens produced so far: the counts of ended replies, estimates for the others."""
        return self._counted + sum(reply.tokens for reply in self._replies.values())

    @property
    def tokens_per_second(self) -> float:
        """Over the whole session."""
        elapsed = self._elapsed(self._now)
        return self.tokens / elapsed if elapsed > 0 else 0.0

    @property
    def tasks_per_minute(self) -> float:
        """Tasks completed, each once, over the whole session."""
        elapsed = self._elapsed(self._now)
        return 60 * len(self._done) / elapsed if elapsed > 0 else 0.0

    def recent_tokens_per_second(self, now: float | None = None) -> float:
        """Over the window that ends at `now` (session seconds; by default the latest event)."""
        end = self._now if now is None else max(now, self._now)
        span = min(self._window, self._elapsed(end))
        tokens = sum(batch.tokens for batch in self._batches if batch.t > end - self._window)
        return tokens / span if span > 0 else 0.0

    def _settle(self, event: e.ReplyEnded) -> None:
        self._counted += event.tokens_out
        reply = self._replies.pop(event.agent, _Reply())
        if reply.tokens > 0:
            ratio = event.tokens_out / reply.tokens
            for batch in reply.batches:
                batch.tokens *= ratio
        elif event.tokens_out:
            self._batches.append(_Batch(event.t, float(event.tokens_out)))

    def _forget(self) -> None:
        while self._batches and self._batches[0].t <= self._now - self._window:
            self._batches.popleft()

    def _elapsed(self, now: float) -> float:
        return now - self._start if self._start is not None else 0.0
