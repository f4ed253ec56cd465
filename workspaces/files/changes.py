"""From a recorded write to the commit that will stand for it."""

from workspaces.files.commits import Change
from workspaces.files.trailers import Trailers
from workspaces.history.events import UNREAD, FileWritten, OutsideWrite
from workspaces.history.state import State


def change_of(
    event: FileWritten | OutsideWrite, data: bytes | None, state: State, session: str
) -> Change:
    """The change that commits `event`, whose content is `data`. It depends on nothing but the
    history up to the event, so a commit made after a crash has the id it would have had."""
    if isinstance(event, FileWritten):
        base, task = event.base, event.task
        verb = "Edit" if event.edit else "Write"
    else:
        base, task = UNREAD, ""
        verb = "Delete" if data is None else "Write"
    replaced_blob = _blob(state, event.path, event.replaced)
    return Change(
        seq=event.seq,
        t=event.t,
        agent=event.agent,
        path=event.path,
        data=data,
        message=f"{verb} {event.path}" + (f" for {task}" if task else ""),
        trailers=Trailers(
            session=session,
            event=event.seq,
            task=task,
            base=base,
            base_blob=_blob(state, event.path, base),
            replaced=event.replaced,
            replaced_blob=replaced_blob,
            clock=event.clock,
            path=event.path if event.blob == replaced_blob else "",
        ),
    )


def _blob(state: State, path: str, number: int) -> str:
    version = state.version(path, number)
    return version.blob if version else ""
