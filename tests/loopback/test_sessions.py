"""Whole sessions of providers' models, through litellm, from the server on loopback."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from agents.models.base import Model
from agents.models.catalog import DEFAULT
from agents.models.providers.model import ProviderModel
from agents.models.providers.workers import Workers
from agents.runtime.clock import WallClock
from agents.runtime.hosting import host
from agents.runtime.spec import Spec
from agents.suites import catalog as suites
from agents.teams.team import NAMES as TEAMS
from tests.loopback.server import Loopback, Options, every, serving
from tests.scenarios.crosstalk import crosstalk, environment
from workspaces.files.controls.control import NAMES as CONTROLS
from workspaces.history import events as e
from workspaces.history.reader import load

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = "sk-planted-0123456789abcdef"
FAULTS = ("429", "503", "cut", "break", "empty", "reset", "garbage", "500")
ALL = [(team, control) for team in TEAMS for control in CONTROLS]
USUAL = [(team, CONTROLS[place % len(CONTROLS)]) for place, team in enumerate(TEAMS)]
"""Every kind of team, and among them every control."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers() -> AsyncIterator[Workers]:
    async with Workers(2) as workers:
        yield workers


@pytest.fixture
def server() -> Iterator[Loopback]:
    with serving(Options()) as server:
        yield server


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The first tasks of a built-in suite that stand alone, with a test: a few turns' work."""
    tasks = [t for t in suites.load("math/p0.9").tasks.tasks if not t.dependencies][:4]
    listed = [
        {"id": t.id, "title": t.title, "description": t.description, "files": list(t.files)}
        for t in tasks
    ]
    folder = tmp_path_factory.mktemp("suite")
    modules = [task.files[0].removesuffix(".py") for task in tasks]
    lines = [f"from {name} import {name}" for name in modules]
    test = "\n".join(["def test_all():", *(f"    {line}" for line in lines)])
    (folder / "test_some.py").write_text(test + "\n")
    file = folder / "some.json"
    file.write_text(json.dumps({"project": "some", "description": "Some.", "tasks": listed}))
    return str(file)


async def played(
    spec: Spec, folder: Path, workers: Workers, server: Loopback, actions: str = "tags"
) -> list[e.AnyEvent]:
    """The history of a session whose models are served by the server. They are called after the
    simulated ones by which it answers; the session knows no difference."""
    known = await workers.look("openai/made-up", server.url)

    def provided(model: Model) -> Model:
        return ProviderModel(
            model.name,
            workers,
            known,
            called="openai/made-up",
            api_base=server.url,
            actions=actions,
        )

    folder.mkdir()
    await host(spec, 1, folder, WallClock(), wrapped=provided)
    events, damage = load(folder)
    assert damage is None
    return events


def session(suite: str, team: str = "decentralized", control: str = "none") -> Spec:
    return Spec(suite=suite, agents=3, models=(DEFAULT,), team=team, control=control)


def assert_done(events: list[e.AnyEvent]) -> None:
    ended = events[-1]
    assert isinstance(ended, e.SessionEnded)
    assert (ended.reason, ended.success) == ("done", True), ended


@pytest.mark.parametrize(("team", "control"), USUAL)
async def test_every_kind_of_team_comes_to_its_end(
    suite: str, tmp_path: Path, workers: Workers, server: Loopback, team: str, control: str
) -> None:
    assert_done(await played(session(suite, team, control), tmp_path / "s", workers, server))


@pytest.mark.long
@pytest.mark.parametrize(("team", "control"), [pair for pair in ALL if pair not in USUAL])
async def test_every_other_kind_does_too(
    suite: str, tmp_path: Path, workers: Workers, server: Loopback, team: str, control: str
) -> None:
    assert_done(await played(session(suite, team, control), tmp_path / "s", workers, server))


@pytest.mark.parametrize("pieces", ["pieces", "whole"])
async def test_teams_that_call_tools_come_to_their_end(
    suite: str, tmp_path: Path, workers: Workers, server: Loopback, pieces: str
) -> None:
    server.options.tool_pieces = pieces
    events = await played(session(suite), tmp_path / "s", workers, server, "tools")
    assert_done(events)
    called = {event.name for event in events if isinstance(event, e.ToolText)}
    assert {"write_file", "complete_task"} <= called
    sent = [message for request in server.requests for message in request["messages"]]
    assert any(message["role"] == "tool" for message in sent)  # results go back as results


@pytest.mark.parametrize("actions", ["tags", "tools"])
async def test_a_killed_agent_and_a_failing_server_stop_nobody(
    suite: str, tmp_path: Path, workers: Workers, server: Loopback, actions: str
) -> None:
    """One call in five fails, in eight ways in turn, and each failure is in the history."""
    server.options.fault = every(5, *FAULTS)
    spec = replace(session(suite), faults="crash:agent-2@r2", recovery="reassign")
    events = await played(spec, tmp_path / "s", workers, server, actions)
    assert_done(events)
    failed = [event for event in events if isinstance(event, e.CallFailed)]
    assert server.faults
    assert len(failed) == len(server.faults)
    assert all(event.retry_in is not None for event in failed)
    assert [event.agent for event in events if isinstance(event, e.AgentStopped)] == ["agent-2"]


async def test_no_secret_is_written_anywhere(suite: str, tmp_path: Path, server: Loopback) -> None:
    """The whole program, with a key that the server quotes in its errors. It is looked for in
    everything that was written and said."""
    server.options.fault = every(3, "503", "429")
    env = environment(tmp_path / "home", OPENAI_API_KEY=KEY)
    done = crosstalk(
        "run", suite, "-n", "2", "-m", "openai/made-up", "--api-base", server.url, "--headless",
        "--json", "--max-cost", "1", "--out", str(tmp_path / "s"), home=tmp_path, env=env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    events, _ = load(tmp_path / "s")
    assert set(server.keys) == {f"Bearer {KEY}"}
    details = [event.detail for event in events if isinstance(event, e.CallFailed)]
    assert any("overloaded" in detail and "[OPENAI_API_KEY]" in detail for detail in details)
    assert [ev.text for ev in events if isinstance(ev, e.Warned) and "--max-cost" in ev.text]
    assert KEY not in done.stdout + done.stderr
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 10
    assert not [path for path in written if KEY.encode() in path.read_bytes()]
