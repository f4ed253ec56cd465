"""What follows from a history whatever is shown of it: state, findings, metrics, and the books that
opened entries are looked up in.

A ledger can be kept at a moment and taken up again there, so a replay does not begin from the first
event wherever it goes.
"""

from dataclasses import dataclass

from agents.metrics.summary import Metrics
from workspaces.anomalies.finding import Finding
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.keeping import Kept
from workspaces.history.state import State


@dataclass(slots=True, frozen=True)
class Checkpoint:
    """A ledger after `seq` events, without its findings: whoever takes it up knows them."""

    seq: int
    state: Kept[State]
    metrics: bytes
    leases: dict[str, int]
    """How many changes of each path's leases there had been."""
    warnings: int
    pause: e.SessionPaused | None


class Ledger:
    """The fold. Give it `findings` without detectors where findings are known already."""

    def __init__(self, findings: Findings | None = None) -> None:
        self.state = State()
        self.findings = Findings() if findings is None else findings
        self.metrics = Metrics(self.findings)
        self.roster: dict[str, int] = {}
        self.leases: dict[str, list[e.LeaseGranted | e.LeaseEnded]] = {}
        """Who came to hold each path and lost it again, in order."""
        self.warnings: list[e.Warned] = []
        """What the session wanted a person to know."""
        self.pause: e.SessionPaused | None = None
        """How the team came to stand still, while it does."""
        self.outputs: dict[int, str] = {}
        """What test runs printed, by the number of their end; the state keeps only counts."""

    def note(self, event: e.AnyEvent) -> list[Finding]:
        """Move past `event`, which must be the next one; what it brings to light."""
        state = self.state
        state.apply(event)
        new = self.findings.observe(event, state)
        self.metrics.observe(event, state)
        match event:
            case e.SessionStarted():
                self.roster = {member.name: place for place, member in enumerate(event.members)}
            case e.TurnStarted():
                forget_prompts(event, state)
            case e.TestsEnded():
                self.outputs[event.seq] = event.output
            case e.LeaseGranted() | e.LeaseEnded():
                self.leases.setdefault(event.path, []).append(event)
            case e.SessionPaused():
                self.pause = event
            case e.SessionContinued() | e.SessionResumed() | e.SessionForked() | e.SessionEnded():
                self.pause = None
            case e.Warned():
                self.warnings.append(event)
            case _:
                pass
        return new

    def kept(self, before: Checkpoint | None = None) -> Checkpoint:
        """What is the case now. Texts, outputs and the books stay shared: they only grow. What
        was kept `before` is shared where it still holds."""
        counts = {path: len(changes) for path, changes in self.leases.items()}
        metrics = self.metrics.kept()
        state = self.state.kept(before.state if before else None)
        warned = len(self.warnings)
        return Checkpoint(self.state.seq, state, metrics, counts, warned, self.pause)

    def take_up(self, kept: Checkpoint, of: "Ledger") -> None:
        """Be as `of` was when that was kept; findings stay as they are."""
        self.state = kept.state.made()
        self.metrics.take_up(kept.metrics)
        self.roster = dict(of.roster)
        self.leases = {path: of.leases[path][:count] for path, count in kept.leases.items()}
        self.warnings = of.warnings[: kept.warnings]
        self.pause = kept.pause
        self.outputs = of.outputs


def forget_prompts(event: e.TurnStarted, state: State) -> None:
    """Let the texts of a prompt go: no view shows them, and a long session has more of them than of
    all else. Whoever wants one finds it in the history."""
    for prompt in event.prompts:
        state.blobs.pop(prompt.digest, None)
