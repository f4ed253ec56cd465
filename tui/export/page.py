"""One HTML page of a recording: a space-time diagram to scrub, what agents said, the findings.

Everything is in the one file: no script, style, font or picture comes from elsewhere, and the
page's own policy forbids it to load any. Only the script and the style whose digests it names
run. What models wrote is in a block of JSON that nothing executes, and is put on the page as text.
"""

import base64
import difflib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from tui.export.account import Account, Turn
from tui.export.describing import describe
from tui.export.options import Options
from tui.export.output import replacing
from tui.themes import DARK, LIGHT
from tui.views import hand
from tui.views.kinds import ABOUT, certainty
from tui.views.line import flat
from tui.views.roles import HUES, name_of
from tui.views.sanitize import sanitize
from workspaces.anomalies.finding import Finding, Verdict
from workspaces.history import events as e

_HERE: Final = Path(__file__).parent

_MARKS: Final[dict[type, str]] = {
    e.FileWritten: "write",
    e.OutsideWrite: "outside",
    e.FileRead: "read",
    e.TaskClaimed: "claim",
    e.TaskAssigned: "claim",
    e.TaskReleased: "note",
    e.TaskCompleted: "done",
    e.ActionRefused: "refused",
    e.Merged: "merge",
    e.MergeRefused: "refused",
    e.MessageSent: "message",
    e.FaultStarted: "fault",
    e.FaultEnded: "note",
    e.AgentStopped: "fault",
    e.AgentStarted: "note",
    e.RepositoryMoved: "outside",
    e.SessionPaused: "note",
    e.SessionContinued: "note",
    e.SessionEnded: "note",
    e.Warned: "note",
} | dict.fromkeys(hand.KINDS, "note")
"""The events that the diagram marks, and the shape of each."""

MOST_LINES: Final = 160
"""Lines of a difference that are kept."""


def write(account: Account, out: Path, options: Options) -> None:
    """Write the page."""
    script = (_HERE / "page.js").read_text()
    style = _hues() + (_HERE / "page.css").read_text()
    parts = {
        "TITLE": _escaped(flat(account.title)),
        "POLICY": _policy(script, style),
        "STYLE": style,
        "DATA": _data(account),
        "SCRIPT": script,
    }
    page = (_HERE / "page.html").read_text()
    pieces = page.split("@@")  # text, name, text, name, ..., text: data cannot name a place
    pieces[1::2] = [parts[name] for name in pieces[1::2]]
    with replacing(out) as file:
        file.write("".join(pieces).encode())


def _policy(script: str, style: str) -> str:
    """Nothing may be loaded from anywhere, and only what has these digests may run."""

    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; script-src 'sha256-{digest(script)}'; "
        f"style-src 'sha256-{digest(style)}'; base-uri 'none'; form-action 'none'"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _hues() -> str:
    """The agents' hues as in the screen's dark and light themes."""

    def rule(variables: dict[str, str]) -> str:
        return ":root{" + "".join(f"--{name}:{hue};" for name, hue in variables.items()) + "}"

    light = f"@media (prefers-color-scheme: light){{{rule(LIGHT.variables)}}}"
    return rule(DARK.variables) + light + "\n"


def _data(account: Account) -> str:
    """All that the page shows, as JSON that can stand in HTML."""
    text = msgspec.json.encode(contents(account)).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def contents(account: Account) -> dict[str, Any]:
    """All that the page shows."""
    s = account.summary
    actors = account.actors()
    places = {name: place for place, name in enumerate(actors)}
    return {
        "title": flat(account.title),
        "session": flat(account.started.session),
        "began": flat(account.started.wall_time),
        "goal": sanitize(account.started.goal),
        "problem": flat(account.problem),
        "simulated": account.simulated,
        "seconds": account.seconds,
        "summary": s.to_dict(),
        "reason": flat(account.state.ended.reason) if account.state.ended else "no end recorded",
        "actors": [
            {
                "name": flat(name),
                "called": flat(name_of(name)),
                "model": flat(account.model_of(name)),
            }
            | ({"hue": place % HUES + 1} if account.model_of(name) else {})
            for place, name in enumerate(actors)
        ],
        "turns": [_turn(turn, places) for turn in account.turns],
        "texts": _texts(account, places),
        "runs": [
            {
                "who": places[run.agent],
                "began": run.began,
                "ended": run.ended,
                "passed": run.result.passed if run.result else 0,
                "failed": run.result.failed + run.result.errors if run.result else -1,
            }
            for run in account.runs
            if run.agent in places
        ],
        "marks": [
            [event.seq, event.t, places[event.agent], _MARKS[type(event)], describe(event)]
            for event in account.events
            if type(event) in _MARKS and event.agent in places
        ],
        "arrows": [
            [places[a.sent.agent], a.sent.t, places[a.received.agent], a.received.t, a.sent.seq]
            for a in account.arrows
        ],
        "tasks": list(_tasks(account)),
        "findings": list(_findings(account)),
        "differences": _differences(account),
    }


def _turn(turn: Turn, places: dict[str, int]) -> dict[str, Any]:
    replied = turn.ended if turn.replied is None else turn.replied
    return {
        "who": places[turn.agent],
        "number": turn.number,
        "round": turn.round,
        "seq": turn.seq,
        "began": turn.began,
        "replied": replied,
        "ended": turn.ended,
        "tokens": turn.tokens_out,
    }


def _texts(account: Account, places: dict[str, int]) -> list[list[Any]]:
    """What streamed: who, when, what."""
    return [
        [places[event.agent], event.t, sanitize(event.text)]
        for event in account.events
        if isinstance(event, e.Text) and event.agent in places
    ]


def _tasks(account: Account) -> Iterator[dict[str, Any]]:
    changes: dict[str, list[list[Any]]] = {}
    for event in account.events:
        match event:
            case e.TaskClaimed():
                changes.setdefault(event.task, []).append([event.t, "held", event.agent])
            case e.TaskAssigned():
                changes.setdefault(event.task, []).append([event.t, "held", event.owner])
            case e.TaskReleased():
                changes.setdefault(event.task, []).append([event.t, "open", ""])
            case e.TaskCompleted():
                changes.setdefault(event.task, []).append([event.t, "done", event.agent])
            case _:
                pass
    for task in account.state.tasks.values():
        yield {
            "id": flat(task.id),
            "title": flat(task.title),
            "needs": [flat(need) for need in task.dependencies],
            "changes": [[t, status, flat(who)] for t, status, who in changes.get(task.id, [])],
        }


def _findings(account: Account) -> Iterator[dict[str, Any]]:
    for finding in account.findings:
        if finding.verdict is Verdict.CLEAR:
            continue
        about = ABOUT[finding.kind]
        yield {
            "id": finding.id,
            "case": finding.case,
            "kind": finding.kind.value,
            "severity": finding.severity.value,
            "verdict": finding.verdict.value,
            "agents": [flat(name_of(name)) for name in finding.agents],
            "about": [flat(name) for name in finding.paths or finding.tasks],
            "t": finding.t,
            "seq": finding.seq,
            "summary": flat(finding.summary),
            "why": about.why,
            "sure": certainty(finding.kind, finding.facts.get("rule", "")),
            "next": about.next,
            "steps": _steps(account, finding),
        }


def _steps(account: Account, finding: Finding) -> list[list[Any]]:
    steps: list[list[Any]] = []
    for step in finding.witness:
        event = account.event(step.seq)
        if event:
            steps.append([step.seq, event.t, name_of(event.agent), flat(step.reason)])
    return steps


def _differences(account: Account) -> dict[str, list[str]]:
    """What each write that a finding names changed, as lines of a unified difference, by the
    number of its event."""
    state = account.state
    found: dict[str, list[str]] = {}
    for seq in sorted({step.seq for finding in account.findings for step in finding.witness}):
        event = account.event(seq)
        if not isinstance(event, e.FileWritten | e.OutsideWrite):
            continue
        replaced = state.version(event.path, event.replaced)
        old = state.text(replaced.blob) if replaced and replaced.blob else ""
        new = state.text(event.blob) if event.blob else ""
        if old is None or new is None:
            continue
        names = (f"v{event.replaced}", f"v{event.version}")
        lines = difflib.unified_diff(
            sanitize(old).splitlines(), sanitize(new).splitlines(), *names, lineterm="", n=2
        )
        found[str(seq)] = list(lines)[:MOST_LINES]
    return found
