"""The oracle on leases and trees: zombie writes, git commands, and changes that do not merge."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from tests.planting.oracle.lookup import (
    NOBODY,
    Answer,
    Events,
    owner_of,
    shared_writes,
    tasks_in,
    text_of,
    version_of,
)
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e

Write: TypeAlias = e.FileWritten | e.OutsideWrite


def zombies(events: Events) -> Iterator[Answer]:
    """Writes under an older token than the newest, or under none beside a lease in force."""
    for write in (x for x in events if isinstance(x, e.FileWritten) and not x.where):
        prefix = events[: write.seq]
        granted = [x for x in prefix if isinstance(x, e.LeaseGranted) and x.path == write.path]
        if write.agent == e.SESSION or not granted:
            continue
        newest = max(granted, key=lambda grant: grant.token)
        ended = any(
            isinstance(x, e.LeaseEnded) and (x.path, x.token) == (write.path, newest.token)
            for x in prefix
        )
        force = not ended and newest.expires > write.t and newest.agent != write.agent
        if write.token < newest.token and (write.token or force):
            yield Kind.ZOMBIE_WRITE, (newest.seq, write.seq)


def interference(events: Events) -> Iterator[Answer]:
    """Git commands beneath somebody who is in a turn or holds a task."""
    for event in events:
        if not isinstance(event, e.RepositoryMoved) or event.operation in ("commit", "merge"):
            continue
        prefix = events[: event.seq]
        others = {x.agent for x in prefix} - {event.agent, *NOBODY}
        if any(_at_work(prefix, agent) for agent in others):
            yield Kind.INTERFERENCE, (event.seq,)


def _at_work(events: Events, agent: str) -> bool:
    turning = stopped = False
    for event in (x for x in events if x.agent == agent):
        if isinstance(event, e.TurnStarted):
            turning = True
        elif isinstance(event, e.TurnEnded | e.AgentStopped):
            turning = False
        if isinstance(event, e.AgentStopped | e.AgentStarted):
            stopped = isinstance(event, e.AgentStopped)
    holds = any(owner_of(events, task) == agent for task in tasks_in(events))
    return (turning or holds) and not stopped


def conflicts(events: Events) -> Iterator[Answer]:
    """Refused merges; and two trees' changes of one path which git cannot merge, at the write that
    makes them so, once until they could be merged or one of the trees took the path in anew."""
    told: set[tuple[str, ...]] = set()
    for event in events:
        if isinstance(event, e.MergeRefused) and event.reason == "conflict":
            yield Kind.MERGE_CONFLICT, (event.seq,)
        settled = _settled(event)
        told = {t for t in told if not (t[0] in settled and event.agent in t[1:])}
        if not isinstance(event, e.FileWritten) or not event.where:
            continue
        prefix = events[: event.seq]
        for tree, other in _rivals(prefix, event):
            key = (event.path, *sorted((event.where, tree)))
            if _merges(prefix, event, other, tree):
                told.discard(key)
            elif key not in told:
                told.add(key)
                yield Kind.MERGE_CONFLICT, (other.seq, event.seq)


def _settled(event: e.AnyEvent) -> set[str]:
    """The paths of which the actor's tree is level with the shared one now."""
    if isinstance(event, e.WorktreeUpdated):
        return {path for path, _ in event.versions}
    return {event.path} if isinstance(event, e.FileWritten) and not event.where else set()


def _rivals(events: Events, write: e.FileWritten) -> list[tuple[str, Write]]:
    """Other trees' unmerged versions of the path, and the shared one if another's and newer."""
    heads: dict[str, Write] = {}
    for event in events:
        if write.path in _settled(event):
            heads.pop(event.agent, None)
        if isinstance(event, e.FileWritten) and event.where and event.path == write.path:
            heads[event.where] = event
    heads.pop(write.where)
    found = list(heads.items())
    common = [w for w in shared_writes(events) if w.path == write.path]
    newer = bool(common) and common[-1].version > _base(events, write.path, write.where)
    if newer and common[-1].agent not in (write.agent, e.SESSION):
        found.append(("", common[-1]))
    return found


def _base(events: Events, path: str, tree: str) -> int:
    """The shared version that a tree's copy of the path comes from: the one it last took in or
    merged, or else what the session had laid out."""
    base = 1 if getattr(version_of(events, path, 1), "agent", "") == e.SESSION else 0
    for event in (x for x in events if x.agent == tree):
        if isinstance(event, e.WorktreeUpdated):
            base = dict(event.versions).get(path, base)
        elif isinstance(event, e.FileWritten) and event.path == path and not event.where:
            base = event.version
    return base


def _merges(events: Events, one: Write, other: Write, tree: str) -> bool:
    """Whether git merges two changes, from the older of the versions that they come from."""
    bases = [_base(events, one.path, name) for name in (getattr(one, "where", ""), tree) if name]
    root = version_of(events, one.path, min(bases))
    texts = [text_of(events, blob) for blob in (one.blob, root.blob if root else "", other.blob)]
    if None in texts:
        return False
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("one", "base", "other")]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text or "")
        merged = subprocess.run(
            ["git", "merge-file", "--stdout", *map(str, paths)], capture_output=True, check=False
        )
    return merged.returncode == 0
