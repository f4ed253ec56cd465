import fcntl
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.files.conftest import EPOCH, FILES, SESSION_NAME, Workspace, resume, start
from workspaces.files import disk
from workspaces.files.changes import change_of
from workspaces.files.gateway import WorkspaceError
from workspaces.files.recovery import Recovery
from workspaces.files.repository import Repository
from workspaces.history.codec import digest
from workspaces.history.events import Blob, FileWritten, OutsideWrite, WritesCommitted
from workspaces.history.state import State

Git = Callable[..., str]


def recover(folder: Path) -> tuple[Workspace, Recovery]:
    """Resume the session and do what a session does with what it finds."""
    workspace = resume(folder)
    recovery = workspace.gateway.recover(list(workspace.events))
    workspace.gateway.record(WritesCommitted(commits=tuple(recovery.committed)))
    workspace.commit()
    return workspace, recovery


def assert_agreement(workspace: Workspace) -> None:
    """The history, the disk and the branch tell the same story."""
    state, repository = workspace.state, workspace.repository
    latest = {path: state.files[path][-1].blob for path in state.paths()}
    on_disk = {path: digest((workspace.root / path).read_bytes()) for path in latest}
    assert on_disk == latest
    assert repository.files() == latest
    writes = [e for e in workspace.events if isinstance(e, FileWritten | OutsideWrite)]
    assert sorted(state.commits) == [event.seq for event in writes]
    events = [c.trailers.event for c in repository.log() if c.trailers and c.trailers.event]
    assert events == sorted(set(events))
    assert set(events) | {e.seq for e in writes[: len(FILES)]} == {e.seq for e in writes}


@pytest.mark.parametrize(("seed", "accepted"), [(1, 1), (2, 5), (3, 60), (4, 233), (5, 500)])
def test_killed_while_writing_and_committing(
    tmp_path: Path, git: Git, seed: int, accepted: int
) -> None:
    folder = tmp_path / "killed"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.files.crashing", str(folder), str(seed)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        acknowledged = [int(process.stdout.readline()) for _ in range(accepted)]
        process.send_signal(signal.SIGKILL)
    with (folder / "history.jsonl").open("rb") as history:
        # A child that was just being started holds the lock until it has begun its program.
        fcntl.flock(history, fcntl.LOCK_EX)
    workspace, recovery = recover(folder)
    assert recovery.outside == []
    assert set(acknowledged) <= {e.seq for e in workspace.events if isinstance(e, FileWritten)}
    assert_agreement(workspace)
    git(workspace.root, "fsck", "--strict")
    assert git(workspace.root, "rev-parse", "main") == _undisturbed(tmp_path, workspace) + "\n"
    workspace.close()
    assert git(workspace.root, "status", "--porcelain") == ""


def _undisturbed(tmp_path: Path, workspace: Workspace) -> str:
    """The tip that the same history gives when nothing is killed and all is committed at once."""
    repository = Repository.create(tmp_path / "calm", FILES, epoch=EPOCH, session=SESSION_NAME)
    state = State()
    adopted = 0
    for event in workspace.events:
        state.apply(event)
        if isinstance(event, FileWritten):
            adopted += 1
            if adopted > len(FILES):
                data = state.blobs[event.blob].encode()
                repository.add(change_of(event, data, state, SESSION_NAME))
    repository.checkpoint()
    tip = repository.tip()
    repository.close()
    return tip


def test_a_write_that_did_not_reach_the_disk_is_put_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = start(tmp_path)
    workspace.gateway.write("ada", 1, "a.py", "1\n")
    workspace.commit()

    def dies(*_arguments: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as dying:
        dying.setattr(disk, "write_file", dies)
        for path in ("a.py", "b.py"):
            with pytest.raises(WorkspaceError):
                workspace.gateway.write("ada", 2, path, "2\n")
    workspace.close()
    workspace, recovery = recover(tmp_path)
    assert recovery.rewritten == ["a.py", "b.py"]
    assert (recovery.queued, recovery.outside) == (2, [])
    assert_agreement(workspace)
    workspace.close()


def test_what_people_did_meanwhile_is_news(tmp_path: Path) -> None:
    workspace = start(tmp_path)
    for path in ("kept.py", "changed.py", "deleted.py", "reverted.py"):
        workspace.gateway.write("ada", 1, path, "1\n")
    workspace.gateway.write("ada", 1, "reverted.py", "2\n")
    workspace.commit()
    workspace.close()
    root = workspace.root
    (root / "changed.py").write_text("Pat's\n")
    (root / "deleted.py").unlink()
    (root / "reverted.py").write_text("1\n")
    (root / "new.py").write_text("new\n")
    (root / "new.py~").write_text("dropping\n")
    workspace, recovery = recover(tmp_path)
    assert {event.path: event.blob for event in recovery.outside} == {
        "changed.py": digest(b"Pat's\n"),
        "deleted.py": "",
        "reverted.py": digest(b"1\n"),
        "new.py": digest(b"new\n"),
    }
    assert recovery.rewritten == []
    assert_agreement(workspace)
    workspace.close()


def test_an_uncommitted_write_under_a_foreign_edit_keeps_both(tmp_path: Path) -> None:
    workspace = start(tmp_path)
    workspace.gateway.write("ada", 1, "a.py", "1\n")
    workspace.close()
    (workspace.root / "a.py").write_text("Pat's\n")
    workspace, recovery = recover(tmp_path)
    assert [event.replaced for event in recovery.outside] == [1]
    authors = [commit.author for commit in workspace.repository.log()]
    assert authors == ["session", "ada", "outside"]
    assert_agreement(workspace)
    workspace.close()


def test_commits_that_the_history_did_not_hear_of_are_not_made_twice(tmp_path: Path) -> None:
    workspace = start(tmp_path)
    event = workspace.gateway.write("ada", 1, "a.py", "1\n")
    ((_, commit),) = workspace.repository.checkpoint()
    workspace.close()
    workspace, recovery = recover(tmp_path)
    assert recovery.committed == [(event.seq, commit)]
    assert recovery.queued == 0
    assert_agreement(workspace)
    workspace.close()


def test_a_session_killed_before_its_first_commits_are_recorded(tmp_path: Path) -> None:
    workspace = start(tmp_path)
    lines = (tmp_path / "history.jsonl").read_bytes().splitlines(keepends=True)
    workspace.close()
    assert b'"writes-committed"' in lines[-1]
    (tmp_path / "history.jsonl").write_bytes(b"".join(lines[:-1]))
    workspace, recovery = recover(tmp_path)
    assert {commit for _, commit in recovery.committed} == {workspace.repository.tip()}
    assert_agreement(workspace)
    workspace.close()


def test_a_persons_commit_while_nothing_ran_is_built_upon(tmp_path: Path, git: Git) -> None:
    workspace = start(tmp_path)
    workspace.gateway.write("ada", 1, "a.py", "1\n")
    workspace.close()
    (workspace.root / "pat.py").write_text("Pat's\n")
    git(workspace.root, "add", "pat.py")
    git(workspace.root, "commit", "-q", "-m", "Pat's", "--", "pat.py")
    workspace, recovery = recover(tmp_path)
    assert [event.path for event in recovery.outside] == ["pat.py"]
    assert [c.subject for c in workspace.repository.log()][1:] == [
        "Pat's",
        "Write a.py",
        "Write pat.py",
    ]
    assert_agreement(workspace)
    workspace.close()


def test_binary_files_of_others_survive_if_anyone_has_them(tmp_path: Path) -> None:
    workspace = start(tmp_path)
    (workspace.root / "kept.bin").write_bytes(b"\xff\x00")
    workspace.gateway.look("kept.bin")
    workspace.close()
    workspace, recovery = recover(tmp_path)
    assert recovery.queued == 1
    assert workspace.repository.read("main", "kept.bin") == b"\xff\x00"
    workspace.close()


def test_recovering_twice_is_recovering_once(tmp_path: Path) -> None:
    workspace = start(tmp_path)
    workspace.gateway.write("ada", 1, "a.py", "1\n")
    workspace.close()
    workspace, _ = recover(tmp_path)
    workspace.close()
    workspace, again = recover(tmp_path)
    assert again == Recovery(committed=[], queued=0, rewritten=[], outside=[])
    assert isinstance(workspace.events[-1], WritesCommitted)
    assert sum(isinstance(e, Blob) for e in workspace.events) == len(FILES) + 1
    workspace.close()
