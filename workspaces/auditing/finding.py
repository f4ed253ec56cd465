"""What the audit finds: a finding like a live one, whose evidence is commits instead of events."""

from msgspec import Struct

from workspaces.anomalies.finding import Kind, Lines, Severity, Verdict


class Evidence(Struct, frozen=True):
    """One step of the evidence: a commit (empty for what is not committed), its author, its time
    in seconds since 1970, and what it has to do with the finding."""

    commit: str
    author: str
    t: int
    reason: str


class AuditFinding(Struct, frozen=True, kw_only=True):
    """One thing that went wrong, or may have (`verdict`).

    Mirrors `workspaces.anomalies.finding.Finding`: `id` is the same in every audit of the same
    commits, findings with one cause share their `case`, and `lines` are counted in the newer
    text. `t` is in seconds since 1970. Where a session's trailers tell the events, `id` is that
    of the live finding. Names and paths are data as people and agents wrote them: whoever prints
    them must keep control characters out.
    """

    id: str
    kind: Kind
    severity: Severity
    verdict: Verdict
    agents: tuple[str, ...]
    paths: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    witness: tuple[Evidence, ...]
    lines: tuple[Lines, ...] = ()
    summary: str
    t: int
    case: str
    facts: dict[str, str] = {}
