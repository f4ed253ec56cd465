"""What an audit found, as text for a terminal and as the JSON object that programs rely on.

Names, paths and messages come from commits, which anybody may have written: every line of text
passes `sanitize`, and a line break in a name becomes a space.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby

import msgspec

from tui.views.sanitize import sanitize
from workspaces.anomalies.finding import Verdict
from workspaces.auditing.audit import Report
from workspaces.auditing.finding import AuditFinding

AUTHORS = 6
"""Authors named in the header."""
_MARKS = {"high": "!!!", "medium": "!! ", "low": "!  ", "info": ".  "}


def as_json(report: Report, limit: int = 0) -> str:
    """`{repository, commits, authors, findings, unknown}` on one line, and what was not listed:
    `quiet` by kind, and `more` findings than `limit` allowed (0: no limit)."""
    findings = report.findings[:limit] if limit else report.findings
    return json.dumps(
        {
            "repository": report.repository,
            "commits": report.commits,
            "authors": msgspec.to_builtins(report.authors),
            "findings": msgspec.to_builtins(findings),
            "unknown": list(report.unknown),
            "quiet": report.quiet,
            "more": len(report.findings) - len(findings),
        }
    )


def in_words(report: Report, limit: int = 0) -> str:
    """The report, the gravest case first, with the evidence for each finding."""
    findings = report.findings[:limit] if limit else report.findings
    lines = [*_header(report), ""]
    for _, group in groupby(findings, key=lambda finding: finding.case):
        lines += [*_case(list(group)), ""]
    lines += _footer(report, len(report.findings) - len(findings))
    return "\n".join(lines)


def plain(text: str) -> str:
    """Text from a commit on one line, safe for a terminal."""
    return sanitize(" ".join(text.split()))


def _header(report: Report) -> Iterator[str]:
    yield plain(f"{report.repository}")
    names = [f"{plain(author.name)} {author.commits:,}" for author in report.authors[:AUTHORS]]
    more = len(report.authors) - AUTHORS
    yield (
        f"{_count(report.commits, 'commit')} by {_count(len(report.authors), 'author')} "
        f"on {_count(report.heads, 'head')}"
        + (f": {', '.join(names)}" if names else "")
        + (f" and {more} more" if more > 0 else "")
    )
    for sentence in report.unknown:
        yield f"  ? {plain(sentence)}"


def _case(findings: Sequence[AuditFinding]) -> Iterator[str]:
    for finding in findings:
        unsure = " (unknown)" if finding.verdict is Verdict.UNKNOWN else ""
        yield f"{_MARKS[finding.severity]} {finding.kind}{unsure}: {plain(finding.summary)}"
        yield f"      {', '.join(plain(name) for name in finding.agents)}  |  {_where(finding)}"
    shown = None
    for finding in findings:
        # Several faces of one fault often have the same witness: it is shown once.
        if finding.witness != shown:
            shown = finding.witness
            for step in finding.witness:
                day = _day(step.t)
                yield f"      {step.commit[:10]:<10} {day}  {plain(step.author)}: " + plain(
                    step.reason
                )


def _where(finding: AuditFinding) -> str:
    paths = [plain(path) for path in finding.paths[:4]]
    rest = len(finding.paths) - len(paths)
    spans = [
        f"{line.start}-{line.end}" if line.end > line.start else f"{line.start}"
        for line in finding.lines[:4]
    ]
    return (
        ", ".join(paths)
        + (f" and {rest} more" if rest > 0 else "")
        + (f", lines {', '.join(spans)}" if spans else "")
    )


def _footer(report: Report, more: int) -> Iterator[str]:
    total = len(report.findings)
    unsure = sum(finding.verdict is Verdict.UNKNOWN for finding in report.findings)
    if not total:
        yield "No findings."
    else:
        counts: dict[str, int] = {}
        for finding in report.findings:
            counts[finding.kind.value] = counts.get(finding.kind.value, 0) + 1
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        yield f"{total} finding{'s' if total > 1 else ''}, {unsure} of them unknown: {told}."
    if more:
        yield f"{more} of them are not shown (--limit 0 shows all)."
    if report.quiet:
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(report.quiet.items()))
        yield f"Not listed, being no harm by themselves: {told} (--kind lists them)."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _day(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):
        return "(no date)"  # a commit may claim any number of seconds
