"""A finding opened: what it is and why, what happened step by step, what is at stake, what would
have prevented it."""

import textwrap
from collections.abc import Iterable
from typing import NamedTuple

from tui.views import policy
from tui.views.case import Case
from tui.views.comparison import versions
from tui.views.findings import people, sign
from tui.views.kinds import ABOUT, certainty
from tui.views.line import Line, Span, data, fit, flat, pad, width_of
from tui.views.picture import Picture
from tui.views.roles import name_of
from tui.views.shapes import LEASED, SEVERITY, SEVERITY_ROLE, UNKNOWN, UNLEASED
from tui.views.words import clock, duration
from workspaces.anomalies.finding import Finding, Verdict
from workspaces.history.events import LeaseGranted

_LEASES = 8
"""The newest changes of who held a path that are shown."""

_KEYS = 9
"""Steps that a digit jumps to."""


class Opened(NamedTuple):
    """A case in lines, and the events that some of them stand for."""

    lines: list[Line]
    steps: dict[int, int]
    """The number of the event that a line is about, by the line's place."""
    order: tuple[int, ...]
    """The events of the evidence, in the order of the history."""


def opened(case: Case, picture: Picture, width: int) -> Opened:
    """Everything there is to say about `case`, in lines of at most `width` cells."""
    lead = case.lead
    lines = [*_face(lead, case, width), (), _title("What happened")]
    reasons = _steps(case)
    steps: dict[int, int] = {}
    for place, (seq, reason) in enumerate(reasons.items(), 1):
        told = _step(place, seq, reason, picture, width)
        steps |= dict.fromkeys(range(len(lines), len(lines) + len(told)), seq)
        lines += told
    lines += _messages(reasons, picture, width)
    lines += _leases(case, picture)
    lines += versions(case, picture, width)
    if others := [finding for finding in case.findings if finding is not lead]:
        lines += [(), _title("The same fault, seen otherwise")]
        for finding in others:
            lines += _face(finding, case, width)
    lines += [(), _title("What prevents it"), *_prevention(case, picture, width)]
    return Opened([fit(line, width) for line in lines], steps, tuple(reasons))


def heading(case: Case, picture: Picture, place: int, total: int) -> tuple[Line, Line]:
    """What stands in the frame of an opened finding: its name, and its place among all (0 when it
    is not among those listed)."""
    left: Line = (
        Span(" "),
        *sign(case),
        Span(" + ".join(case.kinds), "bold"),
        Span(" · ", "dim"),
        *people(case, picture),
        Span(" muted " if case.quiet else " ", "dim"),
    )
    where = f"{place} of {total}" if place else f"beside {total}"
    return left, (Span(f" {where} · {clock(case.lead.t)} ", "dim"),)


def _title(words: str) -> Line:
    return (Span(words, "info bold"),)


def _face(finding: Finding, case: Case, width: int) -> list[Line]:
    """A finding in a sentence, and why such a thing is one."""
    lead = finding is case.lead
    reason = case.reasons.get(finding.id, "")
    unknown = finding.verdict is Verdict.UNKNOWN
    words = flat(finding.summary)
    if not lead:
        words = f"{finding.kind.value}: {words}"
    if unknown:
        words += " (Not proven: part of the evidence was not recorded.)"
    if reason:
        words += f" (Quiet: {flat(reason)}.)"
    head = SEVERITY[finding.severity] + (UNKNOWN if unknown else " ") + " "
    role = "dim" if reason else f"{SEVERITY_ROLE[finding.severity]} bold"
    text_role = "dim" if reason else "bold" if lead else "text"
    lines: list[Line] = [
        (Span(head if row == 0 else "   ", role), Span(text, text_role))
        for row, text in enumerate(_wrapped(words, width - 3))
    ]
    sure = certainty(finding.kind, finding.facts.get("rule", ""))
    why = f"Why: {ABOUT[finding.kind].why} ({sure})"
    return lines + [(Span("   "), Span(text, "dim")) for text in _wrapped(why, width - 3)]


def _prevention(case: Case, picture: Picture, width: int) -> list[Line]:
    kinds = dict.fromkeys(finding.kind for finding in case.findings)
    lines: list[Line] = []
    for words in dict.fromkeys(ABOUT[kind].next for kind in kinds):
        lines += _indented(words, width)
    control = policy.in_force(picture.state)
    if control:
        name = "no control" if control == policy.NONE else control
        lines.append((Span(f"  In force here: {flat(name)}.", "dim"),))
    return lines


def _steps(case: Case) -> dict[int, str]:
    """What each event of the evidence has to do with it; of several reasons, the fullest."""
    reasons: dict[int, str] = {}
    for finding in case.findings:
        for step in finding.witness:
            if len(step.reason) > len(reasons.get(step.seq, "")):
                reasons[step.seq] = step.reason
    return dict(sorted(reasons.items()))


def _step(place: int, seq: int, reason: str, picture: Picture, width: int) -> list[Line]:
    at = picture.moment(seq)
    agent = picture.author_of(seq)
    lead: Line = (
        Span(f" {place if place <= _KEYS else ' '} ", "accent bold"),
        Span(f"#{seq:<5}", "dim"),
        Span(pad(clock(at), 7, right=True) + "  " if at is not None else " " * 9, "dim"),
    )
    indent = width_of(lead)
    words = _wrapped(flat(reason), width - indent)
    first = (*lead, *_with_name(words[0], name_of(agent), picture.role(agent) if agent else "text"))
    return [first, *((Span(" " * indent), Span(text)) for text in words[1:])]


def _with_name(text: str, name: str, role: str) -> Line:
    """`text` with the name it begins with in its own hue."""
    if name and text.startswith(name):
        return (data(name, role), Span(text[len(name) :]))
    return (Span(text),)


def _messages(steps: Iterable[int], picture: Picture, width: int) -> list[Line]:
    """The messages that the evidence names, in full."""
    wanted = set(steps)
    lines: list[Line] = []
    for message in picture.state.messages:
        if message.seq in wanted:
            to = ", ".join(name_of(name) for name in message.to)
            head = (
                data(f"  {name_of(message.sender)}", f"{picture.role(message.sender)} bold"),
                Span(" → ", "dim"),
                data(to),
                Span(f"   {clock(message.t)} · #{message.seq}", "dim"),
            )
            lines += [head, *_indented(message.text, width - 2, "    ")]
    return [(), _title("What was said"), *lines] if lines else []


def _leases(case: Case, picture: Picture) -> list[Line]:
    """Who held the paths up to the finding."""
    lines: list[Line] = []
    for path in case.paths:
        log = [event for event in picture.leases.get(path, ()) if event.seq <= case.lead.seq]
        for event in log[-_LEASES:]:
            granted = isinstance(event, LeaseGranted)
            if isinstance(event, LeaseGranted):
                words = f"was granted {path} for {duration(event.expires - event.t)}"
            else:
                words = f"no longer holds {path}: {event.reason}"
            lines.append(
                (
                    Span(f"  {LEASED if granted else UNLEASED} ", "accent" if granted else "dim"),
                    Span(f"{clock(event.t):>6}  ", "dim"),
                    data(name_of(event.agent), picture.role(event.agent)),
                    data(f" {words}, token {event.token}"),
                )
            )
    return [(), _title("Leases"), *lines] if lines else []


def _indented(words: str, width: int, by: str = "  ") -> list[Line]:
    return [(Span(by), Span(text)) for text in _wrapped(flat(words), width - len(by))]


def _wrapped(words: str, width: int) -> list[str]:
    return textwrap.wrap(words, max(width, 20)) or [""]
