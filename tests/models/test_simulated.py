"""A simulated model answers from its messages and its seed, and from nothing else."""

import asyncio
import inspect
from statistics import fmean, median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.models import catalog
from agents.models.base import ChatMessage, Chunk, Request, TextChunk, Usage
from agents.models.simulated import behaviour, coding, model, reading, suspecting, wording
from agents.models.simulated.model import SimulatedModel
from agents.models.simulated.profile import Profile, load_all
from agents.protocol import actions as a
from agents.protocol.tags import parse
from agents.runtime import clock as clocks
from tests.models.worlds import FOREIGN, World, suite_world, worlds

PROFILES = tuple(load_all().values())
profiles = st.sampled_from(PROFILES)


def simulated(name: str = catalog.DEFAULT, seed: int = 1) -> SimulatedModel:
    return SimulatedModel(load_all()[name], seed)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(worlds(), profiles, st.integers(0, 5))
def test_replies_parse_into_what_was_planned(world: World, profile: Profile, seed: int) -> None:
    for member in world.members:
        request = world.request(member.name)
        answer = SimulatedModel(profile, seed).answer(request)
        actions = parse(answer.text)
        assert actions
        assert not [action for action in actions if isinstance(action, a.Malformed)]
        view = model._sayable(reading.read(request.messages))
        plan = behaviour.decide(
            view,
            profile.behaviour(view.team),
            simulated(profile.name, seed)._dice(request, "decide"),
        )
        assert actions == plan.actions


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(worlds(), profiles)
def test_the_same_messages_and_seed_get_the_same_reply(world: World, profile: Profile) -> None:
    request = world.request("agent-1")
    same = Request(agent=request.agent, turn=request.turn, messages=tuple(request.messages))
    first = SimulatedModel(profile, 7).answer(request)
    assert SimulatedModel(profile, 7).answer(same) == first


def test_two_worlds_with_one_context_get_one_reply() -> None:
    """What the context does not tell (here: what another's unread file holds) changes nothing."""
    answers = []
    for text in ("def add(a, b):\n    return a + b\n", "def add(a, b):\n    return a - b\n"):
        world = suite_world()
        world.act("agent-1", a.WriteFile("add.py", text))
        answers.append([simulated(seed=s).answer(world.request("agent-2")) for s in range(30)])
    assert answers[0] == answers[1]


def test_dice_differ_by_seed_agent_and_turn() -> None:
    request = suite_world().request("agent-1")
    texts = {
        simulated("sim-gpt-5.2", seed)
        .answer(Request(agent=agent, turn=turn, messages=request.messages))
        .text
        for seed in (1, 2)
        for agent in ("agent-1", "agent-2")
        for turn in (1, 2)
    }
    assert len(texts) == 8


def test_no_module_of_the_models_reaches_for_state_or_clocks() -> None:
    for module in (behaviour, coding, model, reading, suspecting, wording):
        source = inspect.getsource(module)
        for word in ("workspaces.history", "agents.runtime", "import time", "datetime", "random()"):
            assert word not in source.replace("rng.random()", "")


@pytest.mark.parametrize("messages", [(), (ChatMessage("user", "hello"),)])
def test_a_context_without_tasks_is_answered(messages: tuple[ChatMessage, ...]) -> None:
    for profile in PROFILES:
        answer = SimulatedModel(profile, 1).answer(Request(agent="x", turn=1, messages=messages))
        assert all(isinstance(x, a.Wait | a.RunTests) for x in parse(answer.text))


def test_a_foreign_task_gets_stubs_and_comes_to_an_end() -> None:
    """Also one that names no file: it is not reported done with nothing to show for it."""
    world = World(FOREIGN[2:3], "preassigned", 1)
    for _ in range(4):
        request = world.request("agent-1")
        world.act("agent-1", *parse(simulated("sim-claude-sonnet-4.6").answer(request).text))
    state = world.recorder.state
    assert state.tasks["d"].status == "done"
    latest = state.latest("d.md")
    assert latest is not None
    assert "built-in suites only" in (state.text(latest.blob) or "")


def test_the_stream_is_the_answer_in_its_time() -> None:
    request = suite_world().request("agent-1")
    expected = simulated("sim-claude-sonnet-4.6").answer(request)

    async def main(clock: clocks.Clock) -> tuple[float, float, str, Usage]:
        parts, first = [], 0.0
        async for chunk in simulated("sim-claude-sonnet-4.6").stream(request):
            if isinstance(chunk, TextChunk):
                first = first or clock.now()
                parts.append(chunk.text)
            else:
                usage = chunk
        return first, clock.now(), "".join(parts), usage

    first, end, text, usage = clocks.run("virtual", main)
    assert first == pytest.approx(expected.silent_s)
    assert end == pytest.approx(expected.silent_s + expected.spoken_s)
    assert text == expected.text
    assert usage == Usage(
        tokens_in=expected.tokens_in, tokens_out=expected.tokens_out, cost_usd=0.0
    )


async def test_a_stream_can_be_left_at_any_moment() -> None:
    async def first() -> Chunk:
        return await anext(simulated().stream(suite_world().request("agent-1")))

    task = asyncio.create_task(first())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_reply_ends_at_the_most_tokens_allowed() -> None:
    request = suite_world().request("agent-1")
    short = Request(agent="agent-1", turn=1, messages=request.messages, max_tokens=50)
    answer = simulated("sim-claude-sonnet-4.6").answer(short)
    assert answer.finish == "length"
    assert answer.tokens_out <= 50
    assert len(answer.text) <= 50 * load_all()["sim-claude-sonnet-4.6"].sizes.chars_per_token


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_latencies_and_sizes_are_those_of_the_profile(profile: Profile) -> None:
    """Over seeds, on one context: medians near the parameters, in wide bounds."""
    request = suite_world().request("agent-1")
    latency, sizes = profile.latency, profile.sizes
    firsts, rates, ratios = [], [], []
    for seed in range(300):
        answer = SimulatedModel(profile, seed).answer(request)
        visible = round(len(answer.text) / sizes.chars_per_token + 0.5)
        rate = answer.spoken_s / visible
        rates.append(rate)
        firsts.append(answer.silent_s - rate * (answer.tokens_out - visible))
        files = sum(
            len(wording.render(x)) / sizes.chars_per_token
            for x in parse(answer.text)
            if isinstance(x, a.WriteFile)
        )
        ratios.append(answer.tokens_out / (sizes.reply_tokens + sizes.per_file_token * files))
    assert median(firsts) == pytest.approx(latency.first_s, rel=0.25)
    assert median(rates) == pytest.approx(latency.seconds_per_token, rel=0.1)
    assert 0.8 < fmean(ratios) < 2.5
    assert min(ratios) > 0.3
