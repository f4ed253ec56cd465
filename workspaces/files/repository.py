"""The workspace's git repository: writes become commits, and commits are read back.

The history is what makes a write durable; commits follow it in groups. `add` queues a change in
a microsecond, `checkpoint` (in a worker thread, every `PACE_SECONDS` while there is something to
commit) makes commits of all that is queued, through one long-lived `git fast-import`. The same
changes on the same tip give the same commit ids.

A person may use git in the same folder; see `committing` for what happens when they move the
branch. With another branch checked out, commits still go to `main`.

Every checkpoint adds a pack of two files: 72,000 an hour at 20 a second, were they left. After
`PACKS` of them the process is ended and `git repack --geometric=2` merges them, which touches a
pack of n objects log n times: 40 ms for 64 packs (110 for 256, 380 for 800), less than a
millisecond a checkpoint, and reading the log takes 12 ms instead of 35 or 135.
"""

import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from workspaces.files.branches import Branches, branch_of
from workspaces.files.commits import MAIN, Change, Commit, Pairs
from workspaces.files.fastimport import RepositoryError
from workspaces.files.gitcommand import git_in, mapped, require_git
from workspaces.files.ignoring import IGNORED_FOLDERS, IGNORED_NAMES
from workspaces.files.leftovers import clear_leftovers
from workspaces.files.objects import Objects
from workspaces.files.paths import inside

__all__ = ["PACE_SECONDS", "Change", "Commit", "Repository", "RepositoryError"]

PACE_SECONDS = 0.04
"""How long to let changes gather between checkpoints: one costs 3 to 10 ms of a process, and a
person looking at `git log` does not see the difference."""
WORKTREES = "worktrees"
"""The folder of the agents' worktrees, beside the workspace: out of reach of paths that agents
give, and not among the files that are watched."""
PACKS = 64
"""Checkpoints until their packs are merged."""
FEW_PACKS = 8
"""Packs that are left as they are at the end: merging them would cost a fifth of a second."""

_LOCAL_CONFIG = f"""\
[core]
	autocrlf = false
	safecrlf = false
	fileMode = false
	hooksPath = {os.devnull}
[commit]
	gpgSign = false
[tag]
	gpgSign = false
[gc]
	auto = 0
[maintenance]
	auto = false
"""


class Repository(Objects):
    """The repository at `root`, for the session named `session` that began at `epoch` (whole
    seconds since 1970). `add` and `pending` may be used from any thread beside the one in which
    the blocking methods run. Use `create` or `open`."""

    def __init__(self, root: Path, epoch: int, session: str) -> None:
        super().__init__(root, epoch)
        self.session = session
        self.scratch = root / ".git" / "crosstalk"
        """A folder for temporary files, on the workspace's file system and out of its sight."""
        self.when_full: Callable[[], None] | None = None
        """Returns once there is room again for a file that found none on the disk."""
        self._maintaining = threading.Lock()
        self._branches = Branches(root, epoch, session, self.log)
        self._unindexed: set[str] | None = None
        """Paths whose index entries are behind; `None` when any may be."""
        self._worktrees: list[Path] = []

    @classmethod
    def create(
        cls, root: Path, files: Mapping[str, str | bytes], *, epoch: int, session: str
    ) -> Self:
        """Make `root` a repository whose first commit, by `session`, holds `files` (contents by
        path; text as UTF-8), and put them on the disk.

        The user's own configuration, hooks, templates and signing are kept out. Raises
        `RepositoryError` (also when there is a repository already) and `PathRefused`, and then
        leaves nothing half-made.
        """
        existed = root.exists()
        try:
            root.mkdir(parents=True, exist_ok=True)
            if any(root.iterdir()):
                raise RepositoryError(
                    f"{root} is not empty",
                    "a session begins in a folder of its own",
                    "Choose another folder with --out.",
                )
        except OSError as error:
            raise _unusable(root, error) from error
        try:
            repository = cls(root, epoch, session)
            contents = {p: d.encode() if isinstance(d, str) else d for p, d in files.items()}
            repository._initialise(contents)
        except OSError as error:
            _undo(root, existed)
            raise _unusable(root, error) from error
        except BaseException:
            _undo(root, existed)
            raise
        return repository

    @classmethod
    def open(cls, root: Path, *, epoch: int, session: str) -> Self:
        """The repository that `create` made, after a crash too: see `leftovers`.

        Raises `RepositoryError` when there is none or it has no main branch.
        """
        if not (root / ".git").is_dir():
            raise RepositoryError(
                f"{root} is not a session's repository",
                "it has no .git folder",
                "Give the session's folder; `crosstalk list` shows yours.",
            )
        repository = cls(root, epoch, session)
        clear_leftovers(root)
        repository.scratch.mkdir(exist_ok=True)
        if not repository.tip():
            raise RepositoryError(
                f"{root} has no main branch",
                "a session commits to refs/heads/main, and that is gone",
                "Bring it back (`git branch main COMMIT`; `git reflog` shows candidates).",
            )
        return repository

    @classmethod
    def clone(
        cls, source: Path, root: Path, heads: Mapping[str, str], *, epoch: int, session: str
    ) -> Self:
        """Make `root`, which must be absent or empty, a repository of its own with what `heads`
        (commit ids by branch, `main` among them) contain of the repository at `source`, and the
        files of `main` on the disk. Nothing is written at `source`. Raises `RepositoryError`, and
        then leaves nothing half-made."""
        existed = root.exists()
        try:
            root.mkdir(parents=True, exist_ok=True)
            repository = cls(root, epoch, session)
            repository._begin()
            wanted = (f"{commit}:{branch}" for branch, commit in heads.items())
            with mapped("The repository cannot be cloned"):
                fetch = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head")
                repository._git.execute(
                    ["git", *fetch, "--update-head-ok", str(source.absolute()), *wanted]
                )
                repository._git.execute(["git", "reset", "--hard", "--quiet"])
        except OSError as error:
            _undo(root, existed)
            raise _unusable(root, error) from error
        except BaseException:
            _undo(root, existed)
            raise
        return cls.open(root, epoch=epoch, session=session)

    # Writing ------------------------------------------------------------------------------------

    def add(self, change: Change) -> None:
        """Queue a change for the next checkpoint."""
        self._branches.add(change)

    @property
    def pending(self) -> int:
        """How many changes are queued."""
        return self._branches.pending

    def checkpoint(self) -> Pairs:
        """Commit what is queued; the number of each write and its commit id, in order.

        Blocks for some milliseconds. Raises `RepositoryError` when git keeps refusing (a full
        disk, a lock that stays): the changes remain queued, and what had been committed by then
        is returned first, the error raised by the next call.
        """
        with self._maintaining:
            done = self._branches.commit()
            if self._branches.packs >= PACKS:
                self._merge_packs()
            return done

    def refresh_index(self) -> bool:
        """Let `git status` agree with the commits made since the last call, for a person who
        looks; whether that was possible (not while another git holds the index).

        Only entries of paths committed here are set, so what a person has staged elsewhere stays
        staged. Does nothing while another branch is checked out: the index is that branch's.
        """
        with self._maintaining:
            paths = self._branches.main.take_paths()
            if self._unindexed is not None:
                self._unindexed |= paths
            if self._unindexed == set() or not self._on_main():
                return True
            arguments = ["reset", "--quiet"]
            with tempfile.TemporaryFile() as listing:
                if self._unindexed is not None:
                    listing.write(b"".join(path.encode() + b"\0" for path in self._unindexed))
                    listing.seek(0)
                    arguments += ["--pathspec-from-file=-", "--pathspec-file-nul"]
                try:
                    with mapped("The index could not be brought up to date"):
                        self._git.execute(["git", *arguments], istream=listing)
                except RepositoryError:
                    return False
            self._unindexed = set()
            return True

    def close(self) -> None:
        """End all processes, merge packs, refresh the index. What is still queued stays so."""
        with self._maintaining:
            if self._branches.packs > FEW_PACKS:
                self._merge_packs()
            self._branches.end()
        self.refresh_index()
        for worktree in self._worktrees:
            self._reset(worktree, "--quiet")
        with self._reading:
            self._git.clear_cache()

    # Worktrees ----------------------------------------------------------------------------------

    def add_worktree(self, name: str, again: bool = False) -> Path:
        """Make a git worktree for `name` on the branch `branch_of(name)`, at the files of `main`;
        its folder, beside the workspace. Made `again`, it takes the place of the one that is
        there, and keeps its branch. Raises `RepositoryError`. Two processes."""
        branch = branch_of(name)
        folder = self.root.parent / WORKTREES / branch.rpartition("/")[2]
        new: tuple[str, ...] = ("-b", branch.removeprefix("refs/heads/"), str(folder), MAIN)
        if again:
            shutil.rmtree(folder, ignore_errors=True)
            with mapped("A worktree cannot be made"), self._reading:
                self._git.execute(["git", "worktree", "prune"])
                if self._git.execute(["git", "for-each-ref", branch]):
                    new = ("--force", str(folder), branch.removeprefix("refs/heads/"))
        with mapped("A worktree cannot be made"), self._reading:
            # Without the files: git would lay them out under the main tree's index.
            self._git.execute(
                [
                    *("git", "worktree", "add", "--quiet", "--no-checkout"),
                    *new,
                ]
            )
        self._reset(folder, "--hard", "--quiet")
        self._worktrees.append(folder)
        self._branches.open(branch)
        return folder

    def last_change(self, branch: str = MAIN) -> int:
        """The number of the change that was queued last for a branch, 0 while there was none."""
        return self._branches.last(branch)

    def _reset(self, worktree: Path, *options: str) -> None:
        """`git reset` in a worktree, whose index is its own."""
        folder = self.root / ".git" / "worktrees" / worktree.name
        with mapped("A worktree's index could not be written"):
            command = git_in(self.root)
            command.update_environment(
                GIT_DIR=str(folder),
                GIT_WORK_TREE=str(worktree),
                GIT_INDEX_FILE=str(folder / "index"),
            )
            command.execute(["git", "-C", str(worktree), "reset", *options])

    # Inside -------------------------------------------------------------------------------------

    def _initialise(self, files: dict[str, bytes]) -> None:
        places = {inside(self.root, path): data for path, data in files.items()}
        self._begin()
        for place, data in places.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        self._branches.main.begin(files)
        self.refresh_index()

    def _begin(self) -> None:
        """An empty repository with settings of its own."""
        require_git(self._git)
        with mapped("The repository cannot be made"):
            self._git.execute(
                ["git", "init", "--quiet", "--template=", "--initial-branch=main", "."]
            )
        folder = self.root / ".git"
        with (folder / "config").open("a", encoding="utf-8") as config:
            config.write(_LOCAL_CONFIG)
        (folder / "info").mkdir(exist_ok=True)
        ignored = [f"{name}/" for name in sorted(IGNORED_FOLDERS)] + sorted(IGNORED_NAMES)
        (folder / "info" / "exclude").write_text("\n".join(ignored) + "\n", encoding="utf-8")
        self.scratch.mkdir()

    def _on_main(self) -> bool:
        try:
            head = (self.root / ".git" / "HEAD").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
        return head.strip() == f"ref: {MAIN}"

    def _merge_packs(self) -> None:
        self._branches.end()  # its processes hold on to their packs
        # Not merged now is merged after the next PACKS checkpoints.
        with contextlib.suppress(RepositoryError), mapped("Packs could not be merged"):
            self._git.execute(["git", "repack", "-d", "--quiet", "--geometric=2"])


def _undo(root: Path, existed: bool) -> None:
    """Leave `root` as it was found: absent, or empty."""
    for entry in list(root.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
    if not existed:
        root.rmdir()


def _unusable(root: Path, error: OSError) -> RepositoryError:
    return RepositoryError(
        f"{root} cannot be used for a session",
        error.strerror or str(error),
        "Choose a folder you may write to with --out.",
    )
