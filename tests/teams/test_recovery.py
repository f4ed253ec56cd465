"""Who is silent, and what becomes of its tasks."""

import pytest

from agents.teams import recovery
from agents.teams.recovery import ALERT, RELEASE, Backup, Missed, Release
from tests.teams.boards import Board, wrote
from workspaces.history import events as e


def decided(board: Board) -> list[recovery.Decision]:
    return recovery.decide(board.state, board.beats, board.now)


def held(team: str, recovering: str, cadence: str = "rounds") -> Board:
    """A board on which a1 holds t1 and the blocked t2, a2 holds t3."""
    board = Board(team, recovery=recovering, cadence=cadence)
    for task, owner in (("t1", "a1"), ("t2", "a1"), ("t3", "a2"), ("t4", "a3")):
        board.record(e.TaskAssigned(task=task, owner=owner, epoch=1))
    return board


def beating(board: Board) -> None:
    """A round in which all but a1 write."""
    board.round(a2=wrote("a2", "three.py"), a3=wrote("a3", "four.py"))


@pytest.mark.parametrize("beat", [wrote("a1", "x.py"), e.TestsStarted(agent="a1", run=1, tree=""),
                                  e.ScriptStarted(agent="a1", run=1, path="x.py")])  # fmt: skip
def test_a_write_a_test_run_or_a_script_is_a_beat(beat: e.AnyEvent) -> None:
    board = held("preassigned", "reassign")
    for _ in range(ALERT - 1):
        beating(board)
    assert board.beats.silent("a1") == ALERT - 1
    board.round(a1=beat)
    assert board.beats.silent("a1") == 0


def test_who_waits_for_others_is_not_silent() -> None:
    board = Board("preassigned", recovery="reassign")
    board.record(e.TaskAssigned(task="t2", owner="a1", epoch=1))
    for _ in range(2 * ALERT):
        board.round()
    assert board.beats.silent("a1") == 0


def test_none_does_nothing() -> None:
    board = held("preassigned", "none")
    for _ in range(3 * ALERT):
        beating(board)
    assert decided(board) == []


def test_a_silent_holder_loses_what_it_could_go_on_with() -> None:
    board = held("preassigned", "reassign")
    for _ in range(ALERT):
        assert decided(board) == []
        beating(board)
    missed, released = decided(board)
    assert missed == Missed("t1", "a1", ALERT)
    assert isinstance(released, Release)
    assert released.task == "t1"
    assert released.owner in ("a2", "a3")


def test_who_has_stopped_loses_all() -> None:
    board = held("preassigned", "reassign")
    board.record(e.AgentStopped(agent="a1", reason="crashed"))
    for _ in range(ALERT):
        beating(board)
    lost = [d for d in decided(board) if isinstance(d, Release)]
    assert [d.task for d in lost] == ["t1", "t2"]
    assert {d.owner for d in lost} == {"a2", "a3"}


def test_where_tasks_are_claimed_nobody_is_given_one() -> None:
    board = held("decentralized", "reassign")
    for _ in range(ALERT):
        beating(board)
    assert [d.owner for d in decided(board) if isinstance(d, Release)] == [""]


def test_an_adaptive_team_is_alerted_first() -> None:
    board = held("adaptive", "none")
    for _ in range(ALERT):
        beating(board)
    assert decided(board) == [Missed("t1", "a1", ALERT)]
    board.record(e.HeartbeatMissed(task="t1", owner="a1", rounds=ALERT))
    assert decided(board) == []
    for _ in range(RELEASE - ALERT):
        beating(board)
    assert [type(d) for d in decided(board)] == [Release]


def test_a_backup_is_one_who_could_do_nothing_else() -> None:
    board = held("preassigned", "backup")
    for _ in range(ALERT):
        beating(board)
    assert [d for d in decided(board) if isinstance(d, Backup)] == []
    board.turn("a3", e.TaskCompleted(agent="a3", task="t4"))
    assert [d for d in decided(board) if isinstance(d, Backup)] == [Backup("t1", "a3")]
    board.record(e.BackupStarted(task="t1", owner="a3", epoch=2))
    assert [d for d in decided(board) if isinstance(d, Backup)] == []


def test_a_slow_task_has_a_backup_at_a_known_time() -> None:
    board = Board("preassigned", recovery="backup", tasks=[
        e.TaskAdded(task=f"t{k}", title="") for k in range(5)
    ])  # fmt: skip
    for k, owner in enumerate(("a1", "a2", "a2", "a3", "a3")):
        board.record(e.TaskAssigned(task=f"t{k}", owner=owner, epoch=1))
    for now, agent, task in (
        (10, "a2", "t1"),
        (20, "a2", "t2"),
        (20, "a3", "t3"),
        (30, "a3", "t4"),
    ):
        board.now = float(now)
        board.turn(agent, e.TaskCompleted(agent=agent, task=task))
    # They took 10, 10, 20 and 10 seconds: twice the median is 20, and t0 has taken 30.
    assert recovery.due(board.state, board.beats) == 20.0
    assert decided(board) == [Backup("t0", "a2")]


def test_without_rounds_turns_count_and_a_call_under_way_does_not() -> None:
    board = held("preassigned", "reassign", cadence="free")
    board.record(e.TurnStarted(agent="a1", turn=1, round=0, prompts=()))
    for _ in range(20):
        board.turn("a2", wrote("a2", "three.py"))
    assert board.beats.silent("a1") == 0, "it is in the middle of a call"
    board.record(e.TurnEnded(agent="a1", turn=1))
    assert board.beats.silent("a1") == 1
    for _ in range(2 * (ALERT - 1)):
        board.turn("a2", wrote("a2", "three.py"))
    assert board.beats.silent("a1") == ALERT
