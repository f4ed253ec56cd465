"""Interference: somebody moved a worktree under another who was at work in it.

Git logs the moves of HEAD in each worktree, with who made them, for as long as it keeps them;
clones and servers have no such log. Found is a `reset` by one that drops commits which another
had made in the same worktree just before, and a `checkout` between two commits of another.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from workspaces.anomalies.finding import Kind, Severity, Verdict
from workspaces.auditing.finding import AuditFinding, Evidence
from workspaces.auditing.scope import Scope, short

SOON = 3600
"""Seconds within which somebody who committed counts as at work."""
MOST_BYTES = 1 << 20
"""How much of the end of each log is read."""
_LINE = re.compile(
    rb"([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ([^<\n]*) ?<([^>\n]*)> (\d{1,12}) [+-]\d{4}\t?(.*)"
)


class Move(Struct, frozen=True):
    """One line of a log."""

    before: str
    after: str
    name: str
    address: str
    t: int
    what: str


def interference(scope: Scope) -> list[AuditFinding]:
    """The findings of all worktrees' logs."""
    common = scope.source.common
    found: list[AuditFinding] = []
    for log in [common / "logs" / "HEAD", *sorted(common.glob("worktrees/*/logs/HEAD"))]:
        place = "the main worktree" if log.parent.parent == common else log.parent.parent.name
        found += _look(scope, place, list(_read(log)))
    return found


def _read(log: Path) -> Iterator[Move]:
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - MOST_BYTES))
            data = file.read(MOST_BYTES)
    except OSError:
        return
    for line in data.split(b"\n"):
        if match := _LINE.fullmatch(line):
            before, after, name, address, seconds, what = match.groups()
            yield Move(
                before.decode(),
                after.decode(),
                name.decode(errors="replace").strip(),
                address.decode(errors="replace"),
                int(seconds),
                what.decode(errors="replace"),
            )


def _look(scope: Scope, place: str, moves: Sequence[Move]) -> Iterator[AuditFinding]:
    last: Move | None = None
    for at, move in enumerate(moves):
        if move.what.startswith("commit"):
            last = move
        elif last and _foreign(last, move):
            if move.what.startswith("reset:") and _drops(scope, last, move):
                yield _finding(
                    scope, place, (last, move), Severity.HIGH, "reset the worktree, which dropped"
                )
            elif move.what.startswith("checkout:") and move.before == last.after:
                again = next((m for m in moves[at + 1 :] if m.what.startswith("commit")), None)
                if again and _same(again, last) and again.t - move.t <= SOON:
                    yield _finding(
                        scope, place, (last, move, again), Severity.MEDIUM,
                        "checked out another commit between two commits, after",
                    )  # fmt: skip


def _same(one: Move, other: Move) -> bool:
    return one.address == other.address or one.name == other.name


def _foreign(last: Move, move: Move) -> bool:
    return not _same(last, move) and 0 <= move.t - last.t <= SOON


def _drops(scope: Scope, last: Move, move: Move) -> bool:
    """Whether the commit made last is not part of where HEAD went."""
    if move.after == last.after or move.before == move.after:
        return False
    past = scope.past
    one, other = past.index.get(last.after), past.index.get(move.after)
    if other is None:
        return False
    # A commit that no head contains any more is dropped for certain.
    return one is None or not past.is_ancestor(one, other)


def _finding(
    scope: Scope, place: str, moves: Sequence[Move], severity: Severity, did: str
) -> AuditFinding:
    last, move, *_ = moves
    reasons = [f"{last.name} committed in {place}", f"{move.name}: {move.what}"]
    reasons += [f"{last.name} committed there again"] * (len(moves) - 2)
    return AuditFinding(
        id=f"{Kind.INTERFERENCE}:{short(last.after)}:{short(move.after)}:{move.t}",
        kind=Kind.INTERFERENCE,
        severity=severity,
        verdict=Verdict.FOUND,
        agents=(last.name, move.name),
        witness=tuple(
            Evidence(m.after, m.name, m.t, reason) for m, reason in zip(moves, reasons, strict=True)
        ),
        summary=f"{move.name} {did} {last.name}'s {short(last.after)} in {place}.",
        t=move.t,
        case=f"reflog:{short(move.after)}:{move.t}",
        facts={"worktree": place, "operation": move.what.partition(":")[0]},
    )
