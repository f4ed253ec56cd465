"""A case: one fault with all its faces, and which of them ask for attention."""

from dataclasses import dataclass, field

from tui.views.shapes import SEVERITY, UNKNOWN
from workspaces.anomalies.finding import Finding, Severity, Verdict
from workspaces.anomalies.muting import Muting


@dataclass(slots=True)
class Case:
    """All findings that share their `case`, the gravest first."""

    id: str
    findings: list[Finding] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    """Why a finding is quiet, by its id; those that are not in it are loud."""

    @property
    def loud(self) -> list[Finding]:
        """The findings that ask for attention."""
        return [f for f in self.findings if f.id not in self.reasons]

    @property
    def quiet(self) -> bool:
        """Whether all of it was muted or acknowledged."""
        return len(self.reasons) == len(self.findings)

    @property
    def reason(self) -> str:
        """Why it is quiet; empty when it is not."""
        return self.reasons[self.findings[0].id] if self.quiet else ""

    @property
    def lead(self) -> Finding:
        """The finding that names the case: the gravest of those that are not quiet."""
        for finding in self.findings:
            if finding.id not in self.reasons:
                return finding
        return self.findings[0]

    @property
    def severity(self) -> Severity:
        """That of the finding that names it."""
        return self.lead.severity

    @property
    def unknown(self) -> bool:
        """Whether nobody can prove the finding that names it."""
        return self.lead.verdict is Verdict.UNKNOWN

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names of its faces, each once, the one that names it first."""
        lead = self.lead.kind.value
        return tuple(dict.fromkeys((lead, *(f.kind.value for f in self.findings))))

    @property
    def agents(self) -> tuple[str, ...]:
        """All actors it touches, each once."""
        return tuple(dict.fromkeys(name for f in self.findings for name in f.agents))

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths it touches, each once."""
        return tuple(dict.fromkeys(path for f in self.findings for path in f.paths))

    @property
    def tasks(self) -> tuple[str, ...]:
        """All tasks it touches, each once."""
        return tuple(dict.fromkeys(task for f in self.findings for task in f.tasks))

    def copy(self) -> "Case":
        """A case with the same findings, to which others may be added."""
        return Case(self.id, self.findings.copy(), self.reasons.copy())

    def add(self, finding: Finding, muting: Muting) -> None:
        """Take a further face of the case in."""
        self.findings.append(finding)
        self.findings.sort(key=_gravity)
        if reason := muting.reason(finding):
            self.reasons[finding.id] = reason

    def judge(self, muting: Muting) -> None:
        """Find out anew which of its findings are quiet."""
        found = ((f.id, muting.reason(f)) for f in self.findings)
        self.reasons = {id_: reason for id_, reason in found if reason is not None}


def _gravity(finding: Finding) -> tuple[int, bool]:
    return -finding.severity.rank, finding.verdict is not Verdict.FOUND


@dataclass(slots=True, frozen=True)
class Mark:
    """A sign in the gutter of an agent's pane, at the rows of event `seq`."""

    agent: str
    seq: int
    severity: Severity
    unknown: bool = False

    @property
    def glyph(self) -> str:
        """The sign."""
        return UNKNOWN if self.unknown else SEVERITY[self.severity]
