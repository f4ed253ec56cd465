"""Worktrees and merges on a real repository."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.files.conftest import Workspace, start
from workspaces.files.controls.worktrees import MergeConflict, Worktrees
from workspaces.files.refusals import WriteRefused
from workspaces.history import events as e

BASE = "one\ntwo\nthree\nfour\nfive\n"


@pytest.fixture
def trees(tmp_path: Path) -> Iterator[Workspace]:
    made = start(tmp_path, {"a.py": BASE}, control="worktrees")
    yield made
    made.close()


def control(workspace: Workspace) -> Worktrees:
    policy = workspace.gateway.control
    assert isinstance(policy, Worktrees)
    return policy


def merge(workspace: Workspace, agent: str) -> None:
    proposal = control(workspace).propose(agent)
    event = control(workspace).merged(proposal, "t")
    for path, data in proposal.contents.items():
        workspace.gateway.merge_in(agent, 1, path, data, "t")
    control(workspace).landed(proposal, event)


def change(workspace: Workspace, agent: str, old: str, new: str) -> None:
    """Read, see, and edit a.py in the agent's worktree."""
    workspace.begin(agent)
    workspace.gateway.read(agent, 1, "a.py")
    workspace.begin(agent)
    workspace.gateway.edit(agent, 1, "a.py", old, new, "t")


def test_a_write_stays_in_its_worktree(trees: Workspace, git: Callable[..., str]) -> None:
    event = trees.gateway.write("ada", 1, "new.py", "x = 1\n", "t")
    assert (event.where, event.version, event.base) == ("ada", 1, 0)
    place = trees.folder / "worktrees" / "ada"
    assert (place / "new.py").read_text() == "x = 1\n"
    assert not (trees.root / "new.py").exists()
    assert trees.gateway.paths("ada") == ["a.py", "new.py"]
    assert trees.gateway.paths("bob") == trees.gateway.paths() == ["a.py"]
    assert trees.gateway.read("bob", 1, "new.py") is None
    trees.commit()
    trees.repository.close()
    assert git(place, "status", "--porcelain") == ""
    assert git(place, "log", "-1", "--format=%an %D").strip() == "ada HEAD -> agent/ada"


def test_changes_of_different_lines_merge_and_lose_nothing(
    trees: Workspace, git: Callable[..., str]
) -> None:
    change(trees, "ada", "one", "ONE")
    change(trees, "bob", "five", "FIVE")
    merge(trees, "ada")
    merge(trees, "bob")
    both = BASE.replace("one", "ONE").replace("five", "FIVE")
    assert (trees.root / "a.py").read_text() == both
    latest = trees.state.latest("a.py")
    assert latest
    assert (latest.author, latest.base, latest.replaced) == ("bob", 2, 2)
    assert (trees.folder / "worktrees/bob/a.py").read_text() == both
    trees.begin("ada")
    assert (trees.folder / "worktrees/ada/a.py").read_text() == both
    trees.commit()
    trees.repository.close()
    git(trees.root, "merge-base", "--is-ancestor", "agent/bob~1", "main")
    git(trees.root, "merge-base", "--is-ancestor", "main", "agent/ada")
    assert git(trees.root, "diff", "main", "agent/ada") == ""
    assert git(trees.root, "fsck", "--no-dangling") == ""
    assert git(trees.root, "status", "--porcelain") == ""


def test_the_same_events_give_the_same_commits_however_they_are_grouped(tmp_path: Path) -> None:
    tips = []
    for name in ("once", "often"):
        (tmp_path / name).mkdir()
        workspace = start(tmp_path / name, {"a.py": BASE}, control="worktrees")
        for agent, old in (("ada", "one"), ("bob", "five"), ("ada", "two")):
            change(workspace, agent, old, f"{agent} {old}")
            if name == "often":
                workspace.repository.checkpoint()
            merge(workspace, agent)
            if name == "often":
                workspace.repository.checkpoint()
        workspace.repository.checkpoint()
        assert workspace.repository.pending == 0
        log = workspace.repository.log("", "refs/heads/agent/ada")
        tips.append((workspace.repository.tip(), [commit.id for commit in log]))
        workspace.close()
    assert tips[0] == tips[1]


def test_a_conflict_is_shown_and_can_be_resolved(trees: Workspace) -> None:
    change(trees, "ada", "three", "ADA")
    change(trees, "bob", "three", "BOB")
    merge(trees, "ada")
    with pytest.raises(MergeConflict) as refused:
        control(trees).propose("bob")
    assert refused.value.paths == ("a.py",)
    control(trees).show_conflict("bob", 1, refused.value.paths)
    shown = (trees.folder / "worktrees/bob/a.py").read_text()
    assert "<<<<<<< bob\nBOB\n=======\nADA\n>>>>>>> ada\n" in shown
    with pytest.raises(WriteRefused, match="has changed since"):
        trees.gateway.write("bob", 1, "a.py", "blind\n")
    with pytest.raises(MergeConflict, match="still shows both sides"):
        control(trees).propose("bob")
    trees.begin("bob")
    trees.gateway.write("bob", 2, "a.py", BASE.replace("three", "ADA and BOB"), "t")
    merge(trees, "bob")
    assert "ADA and BOB" in (trees.root / "a.py").read_text()


def test_an_update_waits_while_it_would_conflict(trees: Workspace) -> None:
    change(trees, "ada", "three", "ADA")
    change(trees, "bob", "three", "BOB")
    merge(trees, "ada")
    count = len(trees.events)
    control(trees).begin_turn("bob")
    assert len(trees.events) == count
    assert trees.gateway.tree("bob") != trees.gateway.tree()


def test_a_file_that_an_update_changed_must_be_seen_before_it_is_replaced(trees: Workspace) -> None:
    trees.gateway.read("bob", 1, "a.py")
    trees.begin("bob")
    change(trees, "ada", "one", "ONE")
    merge(trees, "ada")
    trees.begin("bob")
    with pytest.raises(WriteRefused) as refused:
        trees.gateway.write("bob", 2, "a.py", BASE)
    assert refused.value.code == "stale"
    assert "-one\n+ONE" in refused.value.reason


def test_what_a_person_changes_in_a_worktree_is_merged_with_it(trees: Workspace) -> None:
    place = trees.folder / "worktrees/ada/a.py"
    place.write_text(BASE.replace("one", "Pat"))
    trees.gateway.read("ada", 1, "a.py")
    written = [ev for ev in trees.events if isinstance(ev, e.FileWritten) and ev.where]
    assert [ev.agent for ev in written] == [e.OUTSIDE]
    place.unlink()
    assert trees.gateway.read("ada", 1, "a.py") == BASE.replace("one", "Pat")
    merge(trees, "ada")
    assert "Pat" in (trees.root / "a.py").read_text()


def test_an_edit_of_the_shared_tree_and_a_deletion_arrive(trees: Workspace) -> None:
    (trees.root / "a.py").write_bytes(b"\xff\0")
    trees.gateway.look("a.py")
    trees.begin("ada")
    assert (trees.folder / "worktrees/ada/a.py").read_bytes() == b"\xff\0"
    (trees.root / "a.py").unlink()
    trees.gateway.look("a.py")
    trees.begin("ada")
    assert trees.gateway.paths("ada") == []
    assert not (trees.folder / "worktrees/ada/a.py").exists()


def test_paths_cannot_leave_a_worktree(trees: Workspace) -> None:
    for path in ("../bob/a.py", ".git", "/etc/passwd"):
        with pytest.raises(Exception, match="not a path in the workspace"):
            trees.gateway.write("ada", 1, path, "x\n")
    with pytest.raises(WriteRefused, match="part of the tests"):
        trees.gateway.write("ada", 1, "tests/test_mean.py", "x\n")
