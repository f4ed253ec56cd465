"""What came of a session, for the command line: as the contract's JSON object and in words."""

from pathlib import Path
from typing import Any

import msgspec

from agents.metrics.summary import Summary, summarise
from workspaces.errors import CrosstalkError
from workspaces.history.events import SessionEnded
from workspaces.history.opening import open_recording
from workspaces.history.reader import load
from workspaces.history.state import chosen


def as_json(folder: Path, wall_seconds: float) -> str:
    """The object that `run --json` ends with, on one line."""
    events, _ = load(folder)
    summary = summarise(events).to_dict()
    result = {"session": summary.pop("session"), "dir": str(folder.absolute())}
    result |= {key: summary.pop(key) for key in ("success", "tasks_done", "tasks", "seconds")}
    result |= {"wall_seconds": round(wall_seconds, 3)} | summary
    return msgspec.json.encode(result).decode()


def in_words(folder: Path, wall_seconds: float) -> str:
    """A few lines for a person."""
    events, damage = load(folder)
    s = summarise(events)
    ended = next((event for event in reversed(events) if isinstance(event, SessionEnded)), None)
    reason = ended.reason if ended else "no end recorded"
    outcome = "succeeded" if s.success else f"ended without success ({reason})"
    lines = [
        f"The session {outcome}: {s.tasks_done} of {s.tasks} tasks done, "
        f"{s.tests_passed} tests passed, {s.tests_failed} failed.",
        f"  {s.seconds:.1f} s of session time ({wall_seconds:.1f} s here), {_rounds(s)}, "
        f"{s.agents} agents idle {s.idle.share:.0%}, {s.tokens_out:,} tokens written",
        f"  findings: {_counted(s)}",
    ]
    if ended and ended.detail:
        lines.append(f"  {ended.detail}")
    if damage:
        lines.append(f"  the history is readable up to {damage}")
    lines.append(f"  crosstalk replay {folder}")
    return "\n".join(lines)


def row(path: Path, running: bool) -> dict[str, Any]:
    """One recording in a list: a session folder, its history, or a packed session."""
    result: dict[str, Any] = {"dir": str(path), "status": "unreadable", "suite": "", "team": ""}
    result |= {"models": [], "agents": 0, "tasks": "", "findings": 0, "seconds": 0}
    result |= {"cost_usd": None}
    try:
        events, _, _ = open_recording(path)
    except CrosstalkError:
        return result
    s = summarise(events)
    started = chosen(events)
    last = next((event for event in reversed(events) if isinstance(event, SessionEnded)), None)
    status = "running" if running else last.reason if last else "cut off"
    return result | {
        "status": status,
        "suite": started.settings.suite,
        "team": started.settings.team,
        "models": list(dict.fromkeys(member.model for member in started.members)),
        "agents": s.agents,
        "tasks": f"{s.tasks_done}/{s.tasks}",
        "findings": sum(s.findings.values()),
        "seconds": round(s.seconds),
        "cost_usd": s.cost_usd,
    }


def _rounds(summary: Summary) -> str:
    return "no rounds" if summary.rounds is None else f"{summary.rounds} rounds"


def _counted(summary: Summary) -> str:
    found = [f"{count} {kind}" for kind, count in summary.findings.items() if count]
    return ", ".join(found) or "none"
