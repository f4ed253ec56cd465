"""Histories whose turns take lifelike times, with stragglers and idle agents planted in them.

Both kinds are judgements on lengths of time, so what is planted here is beyond doubt (six times a
usual turn and more), and what is planted as a near-miss is well below any threshold or excused: a
longer turn (1.6 times), a long one that produced text in proportion or completed a task, a pause.
"""

from random import Random

from tests.planting.generator import NAMES
from tests.planting.labels import Planted
from tests.planting.play import Play
from tests.planting.stage import Stage
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e

USUAL = 20.0
"""Seconds of a usual turn."""
SPREAD = 0.12
WORDS = 40
"""Batches of text of a usual turn."""
CALM = 3
"""Rounds before anything is planted: what is usual must be known first."""


def timed(seed: int) -> Planted:
    """The history of a seed."""
    rng = Random(seed)
    stage = Stage(rng, NAMES[: rng.choice((4, 5, 6, 8, 12))], pace=0.0)
    play = Play(stage, rng)
    absent: dict[str, int] = {}
    waits: dict[str, e.AnyEvent] = {}
    names: list[str] = []
    for number in range(rng.randint(CALM + 3, CALM + 8)):
        how = rng.choice(("calm", "slow", "long", "productive", "completed", "paused", "absent"))
        if number < CALM:
            how = "calm"
        names.append(how)
        here = [name for name in stage.roster if number >= absent.get(name, 0)]
        if how == "absent" and len(here) == len(stage.roster):
            who = rng.choice(here)
            absent[who] = number + rng.choice((1, 6))
            here.remove(who)
        _round(play, here, how, waits)
    _ended(play, waits)
    doubtful = frozenset(play.doubtful)
    return Planted(seed, stage.events, play.labels, frozenset(Kind), names, doubtful)


def _round(play: Play, here: list[str], how: str, waits: dict[str, e.AnyEvent]) -> None:
    """All who are here take a turn at once; one of them as `how` says."""
    stage, rng = play.stage, play.rng
    start = stage.now
    chosen = rng.choice(here)
    factor = {"slow": rng.uniform(6, 9), "long": 1.6, "productive": 2.6, "completed": 2.6}.get(
        how, 1
    )
    lasts = {name: USUAL * rng.lognormvariate(0.0, SPREAD) for name in here}
    lasts[chosen] *= factor
    begun: dict[str, e.AnyEvent] = {}
    for name in here:
        begun[name] = _begin(play, name, waits)
    # Short turns first, the chosen one's length in text as `how` says.
    for name in sorted(here, key=lasts.__getitem__):
        stage.now = start + lasts[name]
        words = WORDS if name != chosen or how in ("slow", "completed") else int(WORDS * factor)
        stage.calling.discard(name)
        stage.add(e.Text(agent=name, turn=stage.turns[name], text="word " * words))
        if name == chosen and how == "completed":
            task = stage.task()
            stage.assign(name, task)
            stage.complete(name, task, tested=False)
        stage.end(name)
        waits[name] = stage.events[-1]
        if how == "paused" and name == chosen:
            _pause(play)
            start += 30 * USUAL
    if how == "slow":
        play.found(Kind.STRAGGLER, begun[chosen])
    elif how in ("long", "productive", "completed", "paused"):
        play.clear(Kind.STRAGGLER, begun[chosen], why=how)
    stage.now += rng.uniform(0.1, 0.5)
    stage.add(e.RoundEnded(round=stage.round))
    stage.round += 1
    stage.add(e.RoundStarted(round=stage.round))


def _begin(play: Play, name: str, waits: dict[str, e.AnyEvent]) -> e.AnyEvent:
    """Begin a turn; what came before it was a wait, idle if it was long."""
    stage = play.stage
    since = waits.pop(name, None)
    event = stage.call(name)
    if since:
        _judge(play, name, since)
    return event


def _judge(play: Play, name: str, since: e.AnyEvent) -> None:
    waited = play.stage.now - since.t - _paused(play, since)
    if waited > 4.0 * USUAL:
        play.found(Kind.IDLE, since, why=name)
    elif waited < 2.4 * USUAL:
        play.clear(Kind.IDLE, since, why=name)
    else:
        play.doubtful.append(since.seq)


def _ended(play: Play, waits: dict[str, e.AnyEvent]) -> None:
    stage = play.stage
    stage.add(e.SessionEnded(reason="round-limit", success=False))
    for name, since in waits.items():
        _judge(play, name, since)


def _pause(play: Play) -> None:
    """A person stops the session for a long time."""
    stage = play.stage
    stage.add(e.SessionPaused())
    stage.now += 30 * USUAL
    stage.add(e.SessionContinued())


def _paused(play: Play, since: e.AnyEvent) -> float:
    """How much of the time since an event the session stood still."""
    return sum(
        30 * USUAL
        for event in play.stage.events[since.seq :]
        if isinstance(event, e.SessionContinued)
    )
