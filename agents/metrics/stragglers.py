"""How long a round waits for its slowest agent."""

from math import inf

from workspaces.history import events as e
from workspaces.history.state import State

PAPER_LONGEST = 180.0
"""The paper's figure leaves out replies that took this many seconds or longer, or no time."""


class StragglerGaps:
    """For each round with two or more replies: the slowest latency minus the mean, in seconds.

    The latency of a reply runs from the round's start to the reply's end. With `longest`, only
    those above 0 and below it count, as in the paper (`PAPER_LONGEST`). By default all do, since
    the slowest replies are what the figure is about. Replies outside rounds have no gap, and time
    for which a person paused the session is nobody's latency.
    """

    def __init__(self, longest: float = inf) -> None:
        self._longest = longest
        self._closed: list[float] = []
        self._sum = 0.0
        self._start: float | None = None
        self._replies, self._slowest, self._waited = 0, 0.0, 0.0
        """Replies of the round under way, the latency of the slowest, and all latencies' sum."""
        self._paused_at: float | None = None
        self._held = 0.0

    def observe(self, event: e.AnyEvent, state: State) -> None:
        """Move past `event`."""
        match event:
            case e.RoundStarted():
                self._close()
                self._start = event.t
                self._held = 0.0
                if self._paused_at is not None:
                    self._paused_at = event.t
            case e.SessionPaused() if self._paused_at is None:
                self._paused_at = event.t
            case e.SessionContinued() if self._paused_at is not None:
                self._held += event.t - self._paused_at
                self._paused_at = None
            case e.RoundEnded():
                self._close()
            case e.SessionResumed():
                self._close()
                self._paused_at = None
            case e.ReplyEnded() if self._start is not None:
                latency = event.t - self._start - self._held
                if self._longest == inf or 0 < latency < self._longest:
                    self._slowest = max(self._slowest, latency) if self._replies else latency
                    self._replies += 1
                    self._waited += latency

    @property
    def gaps(self) -> list[float]:
        """One for each round, the one under way as it stands."""
        return [*self._closed, *self._open()]

    @property
    def mean(self) -> float:
        """The mean gap; 0 when no round had two replies."""
        now = self._open()
        count = len(self._closed) + len(now)
        return (self._sum + sum(now)) / count if count else 0.0

    def _open(self) -> list[float]:
        if self._replies < 2:
            return []
        return [self._slowest - self._waited / self._replies]

    def _close(self) -> None:
        for gap in self._open():
            self._closed.append(gap)
            self._sum += gap
        self._start = None
        self._replies, self._slowest, self._waited = 0, 0.0, 0.0
