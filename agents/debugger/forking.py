"""A session that parts from another at an event, and goes its own way from there.

The fork's history begins with the parent's first events, byte for byte. What follows is recorded
like all else: that it was forked, and what was changed. Its repository has the parent's commits up
to that event and nothing of what came after. The parent is only read, and may be running.

A fork is not run here: to whoever goes on with it (`process.start_again`) it is a session whose
process has ended.
"""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import structs

from agents.debugger.changes import Changes, Edit
from agents.debugger.regrouping import check, regroup
from agents.models import catalog as models
from agents.runtime import budget
from agents.runtime import folder as folders
from agents.runtime.confinement import Confinement
from agents.runtime.hosting import dated
from agents.runtime.recorder import Recorder
from agents.runtime.spec import Spec, check_choices, check_confined
from agents.runtime.usage import UsageError
from agents.teams import rights
from workspaces.files.bundles import unbundle
from workspaces.files.disk import put_file, read_file
from workspaces.files.heads import heads_at
from workspaces.files.repository import Repository
from workspaces.history import events as e
from workspaces.history import packing
from workspaces.history.codec import digest
from workspaces.history.reader import FILE_NAME, Lines, locate
from workspaces.history.state import State, fold
from workspaces.history.writer import HistoryWriter
from workspaces.tasks.recorded import from_history


class Parent(NamedTuple):
    """The beginning of a session: its events, and the bytes that they are stored as."""

    events: list[e.AnyEvent]
    history: bytes
    state: State


def fork(source: Path, at: int, into: Path, changes: Changes | None = None) -> Path:
    """Make a fork of the session at `source` (a folder, a history in one, or a packed session)
    after its event `at` in the new or empty folder `into`; the folder, absolute.

    Raises `UsageError` when it cannot part there or the changes make no sense, `HistoryError` and
    `RepositoryError` when the parent cannot be read; then nothing is left behind.
    """
    changes = changes or Changes()
    parent = beginning(source, at)
    settings, members = _chosen(parent, changes)
    edits = [_edited(parent, change) for change in changes.edits]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    assert parent.state.started
    forked = e.SessionForked(
        agent=e.USER,
        session=_named(parent, settings, members, changes),
        parent=parent.state.started.session,
        at=at,
        wall_time=now,
        settings=settings,
        members=members,
    )
    with folders.making(into) as made:
        _clone(source, parent, forked, made.path)
        _write(parent, forked, edits, made.path / FILE_NAME)
        made.keep()
        return made.path


def beginning(source: Path, at: int) -> Parent:
    """The first `at` events of the session at `source`, at which it can be forked. Raises
    `UsageError` when it cannot, `HistoryError`."""
    events, history = _first(source, at)
    if at < 1 or len(events) < at:
        raise UsageError(
            f"There is no event {at} to fork at",
            f"the history has {len(events)} readable events" if at > 0 else "events count from 1",
            "crosstalk debug SESSION shows them.",
        )
    state = fold(events)
    begins = _setup(events)
    if begins == at or isinstance(events[-1], e.Blob):  # perhaps there is more of it
        begins = earliest(source)
    if at < begins:
        raise UsageError(
            f"Event {at} is within the session's setup",
            f"its files and tasks are all in place only after event {begins}",
            f"Fork at event {begins} or later.",
        )
    _check_not_over(state, at)
    return Parent(events, history, state)


def earliest(source: Path) -> int:
    """The first event at which the session at `source` can be forked: the end of its setup."""
    return _setup(_first(source, 1 << 62)[0])


def _first(source: Path, at: int) -> tuple[list[e.AnyEvent], bytes]:
    """Up to `at` readable events, and their bytes."""
    if packing.is_packed(source):
        lines = (packing.part(source, FILE_NAME) or b"").splitlines(keepends=True)
        return _taken(iter(lines), at, str(source))
    with locate(source).open("rb") as file:
        return _taken(file, at, str(source))


def _taken(lines: Iterator[bytes], at: int, where: str) -> tuple[list[e.AnyEvent], bytes]:
    reader = Lines(where)
    events: list[e.AnyEvent] = []
    taken: list[bytes] = []
    while len(events) < at and (line := next(lines, b"")).endswith(b"\n"):
        if not (event := list(reader.take(line))):
            break
        events += event
        taken.append(line)
    return events, b"".join(taken)


def _setup(events: list[e.AnyEvent]) -> int:
    """The event with which the session is in place: the last of those that begin one, before
    anybody does anything."""
    last = 1
    for event in events:
        match event:
            case e.Blob() | e.Warned() | e.CommandGiven():
                continue
            case e.SessionStarted() | e.WritesCommitted() | e.WorktreeUpdated():
                last = event.seq
            case e.FileWritten() | e.TaskAdded() if event.agent == e.SESSION:
                last = event.seq
            case _:
                break
    return last


def _check_not_over(state: State, at: int) -> None:
    assert state.started
    settings = state.started.settings
    if state.done():
        why, what = "all its tasks are done", "tasks"
    elif settings.cadence == "rounds" and state.round >= settings.max_rounds:
        why, what = f"round {state.round} is the last of {settings.max_rounds}", "rounds"
    elif limit := budget.spent(state):
        why, what = f"its limit is reached ({limit})", "a budget"
    else:
        return
    raise UsageError(
        f"There is nothing left to do after event {at}",
        why,
        f"Fork at an earlier event, at which there are {what} left."
        if what != "a budget"
        else "Fork at an earlier event, at which some of it is left.",
    )


# What is chosen ----------------------------------------------------------------------------------


def _chosen(parent: Parent, changes: Changes) -> tuple[e.Settings, tuple[e.Member, ...]]:
    """The fork's settings and members. Raises `UsageError`, and what a wrong model raises."""
    state = parent.state
    assert state.started
    before = state.started.settings
    members = _members(state.started, changes)
    team = changes.team or before.team
    settings = structs.replace(
        before,
        team=team,
        control=changes.control or before.control,
        cadence=changes.cadence or before.cadence,
        timing=changes.timing or before.timing,
        api_base=changes.api_base or before.api_base,
        verified=team == "adaptive" and len(members) > 1,
    )
    check_choices(settings.control, settings.cadence, settings.recovery, settings.timing)
    check(state, team, settings.control)
    names = tuple(dict.fromkeys(member.model for member in members))
    new = set(names) - {member.model for member in state.started.members}
    for name in names:
        if name in new or changes.api_base:
            models.check(name, settings.api_base)
        if settings.timing == "virtual" and not models.keeps_virtual_time(name):
            if changes.timing:
                raise UsageError(
                    f"{name} cannot keep virtual time",
                    "only simulated and recorded models know how long they take",
                    "Leave --clock virtual away.",
                )
            settings = structs.replace(settings, timing="wall")
    if new:
        spec = Spec(suite=settings.suite, models=names, unconfined=changes.unconfined)
        confinement = Confinement.probe()
        check_confined(spec, from_history(parent.events), confinement)
        settings = structs.replace(settings, confinement=confinement.detail)
    return settings, members


def _members(started: e.SessionStarted, changes: Changes) -> tuple[e.Member, ...]:
    names = [member.name for member in started.members]
    if unknown := [name for name in changes.models if name not in names]:
        raise UsageError(
            f"There is no agent {unknown[0][:40]!r}", "", f"Name one of: {', '.join(names)}."
        )
    team = changes.team or started.settings.team
    return tuple(
        structs.replace(
            member,
            model=changes.models.get(member.name) or changes.model or member.model,
            role=member.role
            if team == started.settings.team
            else rights.role(team, place, len(names)),
        )
        for place, member in enumerate(started.members)
    )


def _named(
    parent: Parent, settings: e.Settings, members: tuple[e.Member, ...], changes: Changes
) -> str:
    """A name for the fork: drawn at random on wall time; on virtual time a digest of all that
    makes it what it is, since the same choices are the same session."""
    if settings.timing == "wall":
        return secrets.token_hex(6)
    assert parent.state.started
    chosen = (parent.state.started.session, len(parent.events), settings, members, changes)
    return sha256(msgspec.json.encode(chosen)).hexdigest()[:12]


def _edited(parent: Parent, change: Edit) -> e.MessageEdited | e.MessageDropped:
    """The event that carries a change of a message out. Raises `UsageError`."""
    at, number = len(parent.events), change.message
    state = parent.state
    message = state.message(number)
    if message is None:
        later = number > at
        raise UsageError(
            f"Event {number} is no message that was sent by event {at}",
            "it comes after the fork" if later else "it is something else",
            f"Fork at event {number} or later, before it is delivered." if later else
            "crosstalk debug SESSION with inspect agent NAME mailbox shows messages.",
        )  # fmt: skip
    wanted = (change.agent,) if change.agent else message.to
    waiting = tuple(
        name
        for name in dict.fromkeys(wanted)
        if (agent := state.agents.get(name))
        and (number in agent.unread or number in agent.withheld)
    )
    if not waiting:
        reached = next(
            event.seq
            for event in (*parent.events, e.MessageDelivered(message=number))
            if isinstance(event, e.MessageDelivered) and event.message == number
        )
        raise UsageError(
            f"Message {number} cannot be changed at event {at}",
            f"{change.agent or 'everyone'} has got it (event {reached})"
            if reached
            else f"it is not on its way to {change.agent or 'anybody'}",
            f"Fork from event {number} on, before event {reached}."
            if reached
            else f"It is for {', '.join(message.to)}.",
        )
    if change.text is None:
        return e.MessageDropped(agent=e.USER, message=number, to=waiting)
    return e.MessageEdited(agent=e.USER, message=number, to=waiting, text=change.text)


# Making it ---------------------------------------------------------------------------------------


def _clone(source: Path, parent: Parent, forked: e.SessionForked, into: Path) -> None:
    """The workspace as it was at the cut, and the person's mutes. Raises `UsageError` when the
    parent has no workspace, `RepositoryError`."""
    first = parent.events[0]
    assert isinstance(first, e.SessionStarted)
    sessions = {
        event.session
        for event in parent.events
        if isinstance(event, e.SessionStarted | e.SessionForked)
    }
    root, epoch = into / folders.WORKSPACE, dated(first)
    with _workspace(source) as (folder, mutes):
        before = Repository(folder, epoch, forked.parent)
        heads = heads_at(before, forked.at, sessions)
        repository = Repository.clone(folder, root, heads, epoch=epoch, session=forked.session)
        try:
            _level(parent.state, repository, before)
        finally:
            repository.close()
        if mutes:
            (into / packing.MUTES).write_bytes(mutes)


@contextmanager
def _workspace(source: Path) -> Iterator[tuple[Path, bytes]]:
    """The parent's repository, and its mutes if it has any."""
    if packing.is_packed(source):
        data = packing.part(source, packing.BUNDLE)
        if data is None:
            raise _no_workspace(source)
        with tempfile.TemporaryDirectory(prefix="crosstalk-fork-") as unpacked:
            unbundle(data, Path(unpacked, folders.WORKSPACE))
            mutes = packing.part(source, packing.MUTES) or b""
            yield Path(unpacked, folders.WORKSPACE), mutes
        return
    session = locate(source).parent.absolute()
    if not (session / folders.WORKSPACE / ".git").is_dir():
        raise _no_workspace(source)
    kept = session / packing.MUTES
    yield session / folders.WORKSPACE, kept.read_bytes() if kept.is_file() else b""


def _no_workspace(source: Path) -> UsageError:
    return UsageError(
        f"{source} has no workspace",
        f"there is no repository {folders.WORKSPACE} beside its history to go on with",
        "Give the session's folder, or what crosstalk export --to pack made of it.",
    )


def _level(state: State, repository: Repository, before: Repository) -> None:
    """Bring the files to the cut where commits of the last writes were still to come."""
    for path, versions in state.files.items():
        blob = versions[-1].blob
        there = read_file(repository.root, path)
        if blob == ("" if there is None else digest(there)):
            continue
        text = state.text(blob)
        data = text.encode() if text is not None else before.show(blob)
        if not blob:
            (repository.root / path).unlink(missing_ok=True)
        elif data is not None:
            put_file(repository.root, repository.scratch, path, data)


def _write(
    parent: Parent,
    forked: e.SessionForked,
    edits: list[e.MessageEdited | e.MessageDropped],
    path: Path,
) -> None:
    """The fork's history. Raises `HistoryError`."""
    path.write_bytes(parent.history)
    before, t = parent.state.started, parent.state.t
    assert before
    with HistoryWriter(path, lambda: t) as writer:
        recorder = Recorder(writer)
        recorder.record(forked)
        regroup(recorder, before.settings)
        for edit in edits:
            recorder.record(edit)


__all__ = ["Changes", "Edit", "beginning", "earliest", "fork"]
