"""Histories with planted anomalies, from a seed.

Scripts (`board`, `merging`, `reading`, `replacing`, `waiting`) run interleaved on one stage:
several at once, on the same agents where they allow it. What could make two scripts one anomaly by
accident is kept apart: two at a time share at most one agent, and a pair that shared a script has
to begin two turns before it shares the next, since recent reads of one script must not be the
premise of another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from random import Random

from tests.planting import board, merging, reading, replacing, waiting
from tests.planting.labels import Planted
from tests.planting.play import SCRIPTS, Play, Script
from tests.planting.stage import Stage
from workspaces.anomalies.finding import Kind, Verdict
from workspaces.history import events as e

FAMILIES = (board, merging, reading, replacing, waiting)
NAMES = (
    "ada", "bob", "cy", "dee", "eve", "fay", "gil", "hal",
    "ida", "jon", "kay", "lee", "mia", "ned", "ott", "pia",
)  # fmt: skip
TIMED = frozenset({Kind.STRAGGLER, Kind.IDLE})
"""Kinds that judge lengths of time, which `timed` makes lifelike."""
PATIENCE = 40
"""How often a script that finds no agents free is put off."""


@dataclass
class _Running:
    script: Script
    agents: tuple[str, ...]
    steps: Iterator[None]


class _Cast:
    """Who is free for which script."""

    def __init__(self, stage: Stage, rng: Random) -> None:
        self._stage = stage
        self._rng = rng
        self._shared: dict[str, int] = dict.fromkeys(stage.roster, 0)
        self._alone: set[str] = set()
        self._pairs: dict[frozenset[str], tuple[int, ...] | None] = {}

    def take(self, script: Script) -> tuple[str, ...] | None:
        """Agents for a script, `None` while there are none."""
        free = [
            name
            for name in self._stage.roster
            if name not in self._alone and not (script.alone and self._shared[name])
        ]
        if len(free) < script.actors:
            return None
        for _ in range(4):
            agents = tuple(self._rng.sample(free, script.actors))
            pairs = [frozenset(pair) for pair in combinations(agents, 2)]
            if all(self._apart(pair) for pair in pairs):
                self._pairs.update(dict.fromkeys(pairs))
                for name in agents:
                    self._shared[name] += 1
                if script.alone:
                    self._alone.update(agents)
                return agents
        return None

    def give_back(self, agents: tuple[str, ...]) -> None:
        """The script is over."""
        for pair in combinations(agents, 2):
            self._pairs[frozenset(pair)] = self._turns(frozenset(pair))
        for name in agents:
            self._shared[name] -= 1
        self._alone.difference_update(agents)

    def _turns(self, pair: frozenset[str]) -> tuple[int, ...]:
        return tuple(self._stage.turns[name] for name in sorted(pair))

    def _apart(self, pair: frozenset[str]) -> bool:
        if pair not in self._pairs:
            return True
        since = self._pairs[pair]
        if since is None:
            return False
        return all(now - then >= 2 for now, then in zip(self._turns(pair), since, strict=True))


def generate(
    seed: int, scripts: int | None = None, only: tuple[Kind, ...] = (), agents: int | None = None
) -> Planted:
    """The history of a seed. `scripts` is how many run in it, `only` chooses those that plant one
    of these kinds."""
    rng = Random(seed)
    count = agents or rng.choice((2, 2, 3, 3, 4, 5, 6, 8, 12, 16))
    stage = Stage(rng, NAMES[:count])
    wanted = [
        script
        for script in SCRIPTS
        if script.actors <= count and (not only or set(only) & set(script.kinds))
    ]
    number = scripts or rng.randint(1, 3 + count)
    queue = rng.choices(wanted, k=number)
    play = Play(stage, rng)
    names = _perform(play, queue, _Cast(stage, rng))
    stage.next_round()
    ended = stage.add(e.SessionEnded(reason="round-limit", success=False))
    for completion in play.untold:
        play.found(Kind.FALSE_COMPLETION, completion, ended, verdict=Verdict.UNKNOWN)
    return Planted(seed, stage.events, play.labels, frozenset(Kind) - TIMED, names)


def _perform(play: Play, queue: list[Script], cast: _Cast) -> list[str]:
    """Run all scripts, interleaved; the names of those that found agents."""
    stage, rng = play.stage, play.rng
    running: list[_Running] = []
    names: list[str] = []
    put_off = 0
    while queue or running:
        if queue and (not running or rng.random() < 0.4):
            script = queue.pop(0)
            agents = None if script.once and script.name in names else cast.take(script)
            if agents:
                names.append(script.name)
                running.append(_Running(script, agents, script.act(play, *agents)))
            elif put_off < PATIENCE and not (script.once and script.name in names):
                put_off += 1
                queue.append(script)
                if not running:
                    stage.next_round()
        if running:
            one = rng.choice(running)
            if next(one.steps, running) is running:
                running.remove(one)
                cast.give_back(one.agents)
        if rng.random() < 0.05:
            stage.next_round()
        elif rng.random() < 0.05:
            stage.end(rng.choice(stage.roster))
    return names
