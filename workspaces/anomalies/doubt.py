"""Findings of a recording that has lost events, where they rest on something not having happened.

That a task was not claimed, a message not delivered or a file not written shows only in that no
event says so. Where events are known to be missing (`workspaces.history.gaps`) that proves nothing:
such a finding is *unknown*. Each detector asks about the actors, and the time, that matter to it;
what two recorded events prove by themselves stays found whatever else is lost.
"""

from msgspec.structs import replace

from workspaces.anomalies.finding import Finding, Verdict


def doubted(finding: Finding, missing: bool) -> Finding:
    """The finding, as unknown if events are `missing` that could have told otherwise."""
    if not missing or finding.verdict is not Verdict.FOUND:
        return finding
    return replace(
        finding,
        verdict=Verdict.UNKNOWN,
        summary=f"{finding.summary} Events that may tell otherwise are missing.",
        facts={**finding.facts, "recording": "incomplete"},
    )
