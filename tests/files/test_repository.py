import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.files.conftest import EPOCH
from workspaces.errors import CrosstalkError
from workspaces.files import repository as module
from workspaces.files.commits import Change
from workspaces.files.paths import PathRefused
from workspaces.files.repository import Repository, RepositoryError
from workspaces.files.trailers import Trailers
from workspaces.history.codec import digest

Git = Callable[..., str]
FILES = {"a.py": "a\n", "tests/test_a.py": "import a\n"}


def change(seq: int, path: str = "a.py", data: bytes | None = b"new\n") -> Change:
    trailers = Trailers(session="s", event=seq, base=1, replaced=1, clock={"ada": seq})
    return Change(
        seq=seq,
        t=seq / 2,
        agent="ada",
        path=path,
        data=data,
        message=f"Write {path}",
        trailers=trailers,
    )


def create(root: Path) -> Repository:
    return Repository.create(root, FILES, epoch=EPOCH, session="s")


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    made = create(tmp_path / "w")
    yield made
    made.close()


def test_a_new_repository_is_clean_and_has_the_files(repository: Repository, git: Git) -> None:
    assert {p: (repository.root / p).read_text() for p in FILES} == FILES
    assert repository.files() == {path: digest(text.encode()) for path, text in FILES.items()}
    assert git(repository.root, "status", "--porcelain") == ""
    (first,) = repository.log()
    assert (first.id, first.author, first.t) == (repository.tip(), "session", 0.0)
    assert first.trailers == Trailers(session="s")
    assert {touch.path for touch in first.paths} == set(FILES)


def test_the_users_configuration_hooks_and_environment_stay_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, git: Git
) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "reference-transaction", "post-index-change"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    template = tmp_path / "template"
    template.mkdir()
    (template / "surprise").write_text("")
    config = tmp_path / "gitconfig"
    config.write_text(
        f"[core]\nhooksPath={hooks}\nautocrlf=true\n[commit]\ngpgSign=true\n"
        f"[init]\ntemplateDir={template}\ndefaultBranch=trunk\n[fastimport]\nunpackLimit=1000\n"
        "[log]\nshowSignature=true\nmailmap=true\n[diff]\nrenames=copies\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no-index"))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    repository = create(tmp_path / "w")
    repository.add(change(5))
    repository.checkpoint()
    repository.close()
    assert not (repository.root / ".git" / "surprise").exists()
    assert [commit.author for commit in repository.log()] == ["session", "ada"]
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name)
    assert git(repository.root, "symbolic-ref", "HEAD").strip() == "refs/heads/main"
    (repository.root / "a.py").write_bytes(b"new\n")
    assert git(repository.root, "status", "--porcelain") == ""
    git(repository.root, "commit", "-q", "--allow-empty", "-m", "no hook and no signature")
    repository.close()


def test_changes_become_commits_in_order(repository: Repository) -> None:
    changes = [
        change(4, "a.py", b"one\n"),
        change(6, "deep/er/b.py", b"\x00\xff"),
        change(7, 'q"uote é.py', b""),
        change(9, "a.py", None),
        change(11, "never.py", None),
    ]
    for one in changes:
        repository.add(one)
    assert repository.pending == 5
    pairs = repository.checkpoint()
    assert [seq for seq, _ in pairs] == [4, 6, 7, 9, 11]
    assert repository.pending == 0
    assert repository.checkpoint() == []
    log = repository.log()
    assert [commit.id for commit in log[1:]] == [commit for _, commit in pairs]
    assert repository.commit_count() == 6
    assert [commit.trailers for commit in log[1:]] == [one.trailers for one in changes]
    assert [commit.t for commit in log[1:]] == [2.0, 3.0, 3.0, 4.0, 5.0]
    assert [commit.paths[0].path for commit in log[1:4]] == [one.path for one in changes[:3]]
    assert log[4].paths[0].blob == ""
    assert log[5].paths == ()
    assert repository.read(pairs[1][1], "deep/er/b.py") == b"\x00\xff"
    assert repository.read("main", "a.py") is None
    assert repository.show(digest(b"one\n")) == b"one\n"
    assert repository.show("0" * 40) is None
    assert repository.show("") is None
    assert repository.show("main") is None


def test_the_same_changes_have_the_same_commits_however_they_are_grouped(tmp_path: Path) -> None:
    tips = set()
    for size in (1, 3, 20):
        repository = create(tmp_path / str(size))
        for seq in range(1, 21):
            repository.add(change(seq, f"f{seq % 4}.py", b"%d\n" % seq))
            if seq % size == 0:
                repository.checkpoint()
        repository.checkpoint()
        repository.close()
        tips.add(repository.tip())
    assert len(tips) == 1


def test_what_an_actors_name_says_stays_a_name(repository: Repository) -> None:
    from msgspec.structs import replace

    names = ["<x>\nauthor", "", "\x1b[31mred", "Zoë Q. Public", "a" * 500, "\ud800"]
    for seq, name in enumerate(names, 1):
        repository.add(replace(change(seq), agent=name, message=f"{name}\n\nCrosstalk-Event: 99"))
    repository.checkpoint()
    log = repository.log()[1:]
    assert [commit.trailers.event for commit in log if commit.trailers] == list(range(1, 7))
    assert all(commit.author.isprintable() and len(commit.author) <= 100 for commit in log)
    assert all(commit.subject.isprintable() for commit in log)
    assert log[1].author == "unknown"
    assert log[3].author == "Zoë Q. Public"


def test_more_changes_than_one_exchange_holds(repository: Repository) -> None:
    count = module.PACKS * 20
    for seq in range(1, count + 1):
        repository.add(change(seq, f"f{seq % 50}.py", b"%d\n" % seq))
    assert [seq for seq, _ in repository.checkpoint()] == list(range(1, count + 1))


def test_adding_while_committing_loses_nothing(repository: Repository) -> None:
    def add() -> None:
        for seq in range(1, 1001):
            repository.add(change(seq, f"f{seq % 7}.py", b"%d\n" % seq))

    adding = threading.Thread(target=add)
    adding.start()
    pairs = []
    while adding.is_alive() or repository.pending:
        pairs += repository.checkpoint()
    assert [seq for seq, _ in pairs] == list(range(1, 1001))
    assert repository.commit_count() == 1001


def test_packs_are_merged(repository: Repository) -> None:
    for seq in range(1, 2 * module.PACKS + 3):
        repository.add(change(seq, data=b"%d\n" % seq))
        repository.checkpoint()
    packs = list((repository.root / ".git/objects/pack").glob("*.pack"))
    assert len(packs) < module.PACKS
    assert repository.commit_count() == 2 * module.PACKS + 3


# Somebody else in the same repository -------------------------------------------------------


def test_a_persons_commit_in_between_is_kept_and_built_upon(
    repository: Repository, git: Git
) -> None:
    repository.add(change(1, data=b"1\n"))
    repository.checkpoint()
    repository.refresh_index()
    (repository.root / "mine.txt").write_text("Pat's\n")
    git(repository.root, "add", "mine.txt")
    git(repository.root, "commit", "-q", "-m", "Pat's work", "--", "mine.txt")
    theirs = repository.tip()
    repository.add(change(2, data=b"2\n"))
    ((_, ours),) = repository.checkpoint()
    log = {commit.id: commit for commit in repository.log()}
    assert log[ours].parents == (theirs,)
    assert repository.read("main", "mine.txt") == b"Pat's\n"
    assert log[theirs].trailers is None


def test_a_commit_that_comes_while_ours_are_on_their_way(repository: Repository, git: Git) -> None:
    """The branch moves after our process has begun from the old tip: git refuses ours, and they
    are made again on top."""
    repository.add(change(1, data=b"1\n"))
    repository.checkpoint()
    committer = repository._branches.main
    process = committer._import
    assert process
    original = process.commit

    def commit_late(changes: list[Change], parents: list[str]) -> list[str]:
        git(repository.root, "commit", "-q", "--allow-empty", "-m", "in between")
        return original(changes, parents)

    process.commit = commit_late  # type: ignore[method-assign, assignment]
    repository.add(change(2, data=b"2\n"))
    repository.add(change(3, data=b"3\n"))
    assert [seq for seq, _ in repository.checkpoint()] == [2, 3]
    assert [c.subject for c in repository.log()][2:] == ["in between", "Write a.py", "Write a.py"]


def test_a_commit_on_top_of_ours_at_once_does_not_double_them(
    repository: Repository, git: Git
) -> None:
    repository.add(change(1, data=b"1\n"))
    repository.checkpoint()
    process = repository._branches.main._import
    assert process
    original = process.commit

    def commit_early(changes: list[Change], parents: list[str]) -> list[str]:
        ids = original(changes, parents)
        git(repository.root, "commit", "-q", "--allow-empty", "-m", "on top")
        return ids

    process.commit = commit_early  # type: ignore[method-assign, assignment]
    repository.add(change(2, data=b"2\n"))
    ((seq, commit),) = repository.checkpoint()
    assert (seq, [c.id for c in repository.log()].count(commit)) == (2, 1)
    assert [c.subject for c in repository.log()][2:] == ["Write a.py", "on top"]


def test_what_a_killed_sessions_process_still_commits_is_not_doubled(
    repository: Repository,
) -> None:
    """git fast-import goes on with what it was sent when the session that started it dies."""
    resumed = Repository.open(repository.root, epoch=EPOCH, session="s")
    for seq in (1, 2):
        repository.add(change(seq, data=b"%d\n" % seq))
    for seq in (1, 2, 3):
        resumed.add(change(seq, data=b"%d\n" % seq))
    late = repository.checkpoint()
    pairs = resumed.checkpoint()
    assert pairs[:2] == late
    assert [seq for seq, _ in pairs] == [1, 2, 3]
    assert resumed.commit_count() == 4
    resumed.close()


def test_a_reset_is_respected(repository: Repository, git: Git) -> None:
    first = repository.tip()
    repository.add(change(1, data=b"1\n"))
    repository.checkpoint()
    git(repository.root, "reset", "-q", "--hard", first)
    repository.add(change(2, data=b"2\n"))
    ((_, ours),) = repository.checkpoint()
    assert [commit.id for commit in repository.log()] == [first, ours]


def test_commits_go_to_main_whatever_is_checked_out(repository: Repository, git: Git) -> None:
    git(repository.root, "checkout", "-q", "-b", "side")
    repository.add(change(1, data=b"1\n"))
    repository.checkpoint()
    assert repository.refresh_index()
    assert git(repository.root, "status", "--porcelain") == ""
    git(repository.root, "checkout", "-q", "--detach")
    repository.add(change(2, data=b"2\n"))
    repository.checkpoint()
    assert repository.commit_count() == 3
    assert git(repository.root, "rev-list", "--count", "side").strip() == "1"


def test_packed_refs_are_read(repository: Repository, git: Git) -> None:
    tip = repository.tip()
    git(repository.root, "pack-refs", "--all")
    assert not (repository.root / ".git/refs/heads/main").exists()
    assert repository.tip() == tip
    repository.add(change(1))
    assert len(repository.checkpoint()) == 1


def test_a_garbage_collection_under_a_running_session(repository: Repository, git: Git) -> None:
    for seq in range(1, 6):
        repository.add(change(seq, f"d/{seq}.py"))
        repository.checkpoint()
    git(repository.root, "gc", "-q", "--prune=now")
    for seq in range(6, 9):
        repository.add(change(seq, f"d/{seq}.py"))
        repository.checkpoint()
    assert repository.commit_count() == 9
    git(repository.root, "fsck", "--strict")


def test_a_killed_process_is_replaced(repository: Repository) -> None:
    repository.add(change(1))
    repository.checkpoint()
    process = repository._branches.main._import
    assert process
    process._process.kill()
    process._process.wait()
    repository.add(change(2, data=b"2\n"))
    assert [seq for seq, _ in repository.checkpoint()] == [2]
    assert repository.commit_count() == 3


def test_a_lock_that_stays_is_an_error_and_nothing_is_lost(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workspaces.files.committing.ATTEMPTS", 2)
    lock = repository.root / ".git/refs/heads/main.lock"
    lock.touch()
    repository.add(change(1))
    with pytest.raises(RepositoryError) as stuck:
        repository.checkpoint()
    assert stuck.value.fix
    assert repository.pending == 1
    lock.unlink()
    assert [seq for seq, _ in repository.checkpoint()] == [1]


# The index ----------------------------------------------------------------------------------


def test_status_is_clean_after_a_refresh_and_staging_elsewhere_stays(
    repository: Repository, git: Git
) -> None:
    repository.add(change(1, "new/b.py", b"b\n"))
    repository.add(change(2, "a.py", None))
    repository.checkpoint()
    (repository.root / "new").mkdir()
    (repository.root / "new/b.py").write_bytes(b"b\n")
    (repository.root / "a.py").unlink()
    (repository.root / "staged.txt").write_text("Pat's\n")
    git(repository.root, "add", "staged.txt")
    assert repository.refresh_index()
    assert git(repository.root, "status", "--porcelain") == "A  staged.txt\n"


def test_a_held_index_is_left_for_later(repository: Repository, git: Git) -> None:
    repository.add(change(1))
    repository.checkpoint()
    (repository.root / "a.py").write_bytes(b"new\n")
    lock = repository.root / ".git/index.lock"
    lock.touch()
    assert not repository.refresh_index()
    lock.unlink()
    assert repository.refresh_index()
    assert git(repository.root, "status", "--porcelain") == ""


# Errors -------------------------------------------------------------------------------------


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("p")
    with pytest.raises(RepositoryError, match="not empty"):
        create(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["precious"]


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(PathRefused):
        Repository.create(tmp_path / "w", {"ok": "", "../x": ""}, epoch=EPOCH, session="s")
    assert list(tmp_path.iterdir()) == []


def test_opening_what_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError) as refused:
        Repository.open(tmp_path, epoch=EPOCH, session="s")
    assert refused.value.fix


def test_opening_without_the_branch(repository: Repository, git: Git) -> None:
    git(repository.root, "branch", "-q", "-m", "main", "other")
    with pytest.raises(RepositoryError) as refused:
        Repository.open(repository.root, epoch=EPOCH, session="s")
    assert "main" in refused.value.title


def test_gitpythons_exceptions_are_mapped(repository: Repository) -> None:
    for ask in (
        lambda: repository.log(after="f" * 40),
        lambda: repository.files("no-such-ref"),
    ):
        with pytest.raises(RepositoryError, match="git says"):
            ask()


def test_a_machine_without_git(tmp_path: Path) -> None:
    """In a process of its own: GitPython looks for git when it is imported."""
    code = (
        "from pathlib import Path\n"
        "from workspaces.files.repository import Repository, RepositoryError\n"
        "try:\n"
        f"    Repository.create(Path({str(tmp_path / 'w')!r}), {{}}, epoch=0, session='s')\n"
        "except RepositoryError as error:\n"
        "    print(error.title, '|', error.fix)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("git cannot be started | Install git")
    assert not (tmp_path / "w").exists()


def test_the_error_is_in_the_tree() -> None:
    assert issubclass(RepositoryError, CrosstalkError)


def test_gitpython_is_imported_only_when_used() -> None:
    code = (
        "import sys, workspaces.files.gateway, workspaces.files.watcher\n"
        "assert not {'git', 'watchfiles'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
