"""Whole sessions of random agents on virtual time: the real session, gateway, controls, faults
and repository, on three files. What is left out is tests: there are none to run."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, cast

from agents.protocol.observations import Inbox
from agents.runtime import clock as clocks
from agents.runtime.clock import Clock
from agents.runtime.faults import grammar
from agents.runtime.faults.clock import SkewedClock
from agents.runtime.faults.files import FaultyGateway
from agents.runtime.faults.strikes import Strikes
from agents.runtime.recorder import Recorder
from agents.runtime.session import Session
from agents.runtime.testing import ScriptOutcome, TestOutcome
from agents.teams import rights
from agents.teams import team as teams
from agents.teams.decentralized import Decentralized
from tests.guarantees.agents import PATHS, RandomAgent
from workspaces.files.controls import control as controls
from workspaces.files.controls.worktrees import Worktrees
from workspaces.files.repository import Repository
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.state import State
from workspaces.history.writer import HistoryWriter

EPOCH = 1_700_000_000
FIRST = {path: "".join(f"x = {line}  #mfirst-{line}\n" for line in range(12)) for path in PATHS[:2]}
"""Long enough that two changes of a file often merge."""
FAULTS = (
    "freeze@{a}s-{c}s",
    "crash@{a}s-{b}s",
    "slow*5@{a}s-{b}s",
    "conflicting-edit@{a}s-{b}s",
    "conflicting-edit@{a}s",
    "changed-signature@{a}s",
    "malformed@{a}s",
    "cut-output@{a}s",
    "stale-save@{a}s",
    "double-grant@{a}s",
    "second-lead@{a}s",
    "skewed-clock*45@{a}s-{b}s",
    "drop-messages@{a}s-{b}s",
    "rate-limit@{a}s-{b}s",
    "index-lock@{a}s-{b}s",
)
SHARED_ONLY = ("old-read@{a}s-{b}s", "lost-commit@{a}s-{b}s")


class NoTests:
    """The runner of a suite without tests."""

    async def run(self, files: object, tests: object) -> TestOutcome:
        """Nothing was found to run."""
        return TestOutcome(
            tree="", returncode=5, passed=0, failed=0, errors=0, failures=(), output="",
            seconds=0.0, cached=False,
        )  # fmt: skip

    async def run_script(self, files: object, path: str) -> ScriptOutcome:
        """It printed nothing."""
        return ScriptOutcome(returncode=0, output="", seconds=0.0)


class Kind(NamedTuple):
    """What a team is: its kind, its cadence, and how it recovers."""

    team: str = "decentralized"
    cadence: str = "rounds"
    recovery: str = "none"


class OneByOne(Decentralized):
    """Asks one agent at a time, twice in a row."""

    def calls(self, state: State, inbox: Inbox, agent: str) -> bool:
        """Whether it is the agent's turn."""
        names = list(state.agents)
        return names[(state.round - 1) // 2 % len(names)] == agent


def faults(seed: int, control: str) -> str:
    """Up to four faults of a session, by its seed."""
    dice = Random(f"{seed}/faults")
    known = FAULTS if control == "worktrees" else FAULTS + SHARED_ONLY
    # What a lease is for is an agent that goes on after it was thought dead.
    chosen = ["freeze@3s-90s"] if control == "leases" and seed % 2 else []
    for _ in range(dice.randrange(5)):
        a = dice.randint(1, 60)
        chosen.append(dice.choice(known).format(a=a, b=a + dice.randint(5, 60), c=a + 100))
    return ",".join(chosen)


@contextmanager
def repositories() -> Iterator[Path]:
    """A repository to copy: making one takes five processes of git."""
    with TemporaryDirectory(prefix="crosstalk-guarantees-") as folder:
        template = Path(folder) / "workspace"
        Repository.create(template, FIRST, epoch=EPOCH, session="random").close()
        yield template


def play(
    template: Path,
    folder: Path,
    seed: int,
    control: str,
    *,
    agents: int = 3,
    ordered: str = "",
    careful: bool = False,
    rounds: int = 10,
    kind: Kind = Kind(),  # noqa: B008 (it is a constant)
) -> list[e.AnyEvent]:
    """The history of one session in the new folder `folder`."""
    shutil.copytree(template, folder / "workspace")

    async def main(clock: Clock) -> None:
        names = [f"agent-{number}" for number in range(1, agents + 1)]
        started = _started(names, control, seed, rounds, kind)
        await _play(folder, started, ordered, careful, clock)

    clocks.run("virtual", main)
    events, damage = load(folder)
    assert damage is None
    return events


async def _play(
    folder: Path, started: e.SessionStarted, ordered: str, careful: bool, real: Clock
) -> None:
    settings = started.settings
    seed, control = settings.seed, settings.control
    names = [member.name for member in started.members]
    clock = SkewedClock(real)
    clock.commit_seconds = 1e6  # one commit at the end
    strikes = Strikes()
    repository = Repository.open(folder / "workspace", epoch=EPOCH, session="random")
    with HistoryWriter(folder / "history.jsonl", clock.now) as writer:
        recorder = Recorder(writer)
        policy = controls.create(
            control,
            record=recorder.record,
            state=recorder.state,
            now=clock.now,
            repository=repository,
        )
        recorder.observe(policy.observe)
        gateway = FaultyGateway(
            repository.root, repository, recorder.record, recorder.state, (), policy
        )
        gateway.strikes = strikes
        recorder.record(started)
        recorder.record(e.WritesCommitted(commits=tuple(gateway.adopt())))
        for path in PATHS:
            recorder.record(e.TaskAdded(task=path.partition(".")[0], title=path, files=(path,)))
        if isinstance(policy, Worktrees):
            for name in names:
                policy.make(name)
            policy.open()
        models = {name: RandomAgent(seed, careful) for name in names}
        team = OneByOne() if careful else teams.create(settings.team)
        session = Session(recorder, gateway, cast(Any, NoTests()), team, models, clock, strikes)
        session.order(grammar.parse(ordered))
        async with asyncio.timeout(1e5):
            await session.run()
    repository.close()


def _started(
    names: list[str], control: str, seed: int, rounds: int, kind: Kind
) -> e.SessionStarted:
    return e.SessionStarted(
        session="random",
        schema=e.SCHEMA,
        version="test",
        wall_time="2026-01-01T00:00:00+00:00",
        settings=e.Settings(
            suite="random",
            team=kind.team,
            control=control,
            cadence=kind.cadence,
            recovery=kind.recovery,
            verified=kind.team == "adaptive",
            timing="virtual",
            seed=seed,
            max_rounds=rounds,
        ),
        members=tuple(
            e.Member(name=name, model="random", role=rights.role(kind.team, place, len(names)))
            for place, name in enumerate(names)
        ),
        goal="Write three files.",
    )
