"""Work done before what it needs: a task's file imports a module that nobody had written yet.

Claims, completions and the task graph are not in git, so this proves less than a live dependency
violation: the import shows the need, and the first commit of the imported file when it was met.
The two tasks may have been meant that way, so the verdict is *unknown*.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from workspaces.anomalies.finding import Kind, Severity, Verdict
from workspaces.auditing.chains import Write
from workspaces.auditing.finding import AuditFinding
from workspaces.auditing.premises import parse
from workspaces.auditing.scope import Scope

MOST = 2000
"""Writes of Python files that are parsed, the first of each session."""


def premature(scope: Scope, session: str, writes: Sequence[Write]) -> Iterator[AuditFinding]:
    """One finding for each file and each module it imported too early; `writes` are a session's,
    in order."""
    first: dict[str, Write] = {}
    for write in writes:
        if write.blob:
            first.setdefault(write.path, write)
    code = [w for w in writes if w.blob and w.path.endswith(".py") and w.mark.trailers.task]
    seen: set[tuple[str, str]] = set()
    for write in code[:MOST]:
        text = scope.blobs.text(write.blob)
        module = None if text is None else parse(text)
        folder = PurePosixPath(write.path).parent
        for name, level, _, _ in module.imported if module else ():
            target = str(folder.joinpath(*name.split("."))) + ".py"
            if level > 1 or (write.path, target) in seen:
                continue
            seen.add((write.path, target))
            needed = first.get(target)
            if needed and _is_early(write, needed):
                yield _finding(scope, session, write, needed)


def _is_early(write: Write, needed: Write) -> bool:
    one, other = write.mark.trailers, needed.mark.trailers
    return (
        needed.version == 1
        and needed.event > write.event
        and needed.agent != write.agent
        and bool(other.task)
        and one.task != other.task
    )


def _finding(scope: Scope, session: str, write: Write, needed: Write) -> AuditFinding:
    tasks = (write.mark.trailers.task, needed.mark.trailers.task)
    return AuditFinding(
        id=f"{Kind.DEPENDENCY_VIOLATION}:{write.path}:{write.event}:{needed.event}",
        kind=Kind.DEPENDENCY_VIOLATION,
        severity=Severity.LOW,
        verdict=Verdict.UNKNOWN,
        agents=(write.agent, needed.agent),
        paths=(write.path, needed.path),
        tasks=tasks,
        witness=(
            scope.evidence(
                write.commit, f"{write.agent} wrote {write.path}, which imports {needed.path}"
            ),
            scope.evidence(needed.commit, f"{needed.agent} made the first {needed.path}"),
        ),
        summary=f"{write.agent} wrote {write.path} for {tasks[0]} before there was the "
        f"{needed.path} of {tasks[1]} that it imports.",
        t=scope.past.times[write.commit],
        case=f"session:{session}:write:{write.event}",
        facts={"session": session},
    )
