"""The writes of each session as its commits tell them, and each path's versions.

A branch may have been rewritten: copies of a write count once, and where a commit is missing so is
the write. Nothing is made up for it.
"""

from msgspec import Struct

from workspaces.auditing.past import Mark
from workspaces.auditing.scope import Scope, shown


class Write(Struct, frozen=True):
    """One write of a session. `version` counts the path's versions; `blob` is empty when it was
    deleted."""

    commit: int
    agent: str
    path: str
    version: int
    blob: str
    mark: Mark

    @property
    def event(self) -> int:
        """Its number in the session's history."""
        return self.mark.trailers.event

    def follows(self, other: "Write") -> bool:
        """Whether `other` happens before this."""
        ticks = other.mark.trailers.clock.get(other.agent, 0)
        return ticks > 0 and self.mark.trailers.clock.get(other.agent, 0) >= ticks


class Chains:
    """The writes of one session in the order of its events, and each path's versions."""

    def __init__(self) -> None:
        self.writes: list[Write] = []
        self.versions: dict[tuple[str, int], Write] = {}
        self.laid: set[str] = set()
        """Paths that the session itself laid out before anybody worked."""
        self.unplaced: set[str] = set()
        """Agents with writes of which git does not say the path (the bytes were as before)."""

    def add(self, write: Write) -> None:
        """Take the next write."""
        self.writes.append(write)
        self.versions[write.path, write.version] = write


def chains_of(scope: Scope) -> dict[str, Chains]:
    """The writes of each session."""
    past = scope.past
    touched: dict[int, list[tuple[str, str]]] = {number: [] for number in past.marks}
    for raw in past.paths() if touched else ():
        if any(commit in touched for commit in past.commits_of(raw)):
            for touch in past.touches(raw):
                if touch.commit in touched:
                    touched[touch.commit].append((shown(raw), touch.new))
    sessions: dict[str, Chains] = {}
    order = sorted(past.marks, key=lambda number: (past.marks[number].trailers.event, number))
    seen: set[tuple[str, int]] = set()
    for number in order:
        mark = past.marks[number]
        trailers = mark.trailers
        chains = sessions.setdefault(trailers.session, Chains())
        agent = past.name(number)
        if not trailers.event:
            chains.laid |= {path for path, _ in touched[number]}
        elif (trailers.session, trailers.event) not in seen:  # a copy (a rebase) counts once
            seen.add((trailers.session, trailers.event))
            found = touched[number]
            if len(found) == 1:
                [(path, blob)] = found
                chains.add(Write(number, agent, path, trailers.replaced + 1, blob, mark))
            elif not found and (path := trailers.path or _unchanged(chains, mark)):
                blob = trailers.replaced_blob
                chains.add(Write(number, agent, path, trailers.replaced + 1, blob, mark))
            else:
                chains.unplaced.add(agent)
    return sessions


def _unchanged(chains: Chains, mark: Mark) -> str:
    """The path of a write that left the bytes as they were and whose commit does not name it, as
    those of earlier versions did not, if only one can be meant."""
    trailers = mark.trailers
    paths = {
        path
        for (path, version), write in chains.versions.items()
        if version == trailers.replaced and write.blob == trailers.replaced_blob
    }
    return paths.pop() if len(paths) == 1 else ""
