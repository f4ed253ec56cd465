"""The agent's view is what its context says, whatever else the text holds."""

from hypothesis import given
from hypothesis import strategies as st

from agents.models.base import ChatMessage
from agents.models.simulated.reading import View, read
from agents.protocol import actions as a
from tests.models.worlds import FOREIGN, World, suite_world, worlds


def test_a_first_context_shows_the_board_and_nothing_else() -> None:
    view = read(suite_world().request("agent-2").messages)
    assert view.name == "agent-2"
    assert view.mates == ("agent-1", "agent-3")
    assert view.place == 1
    assert view.team == "decentralized"
    assert (view.round, view.turns, len(view.tasks)) == (1, 0, 20)
    task = view.tasks["task-2"]
    assert (task.status, task.files, task.needs) == ("blocked", ("safe_add.py",), ("task-1",))
    assert view.tasks["task-1"].status == "ready"
    assert "returns the sum" in view.tasks["task-1"].description
    empty = (view.files, view.mine, view.written, view.tests, view.mail)
    assert not any(empty)


def test_what_was_done_is_seen_by_each_in_its_own_way() -> None:
    world = suite_world()
    world.act("agent-1", a.ClaimTask("task-1"), a.WriteFile("add.py", "x = 1\n"))
    world.act("agent-2", a.ClaimTask("task-1"), a.ReadFile("add.py"), a.Broadcast("hello\nyou"))
    world.tested("agent-2", ("test_it.py::test_add_x",))
    one, two = (read(world.request(name).messages) for name in ("agent-1", "agent-2"))
    assert one.mine == ("task-1",)
    assert one.tasks["task-1"].by == "agent-1"
    assert one.files == {"add.py": (1, "agent-1")}
    assert not one.contents
    assert two.contents == {"add.py": "x = 1\n"}
    assert two.refused == (("claim_task", "task-1", "held"),)
    assert two.tests is not None
    assert two.tests.failures == ("test_it.py::test_add_x",)
    assert two.changed == frozenset()
    world.act("agent-3", a.WriteFile("add.py", "x = 2\n"))
    later = read(world.request("agent-2").messages)
    assert later.changed == {"add.py"}


def test_mail_is_read_with_its_sender() -> None:
    world = suite_world()
    world.act("agent-2", a.Broadcast("hello"), a.SendMessage("only you", "agent-1"))
    view = read(world.request("agent-1").messages)
    assert view.mail == (("agent-2", "hello"), ("agent-2", "only you"))
    assert read(world.request("agent-3").messages).mail == (("agent-2", "hello"),)


def test_own_replies_are_remembered_by_their_tags() -> None:
    reply = 'I do it.\n<write_file path="add.py">\nx = 1\n</write_file>\n<read_file path="b.py"/>'
    view = read([ChatMessage("user", "Turn 1."), ChatMessage("assistant", reply)])
    assert view.written == {"add.py": "x = 1\n"}
    assert view.asked == {"b.py"}
    assert view.turns == 1


@given(worlds())
def test_the_board_is_read_as_the_state_has_it(world: World) -> None:
    state = world.recorder.state
    for member in world.members:
        view = read(world.request(member.name).messages)
        for task in view.tasks.values():
            real = state.tasks[task.id]
            assert (task.status == "done") == (real.status == "done")
            assert task.blocked == (bool(state.missing(task.id)) and real.status != "done")
            if real.status == "held":
                assert task.by == real.owner
        assert view.mine == tuple(state.agents[member.name].tasks)
        ordinary = [t for t in state.tasks.values() if t.id not in {f.id for f in FOREIGN}]
        assert {t.id for t in ordinary} <= view.tasks.keys()


@given(st.lists(st.tuples(st.sampled_from(("system", "user", "assistant")), st.text())))
def test_any_text_can_be_read(texts: list[tuple[str, str]]) -> None:
    messages = [ChatMessage(role, text) for role, text in texts]  # type: ignore[arg-type]
    assert isinstance(read(messages), View)
