"""What each kind of team decides: who is called, who may do what, what changes hands."""

import pytest

from agents.teams import rights
from agents.teams.team import NAMES, create
from tests.teams.boards import Board, wrote
from workspaces.errors import CrosstalkError
from workspaces.history import events as e

GRAPH = ("add_task", "assign_task", "verify_task", "close_task")


def called(board: Board, kind: str) -> list[str]:
    """Who would be asked now."""
    team = create(kind)
    return [name for name in board.state.agents if team.calls(board.state, board.inbox(name), name)]


def may(board: Board, kind: str, agent: str, action: str) -> bool:
    return not create(kind).denies(board.state, agent, action)


def test_unknown_kinds_are_told() -> None:
    with pytest.raises(CrosstalkError) as told:
        create("anarchy")
    assert all(name in told.value.fix for name in NAMES)


@pytest.mark.parametrize("kind", NAMES)
def test_who_may_decide_on_the_graph(kind: str) -> None:
    """The rights as docs/TEAMS.md lists them."""
    board = Board(kind)
    allowed = {
        agent: {action for action in GRAPH if may(board, kind, agent, action)}
        for agent in ("a1", "a2")
    }
    assert allowed["a1"] == {
        "lead-assigns": {"add_task", "assign_task", "close_task"},
        "lead": set(GRAPH),
        "adaptive": set(GRAPH),
    }.get(kind, set())
    assert allowed["a2"] == (set(GRAPH) if kind == "adaptive" else set())
    for agent, role in (("a1", board.state.agents["a1"].role), ("a2", "worker")):
        assert set(rights.offered(kind, role)) == allowed[agent]


def test_a_watching_lead_does_not_work() -> None:
    board = Board("preassigned-watched")
    team = create("preassigned-watched")
    assert {owner for _, owner in team.begin(board.state)} == {"a2", "a3"}
    for action in ("write_file", "edit_file", "claim_task", "complete_task", "run_script"):
        assert "watch" in team.denies(board.state, "a1", action)
    for action in ("read_file", "run_tests", "send_message", "broadcast", "wait"):
        assert not team.denies(board.state, "a1", action)


@pytest.mark.parametrize("kind", NAMES)
def test_a_team_of_one_may_work(kind: str) -> None:
    board = Board(kind, agents=1)
    given = kind in ("preassigned", "preassigned-watched", "stealing")
    assert called(board, kind) == ([] if given else ["a1"])
    for task, owner in create(kind).begin(board.state):
        board.record(e.TaskAssigned(task=task, owner=owner, epoch=1))
    assert called(board, kind) == ["a1"]
    assert all(may(board, kind, "a1", a) for a in ("write_file", "claim_task", "complete_task"))


def test_a_lead_assigns_in_its_first_turn_and_works_later() -> None:
    kind = "lead-assigns"
    board = Board(kind)
    assert called(board, kind) == ["a1"]
    board.record(e.RoundStarted(round=1), e.TurnStarted(agent="a1", turn=1, round=1, prompts=()))
    assert may(board, kind, "a1", "assign_task")
    assert not may(board, kind, "a2", "claim_task")
    board.record(
        e.TaskAssigned(agent="a1", task="t1", owner="a2", epoch=1),
        e.TurnEnded(agent="a1", turn=1),
        e.RoundEnded(round=1),
    )
    assert not may(board, kind, "a1", "assign_task")
    assert may(board, kind, "a2", "claim_task"), "what the lead left open can be claimed"
    assert called(board, kind) == ["a1", "a2", "a3"]


def test_a_lead_that_stops_in_its_first_turn_holds_nobody_up() -> None:
    kind = "lead-assigns"
    board = Board(kind)
    board.record(
        e.RoundStarted(round=1),
        e.TurnStarted(agent="a1", turn=1, round=1, prompts=()),
        e.AgentStopped(agent="a1", reason="frozen"),
    )
    assert may(board, kind, "a2", "claim_task")
    assert "a2" in called(board, kind)


def test_a_lead_gives_tasks_out_while_it_is_there() -> None:
    kind = "lead"
    board = Board(kind)
    assert called(board, kind) == ["a1"]
    assert not may(board, kind, "a2", "claim_task")
    board.record(e.TaskAssigned(agent="a1", task="t3", owner="a3", epoch=1))
    assert called(board, kind) == ["a1", "a3"]
    board.record(e.MessageSent(agent="a1", to=("a2",), text="How do you stand?"))
    assert called(board, kind) == ["a1", "a2", "a3"], "who is asked something is asked for a turn"
    board.record(e.AgentStopped(agent="a1", reason="crashed"))
    assert may(board, kind, "a2", "claim_task")
    assert "a2" in called(board, kind)


def test_an_adaptive_team_calls_nobody_with_nothing_new() -> None:
    kind = "adaptive"
    empty = Board(kind, tasks=())
    assert called(empty, kind) == ["a1"], "one agent breaks the goal down"
    board = Board(kind)
    assert called(board, kind) == ["a1", "a2", "a3"]
    board.round(a1=e.TaskClaimed(agent="a1", task="t1", epoch=1))
    board.round()
    assert called(board, kind) == [], "the first round's news were in the second's contexts"
    board.turn("a1", wrote("a1", "one.py"), e.TaskCompleted(agent="a1", task="t1"))
    assert called(board, kind) == ["a1", "a2", "a3"]


def test_successors_start_after_a_second_agent_has_verified() -> None:
    board = Board("adaptive")
    board.turn("a1", e.TaskCompleted(agent="a1", task="t1"))
    assert board.state.missing("t2") == ("t1",)
    board.record(e.TaskVerified(agent="a2", task="t1", accepted=False, reason="wrong"))
    assert (board.state.tasks["t1"].status, board.state.tasks["t1"].rejection) == ("open", "wrong")
    board.record(e.TaskCompleted(agent="a3", task="t1"), e.TaskVerified(agent="a2", task="t1"))
    assert not board.state.missing("t2")
    assert not board.state.tasks["t1"].rejection


def test_idle_agents_take_from_the_end_of_the_longest_queue() -> None:
    board = Board("stealing", tasks=[e.TaskAdded(task=f"t{k}", title="") for k in range(5)])
    for k, owner in enumerate(("a1", "a1", "a1", "a2", "a2")):
        board.record(e.TaskAssigned(task=f"t{k}", owner=owner, epoch=1))
    assert create("stealing").balance(board.state) == [("t2", "a3")]
    board.record(e.AgentStopped(agent="a3", reason="crashed"))
    assert create("stealing").balance(board.state) == []


def test_a_started_task_and_an_owners_next_one_are_not_taken() -> None:
    board = Board("stealing", agents=2, tasks=[
        e.TaskAdded(task="t1", title="", files=("one.py",)),
        e.TaskAdded(task="t2", title="", files=("two.py",)),
    ])  # fmt: skip
    board.record(e.TaskAssigned(task="t1", owner="a1", epoch=1))
    assert create("stealing").balance(board.state) == []
    board.record(e.TaskAssigned(task="t2", owner="a1", epoch=1), wrote("a1", "two.py"))
    assert create("stealing").balance(board.state) == []
