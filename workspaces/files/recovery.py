"""Beginning and resuming: making the history, the working tree and git agree.

A process may die between recording a write and putting it on the disk, or between that and its
commit; and while no process runs, people may change files. The history decides what an agent's
write was; the disk decides what anyone else did.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from workspaces.files.commits import Pairs
from workspaces.files.disk import read_file, scan
from workspaces.history.codec import digest
from workspaces.history.events import (
    OUTSIDE,
    SESSION,
    AnyEvent,
    FileWritten,
    OutsideWrite,
    SessionForked,
    SessionStarted,
)

if TYPE_CHECKING:
    from workspaces.files.gateway import Gateway


class Recovery(Struct, frozen=True, kw_only=True):
    """What had to be done: writes that had commits the history did not know of, writes queued
    for commit now, paths put back on the disk, and changes made from outside meanwhile."""

    committed: Pairs
    queued: int
    rewritten: list[str]
    outside: list[OutsideWrite]


def adopt(gateway: "Gateway") -> Pairs:
    """Give every file without a version its first one; see `Gateway.adopt`."""
    committed = gateway.repository.files()
    tip = gateway.repository.tip()
    pairs = []
    for path in sorted(path for path, _ in scan(gateway.root)):
        data = None if path in gateway.state.files else _read(gateway, path)
        if data is not None:
            event = gateway.record_write(SESSION, 0, path, data, base=0)
            if committed.get(path) == event.blob:
                pairs.append((event.seq, tip))
            else:
                gateway.queue(event, data)
    return pairs


def recover(gateway: "Gateway", past: Iterable[AnyEvent]) -> Recovery:
    """Resume; see `Gateway.recover`."""
    landed, queued = _recommit(gateway, past)
    known = gateway.state.commits.keys() | {seq for seq, _ in landed}
    rewritten: list[str] = []
    outside: list[OutsideWrite | None] = []
    for path, versions in list(gateway.state.files.items()):
        latest = versions[-1]
        try:
            data = read_file(gateway.root, path)
        except OSError:
            continue
        found = "" if data is None else digest(data)
        if found == latest.blob:
            continue
        # A committed write had reached the disk before: whoever changed it back meant to. One
        # that was not may have died on the way, and then the disk has what was there before.
        unfinished = latest.seq not in known and latest.author != OUTSIDE
        before = {"", *(version.blob for version in versions[:-1])}
        content = gateway.content(latest) if unfinished and found in before else None
        if content is None:
            outside.append(gateway.outside(path, data))
        else:
            gateway.put(path, content)
            rewritten.append(path)
    for path, _ in scan(gateway.root):
        if path not in gateway.state.files:
            outside.append(gateway.look(path))
    return Recovery(
        committed=landed,
        queued=queued,
        rewritten=rewritten,
        outside=[event for event in outside if event],
    )


def _recommit(gateway: "Gateway", past: Iterable[AnyEvent]) -> tuple[Pairs, int]:
    """Find or queue the commits of the writes in `past` that the history knows none of."""
    past = tuple(past)
    # A fork's history begins with that of its parent, and so do its commits.
    sessions = {
        event.session for event in past if isinstance(event, SessionStarted | SessionForked)
    }
    sessions.add(gateway.repository.session)
    commits: dict[int, str] = {}
    begun: dict[tuple[str, str], str] = {}
    for commit in gateway.repository.log():
        if commit.trailers and commit.trailers.session in sessions:
            if commit.trailers.event:
                commits[commit.trailers.event] = commit.id
            else:
                begun.update({(touch.path, touch.blob): commit.id for touch in commit.paths})
    landed: Pairs = []
    queued = 0
    for event in past:
        if not isinstance(event, FileWritten | OutsideWrite):
            continue
        if isinstance(event, FileWritten) and event.where:
            continue  # on an agent's branch, and in the history
        if event.seq in gateway.state.commits:
            continue
        commit_id = commits.get(event.seq)
        if commit_id is None and event.agent == SESSION:
            commit_id = begun.get((event.path, event.blob))
        if commit_id is not None:
            landed.append((event.seq, commit_id))
            continue
        version = gateway.state.version(event.path, event.version)
        data = gateway.content(version) if version and event.blob else None
        if data is not None or not event.blob:
            gateway.queue(event, data)
            queued += 1
    return landed, queued


def _read(gateway: "Gateway", path: str) -> bytes | None:
    try:
        return read_file(gateway.root, path)
    except OSError:
        return None
