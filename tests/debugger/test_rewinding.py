"""Going back gives what going there the first time gave; nothing of what came after is left."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.debugger import rewinding
from agents.debugger.cut import Cut
from agents.debugger.rewinding import Rewinder
from agents.debugger.stops import Stops, ends
from tests.strategies import worlds
from tests.world import World
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.state import State
from workspaces.history.tape import Played


def cut_at(events: Sequence[e.AnyEvent], seq: int) -> Cut:
    """The cut, folded from the beginning."""
    cut = Cut()
    for event in events[:seq]:
        cut.observe(event)
    return cut


def seen(cut: Cut) -> dict[str, Any]:
    """All that a cut tells."""
    state = {name: getattr(cut.state, name) for name in State.__dataclass_fields__}
    del state["blobs"]  # texts are shared: a state may hold more of them than it refers to
    names = [*cut.state.agents]
    return state | {
        "inboxes": {
            name: (i.results, i.news, i.messages, i.completions, i.shown, i.exchanges)
            for name, i in cut.observations.inboxes.items()
        },
        "saying": [i.reply.copy().reply() for i in cut.observations.inboxes.values()],
        "contexts": {name: cut.context(name) for name in names},
        "mail": {name: cut.mailbox(name) for name in names},
        "clocks": {name: cut.clock(name) for name in names},
        "known": {name: cut.known(name) for name in names},
        "files": cut.files(),
        "tree": cut.tree(),
        "texts": {path: cut.text(path) for path in cut.files()},
        "commit": cut.commit(),
    }


@settings(deadline=None)
@given(worlds(most=40), st.lists(st.integers(0, 200), min_size=1, max_size=6), st.integers(1, 9))
def test_rewinding_and_replaying_is_the_identity(
    world: World, places: list[int], every: int
) -> None:
    place = Rewinder(Played(world.events))
    place._every = every  # so that short histories have cuts to take up as well
    for wanted in places:
        seq = min(wanted, len(world.events))
        assert seen(place.goto(wanted)) == seen(cut_at(world.events, seq))
        assert place.at == seq
    assert seen(place.goto(len(world.events))) == seen(cut_at(world.events, len(world.events)))


@settings(deadline=None)
@given(worlds(most=40), st.sampled_from(["action", "turn", "round"]), st.sampled_from(["", "bob"]))
def test_steps_forward_and_back_meet_the_same_places(world: World, unit: str, agent: str) -> None:
    place = Rewinder(Played(world.events))
    place.goto(1)
    names = place.cut.state.agents
    wanted = [x.seq for x in world.events[1:] if ends(x, unit, agent, names)]
    forth = []
    while True:
        steps = Stops()
        steps.step(f"{unit} {agent}".strip(), place.cut.state)
        if place.forward(steps) is None:
            break
        forth.append(place.at)
    assert forth == wanted
    place.goto(len(world.events))
    back = [place.at] if wanted[-1:] == [len(world.events)] else []
    while place.back(unit, agent):
        back.append(place.at)
    assert back == wanted[::-1]
    assert place.at == 0


@settings(deadline=None)
@given(worlds(most=40), st.integers(0, 100))
def test_findings_are_those_of_the_prefix(world: World, wanted: int) -> None:
    place = Rewinder(Played(world.events))
    place.foreseen.until(len(world.events))
    state, findings = State(), Findings()
    for event in world.events[:wanted]:
        state.apply(event)
        findings.observe(event, state)
    assert place.foreseen.until(wanted) == findings.all


def test_cuts_that_are_kept_stay_few(monkeypatch: Any) -> None:
    monkeypatch.setattr(rewinding, "CLOSEST", 1)
    events = [e.Waited(seq=seq, t=float(seq), turn=1) for seq in range(1, 1001)]
    place = Rewinder(Played(events))
    for seq in (1000, 3, 999, 500):
        place.goto(seq)
        assert place.cut.state.t == seq
        assert len(place._kept) <= rewinding.KEPT
    kept = [cut.seq for cut in place._kept]
    assert kept == sorted(set(kept))
