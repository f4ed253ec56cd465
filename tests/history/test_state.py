"""The fold: prefixes, restarts, and histories that make no sense."""

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_event, worlds
from tests.world import World
from workspaces.history import events as e
from workspaces.history.codec import decode, encode
from workspaces.history.state import State, fold


@given(world=worlds(most=10))
def test_the_fold_of_every_prefix_is_the_live_state_at_that_moment(world: World) -> None:
    live = State()
    for count, event in enumerate(world.finish().events, 1):
        live.apply(event)
        assert fold(world.events[:count]) == live
    assert live == world.state


@given(world=worlds(), data=st.data())
def test_going_on_from_a_copy_in_the_middle_changes_nothing(
    world: World, data: st.DataObject
) -> None:
    middle = data.draw(st.integers(0, len(world.events)))
    state = deepcopy(fold(world.events[:middle]))
    for event in world.events[middle:]:
        state.apply(event)
    assert state == world.state


@given(world=worlds())
def test_storing_and_reading_back_changes_nothing(world: World) -> None:
    assert fold([decode(encode(event)) for event in world.events]) == world.state


@given(events=st.lists(any_event(), max_size=12))
def test_the_fold_takes_any_events_without_failing(events: list[Any]) -> None:
    fold(events)


@given(world=worlds())
def test_versions_are_numbered_by_place(world: World) -> None:
    for path, versions in world.state.files.items():
        assert [version.number for version in versions] == list(range(1, len(versions) + 1))
        for version in versions:
            assert world.state.version(path, version.number) is version
        assert world.state.latest(path) is versions[-1]


@given(world=worlds())
def test_a_task_is_held_by_exactly_its_owner(world: World) -> None:
    for task in world.state.tasks.values():
        holders = [a.name for a in world.state.agents.values() if task.id in a.tasks]
        assert holders == ([task.owner] if task.status == "held" else [])


@given(world=worlds())
def test_ready_tasks_are_open_and_miss_nothing(world: World) -> None:
    state = world.state
    ready = {task.id for task in state.ready()}
    for task in state.tasks.values():
        needs = [state.tasks[name].status == "done" for name in task.dependencies]
        assert (task.id in ready) == (task.status == "open" and all(needs))


def test_a_deleted_file_has_a_version_but_does_not_exist() -> None:
    world = World()
    world.write("ada", "x.py", "1\n")
    assert world.state.paths() == ["x.py"]
    world.outside("x.py", None)
    assert world.state.paths() == []
    latest = world.state.latest("x.py")
    assert latest is not None
    assert (latest.number, latest.blob, latest.author) == (2, "", e.OUTSIDE)


def test_a_resumed_session_has_nothing_under_way() -> None:
    world = World()
    world.begin_turn("ada")
    world.add(e.TestsStarted(agent="bob", run=1, tree="t"))
    world.add(e.SessionPaused())
    world.add(e.SessionEnded(reason="interrupted", success=False))
    world.add(e.SessionResumed(wall_time="2026-01-01T00:00:01Z"))
    state = world.state
    assert not state.paused
    assert state.ended is None
    assert not state.running_tests
    assert {agent.activity for agent in state.agents.values()} == {"waiting"}


def test_versions_are_found_by_their_numbers_where_a_recording_lost_some() -> None:
    world = World()
    for text in ("one\n", "two\n", "three\n", "four\n"):
        world.write("ada", "notes", text)
    whole = fold(world.events)
    left = [x for x in world.events if getattr(x, "version", 0) != 2]
    lossy = fold(left)
    for number in (-1, 0, 1, 3, 4, 5):
        assert lossy.version("notes", number) == whole.version("notes", number)
    assert lossy.version("notes", 2) is None
    assert lossy.version("nowhere", 1) is None
