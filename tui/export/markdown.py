"""A report of a recording in Markdown: what it was, how it ended, its figures and its findings.

Names, titles and texts in it were written by models, and Markdown is full of signs that act. They
are escaped in prose, and fenced where they are code.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tui.export.account import Account
from tui.export.options import Options
from tui.export.output import replacing
from tui.views.kinds import ABOUT, certainty
from tui.views.line import clip, flat
from tui.views.roles import name_of
from tui.views.words import clock, duration, money, plural, share
from workspaces.anomalies.finding import Finding, Verdict
from workspaces.history import events as e

MOST: Final = 100
"""Findings that are told with their evidence, the gravest; a table counts all."""

_ACTS: Final = re.compile(r"([\\`*_{}\[\]<>#|~!$&])")


def write(account: Account, out: Path, options: Options) -> None:
    """Write the report."""
    with replacing(out) as file:
        file.write(("\n".join(_lines(account)).rstrip("\n") + "\n").encode())


def plain(text: str) -> str:
    """`text` as Markdown that shows it and does nothing."""
    return _ACTS.sub(r"\\\1", flat(text))


def _lines(account: Account) -> Iterator[str]:
    yield f"# {plain(account.title)}"
    yield ""
    yield from _about(account)
    yield from _figures(account)
    yield from _team(account)
    yield from _tasks(account)
    yield from _findings(account)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = list(head)
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _about(account: Account) -> Iterator[str]:
    started, s = account.started, account.summary
    chosen = started.settings
    ended = account.state.ended
    reason = ended.reason if ended else "no end recorded"
    outcome = "succeeded" if s.success else f"ended without success ({plain(reason)})"
    yield (
        f"Session `{flat(started.session)}`, {plain(started.wall_time)}, Crosstalk "
        f"{plain(started.version)}. Control {plain(chosen.control)}, {plain(chosen.cadence)}, "
        f"{plain(chosen.timing)} clock, seed {chosen.seed}."
    )
    yield ""
    yield (
        f"It **{outcome}**: {s.tasks_done} of {s.tasks} tasks done in {duration(s.seconds)} of "
        f"session time; the last test run passed {s.tests_passed} and failed {s.tests_failed}."
    )
    if account.simulated:
        yield ""
        yield "All its models are **simulated**: what they said was made by a program."
    if account.problem:
        yield ""
        yield f"The recording is readable up to {plain(account.problem)}."
    yield ""


def _figures(account: Account) -> Iterator[str]:
    s = account.summary
    causes = [f"{name} {share(part)}" for name, part in s.idle.by_cause.items() if part >= 0.005]
    cost = "unknown" if s.cost_usd is None else money(s.cost_usd)
    rows = [
        ("rounds", "-" if s.rounds is None else str(s.rounds)),
        ("tokens read / written", f"{s.tokens_in:,} / {s.tokens_out:,}"),
        ("cost", cost),
        ("messages", str(s.messages)),
        ("failed test runs", str(s.test_runs_failed)),
        ("commits", str(s.commits)),
        ("idle", " ".join([share(s.idle.share), f"({', '.join(causes)})" if causes else ""])),
        ("straggler gap", "-" if s.straggler_gap_s is None else duration(s.straggler_gap_s)),
        ("speedup bound", f"{s.speedup_bound:.1f}×"),
    ]
    yield "## Figures"
    yield ""
    yield from _table(("", ""), ((name, figure.strip()) for name, figure in rows))


def _team(account: Account) -> Iterator[str]:
    yield "## Team"
    yield ""
    rows = []
    for agent in account.state.agents.values():
        turns = sum(turn.agent == agent.name for turn in account.turns)
        written = f"{agent.tokens_out:,}"
        rows.append(
            (
                plain(agent.name),
                plain(agent.model),
                str(turns),
                str(agent.completed),
                written,
                str(agent.refusals),
            )
        )
    head = ("agent", "model", "turns", "tasks completed", "tokens written", "refusals")
    yield from _table(head, rows)


def _tasks(account: Account) -> Iterator[str]:
    if not account.state.tasks:
        return
    yield "## Tasks"
    yield ""
    times = {event.seq: event.t for event in account.events if isinstance(event, e.TaskCompleted)}
    rows = []
    for task in account.state.tasks.values():
        by = name_of(task.completed_by or task.owner)
        when = clock(times[task.completion]) if task.completion in times else ""
        title = clip(flat(task.title), 60)
        needs = ", ".join(task.dependencies)
        rows.append((plain(task.id), plain(title), plain(needs), task.status, plain(by), when))
    yield from _table(("task", "title", "needs", "status", "by", "at"), rows)


def _findings(account: Account) -> Iterator[str]:
    yield "## Findings"
    yield ""
    if not account.findings:
        yield "None."
        return
    counts = {kind: n for kind, n in account.summary.findings.items() if n}
    yield from _table(("kind", "count"), ((kind, str(n)) for kind, n in counts.items()))
    cases: dict[str, list[Finding]] = {}
    for finding in account.findings:
        if finding.verdict is not Verdict.CLEAR:
            cases.setdefault(finding.case, []).append(finding)
    for faces in cases.values():
        faces.sort(key=lambda finding: -finding.severity.rank)
    gravest = sorted(cases.values(), key=lambda faces: (-faces[0].severity.rank, faces[0].seq))
    if len(gravest) > MOST:
        yield f"The {MOST} gravest of {plural(len(gravest), 'case')}, with their evidence:"
        yield ""
    for faces in gravest[:MOST]:
        yield from _case(account, faces)


def _case(account: Account, faces: list[Finding]) -> Iterator[str]:
    lead = faces[0]
    kinds = " + ".join(dict.fromkeys(finding.kind.value for finding in faces))
    who = " × ".join(plain(name_of(name)) for name in lead.agents)
    yield f"### {kinds}: {who} at {clock(lead.t)}"
    yield ""
    unknown = " Not proven: part of the evidence was not recorded."
    more = unknown if lead.verdict is Verdict.UNKNOWN else ""
    sure = certainty(lead.kind, lead.facts.get("rule", ""))
    yield f"**{lead.severity.value}.** {plain(lead.summary)}{more}"
    yield f"{ABOUT[lead.kind].why} ({sure})"
    yield ""
    for step in lead.witness:
        event = account.event(step.seq)
        at = f", {clock(event.t)}" if event else ""
        yield f"- #{step.seq}{at}: {plain(step.reason)}"
    yield ""
