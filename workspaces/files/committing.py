"""Queued writes on their way to the branch, whatever happens to it meanwhile.

The branch also belongs to the person: when they have moved it, what is not yet committed goes on
top of where it is now. Nothing of theirs is overwritten, nothing of ours is lost and nothing is
committed twice: after every refusal the branch itself is asked which writes it holds.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from workspaces.files.commits import MAIN, Change, Commit, Pairs
from workspaces.files.fastimport import MOST, FastImport, ImportStopped, RepositoryError
from workspaces.files.leftovers import release_packs

ATTEMPTS = 6
"""Tries in a row, with pauses that double from 20 ms, until a refusal counts as lasting: a second
is longer than any git command of a person holds a ref's lock."""


class Committer:
    """Commits changes to one branch of the repository at `root`.

    `log` gives the commits that the branch has and an older commit has not, and raises
    `RepositoryError` when that cannot be told. `commit_of` gives the commit of a change on
    another branch by its number, empty while it is not committed: a merge of it waits, and what
    follows too. `add` may be called from any thread.
    """

    def __init__(
        self,
        root: Path,
        epoch: int,
        session: str,
        log: Callable[[str], list[Commit]],
        branch: str = MAIN,
        commit_of: Callable[[int], str] = lambda seq: "",
    ) -> None:
        self._root = root
        self._branch = branch
        self._commit_of = commit_of
        self._epoch = epoch
        self._session = session
        self._log = log
        self._queue: deque[Change] = deque()
        self._queueing = threading.Lock()
        self._busy = threading.Lock()
        self._import: FastImport | None = None
        self._tip = read_tip(root, branch)
        self._failure: RepositoryError | None = None
        self._paths: set[str] = set()
        self.packs = 0
        """Checkpoints, and so packs, since the process was last ended."""

    def begin(self, files: dict[str, bytes]) -> None:
        """Make the first commit, of `files`. Raises `RepositoryError`."""
        process = FastImport(self._root, "", self._epoch, self._branch)
        try:
            self._tip = process.begin("session", "Begin the session", self._session, files)
        except ImportStopped as stopped:
            raise self._stuck(stopped) from stopped
        finally:
            process.close()

    def add(self, change: Change) -> None:
        """Queue a change."""
        with self._queueing:
            self._queue.append(change)

    @property
    def pending(self) -> int:
        """How many changes are queued."""
        return len(self._queue)

    def commit(self) -> Pairs:
        """Commit all that is queued; see `Repository.checkpoint`."""
        with self._busy:
            failure, self._failure = self._failure, None
            if failure:
                raise failure
            done: Pairs = []
            attempts = 0
            while self._next():
                try:
                    done += self._commit_some()
                    attempts = 0
                except ImportStopped as stopped:
                    done += self._regain()
                    attempts += 1
                    if attempts == ATTEMPTS:
                        if not done:
                            raise self._stuck(stopped) from stopped
                        self._failure = self._stuck(stopped)
                        break
                    time.sleep(0.01 * 2**attempts)
            return done

    def end(self) -> None:
        """End the process; the next commit starts another."""
        with self._busy:
            self._end_import()

    def take_paths(self) -> set[str]:
        """The paths committed since this was last asked."""
        with self._busy:
            paths, self._paths = self._paths, set()
            return paths

    def _commit_some(self) -> Pairs:
        """Commit up to `MOST` queued changes. Raises `ImportStopped`, also when the branch does
        not show them in the end."""
        changes = self._next()
        tip = read_tip(self._root, self._branch)
        if not tip:
            raise ImportStopped(f"{self._branch} does not exist any more")
        if tip != self._tip:
            self._end_import()
            landed = self._find_landed()
            self._tip = tip
            if landed:
                return landed
        if not self._import:
            self._import = FastImport(self._root, tip, self._epoch, self._branch)
        parents = [self._commit_of(change.merges) if change.merges else "" for change in changes]
        ids = self._import.commit(changes, parents)
        if read_tip(self._root, self._branch) != ids[-1]:
            raise ImportStopped("the branch was moved, or its lock is held")
        self._tip = ids[-1]
        self.packs += 1
        return self._landed(
            [(change.seq, commit) for change, commit in zip(changes, ids, strict=True)]
        )

    def _regain(self) -> Pairs:
        """After a refusal: end the process, and see what is on the branch nevertheless. It may
        have moved it and then died, or someone may have committed on top of it at once."""
        if self._import:
            self._import.kill()
            self._import = None
        release_packs(self._root)
        return self._find_landed()

    def _find_landed(self) -> Pairs:
        """Which of the queued changes the branch holds since the tip that was last ours. The
        process of a killed session may still have been at work on them."""
        queued = {change.seq for change in self._next()}
        try:
            commits = self._log(self._tip)
        except RepositoryError:  # the old tip is gone, or the branch; the next attempt tells
            return []
        return self._landed(
            [
                (commit.trailers.event, commit.id)
                for commit in commits
                if commit.trailers
                and commit.trailers.session == self._session
                and commit.trailers.event in queued
            ]
        )

    def _landed(self, pairs: Pairs) -> Pairs:
        """Take committed changes off the queue."""
        landed = {seq for seq, _ in pairs}
        with self._queueing:
            for change in list(islice(self._queue, MOST)):
                if change.seq in landed:
                    self._queue.remove(change)
                    self._paths.update(path for path, _ in change.files)
        return pairs

    def _next(self) -> list[Change]:
        """The changes to commit now: up to a merge of what is not committed yet."""
        with self._queueing:
            changes = list(islice(self._queue, MOST))
        for index, change in enumerate(changes):
            if change.merges and not self._commit_of(change.merges):
                return changes[:index]
        return changes

    def _end_import(self) -> None:
        self.packs = 0
        if self._import:
            self._import.close()
            self._import = None

    def _stuck(self, stopped: ImportStopped) -> RepositoryError:
        return RepositoryError(
            "Writes could not be committed",
            f"git fast-import: {stopped}",
            f"See whether the disk of {self._root} is full or a lock in .git/refs stays; "
            "the writes are safe in the history and are committed when it works again.",
        )


def read_tip(root: Path, branch: str = MAIN) -> str:
    """The commit that the branch names, empty when there is no such branch. Costs one read of a
    file."""
    folder = root / ".git"
    try:
        return (folder / branch).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        pass
    try:
        packed = (folder / "packed-refs").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    for line in packed.splitlines():
        commit, _, name = line.partition(" ")
        if name == branch:
            return commit
    return ""
