"""Merge conflicts: two trees hold changes of one path that do not merge.

Exact (the three-way merge of git, by lines; changes of adjacent lines collide, the same change made
twice does not). Reported

- when a merge was refused for a conflict;
- as soon as the worktrees hold it, before anybody merges: at a write in an agent's worktree,
  against every other worktree's unmerged version of the path and against the shared tree's newest
  version, taken from the older of the two versions they come from. Reported once for each pair of
  trees and path, and again only after the two could have been merged in between.

Unknown when one of the texts was not stored.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Lines, Severity, Step, Verdict
from workspaces.anomalies.hunks import changes, clashing, lines_of
from workspaces.anomalies.witness import each_once, listed, witness
from workspaces.anomalies.writes import text_at, text_of, who
from workspaces.history.events import SESSION, AnyEvent, FileWritten, MergeRefused, WorktreeUpdated
from workspaces.history.state import State, Version, Worktree


class MergeConflicts:
    """Merges in thought, at each write, what others have of the same path."""

    kinds = (Kind.MERGE_CONFLICT,)
    events = (FileWritten, MergeRefused, WorktreeUpdated)

    def __init__(self) -> None:
        self._open: dict[str, dict[frozenset[str], Verdict]] = {}
        """By path: what was told of pairs of trees; the shared tree's name is empty."""

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """The conflicts that `event` makes or meets."""
        if isinstance(event, MergeRefused):
            return (_refused(event, state),) if event.reason == "conflict" else ()
        if isinstance(event, WorktreeUpdated):
            for path, _ in event.versions:
                self._settle(path, event.agent)
            return ()
        if isinstance(event, FileWritten):
            if event.where:
                return list(self._written(event, state))
            self._settle(event.path, event.agent)
        return ()

    def _settle(self, path: str, tree: str) -> None:
        """The tree's changes of the path are merged, or came in anew."""
        if pairs := self._open.get(path):
            self._open[path] = {pair: told for pair, told in pairs.items() if tree not in pair}

    def _written(self, event: FileWritten, state: State) -> Iterator[Finding]:
        mine = state.worktrees[event.where]
        head, base = mine.heads[event.path], _base(mine, event.path, state)
        known = self._open.setdefault(event.path, {})
        shared = state.latest(event.path)
        others: list[tuple[str, Version, int]] = [
            (name, tree.heads[event.path], min(base, _base(tree, event.path, state)))
            for name, tree in state.worktrees.items()
            if name != event.where and event.path in tree.heads
        ]
        if shared and shared.number > base and shared.author not in (event.agent, SESSION):
            others.append(("", shared, base))
        for name, other, root in others:
            pair = frozenset((event.where, name))
            merge = _merge(root, head, other, state)
            if merge.collides is False:
                known.pop(pair, None)
            elif known.get(pair) is not Verdict.FOUND:
                finding = _finding(event, other, name, merge)
                finding = doubted(finding, _outdated(pair, event.path, root, state))
                if known.get(pair) is not finding.verdict:
                    known[pair] = finding.verdict
                    yield finding


class _Merge(NamedTuple):
    """Whether two changes collide (`None`: unknown), and in which lines of the newer text; a
    change that only took lines away has none."""

    collides: bool | None
    lines: tuple[Lines, ...] = ()


def _merge(root: int, head: Version, other: Version, state: State) -> _Merge:
    if head.blob == other.blob:
        return _Merge(False)
    base, one, two = text_at(head.path, root, state), text_of(head, state), text_of(other, state)
    if base is None or one is None or two is None:
        return _Merge(None)
    found = clashing(changes(base, one), changes(base, two))
    return _Merge(bool(found), lines_of(head.path, found))


def _outdated(trees: Iterable[str], path: str, base: int, state: State) -> bool:
    """Whether one of the trees may have been brought up to date, or changed, in a step that is
    missing."""
    version = state.version(path, base)
    return any(state.gaps.of(tree, version.seq if version else 0) for tree in trees)


def _base(tree: Worktree, path: str, state: State) -> int:
    """The shared version that a worktree's copy of `path` comes from. One that nobody brought up
    to date holds what the session laid out, if anything."""
    versions = state.files.get(path)
    laid_out = versions and (versions[0].author == SESSION or versions[0].number > 1)
    return tree.base.get(path, 1 if laid_out else 0)


def _finding(event: FileWritten, other: Version, tree: str, merge: _Merge) -> Finding:
    agent, author = event.agent, other.author
    place = "in a worktree of its own" if tree else "in the shared tree"
    fails = "do not merge" if merge.collides else "may not merge: a text was not stored"
    return Finding(
        id=f"{Kind.MERGE_CONFLICT}:{event.path}:{other.seq}:{event.seq}",
        kind=Kind.MERGE_CONFLICT,
        severity=Severity.MEDIUM,
        verdict=Verdict.UNKNOWN if merge.collides is None else Verdict.FOUND,
        agents=each_once((author, agent)),
        paths=(event.path,),
        tasks=each_once((other.task, event.task)),
        witness=witness(
            Step(other.seq, f"{who(author)} changed {event.path} {place}"),
            Step(event.seq, f"{agent} changed it in {event.where}'s worktree; the two {fails}"),
        ),
        lines=merge.lines,
        summary=f"{agent}'s and {who(author)}'s changes of {event.path} {fails}.",
        seq=event.seq,
        t=event.t,
        case=f"merge:{event.path}:{event.where}",
        facts={"with": "worktree" if tree else "shared", "base": "merged in thought"},
    )


def _refused(event: MergeRefused, state: State) -> Finding:
    rivals = [
        version
        for path in event.paths
        if (version := state.latest(path)) and version.author not in (event.agent, SESSION)
    ]
    names = listed(event.paths) or "the worktree"
    first = event.paths[0] if event.paths else ""
    return Finding(
        id=f"{Kind.MERGE_CONFLICT}:{event.task}:{event.seq}",
        kind=Kind.MERGE_CONFLICT,
        severity=Severity.HIGH,
        verdict=Verdict.FOUND,
        agents=each_once((*(version.author for version in rivals), event.agent)),
        paths=event.paths,
        tasks=each_once((event.task,)),
        witness=witness(
            [Step(v.seq, f"{who(v.author)} made version {v.number} of {v.path}") for v in rivals],
            Step(event.seq, f"the merge of {event.agent}'s worktree was refused: {names}"),
        ),
        summary=f"{event.agent}'s worktree could not be merged: changes of {names} collide.",
        seq=event.seq,
        t=event.t,
        case=f"merge:{first}:{event.agent}",
        facts={"with": "shared", "base": "refused"},
    )
