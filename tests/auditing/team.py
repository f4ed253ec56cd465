"""Repositories with several authors, made by git itself."""

import os
import subprocess
from pathlib import Path

from workspaces.anomalies.finding import Kind
from workspaces.auditing.audit import Report, audit
from workspaces.auditing.finding import AuditFinding

EPOCH = 1_700_000_000
HOUR = 3600


class Team:
    """A repository at `root` in which each commit has an author and a time of its own."""

    def __init__(self, root: Path, *options: str) -> None:
        self.root = root
        self.now = EPOCH
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main", *options, ".")
        self.git("config", "gc.auto", "0")

    def git(self, *arguments: str, by: str = "Pat Person", where: Path | None = None) -> str:
        """Run git as the author `by` in the working tree, or in `where`; what it printed."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=where or self.root,
            env=self.environment(by),
            check=True,
            capture_output=True,
        )
        return done.stdout.decode(errors="replace").strip()

    def environment(self, by: str) -> dict[str, str]:
        """A user's environment that names the author and the time."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        name, _, address = by.partition(" <")
        address = address.rstrip(">") or f"{name.replace(' ', '.').lower()}@example.org"
        return kept | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": address,
            "GIT_COMMITTER_NAME": name,
            "GIT_COMMITTER_EMAIL": address,
            "GIT_AUTHOR_DATE": f"{self.now} +0000",
            "GIT_COMMITTER_DATE": f"{self.now} +0000",
        }

    def commit(
        self,
        by: str,
        files: dict[str, str | None],
        message: str = "Work",
        *,
        after: int = HOUR,
        where: Path | None = None,
    ) -> str:
        """Write the files (`None`: remove) and commit them `after` seconds later; the id."""
        self.now += after
        root = where or self.root
        for path, text in files.items():
            place = root / path
            if text is None:
                place.unlink()
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text)
        self.git("add", "--all", by=by, where=root)
        self.git("commit", "--quiet", "--allow-empty", "-m", message, by=by, where=root)
        return self.git("rev-parse", "HEAD", where=root)

    def branch(self, name: str, start: str = "main") -> None:
        """Check out a new branch."""
        self.git("checkout", "--quiet", "-b", name, start)

    def switch(self, name: str) -> None:
        """Check out a branch."""
        self.git("checkout", "--quiet", name)

    def merge(self, by: str, name: str, *options: str) -> str:
        """Merge a branch by a merge commit; the id."""
        self.now += HOUR
        self.git("merge", "--quiet", "--no-ff", "-m", f"Merge {name}", *options, name, by=by)
        return self.git("rev-parse", "HEAD")

    def audit(self, *kinds: Kind, since: str = "", branches: str = "") -> Report:
        """The audit of it."""
        return audit(self.root, kinds=kinds, since=since, branches=branches)

    def found(self, *kinds: Kind) -> list[AuditFinding]:
        """What it finds."""
        return list(self.audit(*kinds).findings)


def kinds(report: Report) -> list[str]:
    """The kinds of the findings, each once, in alphabetical order."""
    return sorted({finding.kind.value for finding in report.findings})


def numbered(prefix: str, count: int, start: int = 0) -> str:
    """That many different lines."""
    return "".join(f"{prefix} {number}\n" for number in range(start, start + count))
