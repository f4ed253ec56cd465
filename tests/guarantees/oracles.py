"""The guarantees by their definitions, straight from the events: no fold of the product's."""

from collections.abc import Iterator

from tests.guarantees.agents import marks
from workspaces.history import events as e

Write = e.FileWritten | e.OutsideWrite


def lost_updates(events: list[e.AnyEvent]) -> Iterator[str]:
    """Writes to the shared tree that lost another's update.

    By the definition: the base is older than the replaced version, which another made. And by
    what happened: a marked line of the replaced version is gone, although no context that its
    remover was sent had ever shown it, nor had the remover written it.
    """
    blobs = {event.digest: event.text for event in events if isinstance(event, e.Blob)}
    latest: dict[str, Write] = {}
    known: dict[str, set[str]] = {}
    for event in events:
        if isinstance(event, e.TurnStarted):
            shown = known.setdefault(event.agent, set())
            for prompt in event.prompts:
                shown |= marks(blobs[prompt.digest])
        if not isinstance(event, e.FileWritten | e.OutsideWrite):
            continue
        mine = known.setdefault(event.agent, set())
        mine |= marks(blobs.get(event.blob)) - set().union(
            *(marks(blobs.get(w.blob)) for w in latest.values())
        )
        if isinstance(event, e.FileWritten) and event.where:
            continue
        before = latest.get(event.path)
        latest[event.path] = event
        if not isinstance(event, e.FileWritten) or before is None:
            continue
        if event.base < event.replaced and before.blob and before.agent != event.agent:
            yield f"{event.seq}: {event.path} from {event.base} over {event.replaced}"
        gone = marks(blobs.get(before.blob)) - marks(blobs.get(event.blob)) - mine
        if gone:
            yield f"{event.seq}: {event.agent} removed {gone} from {event.path} unseen"


def zombies(events: list[e.AnyEvent]) -> Iterator[str]:
    """Accepted writes of agents that did not hold the newest lease of the path at that time, and
    leases granted anew to a reply that had lost one to another agent: what it writes is as old."""
    newest: dict[str, e.LeaseGranted] = {}
    expires: dict[str, float] = {}
    replies: dict[str, dict[str, int]] = {}
    for event in events:
        match event:
            case e.TurnStarted():
                replies[event.agent] = {
                    path: grant.token
                    for path, grant in newest.items()
                    if grant.agent == event.agent and expires[path] > event.t
                }
            case e.LeaseGranted():
                before = replies[event.agent].get(event.path)
                if before is not None and newest[event.path].token > before:
                    yield f"{event.seq}: {event.agent} lost token {before} and got a new one"
                replies[event.agent][event.path] = event.token
                if event.path in newest and event.token <= newest[event.path].token:
                    yield f"{event.seq}: token {event.token} does not grow"
                if event.t < expires.get(event.path, 0.0):
                    yield f"{event.seq}: {event.path} was still leased"
                newest[event.path] = event
                expires[event.path] = event.expires
            case e.LeaseRenewed():
                for path, grant in newest.items():
                    if grant.agent == event.agent and expires[path] > event.t:
                        expires[path] = event.expires
            case e.LeaseEnded():
                if event.token == newest[event.path].token:
                    expires[event.path] = event.t
                if event.reason == "released":
                    replies[event.agent].pop(event.path, None)
            case e.FileWritten() if event.agent != e.SESSION:
                grant = newest.get(event.path)
                if grant is None or (grant.token, grant.agent) != (event.token, event.agent):
                    yield f"{event.seq}: {event.agent} wrote under token {event.token}"
                elif expires[event.path] <= event.t:
                    yield f"{event.seq}: {event.agent} wrote after its lease"
