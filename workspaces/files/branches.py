"""The branches of a session's repository: one for the shared tree, one for each agent's worktree.

Each has a process of its own. Changes keep their order within a branch; between branches only a
merge waits, for the commit that it merges. So the same changes give the same commits, however
they are grouped into checkpoints.
"""

import re
from collections.abc import Callable
from pathlib import Path

from workspaces.files.commits import MAIN, Change, Commit, Pairs
from workspaces.files.committing import Committer
from workspaces.files.fastimport import RepositoryError

AGENTS = "refs/heads/agent/"
"""Where the branches of the agents' worktrees are."""


def branch_of(name: str) -> str:
    """The ref of the branch on which the worktree of the agent `name` is."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "agent"
    return f"{AGENTS}{plain}"


class Branches:
    """Hands changes to the committers of their branches. `log` is `Repository.log`."""

    def __init__(
        self,
        root: Path,
        epoch: int,
        session: str,
        log: Callable[[str, str], list[Commit]],
    ) -> None:
        self._root = root
        self._epoch = epoch
        self._session = session
        self._log = log
        self._commits: dict[int, str] = {}
        self._last: dict[str, int] = {}
        self._failure: RepositoryError | None = None
        self._committers: dict[str, Committer] = {}
        self.open(MAIN)
        self.main = self._committers[MAIN]

    def open(self, branch: str) -> None:
        """Commit to `branch`, which exists, as well."""
        self._committers[branch] = Committer(
            self._root,
            self._epoch,
            self._session,
            lambda after: self._log(after, branch),
            branch,
            self.commit_of,
        )

    def add(self, change: Change) -> None:
        """Queue a change for its branch."""
        self._committers[change.branch].add(change)
        self._last[change.branch] = change.seq

    def last(self, branch: str) -> int:
        """The number of the change queued last for a branch, 0 while there was none."""
        return self._last.get(branch, 0)

    def commit_of(self, seq: int) -> str:
        """The commit of change number `seq`, empty while it has none."""
        return self._commits.get(seq, "")

    @property
    def pending(self) -> int:
        """How many changes are queued."""
        return sum(committer.pending for committer in self._committers.values())

    @property
    def packs(self) -> int:
        """Checkpoints since the processes were last ended."""
        return sum(committer.packs for committer in self._committers.values())

    def commit(self) -> Pairs:
        """Commit all that is queued. Raises `RepositoryError`, but not before what has been
        committed by then is returned."""
        if len(self._committers) == 1:
            return self.main.commit()
        failure, self._failure = self._failure, None
        if failure:
            raise failure
        done: Pairs = []
        count = -1
        while self.pending and len(done) > count:
            count = len(done)
            for committer in self._committers.values():
                try:
                    pairs = committer.commit()
                except RepositoryError as error:
                    if not done:
                        raise
                    self._failure = error
                    return done
                self._commits.update(pairs)
                done += pairs
        return done

    def end(self) -> None:
        """End all processes; the next commit starts others."""
        for committer in self._committers.values():
            committer.end()
