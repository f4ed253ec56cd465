"""An entry of the dock opened: a task, a file, a message, a test run; and the team's numbers."""

import textwrap
from collections.abc import Iterable

from tui.views import policy, shapes
from tui.views.line import Line, Span, data, flat, pad
from tui.views.picture import Picture
from tui.views.roles import name_of
from tui.views.sanitize import sanitize
from tui.views.shapes import TASK
from tui.views.status import idle_causes
from tui.views.tasks import condition
from tui.views.words import clock, cost, count, duration, plural, share
from workspaces.history.state import Message, Version

_WARNINGS = 5

MOST_LINES = 2000
"""Lines of a file or an output that are shown; a recording may hold far longer ones."""


def task(picture: Picture, key: str, width: int) -> list[Line]:
    """A task with its description, dependencies and files."""
    state = picture.state
    found = state.tasks[key]
    now = condition(found, state)
    lines = [
        (Span(f"{TASK[now]} {now}", "accent bold"), data(f"  {found.title}", "bold")),
        *_field("owner", name_of(found.completed_by or found.owner) or "nobody", width),
        *(_field("as well", found.backup, width) if found.backup else ()),
        *(_field("verified by", name_of(found.verified_by), width) if found.verified_by else ()),
        *(_field("rejected", found.rejection, width) if found.rejection else ()),
        *_field("needs", ", ".join(found.dependencies) or "nothing", width),
        *_field("waits for", ", ".join(state.missing(key)) or "nothing", width),
        *_field("files", ", ".join(found.files) or "any", width),
        (),
    ]
    return lines + _paragraphs(found.description or "No description.", width)


def file(picture: Picture, key: str, width: int) -> list[Line]:
    """A file's versions, newest first, who holds it, where it differs, and its content."""
    versions = picture.state.files.get(key, [])
    lines: list[Line] = [(Span(plural(len(versions), "version"), "bold"),)]
    lines += [_version(version, picture) for version in reversed(versions[-30:])]
    lines += _lease(picture, key)
    for agent in policy.worktrees_of(key, picture.state):
        head = picture.state.worktrees[agent].heads[key]
        whose = data(f"  in {agent}'s worktree, not merged:", picture.role(agent))
        lines += [(Span(shapes.WORKTREE, "accent"), whose), _version(head, picture)]
    lines.append(())
    if not versions:
        return [*lines, (Span("It has not been written in the shared tree yet.", "dim"),)]
    last = versions[-1]
    text = picture.state.text(last.blob) if last.blob else None
    if text is None:
        words = "It was not stored." if last.blob else "It was deleted."
        return [*lines, (Span(words, "dim"),)]
    return lines + _code(text)


def _version(version: Version, picture: Picture) -> Line:
    return (
        Span(f"  v{version.number:<4}", "dim"),
        Span(f"{clock(version.t):>7}  ", "dim"),
        data(pad(name_of(version.author), 16), picture.role(version.author)),
        data(f"  {version.task}", "dim"),
        Span(f"  #{version.seq}", "faint"),
    )


def _lease(picture: Picture, path: str) -> list[Line]:
    lease = picture.state.leases.get(path)
    if lease is None:
        return []
    words = f" until {clock(lease.expires)}, token {lease.token}"
    holder = data(lease.holder, f"{picture.role(lease.holder)} bold")
    return [(Span(f"{shapes.LEASED} held by ", "accent"), holder, Span(words, "dim"))]


def message(picture: Picture, key: str, width: int) -> list[Line]:
    """A message in full."""
    for found in reversed(picture.state.messages):
        if str(found.seq) == key:
            to = ", ".join(name_of(name) for name in found.to)
            head: Line = (
                data(name_of(found.sender), f"{picture.role(found.sender)} bold"),
                Span(" → ", "dim"),
                data(to),
                Span(f"   {clock(found.t)} · #{found.seq}", "dim"),
            )
            lines = [head, *_underway(found, picture), (), *_paragraphs(found.text, width)]
            for name, text in found.edited:
                changed = data(f"changed by you, for {name}:", "warn")
                lines += [(), (changed,), *_paragraphs(text, width)]
            return lines
    return []


def _underway(message: Message, picture: Picture) -> list[Line]:
    """Whom it has yet to reach, and from whom a person keeps it back."""
    agents = [a for name in message.to if (a := picture.state.agents.get(name))]
    lines: list[Line] = []
    for words, names in (
        ("on its way to", [a.name for a in agents if message.seq in a.unread]),
        ("kept back from", [a.name for a in agents if message.seq in a.withheld]),
    ):
        if names:
            lines.append((Span(f"{words} ", "dim"), data(", ".join(names))))
    return lines


def test_run(picture: Picture, key: str, outputs: dict[int, str], width: int) -> list[Line]:
    """A test run: what failed, and what pytest said."""
    for run in picture.state.test_runs:
        if str(run.seq) == key:
            head: Line = (
                data(name_of(run.agent), f"{picture.role(run.agent)} bold"),
                Span(f"   {clock(run.t)} · #{run.seq} · tree {run.tree[:10]}", "dim"),
            )
            wrong = run.failed + run.errors
            sums: Line = (
                Span(f"✓ {run.passed} passed", "ok bold"),
                Span(f"   ✗ {wrong} failed" if wrong else "", "bad bold"),
                Span(f"   pytest returned {run.returncode}", "dim"),
            )
            failures = [(Span("  ✗ ", "bad"), data(name)) for name in run.failures]
            output = _code(outputs.get(run.seq, ""))
            return [head, sums, (), *failures, (), *output]
    return []


def numbers(picture: Picture, width: int) -> list[Line]:
    """Where the time goes and what it costs, for the team and for each agent."""
    state, metrics = picture.state, picture.metrics
    lines: list[Line] = [(Span("Where the time goes", "info bold"),)]
    lines.append(_bar("busy", metrics.idle.busy, "ok", width))
    for cause, part in idle_causes(picture):
        lines.append(_bar(f"idle: {cause.replace('-', ' ')}", part, "warn", width))
    if picture.warnings:
        lines += [(), (Span("Warnings", "warn bold"),)]
        for warning in picture.warnings[-_WARNINGS:]:
            lines += _field(clock(warning.t), warning.text, width)
    lines += [(), (Span("The team", "info bold"),)]
    rate = metrics.throughput
    agents = max(len(state.agents), 1)
    free = state.started is not None and state.started.settings.cadence == "free"
    gap = "no round yet" if not free else "none without rounds"
    if metrics.stragglers.gaps:
        gap = f"{duration(metrics.stragglers.mean)} a round, slowest less mean"
    lines += [
        *_field("tokens/s", f"{rate.tokens_per_second:.0f} over the session", width),
        *_field("tasks/min", f"{rate.tasks_per_minute:.2f}", width),
        *_field("straggler gap", gap, width),
        *_field("tests, scripts", _confinement(picture), width),
        *_field(
            "bound",
            f"{metrics.shape.bound(agents):.2f}× is the most {plural(agents, 'agent')} can gain"
            f" here ({metrics.shape.work} tasks, longest chain {metrics.shape.span})",
            width,
        ),
        (),
        (Span("Agents", "info bold"),),
        (Span("  " + pad("", 14) + "  tokens in   out     cost   busy   refused", "dim"),),
    ]
    for agent in picture.members():
        spent = metrics.idle.seconds(agent.name)
        total = sum(spent.values())
        busy = share(spent["busy"] / total) if total else "–"
        lines.append(
            (
                data("  " + pad(flat(agent.name), 14), picture.role(agent.name)),
                Span(f"  {count(agent.tokens_in):>9}{count(agent.tokens_out):>6}"),
                Span(f"{cost(agent.cost_usd, agent.unpriced):>9}{busy:>7}{agent.refusals:>10}"),
            )
        )
    return lines


def _confinement(picture: Picture) -> str:
    """How what models wrote is run."""
    started = picture.state.started
    return (started.settings.confinement if started else "") or "not said"


def _bar(words: str, part: float, role: str, width: int) -> Line:
    room = max(min(width - 34, 50), 5)
    full = round(part * room)
    return (
        Span("  " + pad(words, 24)),
        Span(f"{share(part):>5}  "),
        Span("━" * full, role),
        Span("─" * (room - full), "track"),
    )


def _field(name: str, words: str, width: int) -> list[Line]:
    wrapped = textwrap.wrap(flat(words), max(width - 18, 20)) or [""]
    return [
        (Span("  " + pad(name if row == 0 else "", 15) + " ", "dim"), Span(text))
        for row, text in enumerate(wrapped)
    ]


def _paragraphs(text: str, width: int) -> list[Line]:
    lines: Iterable[str] = sanitize(text).replace("\t", "    ").splitlines()
    return [
        (Span(part),)
        for line in lines
        for part in (textwrap.wrap(line, max(width, 20), replace_whitespace=False) or [""])
    ]


def _code(text: str) -> list[Line]:
    lines = sanitize(text).replace("\t", "    ").splitlines()[:MOST_LINES]
    return [(Span(f"{number:>4} ", "faint"), Span(line)) for number, line in enumerate(lines, 1)]
