"""Leases and optimistic control at the gateway, with a clock that the test moves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.files.conftest import Workspace, start
from workspaces.errors import CrosstalkError
from workspaces.files.controls import control as controls
from workspaces.files.controls.leases import LEASE_SECONDS
from workspaces.files.refusals import WriteRefused
from workspaces.history import events as e


@pytest.fixture
def optimistic(tmp_path: Path) -> Iterator[Workspace]:
    made = start(tmp_path, control="optimistic")
    yield made
    made.close()


@pytest.fixture
def leased(tmp_path: Path) -> Iterator[Workspace]:
    made = start(tmp_path, control="leases")
    yield made
    made.close()


def refusal(workspace: Workspace, agent: str, path: str, text: str = "x\n", task: str = "") -> str:
    """The code with which the write is refused, and the reason."""
    with pytest.raises(WriteRefused) as refused:
        workspace.gateway.write(agent, 1, path, text, task)
    return f"{refused.value.code}: {refused.value.reason}"


def add_task(workspace: Workspace, task: str, *files: str, owner: str = "") -> None:
    workspace.gateway.record(e.TaskAdded(task=task, title=task, files=files))
    if owner:
        workspace.gateway.control.claim(owner, workspace.state.tasks[task])
        workspace.gateway.record(e.TaskClaimed(agent=owner, task=task, epoch=1))


def test_an_unknown_control(workspace: Workspace) -> None:
    with pytest.raises(CrosstalkError, match="Unknown control"):
        controls.create(
            "hope",
            record=workspace.gateway.record,
            state=workspace.state,
            now=lambda: 0.0,
            repository=workspace.repository,
        )


def test_a_stale_write_is_refused_with_the_difference(optimistic: Workspace) -> None:
    gateway = optimistic.gateway
    gateway.write("ada", 1, "a.py", "one\ntwo\n")
    said = refusal(optimistic, "bob", "a.py")
    assert said.startswith("stale: a.py exists and you have not seen it.")
    shown = optimistic.events[-1]
    assert isinstance(shown, e.FileRead)
    assert (shown.agent, shown.version) == ("bob", 1)
    assert shown.causes
    assert refusal(optimistic, "bob", "a.py").startswith("stale")  # not yet in a context
    optimistic.begin("bob")
    assert gateway.write("bob", 2, "a.py", "one\nTWO\n").base == 1
    assert "-two\n+TWO" in refusal(optimistic, "ada", "a.py")
    optimistic.begin("ada")
    with pytest.raises(WriteRefused, match="does not contain"):
        gateway.edit("ada", 2, "a.py", "two", "2")
    assert gateway.edit("ada", 2, "a.py", "TWO", "2").base == 2


def test_a_write_in_the_reply_that_reads_has_not_seen_it(optimistic: Workspace) -> None:
    optimistic.gateway.write("ada", 1, "a.py", "1\n")
    optimistic.begin("bob")
    optimistic.gateway.read("bob", 1, "a.py")
    assert refusal(optimistic, "bob", "a.py").startswith("stale")


def test_outside_edits_make_a_base_stale_too(optimistic: Workspace) -> None:
    optimistic.gateway.write("ada", 1, "a.py", "1\n")
    (optimistic.root / "a.py").write_text("Pat's\n")
    assert "-1\n+Pat's" in refusal(optimistic, "ada", "a.py")
    (optimistic.root / "a.py").write_bytes(b"\xff\0")
    assert "not text" in refusal(optimistic, "ada", "a.py")
    (optimistic.root / "a.py").unlink()
    assert "has been deleted" in refusal(optimistic, "ada", "a.py")
    optimistic.begin("ada")
    assert optimistic.gateway.write("ada", 2, "a.py", "2\n").base == 4


def test_a_long_difference_is_cut(optimistic: Workspace) -> None:
    optimistic.gateway.write("ada", 1, "a.py", "x\n")
    optimistic.gateway.read("bob", 1, "a.py")
    optimistic.begin("bob")
    optimistic.gateway.write("ada", 1, "a.py", "".join(f"{n}\n" for n in range(500)))
    assert "more lines)" in refusal(optimistic, "bob", "a.py")


def test_a_lease_keeps_others_out_until_it_ends(leased: Workspace) -> None:
    first = leased.gateway.write("ada", 1, "a.py", "1\n")
    assert first.token == 1
    leased.clock[0] = 10.0
    said = refusal(leased, "bob", "a.py")
    assert said.startswith(
        f"leased: ada has a lease on a.py for another {LEASE_SECONDS - 10:.0f} s"
    )
    leased.gateway.control.settle("ada")
    second = leased.gateway.write("bob", 1, "a.py", "2\n")
    assert (second.token, leased.state.leases["a.py"].holder) == (2, "bob")


def test_a_task_keeps_its_leases_for_as_long_as_it_is_held(leased: Workspace) -> None:
    add_task(leased, "t", "a.py", "./b.py", owner="ada")
    assert set(leased.state.leases) == {"a.py", "b.py"}
    leased.gateway.write("ada", 1, "other.py", "1\n")
    leased.gateway.control.settle("ada")
    assert set(leased.state.leases) == {"a.py", "b.py"}
    leased.gateway.record(e.TaskCompleted(agent="ada", task="t"))
    leased.gateway.control.settle("ada")
    assert leased.state.leases == {}


def test_leases_of_a_task_are_taken_all_or_none(leased: Workspace) -> None:
    leased.gateway.write("bob", 1, "b.py", "1\n")
    leased.gateway.record(e.TaskAdded(task="t", title="t", files=("a.py", "b.py")))
    with pytest.raises(WriteRefused, match="bob has a lease"):
        leased.gateway.control.claim("ada", leased.state.tasks["t"])
    assert set(leased.state.leases) == {"b.py"}
    leased.gateway.record(e.TaskAssigned(task="t", owner="ada", epoch=1))
    assert refusal(leased, "ada", "a.py", task="t").startswith("leased")


def test_signs_of_life_renew_a_lease_and_are_recorded_sparsely(leased: Workspace) -> None:
    leased.gateway.write("ada", 1, "a.py", "1\n")
    for second in range(1, 200):
        leased.clock[0] = float(second)
        leased.gateway.control.alive("ada")
    renewals = [event for event in leased.events if isinstance(event, e.LeaseRenewed)]
    assert len(renewals) == 200 // (LEASE_SECONDS / 2)
    assert "a.py" in leased.state.leases


def test_a_silent_agent_loses_its_lease_and_is_fenced_off(leased: Workspace) -> None:
    control = leased.gateway.control
    leased.begin("ada")
    leased.gateway.write("ada", 1, "a.py", "1\n")
    leased.clock[0] = LEASE_SECONDS - 1
    control.tick()  # ada is in a turn: only its own steps renew
    leased.clock[0] = LEASE_SECONDS
    control.tick()
    ended = leased.events[-1]
    assert isinstance(ended, e.LeaseEnded)
    assert (ended.agent, ended.reason) == ("ada", "expired")
    assert leased.gateway.write("bob", 1, "a.py", "2\n").token == 2
    for _ in range(2):
        assert refusal(leased, "ada", "a.py").startswith("fenced")
    control.settle("bob")
    assert refusal(leased, "ada", "a.py").startswith("fenced")
    leased.begin("ada")
    assert leased.gateway.write("ada", 2, "a.py", "3\n").token == 3


def test_the_session_renews_for_who_waits_but_not_for_who_is_stopped(leased: Workspace) -> None:
    add_task(leased, "t", "a.py", owner="ada")
    add_task(leased, "u", "b.py", owner="bob")
    leased.gateway.record(e.AgentStopped(agent="bob", reason="crashed"))
    leased.clock[0] = LEASE_SECONDS * 0.75
    leased.gateway.control.tick()
    leased.clock[0] = LEASE_SECONDS + 1
    leased.gateway.control.tick()
    assert set(leased.state.leases) == {"a.py"}


def test_what_is_refused_leaves_no_write(leased: Workspace) -> None:
    leased.gateway.write("ada", 1, "a.py", "1\n")
    refusal(leased, "bob", "a.py")
    assert (leased.root / "a.py").read_text() == "1\n"
    assert len(leased.state.files["a.py"]) == 1
