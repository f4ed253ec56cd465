"""What a stranger can tell from a fresh clone, without the session's history."""

import subprocess
from pathlib import Path

from tests.files.conftest import EPOCH, Workspace
from workspaces.files.commits import LOG_FORMAT, Commit, parse_log
from workspaces.history.events import UNREAD


def cloned(workspace: Workspace, to: Path) -> list[Commit]:
    subprocess.run(["git", "clone", "-q", workspace.root, to], check=True)
    options = ["-z", "--raw", "--no-abbrev", "--root", "--reverse", f"--format={LOG_FORMAT}"]
    done = subprocess.run(["git", "log", *options], cwd=to, check=True, capture_output=True)
    return list(parse_log(done.stdout, EPOCH))


def test_a_clone_tells_who_knew_what_when_they_wrote(workspace: Workspace, tmp_path: Path) -> None:
    gateway = workspace.gateway
    gateway.read("ada", 1, "mean.py")
    gateway.write("ada", 1, "mean.py", "ada 1\n", "task-1\nCrosstalk-Base: 9")
    gateway.write("bob", 1, "mean.py", "bob 1\n", "task-1")
    gateway.read("ada", 2, "mean.py")
    gateway.write("bob", 2, "mean.py", "bob 2\n")
    (workspace.root / "mean.py").write_text("Pat\n")
    gateway.look("mean.py")
    gateway.edit("ada", 2, "mean.py", "Pat", "ada 2")
    workspace.commit()

    commits = cloned(workspace, tmp_path / "clone")[1:]
    blobs = [""]
    for commit in commits:
        assert commit.trailers
        (touch,) = commit.paths
        # Each commit names the version it replaced, with the blob that was there before it.
        assert commit.trailers.replaced == len(blobs) - 1
        assert commit.trailers.replaced_blob == blobs[-1]
        if commit.trailers.base > 0:
            assert commit.trailers.base_blob == blobs[commit.trailers.base]
        blobs.append(touch.blob)
    told = [(c.author, c.trailers.base, c.trailers.replaced) for c in commits if c.trailers]
    assert told == [
        ("ada", 0, 0),
        ("bob", UNREAD, 1),
        ("bob", 2, 2),
        ("outside", UNREAD, 3),
        ("ada", 2, 4),
    ]
    first = commits[0].trailers
    assert first
    assert first.task == "task-1\nCrosstalk-Base: 9"
    recorded = {event.seq: event for event in workspace.events}
    for commit in commits:
        assert commit.trailers
        event = recorded[commit.trailers.event]
        assert commit.trailers.clock == event.clock
        assert commit.author == event.agent
