"""How findings are held against labels, and what follows: precision, recall, delay, unknown.

A finding answers a label of its kind when it names all of the label's events, agents, paths and
tasks. Each answers at most one. Precision counts findings that are `found`, recall counts labels
whose truth is `found`; those whose truth is `unknown` are counted by how many of them were told as
such. In a lossy history a label's events that are lost cannot be named: the rest must be, and at
least one, and recall is given of all labels and of those whose events all survived.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt

from tests.planting.dropping import drop
from tests.planting.labels import Label, Planted
from workspaces.anomalies.finding import Finding, Kind, Verdict
from workspaces.anomalies.registry import Findings
from workspaces.history.events import AnyEvent
from workspaces.history.state import State

Z = 1.959963984540054
"""The normal quantile of a two-sided 95% interval."""


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95% score interval of a share (Wilson 1927); all of [0, 1] when nothing was counted."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass
class Score:
    """Counts of one kind."""

    right: int = 0
    wrong: int = 0
    labels: int = 0
    found: int = 0
    whole: int = 0
    whole_found: int = 0
    unknowns: int = 0
    unknown_labels: int = 0
    unknown_found: int = 0
    near: int = 0
    near_reported: int = 0
    delays: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of findings that are true; 1 where there are none."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of labels that were found; 1 where there are none."""
        return self.found / self.labels if self.labels else 1.0


@dataclass
class Scores:
    """Counts by kind, and the mistakes themselves."""

    kinds: dict[Kind, Score] = field(default_factory=lambda: {kind: Score() for kind in Kind})
    events: int = 0
    histories: int = 0
    mistakes: list[tuple[int, Finding | Label]] = field(default_factory=list)


def findings_of(events: Iterable[AnyEvent]) -> list[Finding]:
    """What the detectors say, but for notes that something is clear."""
    state, findings = State(), Findings()
    for event in events:
        state.apply(event)
        findings.observe(event, state)
    return [finding for finding in findings.all if finding.verdict is not Verdict.CLEAR]


def score(planted: Planted, scores: Scores, share: float = 0.0) -> None:
    """Add one history to the counts, with that share of its events lost."""
    events = planted.events
    was = {event.seq: event.seq for event in events}
    if share:
        lossy = drop(events, share, planted.seed)
        events, was = lossy.events, lossy.was
    survived = set(was.values())
    found = [f for f in findings_of(events) if f.kind in planted.scored]
    named = [{was[step.seq] for step in f.witness} for f in found]
    labels = [label for label in planted.positive() if label.kind in planted.scored]
    answers = _matched(labels, found, named, survived)
    scores.events += len(events)
    scores.histories += 1
    _count_findings(planted, scores, found, named, set(answers.values()))
    _count_labels(planted, scores, labels, found, answers, was, survived)
    for label in planted.negative():
        if label.kind in planted.scored:
            counts = scores.kinds[label.kind]
            counts.near += 1
            counts.near_reported += any(
                f.kind is label.kind and set(label.seqs) <= seqs and _names(f, label)
                for f, seqs in zip(found, named, strict=True)
            )


def _names(finding: Finding, label: Label) -> bool:
    """Whether the finding names the agents, paths and tasks that the label does."""
    return (
        set(label.agents) <= set(finding.agents)
        and set(label.paths) <= set(finding.paths)
        and set(label.tasks) <= set(finding.tasks)
    )


def _matched(
    labels: list[Label], found: list[Finding], named: list[set[int]], survived: set[int]
) -> dict[int, int]:
    """The finding that answers each label, by their places; those of equal verdict first."""
    answers: dict[int, int] = {}
    for strict in (True, False):
        for place, label in enumerate(labels):
            seqs = set(label.seqs) & survived
            if place in answers or not seqs:
                continue
            for index, finding in enumerate(found):
                if (
                    finding.kind is label.kind
                    and index not in answers.values()
                    and seqs <= named[index]
                    and _names(finding, label)
                    and (finding.verdict is label.verdict or not strict)
                ):
                    answers[place] = index
                    break
    return answers


def _count_findings(
    planted: Planted,
    scores: Scores,
    found: list[Finding],
    named: list[set[int]],
    right: set[int],
) -> None:
    for index, finding in enumerate(found):
        counts = scores.kinds[finding.kind]
        counts.unknowns += finding.verdict is Verdict.UNKNOWN
        if index in right:
            counts.right += finding.verdict is Verdict.FOUND
        elif finding.verdict is Verdict.FOUND and not named[index] & planted.doubtful:
            counts.wrong += 1
            scores.mistakes.append((planted.seed, finding))


def _count_labels(
    planted: Planted,
    scores: Scores,
    labels: list[Label],
    found: list[Finding],
    answers: dict[int, int],
    was: dict[int, int],
    survived: set[int],
) -> None:
    now = {before: number for number, before in was.items()}
    for place, label in enumerate(labels):
        counts = scores.kinds[label.kind]
        answer = found[answers[place]] if place in answers else None
        if label.verdict is Verdict.UNKNOWN:
            counts.unknown_labels += 1
            counts.unknown_found += answer is not None and answer.verdict is Verdict.UNKNOWN
            if answer is None or answer.verdict is not Verdict.UNKNOWN:
                scores.mistakes.append((planted.seed, label))
            continue
        told = answer is not None and answer.verdict is Verdict.FOUND
        whole = set(label.seqs) <= survived
        counts.labels += 1
        counts.found += told
        counts.whole += whole
        counts.whole_found += whole and told
        if not told:
            scores.mistakes.append((planted.seed, label))
        last = now.get(label.seqs[-1])
        if told and answer and last:
            counts.delays.append(answer.seq - last)
            counts.seconds.append(answer.t - planted.events[label.seqs[-1] - 1].t)
