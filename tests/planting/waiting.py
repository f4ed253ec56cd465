"""Plants of waits and words: deadlock, lost and unanswered message."""

from collections.abc import Iterator

from tests.planting.play import Play, script
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e

_K = Kind
_TURNS = 2
"""Turns after which a message that was not delivered counts as lost."""
_DEADLINE = 3
"""Turns that a question may wait for its answer."""


def _refused(play: Play, agent: str, code: str, target: str) -> e.AnyEvent:
    play.stage.act(agent)
    return play.stage.add(
        e.ActionRefused(agent=agent, turn=1, action="try", target=target, code=code, reason="no")
    )


def _go_on(play: Play, *agents: str) -> None:
    """Each does something, which ends its waiting."""
    for agent in agents:
        play.stage.write(agent, play.stage.name("notes/") + ".txt", play.stage.lines())


def _lease(play: Play, agent: str, lasts: float = 1e6) -> str:
    """The agent is granted a new path."""
    stage = play.stage
    path = stage.name("notes/") + ".txt"
    stage.act(agent)
    stage.add(e.LeaseGranted(agent=agent, path=path, token=1, expires=stage.now + lasts))
    return path


@script(_K.DEADLOCK, alone=True)
def two_leases(play: Play, a: str, b: str) -> Iterator[None]:
    """Each waits for a file leased to the other; or one of the leases runs out or is given back."""
    stage = play.stage
    how = play.rng.choice(("deadlock", "deadlock", "timeout", "given back", "one way"))
    mine = _lease(play, a)
    yield
    theirs = _lease(play, b, lasts=0.0 if how == "timeout" else 1e6)
    yield
    first = _refused(play, a, "leased", theirs)
    stage.end(a)
    yield
    if how == "given back":
        stage.act(b)
        stage.add(e.LeaseEnded(agent=b, path=theirs, token=1, reason="released"))
    second = _refused(play, b, "malformed" if how == "one way" else "leased", mine)
    stage.end(b)
    if how == "deadlock":
        play.found(_K.DEADLOCK, first, second)
        yield
        for agent in (a, b):
            stage.fresh(agent)
            stage.end(agent)
    else:
        play.clear(_K.DEADLOCK, first, second, why=how)
    yield
    _go_on(play, a, b)


@script(_K.DEADLOCK, alone=True)
def two_tasks(play: Play, a: str, b: str) -> Iterator[None]:
    """Each holds a task that needs the other's; or b has another one to work on."""
    stage = play.stage
    free = play.chance(0.4)
    one = stage.name("task-")
    other = stage.task((), (one,))
    stage.add(e.TaskAdded(task=one, title=one, dependencies=(other,)))
    stage.assign(a, one)
    stage.assign(b, other)
    if free:
        spare = stage.task()
        stage.assign(b, spare)
    yield
    first = _refused(play, a, "blocked", one)
    stage.end(a)
    yield
    second = _refused(play, b, "blocked", other)
    stage.end(b)
    if free:
        play.clear(_K.DEADLOCK, first, second, why="b holds a task that it can work on")
    else:
        play.found(_K.DEADLOCK, first, second)
    yield
    _go_on(play, a, b)
    stage.release(a, one)
    stage.release(b, other)
    if free:
        stage.complete(b, spare)


@script(_K.DEADLOCK, actors=3, alone=True)
def three_questions(play: Play, a: str, b: str, c: str) -> Iterator[None]:
    """Each asks the next and waits; or one of them had answered."""
    stage = play.stage
    answered = play.chance(0.4)
    asked: list[e.AnyEvent] = []
    if answered:
        stage.deliver(c, stage.send(a, c))
    for agent, other in ((a, b), (b, c), (c, a)):
        asked.append(stage.send(agent, other, text="What does it return?"))
        stage.deliver(other, asked[-1])
        if answered and agent == c:
            break
        stage.add(e.Waited(agent=agent, turn=stage.turns[agent]))
        stage.end(agent)
    if answered:
        stage.end(c)
        play.clear(_K.DEADLOCK, *asked, why="one of them does not wait")
    else:
        play.found(_K.DEADLOCK, *asked)
    for agent, other in ((a, c), (b, a), (c, b)):
        stage.deliver(other, stage.send(agent, other, text="A number."))
    yield
    _go_on(play, a, b, c)


@script(_K.LOST_MESSAGE, alone=True)
def undelivered(play: Play, a: str, b: str) -> Iterator[None]:
    """A message is held back for some turns of its receiver, or was sent to nobody."""
    stage = play.stage
    if play.chance(0.2):
        play.found(_K.LOST_MESSAGE, stage.send(a, "nobody-" + a))
        return
    sent = stage.send(a, b)
    before = stage.turns[b]
    for _ in range(play.rng.choice((0, 1, 2, 3))):
        yield
        stage.fresh(b)
    lost = stage.turns[b] - before >= _TURNS
    if lost:
        play.found(_K.LOST_MESSAGE, sent)
    else:
        play.clear(_K.LOST_MESSAGE, sent, why="delivered in time")
    stage.deliver(b, sent)


@script(_K.LOST_MESSAGE, alone=True)
def pushed_out(play: Play, a: str, b: str) -> Iterator[None]:
    """A message is delivered, and left out of the context before any call showed it."""
    stage = play.stage
    kept, sent = stage.send(a, b), stage.send(a, b)
    for message in (kept, sent):
        stage.deliver(b, message)
    stage.end(b)
    trimmed = stage.add(
        e.ContextTrimmed(agent=b, turn=stage.turns[b] + 1, messages=(sent.seq,), tokens=9)
    )
    stage.begin(b)
    play.found(_K.LOST_MESSAGE, sent, trimmed)
    play.clear(_K.LOST_MESSAGE, kept, trimmed, why="it was not left out")
    yield


@script(_K.LOST_MESSAGE, alone=True)
def unanswered(play: Play, a: str, b: str) -> Iterator[None]:
    """A question waits for its answer; or it is none, or was put to everybody."""
    stage = play.stage
    how = play.rng.choice(("question", "question", "statement", "rhetorical"))
    text = "I have read mean.py." if how == "statement" else "What does mean() return?"
    sent = stage.send(a, *((b, e.USER) if how == "rhetorical" else (b,)), text=text)
    delivered = stage.deliver(b, sent)
    before = stage.turns[b]
    for _ in range(play.rng.choice((1, 3, 4, 5))):
        yield
        stage.fresh(b)
    late = stage.turns[b] - before > _DEADLINE
    if how == "question" and late:
        play.found(_K.LOST_MESSAGE, sent, delivered)
    else:
        play.clear(_K.LOST_MESSAGE, sent, why=how)
    stage.deliver(a, stage.send(b, a, text="A number."))
