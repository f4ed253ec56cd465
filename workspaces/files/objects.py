"""What a session's repository holds: branches, commits and the contents of files, read back."""

import threading
from pathlib import Path

from workspaces.files.branches import AGENTS
from workspaces.files.commits import LOG_FORMAT, MAIN, Commit, parse_log
from workspaces.files.committing import read_tip
from workspaces.files.fastimport import RepositoryError
from workspaces.files.gitcommand import git_in, mapped

_LOG_OPTIONS = (
    *("-z", "--raw", "--no-abbrev", "--no-renames", "--root", "--no-ext-diff", "--no-textconv"),
    *("--encoding=UTF-8", "--topo-order", "--reverse"),
)


class Objects:
    """The repository at `root`, to be read; times are seconds since `epoch` (whole seconds since
    1970). Its methods may be used from any thread; they raise `RepositoryError`."""

    def __init__(self, root: Path, epoch: int) -> None:
        self.root = root
        self.epoch = epoch
        self._git = git_in(root)
        self._reading = threading.Lock()

    def tip(self) -> str:
        """The commit that `main` names, empty when there is no such branch. Costs one read of a
        file."""
        return read_tip(self.root)

    def branches(self) -> list[str]:
        """`main` and the agents' branches, as refs."""
        with mapped("The branches cannot be read"), self._reading:
            listed = self._git.execute(["git", "for-each-ref", "--format=%(refname)", MAIN, AGENTS])
        return str(listed).split()

    def log(
        self, after: str = "", branch: str = MAIN, *, first_parents: bool = False
    ) -> list[Commit]:
        """The commits of `main` (or of another branch), oldest first; only those that `after`
        does not contain, if given, or only first parents: what was committed to the branch itself.
        One process, some 60 us a commit."""
        commits = f"{after}..{branch}" if after else branch
        options = ("--first-parent",) if first_parents else ()
        with mapped("The log cannot be read"), self._reading:
            output = self._git.execute(
                ["git", "log", *_LOG_OPTIONS, *options, f"--format={LOG_FORMAT}", commits, "--"],
                stdout_as_string=False,
                strip_newline_in_stdout=False,
            )
        assert isinstance(output, bytes)
        return list(parse_log(output, self.epoch))

    def commit_count(self) -> int:
        """How many commits `main` has."""
        with mapped("The log cannot be read"), self._reading:
            return int(str(self._git.execute(["git", "rev-list", "--count", MAIN, "--"])))

    def read(self, commit: str, path: str) -> bytes | None:
        """The content of `path` in a commit (id or ref), `None` if it has no such file."""
        return self._object(f"{commit}:{path}")

    def show(self, blob: str) -> bytes | None:
        """The content of a blob, `None` if the repository has no such blob."""
        return self._object(blob)

    def files(self, commit: str = MAIN) -> dict[str, str]:
        """Blob ids by path of all files in a commit."""
        with mapped("The tree cannot be read"), self._reading:
            output = self._git.execute(
                ["git", "ls-tree", "-r", "-z", "--full-tree", commit],
                stdout_as_string=False,
                strip_newline_in_stdout=False,
            )
        assert isinstance(output, bytes)
        result = {}
        for line in output.split(b"\0")[:-1]:
            entry, _, path = line.partition(b"\t")
            _, kind, blob = entry.split(b" ")
            if kind == b"blob":
                result[path.decode(errors="surrogateescape")] = blob.decode()
        return result

    def _object(self, name: str) -> bytes | None:
        # A long-lived `git cat-file --batch`: one exchange over a pipe, no process per object.
        if not name or "\n" in name:
            return None
        with mapped("An object cannot be read"), self._reading:
            for last in (False, True):
                try:
                    _, kind, _, data = self._git.get_object_data(name)
                except (ValueError, OSError) as error:
                    if isinstance(error, ValueError) and "SHA is empty" not in str(error):
                        return None  # git answered that there is no such object
                    self._git.clear_cache()  # the process is gone; once more with a new one
                    if last:
                        raise RepositoryError("An object cannot be read", str(error)) from error
                else:
                    # GitPython annotates `kind` as text and returns bytes.
                    return bytes(data) if kind in ("blob", b"blob") else None
        return None
