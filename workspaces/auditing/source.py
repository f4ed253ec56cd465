"""A repository to be audited, read from a git folder of our own.

A repository is somebody else's. Its configuration may name programs (filters, text converters,
merge drivers, hooks, a file-system monitor), and git would run them. So the audit asks the
repository itself only for its branches and worktrees, which runs nothing, and does the rest from
an empty temporary git folder that borrows its objects: nothing is configured there, new objects
(merged trees, snapshots of uncommitted edits) go there and vanish with it, and an object that is
missing is missing instead of being fetched from a network.

Refuses a git before 2.38, the first that merges without a working tree.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from workspaces.errors import CrosstalkError

OLDEST = (2, 38)
_FOREIGN = (
    *("-c", "safe.directory=*", "-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
)
# Whose folder it is does not matter when nothing of its configuration is run.


class AuditError(CrosstalkError):
    """The repository cannot be audited."""


class Source:
    """The repository that `place` lies in. `git` runs in our own folder, `ask` in theirs.

    Use `opened`, which removes the folder again.
    """

    def __init__(self, place: Path, folder: Path) -> None:
        self.place = place
        self.folder = folder
        self.environment = _environment()
        _check_version(self.environment)
        said = self.ask(
            *("rev-parse", "--path-format=absolute", "--git-common-dir"),
            *("--show-object-format", "--is-shallow-repository"),
        )
        *common, form, shallow = said.decode(errors="surrogateescape").rstrip("\n").split("\n")
        self.common = Path("\n".join(common))
        self.shallow = shallow == "true"
        self._lay_out(form)

    def ask(self, *arguments: str) -> bytes:
        """What git says about the repository itself. Only for commands that read references."""
        return _finished(["git", "-C", str(self.place), *_FOREIGN, *arguments], self.environment)

    def git(
        self, *arguments: str, data: bytes = b"", env: Mapping[str, str] = {}, fine: int = 0
    ) -> bytes:
        """Run git in our folder; its output. Exit codes up to `fine` are no failure. Raises
        `AuditError`."""
        # In a folder without files: git would read a `.mailmap` or attributes from where it is.
        where = Path(env.get("GIT_WORK_TREE", self.folder))
        variables = {**self.environment, **self.ours, **env}
        return _finished(["git", *arguments], variables, data, fine, where)

    def start(self, *arguments: str, complaints: int) -> "subprocess.Popen[bytes]":
        """The same as a process with pipes; `complaints` is a file for its error output."""
        return subprocess.Popen(
            ["git", *arguments],
            cwd=self.folder,
            env=self.environment | self.ours,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )

    @property
    def ours(self) -> dict[str, str]:
        """The variables that make git work in our folder."""
        return {"GIT_DIR": str(self.folder)}

    def setting(self, key: str) -> str:
        """A value of the repository's configuration, which is only looked at."""
        try:
            return self.ask("config", "--local", "--get", key).decode(errors="replace").strip()
        except AuditError:
            return ""

    def commit_id(self, revision: str) -> str:
        """The commit that `revision` names in the repository, empty when there is none."""
        if revision.startswith("-"):
            return ""
        try:
            said = self.ask("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        except AuditError:
            return ""
        return said.decode().strip()

    def _lay_out(self, form: str) -> None:
        for name in ("refs", "objects/info", "info"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "HEAD").write_text("ref: refs/heads/none\n")
        objects = str(self.common / "objects")
        # Git reads a line that begins with a quote as a C string; others end at the line's end.
        quoted = objects.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        (self.folder / "objects" / "info" / "alternates").write_bytes(os.fsencode(f'"{quoted}"\n'))
        version = 0 if form == "sha1" else 1
        extension = "" if form == "sha1" else f"[extensions]\n\tobjectFormat = {form}\n"
        crlf = self.setting("core.autocrlf")
        (self.folder / "config").write_text(
            f"[core]\n\trepositoryFormatVersion = {version}\n\tbare = false\n\tfileMode = false\n"
            + (f"\tautocrlf = {crlf}\n" if crlf in ("true", "input") else "")
            + "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
            "[user]\n\tname = crosstalk\n\temail = audit@crosstalk.invalid\n" + extension
        )
        for name in ("shallow", "info/exclude"):
            if (self.common / name).is_file():
                shutil.copyfile(self.common / name, self.folder / name)


@contextmanager
def opened(place: Path) -> Iterator[Source]:
    """The repository that `place` lies in, for as long as it is read. A session's folder stands
    for its workspace. Raises `AuditError`."""
    if (place / "history.jsonl").is_file() and (place / "workspace" / ".git").exists():
        place = place / "workspace"
    if not place.is_dir():
        raise AuditError(f"There is no folder {place}", "", "Give the folder of a git repository.")
    folder = Path(tempfile.mkdtemp(prefix="crosstalk-audit-"))
    try:
        yield Source(place, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _finished(
    command: Sequence[str],
    environment: Mapping[str, str],
    data: bytes = b"",
    fine: int = 0,
    where: Path | None = None,
) -> bytes:
    try:
        done = subprocess.run(
            command, cwd=where, env=environment, input=data, capture_output=True, check=False
        )
    except OSError as error:
        raise AuditError(
            "git could not be run", str(error), "Install git and see that it is on PATH."
        ) from error
    if not 0 <= done.returncode <= fine:
        raise failed(done.stderr)
    return done.stdout


def failed(complaints: bytes) -> AuditError:
    """The error for what git complained of."""
    said = complaints.decode(errors="replace").strip()
    if "not a git repository" in said:
        return AuditError(
            "This is not a git repository", said, "Give the folder of a git repository."
        )
    return AuditError(
        "The repository cannot be read",
        f"git says: {said[-2000:]}",
        "`git fsck` shows what is damaged.",
    )


def _environment() -> dict[str, str]:
    """Ours without what git would take from it, and without the user's configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "LC_ALL": "C",
    }


def _check_version(environment: Mapping[str, str]) -> None:
    said = _finished(["git", "--version"], environment).decode(errors="replace")
    found = re.search(r"(\d+)\.(\d+)", said)
    if found and (int(found[1]), int(found[2])) < OLDEST:
        raise AuditError(
            "git is too old",
            f"it says `{said.strip()}`; 2.38 is the first that merges without a working tree",
            "Install a newer git and see that it comes first on PATH.",
        )
