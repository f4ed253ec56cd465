"""Everything the session screen shows, as one fold over the history.

`Picture.observe(event)` for every event in order; live, replayed and after a seek it is the same.
Widgets never see it change under them: the screen takes from it once a frame what they need. It
refuses to know when that is, and how anything looks.
"""

from dataclasses import dataclass, field

from agents.metrics.summary import Metrics
from tui.views.roles import role_of
from tui.views.shapes import SEVERITY
from tui.views.transcript import Transcript
from workspaces.anomalies.finding import Finding, Kind, Severity
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.state import Agent, State


@dataclass(slots=True)
class Case:
    """One fault: all findings that one event caused, the gravest first."""

    id: str
    findings: list[Finding] = field(default_factory=list)

    @property
    def lead(self) -> Finding:
        """The finding that names the case."""
        return self.findings[0]

    @property
    def severity(self) -> Severity:
        """That of its gravest finding."""
        return self.lead.severity

    @property
    def agents(self) -> tuple[str, ...]:
        """All actors it touches, each once."""
        return tuple(dict.fromkeys(name for f in self.findings for name in f.agents))

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths it touches, each once."""
        return tuple(dict.fromkeys(path for f in self.findings for path in f.paths))

    def add(self, finding: Finding) -> None:
        """Take a further face of the case in."""
        self.findings.append(finding)
        self.findings.sort(key=lambda f: -f.severity.rank)


@dataclass(slots=True)
class Mark:
    """A sign in the gutter of an agent's pane, at the rows of event `seq`."""

    agent: str
    seq: int
    severity: Severity

    @property
    def glyph(self) -> str:
        """The sign."""
        return SEVERITY[self.severity]


class Picture:
    """State, findings, metrics and transcripts after a prefix of a history."""

    def __init__(self) -> None:
        self.state = State()
        self.findings = Findings()
        self.metrics = Metrics(self.findings)
        self.transcripts: dict[str, Transcript] = {}
        self.roster: dict[str, int] = {}
        self.cases: list[Case] = []
        self.touched: dict[str, Severity] = {}
        """Agents that findings touch, with the gravest severity; follow-ups do not count."""
        self.contested: dict[str, Severity] = {}
        """Paths that findings touch, likewise."""
        self.warnings: list[e.Warned] = []
        """What the session wanted a person to know."""
        self.outputs: dict[int, str] = {}
        """What test runs printed, by the number of their end; the state keeps only counts."""
        self.edition = {"findings": 0, "tasks": 0, "files": 0, "messages": 0, "tests": 0}
        """Counts up with every change of each of the lists beside the panes."""
        self._cases: dict[str, Case] = {}
        self._marks: list[Mark] = []
        self._actors: dict[int, tuple[str, float]] = {}

    def observe(self, event: e.AnyEvent) -> None:
        """Move past `event`, which must be the next one."""
        state = self.state
        state.apply(event)
        if isinstance(event, e.SessionStarted):
            self._begin(event)
        new = self.findings.observe(event, state)
        self.metrics.observe(event, state)
        self._tell(event)
        if isinstance(event, e.Warned):
            self.warnings.append(event)
        if event.steps:
            self._actors[event.seq] = (event.agent, event.t)
            self._count(event)
        for finding in new:
            self._found(finding)

    def role(self, agent: str) -> str:
        """The role in which an actor's name is drawn."""
        return role_of(agent, self.roster)

    def members(self) -> list[Agent]:
        """The team, in the order of its roster."""
        return list(self.state.agents.values())

    def take_marks(self) -> list[Mark]:
        """The marks that have come since the last call."""
        marks, self._marks = self._marks, []
        return marks

    @property
    def simulated(self) -> bool:
        """Whether no real model takes part; then the screen must say so."""
        models = [agent.model for agent in self.state.agents.values()]
        return bool(models) and all(is_simulated(model) for model in models)

    def case_at(self, seq: int) -> Case | None:
        """The gravest case in whose evidence event `seq` is."""
        best: Case | None = None
        for case in self.cases:
            if any(step.seq == seq for f in case.findings for step in f.witness) and (
                best is None or case.severity.rank >= best.severity.rank
            ):
                best = case
        return best

    def author_of(self, seq: int) -> str:
        """Who acted in an event that a finding's evidence names."""
        return self._actors.get(seq, ("", 0.0))[0]

    def moment(self, seq: int) -> float | None:
        """When such an event was, in session seconds."""
        found = self._actors.get(seq)
        return found[1] if found else None

    def _begin(self, event: e.SessionStarted) -> None:
        for place, member in enumerate(event.members):
            self.roster[member.name] = place
            self.transcripts[member.name] = Transcript(member.name)

    def _tell(self, event: e.AnyEvent) -> None:
        if isinstance(event, e.TaskAssigned):
            if owner := self.transcripts.get(event.owner):
                owner.assigned(event, self.state)
        elif transcript := self.transcripts.get(event.agent):
            transcript.observe(event, self.state)

    def _count(self, event: e.AnyEvent) -> None:
        match event:
            case e.FileWritten() | e.OutsideWrite() | e.FileRead():
                self.edition["files"] += 1
            case e.MessageSent():
                self.edition["messages"] += 1
            case e.TestsStarted():
                self.edition["tests"] += 1
            case e.TestsEnded():
                self.edition["tests"] += 1
                self.outputs[event.seq] = event.output
            case (
                e.TaskAdded()
                | e.TaskAssigned()
                | e.TaskClaimed()
                | e.TaskReleased()
                | e.TaskCompleted()
            ):
                self.edition["tasks"] += 1

    def _found(self, finding: Finding) -> None:
        case = self._cases.get(finding.case)
        if case is None:
            case = self._cases[finding.case] = Case(finding.case)
            self.cases.append(case)
        case.add(finding)
        self.edition["findings"] += 1
        self.edition["files"] += 1
        if finding.kind is Kind.FOLLOW_UP:
            return  # harmless by itself: listed, and no reason to mark anything
        for step in finding.witness:
            author = self.author_of(step.seq)
            if author in self.roster:
                self._marks.append(Mark(author, step.seq, finding.severity))
        for name in finding.agents:
            self.touched[name] = max(finding.severity, self.touched.get(name, Severity.INFO))
        for path in finding.paths:
            self.contested[path] = max(finding.severity, self.contested.get(path, Severity.INFO))


def is_simulated(model: str) -> bool:
    """Whether a model's name is that of one of the embedded, simulated ones."""
    return model.startswith(("simulated", "sim-", "sim/", "scripted"))
