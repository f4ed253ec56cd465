"""The status line: how the run stands, and the team's numbers, most important first.

Every number has a word beside it. What does not fit is left out from the end, so that nothing
moves when a figure grows.
"""

from math import isinf
from typing import NamedTuple

from agents.debugger.breakpoints import Hit
from tui.views import policy
from tui.views.line import Line, Span, clip, data, width_of
from tui.views.picture import Picture
from tui.views.roles import name_of
from tui.views.shapes import FAULT, SEVERITY, SEVERITY_ROLE
from tui.views.words import clock, cost, count, duration, share


class Transport(NamedTuple):
    """How the history comes in."""

    live: bool = True
    playing: bool = True
    speed: float = 1.0
    seconds: float = 0.0
    """How long the recording is."""
    gone: bool = False
    """The team's process has ended without ending its session."""
    reading: bool = False
    """What is shown is behind what is known: reading up."""
    hit: Hit | None = None
    """The breakpoint at which a recording stands."""
    past: tuple[int, int] | None = None
    """Of the past of a session at work, the event at which it is shown, and how many there are."""
    looked: float | None = None
    """The share of a recording that has been looked through for findings, if that has yet to come
    up to the moment shown."""


ENDINGS = {
    "done": "all tasks done",
    "round-limit": "round limit",
    "budget": "budget spent",
    "interrupted": "interrupted",
    "failed": "failed",
}

Group = tuple[Span, ...]


def standing(picture: Picture, transport: Transport) -> Group:
    """The run's state, as a chip."""
    state = picture.state
    ended = state.ended
    if transport.reading:
        return (Span(" ↻ reading ", "chip-info"),)
    if transport.hit:
        return (Span(f" ‖ breakpoint {transport.hit.number} ", "chip-warn"),)
    if transport.past:
        return (Span(" ‖ past " if not transport.playing else " ► past ", "chip-warn"),)
    if not transport.live and not transport.playing and not ended:
        return (Span(" ‖ replay ", "chip-warn"),)
    if ended:
        role = "chip-ok" if ended.success else "chip-bad"
        words = "success" if ended.success else ENDINGS.get(ended.reason, ended.reason)
        return (Span(f" ■ {words} ", role),)
    if transport.gone:
        return (Span(" ✗ team gone ", "chip-bad"),)
    if not transport.live:
        speed = "at once" if isinf(transport.speed) else f"{transport.speed:g}×"
        return (Span(f" ► replay {speed} ", "chip-info"),)
    if state.paused:
        why = state.why_paused.partition(" (")[0]
        said = "" if why in ("", "by hand") else f": {why}"
        return (data(f" ‖ paused{said} ", "chip-warn"),)
    if state.started is None:
        return (Span(" … starting ", "chip-info"),)
    return (Span(" ► running ", "chip-ok"),)


def groups(picture: Picture, transport: Transport, now: float) -> list[Group]:
    """The parts of the status, most important first; the run's state is the first."""
    state, metrics = picture.state, picture.metrics
    result = [standing(picture, transport)]
    if picture.simulated:
        result.append((Span("simulated models", "warn"),))
    if state.started and state.started.settings.confinement.startswith("limits only"):
        result.append((Span("tests unconfined", "warn"),))
    whole = (Span(f" of {clock(transport.seconds)}", "dim"),) if not transport.live else ()
    result.append((Span(clock(now), "bold"), *whole, *_round(picture)))
    result.append((Span("tasks ", "dim"), *_tasks(picture)))
    result.append((*_findings(picture), *_looked(transport)))
    result += [group for group in (_faults(picture), _control(picture)) if group]
    result.append(_tests(picture))
    busy, idle = metrics.idle.busy, metrics.idle.idle
    result.append(
        (Span("busy ", "dim"), Span(share(busy)), Span(" idle ", "dim"), Span(share(idle)))
    )
    rate = metrics.throughput
    speed = rate.tokens_per_second if state.ended else rate.recent_tokens_per_second(now)
    result.append((Span(count(speed)), Span(" tok/s", "dim")))
    result.append((Span(f"{rate.tasks_per_minute:.1f}"), Span(" tasks/min", "dim")))
    if metrics.stragglers.gaps:
        result.append((Span("gap ", "dim"), Span(duration(metrics.stragglers.mean))))
    tokens = sum(a.tokens_in + a.tokens_out for a in state.agents.values())
    result.append((Span(count(tokens)), Span(" tok", "dim")))
    dollars = sum(agent.cost_usd for agent in state.agents.values())
    if dollars or not picture.simulated:
        unpriced = sum(agent.unpriced for agent in state.agents.values())
        result.append((Span("cost ", "dim"), Span(cost(dollars, unpriced))))
    if state.tasks:
        bound = metrics.shape.bound(max(len(state.agents), 1))
        result.append((Span("bound ", "dim"), Span(f"{bound:.1f}×")))
    if state.started:
        chosen = state.started.settings
        result.append((data(f"{chosen.suite} · {chosen.team}", "dim"),))
    return result


def status(
    picture: Picture, transport: Transport, now: float, width: int, rows: int, spare: int = 0
) -> list[Line]:
    """The status in `rows` lines of at most `width` cells, leaving `spare` cells of the last."""
    gap = Span("  ")
    lines: list[list[Span]] = [[]]
    room = width - (spare if rows == 1 else 0)
    for group in groups(picture, transport, now):
        size = width_of(group) + (2 if lines[-1] else 0)
        if size > room:
            if len(lines) == rows:
                break
            lines.append([Span(" ")])
            room = width - 1 - (spare if len(lines) == rows else 0)
            size = width_of(group)
            lines[-1] += group
        else:
            lines[-1] += (gap, *group) if lines[-1] else group
        room -= size
    lines += [[] for _ in range(rows - len(lines))]
    return [tuple(line) for line in lines]


def idle_causes(picture: Picture) -> list[tuple[str, float]]:
    """Why agents waited: each cause with its share of the team's time, largest first."""
    causes = picture.metrics.idle.by_cause.items()
    return sorted(((name, part) for name, part in causes if part), key=lambda c: -c[1])


def _round(picture: Picture) -> Group:
    state = picture.state
    if state.started and state.started.settings.cadence == "free":
        return (Span(" free", "dim"),)
    return (Span(" round ", "dim"), Span(str(state.round))) if state.round else ()


def _tasks(picture: Picture) -> Group:
    """How many are done of those needed, and how many of them wait to be verified."""
    state = picture.state
    needed = [task for task in state.tasks.values() if task.status != "closed"]
    done = [task for task in needed if task.status == "done"]
    waiting = sum(not state.settled(task.id) for task in done)
    unverified = (Span(f" ({waiting} unverified)", "warn"),) if waiting else ()
    return (Span(f"{len(done)}/{len(needed)}", "bold"), *unverified)


def _findings(picture: Picture) -> Group:
    counts = picture.book.counts()
    quiet = picture.book.quiet
    muted = (Span(f" muted {quiet}", "faint"),) if quiet else ()
    shown = [severity for severity, number in counts.items() if number]
    if not shown:
        return (Span("no findings", "dim"), *muted)
    spans = [Span("findings", "dim")]
    for severity in shown:
        spans.append(Span(f" {SEVERITY[severity]}{counts[severity]}", SEVERITY_ROLE[severity]))
    return (*spans, *muted)


def _control(picture: Picture) -> Group:
    words = policy.for_team(picture.state)
    return (Span("control ", "dim"), data(words)) if words else ()


def _looked(transport: Transport) -> Group:
    if transport.looked is None:
        return ()
    return (Span(f" so far, {share(transport.looked)} read", "dim"),)


def _faults(picture: Picture) -> Group:
    faults = picture.state.faults.values()
    if not faults:
        return ()
    names = ", ".join(dict.fromkeys(fault.fault for fault in faults))
    return (data(f"{FAULT} {clip(names, 30)}", "bad"),)


def _tests(picture: Picture) -> Group:
    runs = picture.state.test_runs
    if not runs:
        return (Span("no tests yet", "dim"),)
    last = runs[-1]
    wrong = last.failed + last.errors
    spans = [Span("tests ", "dim"), Span(f"✓{last.passed}", "ok")]
    if wrong or last.returncode not in (0, 5):
        spans.append(Span(f" ✗{wrong}", "bad"))
    return tuple(spans)


def _stand(picture: Picture, at: int, reason: str) -> Line:
    """Where the team stands still, and why."""
    author = picture.author_of(at)
    step = reason == "step"
    return (
        Span(f" ‖ {'stepped to' if step else 'at'} event {at}", "warn bold"),
        Span(" by ", "dim"),
        data(name_of(author), picture.role(author)),
        data("" if step else f" · {reason}"),
    )


def banner(picture: Picture, transport: Transport, folder: str) -> Line:
    """What a person should know now and can do next; empty while the team is at work."""
    state = picture.state
    if transport.reading:
        return ()
    if ended := state.ended:
        done = sum(task.status == "done" for task in state.tasks.values())
        words = f" {done} of {len(state.tasks)} tasks in {duration(ended.t)}"
        if state.test_runs:
            last = state.test_runs[-1]
            words += f", {last.passed} tests passed, {last.failed + last.errors} failed"
        role = "ok bold" if ended.success else "bad bold"
        head = "done" if ended.success else ENDINGS.get(ended.reason, ended.reason)
        detail = f" · {ended.detail}" if ended.detail else ""
        return (Span(f" ■ {head}:", role), data(words + detail))
    if hit := transport.hit:
        return _stand(picture, hit.seq, f"breakpoint {hit.number} ({hit.text}): {hit.why}")
    if transport.past:
        at, of = transport.past
        return (
            Span(f" ‖ the past: event {at} of {of}", "warn bold"),
            Span(" · Esc goes back to now · f forks from here", "dim"),
        )
    if picture.pause and picture.pause.at and transport.live:
        return _stand(picture, picture.pause.at, picture.pause.reason)
    if transport.gone:
        return (
            Span(" ✗ the team's process is gone; ", "bad bold"),
            Span("what it did:  "),
            data(f"crosstalk replay {folder}", "accent"),
        )
    return ()
