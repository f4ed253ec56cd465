"""One long-lived `git fast-import`: many commits a process instead of processes per commit.

In a tree of 2,000 files GitPython's index makes 4 to 7 commits a second; this makes 300 with a
checkpoint after each and 3,000 with one after fifty. A checkpoint writes a pack (two files).
`fastimport.unpackLimit` could turn each into loose objects instead, but that is three files a
commit and a process a checkpoint. Measured, commits a second and files in `.git/objects`:

    commits a checkpoint          1              5              50
    packs                  309, 202 files  1,124, 82     2,973, 34
    loose objects          127, 2,422        157, 2,822    188, 5,222

So: packs, and `Repository` merges them (see there).

Refuses to move a branch that someone else has moved: fast-import checks that the old tip is an
ancestor and takes git's own lock, and nothing here forces it.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from workspaces.errors import CrosstalkError
from workspaces.files.commits import MAIN, Change, compose, identity
from workspaces.files.trailers import Trailers

MOST = 500
"""Commits a call. Their ids come back through a pipe that holds some 1,500 of them; past that,
both sides would wait for each other."""

_CONFIG = {
    "core.autocrlf": "false",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "fastimport.unpackLimit": "1",
    "gc.auto": "0",
    "log.showSignature": "false",
}


class RepositoryError(CrosstalkError):
    """Git is missing or too old, or refused."""


class ImportStopped(Exception):
    """The process ended or did not answer as it should. Nothing it had not acknowledged counts
    as committed; a new process goes on from the branch as it then is."""


def git_environment(root: Path) -> dict[str, str]:
    """Variables that keep a git process in the repository at `root` and away from the user's
    configuration, hooks, attributes and prompts, whatever this process inherited (git exports
    `GIT_DIR` and the like to hooks, and a session may be started from one)."""
    folder = root / ".git"
    environment = {
        "GIT_DIR": str(folder),
        "GIT_WORK_TREE": str(root),
        "GIT_INDEX_FILE": str(folder / "index"),
        "GIT_OBJECT_DIRECTORY": str(folder / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_COMMON_DIR": str(folder),
        "GIT_NAMESPACE": "",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_PARAMETERS": "",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_DEFAULT_HASH": "sha1",
        "GIT_DEFAULT_REF_FORMAT": "files",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_GLOB_PATHSPECS": "0",
        "GIT_NOGLOB_PATHSPECS": "0",
        "GIT_ICASE_PATHSPECS": "0",
        "GIT_CONFIG_COUNT": str(len(_CONFIG)),
    }
    for number, (key, value) in enumerate(_CONFIG.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    return environment


class FastImport:
    """A process that continues `branch` of the repository at `root` from the commit `tip`
    (empty: the branch is to be made). Not safe to share between threads.

    Raises `RepositoryError` when git is missing.
    """

    def __init__(self, root: Path, tip: str, epoch: int, branch: str = MAIN) -> None:
        self._root = root
        self._branch = branch.encode()
        self._tip = tip
        self._epoch = epoch
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the process
        try:
            self._process = subprocess.Popen(
                # --done: an input that ends without it (our death, or `close`) moves no branch.
                ["git", "fast-import", "--quiet", "--date-format=raw", "--done"],
                cwd=root,
                env=os.environ | git_environment(root),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                bufsize=1 << 16,
                # Ctrl-C in the terminal is for the session, which then ends this in good order.
                start_new_session=True,
            )
        except OSError as error:
            self._complaints.close()
            raise missing_git(error) from error

    def commit(self, changes: Sequence[Change], parents: Sequence[str] = ()) -> list[str]:
        """Commit each of `changes` (at most `MOST`) and move the branch; the ids in order.
        `parents` are their second parents, empty for what is no merge.

        The caller must look whether the branch shows the last one: fast-import warns and goes on
        when somebody else has moved it. Blocks. Raises `ImportStopped`.
        """
        ids = self._exchange(
            self._commit_command(
                number,
                change.agent,
                self._epoch + int(change.t),
                compose(change.message, change.trailers),
                change.files,
                parent,
            )
            for number, (change, parent) in enumerate(
                zip(changes, parents or [""] * len(changes), strict=True), 1
            )
        )
        if len(ids) != len(changes):
            raise ImportStopped(f"{len(ids)} ids for {len(changes)} commits")
        return ids

    def begin(self, agent: str, subject: str, session: str, files: dict[str, bytes]) -> str:
        """Commit all of `files` as the first commit; its id. Raises `ImportStopped`."""
        message = compose(subject, Trailers(session=session))
        command = self._commit_command(1, agent, self._epoch, message, list(files.items()))
        return self._exchange([command])[0]

    def close(self) -> None:
        """End the process. Never raises; may be called twice.

        It must not be told `done`: it would then write the branch once more, and take back what
        a person has just undone with `git reset`. At an early end of its input it writes none.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with suppress(OSError):  # it is dead already, which is what was wanted
            stdin.close()
        self._process.wait()
        stdout.close()
        self._complaints.close()
        # It calls the early end a crash, and reports it.
        report = self._root / ".git" / f"fast_import_crash_{self._process.pid}"
        with suppress(OSError):
            report.unlink(missing_ok=True)

    def kill(self) -> None:
        """End the process now, whatever it is doing."""
        self._process.kill()
        self.close()

    def _commit_command(
        self,
        mark: int,
        agent: str,
        seconds: int,
        message: bytes,
        files: Iterable[tuple[str, bytes | None]],
        parent: str = "",
    ) -> bytes:
        who = b"%s %d +0000" % (identity(agent), seconds)
        parts = [
            b"commit %s\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n"
            % (self._branch, mark, who, who, len(message), message)
        ]
        if self._tip:
            parts.append(b"from %s\n" % self._tip.encode())
            self._tip = ""  # from here on the process knows the branch
        if parent:
            parts.append(b"merge %s\n" % parent.encode())
        for path, data in files:
            if data is None:
                parts.append(b"D %s\n" % _quoted(path))
            else:
                parts.append(b"M 100644 inline %s\ndata %d\n" % (_quoted(path), len(data)))
                parts.extend((data, b"\n"))
        return b"".join(parts)

    def _exchange(self, commands: Iterable[bytes]) -> list[str]:
        """Send commits marked from 1, ask for their ids, and wait for the checkpoint."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        count = 0
        try:
            for command in commands:
                stdin.write(command)
                count += 1
            asks = b"".join(b"get-mark :%d\n" % mark for mark in range(1, count + 1))
            stdin.write(asks + b"checkpoint\nprogress done\n")
            stdin.flush()
        except OSError as error:
            raise ImportStopped(self._why()) from error
        ids = []
        while (line := stdout.readline()) != b"progress done\n":
            if not line.endswith(b"\n"):
                raise ImportStopped(self._why())
            ids.append(line[:-1].decode())
        return ids

    def _why(self) -> str:
        """What the process said last on its error output."""
        self._process.poll()
        size = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(0, size - 2000))
        text = self._complaints.read().decode(errors="replace").strip()
        return text or f"git fast-import ended with {self._process.returncode}"


def missing_git(error: Exception) -> RepositoryError:
    """The error for a machine on which git cannot be started."""
    return RepositoryError(
        "git cannot be started",
        str(error).strip().partition("\n")[0],
        "Install git 2.32 or newer (for example `apt install git`) and see that it is on PATH.",
    )


def _quoted(path: str) -> bytes:
    """A path as fast-import reads it, whatever it begins with."""
    return b'"%s"' % path.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"')
