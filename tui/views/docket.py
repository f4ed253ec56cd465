"""What a reader wants to see of the findings: which, in which order, and what is kept quiet.

It belongs to the reader and not to the session, so it outlives a jump in a replay. It decides
nothing about what is a finding.
"""

from collections.abc import Sequence
from typing import Final

from tui.views.case import Case
from workspaces.anomalies.finding import Severity
from workspaces.anomalies.muting import Muting

SEVERITIES: Final = tuple(reversed(Severity))
"""The gravest first."""


class Docket:
    """Filters, order and mutes."""

    def __init__(self, muting: Muting | None = None) -> None:
        self.muting = muting or Muting()
        self.kind = ""
        self.agent = ""
        self.least = Severity.INFO
        self.shows_quiet = False
        """Whether muted and acknowledged cases are listed too."""
        self.by_time = False
        """Oldest first; otherwise the gravest first, and of those the newest."""
        self.edition = 0
        """Counts up with every change."""

    @property
    def filtered(self) -> bool:
        """Whether some cases are left out that are not quiet."""
        return bool(self.kind or self.agent or self.least is not Severity.INFO)

    @property
    def words(self) -> str:
        """What is listed, when it is not everything."""
        least = "" if self.least is Severity.INFO else f"{self.least.value} and up"
        if self.least is Severity.HIGH:
            least = "high"
        return " · ".join(part for part in (least, self.kind, self.agent) if part)

    def choose(self, part: str, value: str) -> None:
        """Set one part of the filter: `kind`, `agent` or `least`; `all` takes the filter away.
        Choosing what is chosen already takes that part away."""
        self.edition += 1
        match part:
            case "kind":
                self.kind = "" if self.kind == value else value
            case "agent":
                self.agent = "" if self.agent == value else value
            case "least":
                chosen = Severity(value)
                self.least = Severity.INFO if self.least is chosen else chosen
            case _:
                self.kind = self.agent = ""
                self.least = Severity.INFO

    def turn(self) -> None:
        """List by time instead of by gravity, or back."""
        self.by_time = not self.by_time
        self.edition += 1

    def show_quiet(self) -> None:
        """List what is quiet too, or not any more."""
        self.shows_quiet = not self.shows_quiet
        self.edition += 1

    def mute(self, muting: Muting) -> None:
        """Keep quiet what `muting` says."""
        self.muting = muting
        self.edition += 1

    def listed(self, cases: Sequence[Case]) -> list[Case]:
        """The cases to list, in their order; `cases` are in the order they were found."""
        wanted = [case for case in cases if self._wants(case)]
        if not self.by_time:
            wanted.sort(key=lambda case: (case.quiet, -case.severity.rank, -case.lead.seq))
        return wanted

    def _wants(self, case: Case) -> bool:
        if case.quiet and not self.shows_quiet:
            return False
        if case.severity < self.least:
            return False
        if self.kind and self.kind not in case.kinds:
            return False
        return not self.agent or self.agent in case.agents
