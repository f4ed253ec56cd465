import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.files.conftest import FILES, Workspace, start
from workspaces.files.gateway import MOST_BYTES, WorkspaceError
from workspaces.files.paths import PathRefused
from workspaces.files.refusals import ReadRefused, WriteRefused
from workspaces.files.trees import tree_of
from workspaces.history.clocks import precedes
from workspaces.history.codec import digest
from workspaces.history.events import (
    OUTSIDE,
    SESSION,
    UNREAD,
    FileRead,
    FilesListed,
    FileWritten,
    OutsideWrite,
)


def last(workspace: Workspace) -> object:
    return workspace.events[-1]


def test_the_first_files_are_the_sessions_and_committed(workspace: Workspace) -> None:
    adopted = [event for event in workspace.events if isinstance(event, FileWritten)]
    assert [(e.path, e.version, e.base, e.replaced, e.agent) for e in adopted] == [
        (path, 1, 0, 0, SESSION) for path in sorted(FILES)
    ]
    assert set(workspace.state.commits.values()) == {workspace.repository.tip()}
    assert workspace.repository.pending == 0
    assert workspace.gateway.adopt() == []


def test_a_write_is_recorded_put_on_the_disk_and_committed(workspace: Workspace) -> None:
    workspace.clock[0] = 12.75
    event = workspace.gateway.write("ada", 3, "./src//mean.py", "x = 1\n", "task-1")
    assert (event.path, event.version, event.base, event.replaced) == ("src/mean.py", 1, UNREAD, 0)
    assert (event.size, event.blob, event.task) == (6, digest(b"x = 1\n"), "task-1")
    assert workspace.kinds()[-2:] == ["Blob", "FileWritten"]
    assert (workspace.root / "src/mean.py").read_text() == "x = 1\n"
    ((seq, commit),) = workspace.commit()
    assert seq == event.seq
    made = workspace.repository.log()[-1]
    assert (made.id, made.author, made.t) == (commit, "ada", 12.0)
    assert made.trailers
    assert (made.trailers.event, made.trailers.task) == (event.seq, "task-1")
    assert made.trailers.clock == event.clock


def test_bases_and_replaced_versions_tell_what_the_writer_knew(workspace: Workspace) -> None:
    gateway = workspace.gateway
    assert gateway.read("ada", 1, "a.py") is None
    first = gateway.write("ada", 1, "a.py", "1\n")
    blind = gateway.write("bob", 1, "a.py", "2\n")
    assert gateway.read("ada", 2, "a.py") == "2\n"
    gateway.write("bob", 2, "a.py", "3\n")
    stale = gateway.write("ada", 2, "a.py", "4\n")
    assert (first.base, first.replaced) == (0, 0)
    assert (blind.base, blind.replaced) == (UNREAD, 1)
    assert (stale.base, stale.replaced, stale.version) == (2, 3, 4)
    workspace.commit()
    trailers = workspace.repository.log()[-1].trailers
    assert trailers
    assert (trailers.base_blob, trailers.replaced_blob) == (digest(b"2\n"), digest(b"3\n"))


def test_a_read_happens_after_the_write_it_saw(workspace: Workspace) -> None:
    written = workspace.gateway.write("ada", 1, "a.py", "1\n")
    assert workspace.gateway.read("bob", 1, "a.py") == "1\n"
    read = last(workspace)
    assert isinstance(read, FileRead)
    assert (read.version, read.blob, read.causes) == (1, written.blob, (written.seq,))
    assert precedes(written, read)
    workspace.gateway.read("ada", 1, "a.py")
    own = last(workspace)
    assert isinstance(own, FileRead)
    assert own.causes == ()


def test_a_missing_file_is_version_0(workspace: Workspace) -> None:
    assert workspace.gateway.read("ada", 1, "none.py") is None
    read = last(workspace)
    assert isinstance(read, FileRead)
    assert (read.version, read.blob, read.causes) == (0, "", ())


def test_a_deleted_file_reads_as_none_and_counts_as_a_version(workspace: Workspace) -> None:
    workspace.gateway.write("ada", 1, "a.py", "1\n")
    (workspace.root / "a.py").unlink()
    assert workspace.gateway.read("bob", 1, "a.py") is None
    read = last(workspace)
    assert isinstance(read, FileRead)
    assert (read.version, read.blob) == (2, "")
    again = workspace.gateway.write("bob", 1, "a.py", "1\n")
    assert (again.base, again.replaced, again.version) == (2, 2, 3)
    workspace.commit()
    assert [c.paths[0].blob for c in workspace.repository.log()[1:]] == [again.blob, "", again.blob]


def test_listing(workspace: Workspace) -> None:
    workspace.gateway.write("ada", 1, "a.py", "")
    assert workspace.gateway.list("ada", 1) == ["a.py", "docs/tasks.md", "tests/test_mean.py"]
    listed = last(workspace)
    assert isinstance(listed, FilesListed)
    assert listed.count == 3


def test_an_edit_applies_to_the_file_as_it_is_and_keeps_the_base(workspace: Workspace) -> None:
    gateway = workspace.gateway
    gateway.write("ada", 1, "a.py", "one\ntwo\n")
    gateway.write("bob", 1, "a.py", "one\ntwo\nthree\n")
    edit = gateway.edit("ada", 2, "a.py", "one", "ONE", "task-1")
    assert (edit.base, edit.replaced, edit.edit) == (1, 2, True)
    assert gateway.read("bob", 2, "a.py") == "ONE\ntwo\nthree\n"


@pytest.mark.parametrize(
    ("path", "search", "code"),
    [("none.py", "x", "missing"), ("a.py", "zebra", "no-match"), ("a.py", "x", "ambiguous")],
)
def test_edits_that_do_not_fit(workspace: Workspace, path: str, search: str, code: str) -> None:
    workspace.gateway.write("ada", 1, "a.py", "x = x\n")
    count = len(workspace.events)
    with pytest.raises(WriteRefused) as refused:
        workspace.gateway.edit("ada", 1, path, search, "y")
    assert refused.value.code == code
    assert len(workspace.events) == count


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("tests/test_mean.py", "", "protected"),
        ("./tests//test_mean.py", "", "protected"),
        ("fixed/any.py", "", "protected"),
        ("docs", "", "folder"),
        ("a.py", "é" * (MOST_BYTES // 2 + 1), "too-large"),
        ("a.py", "\ud800", "encoding"),
        ("a.py", "a\0b", "encoding"),
    ],
    ids=["protected", "disguised", "protected-folder", "folder", "large", "surrogate", "nul"],
)
def test_refused_writes_leave_no_trace(
    workspace: Workspace, path: str, content: str, code: str
) -> None:
    count = len(workspace.events)
    with pytest.raises(WriteRefused) as refused:
        workspace.gateway.write("ada", 1, path, content)
    assert refused.value.code == code
    assert refused.value.reason
    assert len(workspace.events) == count
    assert workspace.repository.pending == 0


def test_paths_out_of_the_workspace_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.root / "link").symlink_to(tmp_path)
    (workspace.root / "file").symlink_to(tmp_path / "target")
    for path in ("../a", "link/a", "file", ".git/config", "docs/tasks.md/a"):
        with pytest.raises(PathRefused):
            workspace.gateway.write("ada", 1, path, "x")
    assert not (tmp_path / "target").exists()
    for path in ("link/history.jsonl", "file"):
        assert workspace.gateway.read("ada", 1, path) is None


def test_an_outside_edit_is_seen_before_it_is_written_over(workspace: Workspace) -> None:
    workspace.gateway.write("ada", 1, "a.py", "1\n")
    (workspace.root / "a.py").write_text("Pat's\n")
    event = workspace.gateway.write("ada", 2, "a.py", "2\n")
    outside = [e for e in workspace.events if isinstance(e, OutsideWrite)]
    assert [(e.path, e.version, e.replaced, e.agent) for e in outside] == [("a.py", 2, 1, OUTSIDE)]
    assert (event.base, event.replaced) == (1, 2)
    assert workspace.state.text(outside[0].blob) == "Pat's\n"
    workspace.commit()
    assert [c.author for c in workspace.repository.log()[1:]] == ["ada", "outside", "ada"]


def test_what_is_known_is_no_news(workspace: Workspace) -> None:
    workspace.gateway.write("ada", 1, "a.py", "1\n")
    count = len(workspace.events)
    assert workspace.gateway.outside("a.py", b"1\n") is None
    assert workspace.gateway.outside("never.py", None) is None
    assert workspace.gateway.outside("../a.py", b"") is None
    assert workspace.gateway.look("a.py") is None
    assert len(workspace.events) == count


def test_binary_and_large_files_are_recorded_but_not_stored(workspace: Workspace) -> None:
    contents = {"binary": b"\xff\xfe\x00", "large.txt": b"x" * (MOST_BYTES + 1)}
    for path, data in contents.items():
        (workspace.root / path).write_bytes(data)
        event = workspace.gateway.look(path)
        assert event
        assert (event.stored, event.size, event.blob) == (False, len(data), digest(data))
        with pytest.raises(ReadRefused) as refused:
            workspace.gateway.read("ada", 1, path)
        assert refused.value.code == "binary"
    assert "Blob" not in workspace.kinds()[-2:]
    snapshot = workspace.gateway.snapshot()
    assert {path: snapshot[path] for path in contents} == contents
    workspace.commit()
    for path in contents:
        (workspace.root / path).write_bytes(b"other")
    assert {p: workspace.gateway.snapshot()[p] for p in contents} == contents


def test_the_snapshot_and_its_tree_are_the_states(workspace: Workspace) -> None:
    workspace.gateway.write("ada", 1, "src/a.py", "1\n")
    workspace.gateway.write("ada", 1, "b.py", "2\n")
    (workspace.root / "docs/tasks.md").unlink()
    workspace.gateway.look("docs/tasks.md")
    snapshot = workspace.gateway.snapshot()
    assert snapshot == {
        "src/a.py": b"1\n",
        "b.py": b"2\n",
        "tests/test_mean.py": FILES["tests/test_mean.py"].encode(),
    }
    assert workspace.gateway.tree() == tree_of({p: digest(d) for p, d in snapshot.items()})
    workspace.commit()
    assert workspace.repository.files() == {p: digest(d) for p, d in snapshot.items()}


def test_a_file_that_becomes_a_folder_and_back(workspace: Workspace) -> None:
    root, gateway = workspace.root, workspace.gateway
    gateway.write("ada", 1, "thing", "file\n")
    (root / "thing").unlink()
    (root / "thing").mkdir()
    (root / "thing/part").write_text("part\n")
    gateway.look("thing/part")
    assert workspace.state.paths() == [*sorted(FILES), "thing/part"]
    gateway.tree()
    (root / "thing/part").unlink()
    (root / "thing").rmdir()
    gateway.write("ada", 2, "thing", "file again\n")
    assert workspace.state.paths() == [*sorted(FILES), "thing"]
    workspace.commit()
    assert sorted(workspace.repository.files()) == [*sorted(FILES), "thing"]


def test_a_write_keeps_permissions(workspace: Workspace) -> None:
    workspace.gateway.write("ada", 1, "run.sh", "#!/bin/sh\n")
    (workspace.root / "run.sh").chmod(0o755)
    workspace.gateway.write("ada", 1, "run.sh", "#!/bin/sh\ntrue\n")
    assert (workspace.root / "run.sh").stat().st_mode & 0o777 == 0o755


def test_a_disk_that_refuses_is_an_error_with_the_write_in_the_history(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_from: object, _to: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(WorkspaceError, match="No space left") as refused:
        workspace.gateway.write("ada", 1, "a.py", "1\n")
    assert "safe in the history" in refused.value.fix
    assert workspace.kinds()[-1] == "FileWritten"
    assert list(workspace.repository.scratch.iterdir()) == []


async def test_committing_does_not_block_the_loop(workspace: Workspace) -> None:
    event = workspace.gateway.write("ada", 1, "a.py", "1\n")
    ((seq, commit),) = await workspace.gateway.commit()
    assert (seq, commit) == (event.seq, workspace.repository.tip())


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["read", "write", "edit", "outside", "delete", "commit"]),
        st.sampled_from(["ada", "bob"]),
        st.sampled_from(["a.py", "src/b.py"]),
        st.sampled_from(["1\n", "2\n", "3\n"]),
    ),
    max_size=25,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_versions_chain_and_the_disk_the_state_and_git_agree(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str, str]]
) -> None:
    workspace = start(tmp_path_factory.mktemp("chain"), {})
    try:
        for step, agent, path, text in steps:
            _take(workspace, step, agent, path, text)
        for path in ("a.py", "src/b.py"):
            workspace.gateway.look(path)
        workspace.commit()
        state = workspace.state
        for versions in state.files.values():
            assert [v.number for v in versions] == list(range(1, len(versions) + 1))
            assert [v.replaced for v in versions] == list(range(len(versions)))
            assert all(v.base < v.number for v in versions)
        on_disk = {
            path: (workspace.root / path).read_bytes()
            for path in ("a.py", "src/b.py")
            if (workspace.root / path).exists()
        }
        assert workspace.gateway.snapshot() == on_disk
        assert workspace.repository.files() == {p: digest(d) for p, d in on_disk.items()}
        writes = [v.seq for versions in state.files.values() for v in versions]
        assert sorted(state.commits) == sorted(writes)
    finally:
        workspace.close()


def _take(workspace: Workspace, step: str, agent: str, path: str, text: str) -> None:
    place = workspace.root / path
    if step == "read":
        workspace.gateway.read(agent, 1, path)
    elif step == "write":
        workspace.gateway.write(agent, 1, path, text)
    elif step == "edit":
        try:
            workspace.gateway.edit(agent, 1, path, text, text + "more\n")
        except WriteRefused as refused:
            assert refused.code in ("missing", "no-match", "ambiguous")  # noqa: PT017
    elif step == "outside":
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
    elif step == "delete":
        place.unlink(missing_ok=True)
    else:
        workspace.commit()
