"""The oracle on waits and words: deadlocks, lost messages, claims of who is gone."""

from collections.abc import Iterator
from itertools import combinations

from tests.planting.oracle.lookup import Answer, Events, completions, owner_of, tasks_in
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e

_PROGRESS = (
    e.FileWritten,
    e.TaskClaimed,
    e.TaskCompleted,
    e.TaskReleased,
    e.LeaseGranted,
    e.AgentStopped,
)
_TURNS, _DEADLINE, _ROUNDS = 2, 3, 3


def deadlocked(events: Events) -> Iterator[Answer]:
    """Sets of agents all of whom wait for somebody in the set, at the end of a turn of one of them:
    the smallest, by trying every set; once until one of them goes on."""
    told: list[frozenset[str]] = []
    for event in events:
        if isinstance(event, (*_PROGRESS, e.TaskAssigned)):
            told = [each for each in told if event.agent not in each]
        if not isinstance(event, e.TurnEnded):
            continue
        prefix = events[: event.seq]
        agents = {x.agent for x in prefix}
        wants = {name: each for name in agents if (each := _wants(prefix, name))}
        stuck = _smallest(event.agent, wants)
        if stuck and not any(stuck <= each for each in told):
            told.append(stuck)
            yield Kind.DEADLOCK, tuple(sorted(wants[name][0][0] for name in stuck))


def _smallest(agent: str, wants: dict[str, list[tuple[int, set[str]]]]) -> frozenset[str]:
    for size in range(2, len(wants) + 1):
        for group in map(frozenset, combinations(sorted(wants), size)):
            if agent in group and all(
                holders & group for name in group for _, holders in wants[name]
            ):
                return group
    return frozenset()


def _wants(events: Events, agent: str) -> list[tuple[int, set[str]]]:
    """What the agent waits for, as the event that showed it and who could let it go on; empty if it
    does not wait, or can go on."""
    own = [x for x in events if x.agent == agent]
    got = [x.seq for x in own if isinstance(x, _PROGRESS)]
    given = [x.seq for x in events if isinstance(x, e.TaskAssigned) and x.owner == agent]
    since = max(got + given, default=0)
    ends = [x.seq for x in own if isinstance(x, e.TurnEnded)]
    found: list[tuple[int, set[str]]] = []
    working = can_work(events, agent)
    for event in own:
        if not since < event.seq < max(ends, default=0):
            continue
        holders = _wanted(events, event)
        if holders is None:
            continue
        blocked = isinstance(event, e.ActionRefused) and event.code in ("held", "blocked")
        if not holders or (working and blocked):
            return []
        found.append((event.seq, holders))
    return found


def _wanted(events: Events, event: e.AnyEvent) -> set[str] | None:
    """Who could give what the event shows to be wanted; `None` if it shows nothing."""
    if isinstance(event, e.MessageSent) and len(event.to) == 1 and "?" in event.text:
        later = events[event.seq :]
        waits = any(isinstance(x, e.Waited) and x.agent == event.agent for x in later)
        answers = [x for x in later if isinstance(x, e.MessageSent) and x.agent == event.to[0]]
        answered = any(event.agent in x.to for x in answers)
        return set(event.to) if waits and not answered else None
    if not isinstance(event, e.ActionRefused):
        return None
    if event.code == "leased":
        grants = [x for x in events if isinstance(x, e.LeaseGranted) and x.path == event.target]
        ended = {(x.path, x.token) for x in events if isinstance(x, e.LeaseEnded)}
        last = grants[-1] if grants else None
        if last is None or (last.path, last.token) in ended or last.expires <= events[-1].t:
            return set()
        return {last.agent} - {event.agent}
    if event.code == "held":
        return {owner_of(events, event.target)} - {"", event.agent}
    if event.code == "blocked":
        needs = tasks_in(events)[event.target].dependencies
        open_ = [d for d in needs if not completions(events, d)]
        return {owner_of(events, d) for d in open_} - {"", event.agent}
    return None


def can_work(events: Events, agent: str) -> bool:
    """Whether the agent holds a task of which all dependencies are complete."""
    return any(
        owner_of(events, name) == agent and all(completions(events, d) for d in task.dependencies)
        for name, task in tasks_in(events).items()
    )


def unheard(events: Events) -> Iterator[Answer]:
    """Messages to nobody, not delivered, pushed out, and questions without an answer."""
    started = next(x for x in events if isinstance(x, e.SessionStarted))
    team = {member.name for member in started.members}
    for sent in (x for x in events if isinstance(x, e.MessageSent)):
        for name in dict.fromkeys(sent.to):
            if name in team:
                yield from _fate(events, sent, name)
            elif name not in (e.USER, e.SESSION):
                yield Kind.LOST_MESSAGE, (sent.seq,)


def _fate(events: Events, sent: e.MessageSent, name: str) -> Iterator[Answer]:
    """What became of the message to that agent."""
    turns = 0
    delivered: e.AnyEvent | None = None
    stopped = False
    question = len(sent.to) == 1 and name != sent.agent and "?" in sent.text
    for event in events[sent.seq :]:
        mine = event.agent == name
        if isinstance(event, e.AgentStopped | e.AgentStarted) and mine:
            stopped = isinstance(event, e.AgentStopped)
        if isinstance(event, e.SessionEnded) and delivered is None and (turns or stopped):
            yield Kind.LOST_MESSAGE, (sent.seq,)
            return
        if isinstance(event, e.MessageDelivered) and mine and event.message == sent.seq:
            delivered, turns = event, 0
        if isinstance(event, e.ContextTrimmed) and mine and sent.seq in event.messages:
            yield Kind.LOST_MESSAGE, (sent.seq, event.seq)
            return
        if isinstance(event, e.MessageSent) and mine and delivered and sent.agent in event.to:
            question = False
        if isinstance(event, e.TurnStarted) and mine:
            turns += 1
            if delivered is None and turns == _TURNS:
                yield Kind.LOST_MESSAGE, (sent.seq,)
                return
            if delivered and question and turns > _DEADLINE:
                yield Kind.LOST_MESSAGE, (sent.seq, delivered.seq)
                return


def orphaned(events: Events) -> Iterator[Answer]:
    """Holders of a task that stop, let their lease run out, or take no step for three rounds."""
    told: dict[str, int] = {}
    """By agent: its last sign of life when it was told of."""
    for event in events:
        before = events[: event.seq - 1]
        if isinstance(event, e.AgentStopped) and _holds(before, event.agent):
            told[event.agent] = _last(events[: event.seq], event.agent).seq
            yield Kind.ORPHAN_CLAIM, (event.seq,)
        if not isinstance(event, e.RoundStarted | e.LeaseEnded):
            continue
        prefix = events[: event.seq]
        agents = {x.agent for x in before if isinstance(x, _ALIVE)}
        for agent in agents if isinstance(event, e.RoundStarted) else {event.agent} & agents:
            last = _last(before, agent)
            if isinstance(last, e.TurnStarted) or told.get(agent) == last.seq:
                continue
            if not _holds(prefix, agent):
                continue
            rounds = [x for x in prefix[last.seq :] if isinstance(x, e.RoundStarted)]
            if _lapsed(prefix, agent, last):
                told[agent] = last.seq
                yield Kind.ORPHAN_CLAIM, (last.seq, event.seq)
            elif len(rounds) > _ROUNDS and can_work(prefix, agent):
                told[agent] = last.seq
                yield Kind.ORPHAN_CLAIM, (last.seq,)


_ALIVE = (
    e.TurnStarted,
    e.ReplyEnded,
    e.TurnEnded,
    e.FileWritten,
    e.TaskCompleted,
    e.TaskClaimed,
    e.LeaseGranted,
    e.LeaseRenewed,
    e.AgentStarted,
    e.AgentStopped,
)


def _last(events: Events, agent: str) -> e.AnyEvent:
    """The agent's last sign of life."""
    return [x for x in events if x.agent == agent and isinstance(x, _ALIVE)][-1]


def _holds(events: Events, agent: str) -> bool:
    return any(owner_of(events, task) == agent for task in tasks_in(events))


def _lapsed(events: Events, agent: str, last: e.AnyEvent) -> bool:
    """Whether the agent's last lease has run out by itself, and it has taken no step since."""
    expires = 0.0
    for event in (x for x in events if x.agent == agent):
        if isinstance(event, e.LeaseGranted | e.LeaseRenewed):
            expires = event.expires
        elif isinstance(event, e.LeaseEnded) and event.reason != "expired":
            expires = 0.0
    return 0.0 < expires <= events[-1].t and last.t <= expires
