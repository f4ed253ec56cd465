"""What a plant says of its own anomaly: the truth that detectors are scored against."""

from dataclasses import dataclass, field

from workspaces.anomalies.finding import Kind, Verdict
from workspaces.history.events import AnyEvent


@dataclass(frozen=True)
class Label:
    """One planted anomaly, or (`holds` false) a near-miss that must not be reported.

    `seqs` are the events without which it would not be one, in order; the last completes it. A
    finding may name more events (a read as evidence), never fewer. `verdict` is `unknown` where
    the plant made the deciding fact one that nobody records.
    """

    kind: Kind
    seqs: tuple[int, ...]
    agents: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    holds: bool = True
    verdict: Verdict = Verdict.FOUND
    why: str = ""


@dataclass
class Planted:
    """A history and everything that is wrong with it. Kinds outside `scored` may occur unlabelled
    (waits in a history whose turns have no lifelike lengths)."""

    seed: int
    events: list[AnyEvent]
    labels: list[Label]
    scored: frozenset[Kind]
    plants: list[str] = field(default_factory=list)
    doubtful: frozenset[int] = frozenset()
    """Events on which a judgement could go either way: a finding that names one is not scored."""

    def positive(self) -> list[Label]:
        """What must be found."""
        return [label for label in self.labels if label.holds]

    def negative(self) -> list[Label]:
        """What must not."""
        return [label for label in self.labels if not label.holds]
