"""The fold of leases, worktrees, faults and agents that stop."""

from tests.anomalies.team import Team
from workspaces.history import events as e
from workspaces.history.state import Lease


def test_leases_are_granted_renewed_and_ended() -> None:
    team = Team()
    team.lease("ada", "x", 1, until=5.0)
    team.lease("ada", "y", 4, until=6.0)
    team.add(e.LeaseRenewed(agent="ada", expires=9.0))
    assert team.state.leases == {"x": Lease("ada", 1, 9.0), "y": Lease("ada", 4, 9.0)}
    team.lease("bob", "x", 2, until=7.0)
    team.add(e.LeaseEnded(agent="ada", path="x", token=1, reason="expired"))
    assert team.state.leases["x"] == Lease("bob", 2, 7.0)
    team.add(e.LeaseEnded(agent="bob", path="x", token=2, reason="released"))
    assert set(team.state.leases) == {"y"}


def test_a_worktree_is_what_differs_from_the_shared_tree() -> None:
    team = Team()
    team.write("bob", "f", "1\n")
    team.apart("ada", "f", "2\n", base=1)
    tree = team.state.worktrees["ada"]
    assert [v.number for v in tree.files["f"]] == [1]
    assert tree.heads["f"].author == "ada"
    assert [v.number for v in team.state.files["f"]] == [1]
    assert team.state.agents["ada"].known == {}
    team.add(e.WorktreeUpdated(agent="ada", versions=(("f", 1),)))
    assert tree.base == {"f": 1}
    assert tree.heads == {}
    team.apart("ada", "f", "3\n")
    team.write("ada", "f", "3\n")
    assert tree.heads == {}
    assert tree.base == {"f": 2}


def test_faults_and_stops_last_until_they_end() -> None:
    team = Team()
    team.add(e.FaultStarted(number=1, fault="kill", target="ada"))
    team.add(e.AgentStopped(agent="ada", reason="crashed"))
    assert set(team.state.faults) == {1}
    assert team.state.agents["ada"].stopped == "crashed"
    team.add(e.AgentStarted(agent="ada"))
    team.add(e.FaultEnded(number=1))
    assert team.state.faults == {}
    assert team.state.agents["ada"].stopped == ""


def test_tasks_are_found_by_their_files() -> None:
    team = Team()
    team.task("t", "a.py", "b.py")
    team.task("u", "b.py", "b.py")
    assert team.state.tasks_at("b.py") == ("t", "u")
    team.task("t", "c.py")
    assert team.state.tasks_at("b.py") == ("u",)
    assert team.state.tasks_at("none") == ()
