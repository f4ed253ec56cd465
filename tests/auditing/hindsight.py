"""Audits real histories as they stood before their merges, and compares with what came of them.

    python -m tests.auditing.hindsight REPOSITORY... [--moments N] [--list]

Just before a merge of two people's work its two parents are two unmerged heads. Each merge of the
repository is taken back so: the audit sees its parents as the only branches, and the merge that was
really made tells what became of them. `merge` below is git's own, made again.

And just before a merge, other branches that were merged later stand open too: each is taken as far
as it had come by then. At the `N` merges before which the most did, the audit sees all of them at
once. `--list` prints every finding of those, to be read.

A development tool like `real_histories`, which makes such repositories.
"""

import argparse
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from workspaces.anomalies.finding import Kind
from workspaces.auditing.audit import Report, audit
from workspaces.auditing.finding import AuditFinding

UNMERGED = (Kind.MERGE_CONFLICT, Kind.CONCURRENT_WRITE, Kind.WRITE_SKEW, Kind.DUPLICATE_WORK)


class Merge(Struct, frozen=True):
    """A merge of two parents."""

    commit: str
    parents: tuple[str, str]
    time: int


class Repository:
    """A bare repository that is only read."""

    def __init__(self, place: Path) -> None:
        self.place = place.resolve()

    def git(self, *words: str, fine: int = 0) -> str:
        """What git says of it; exit codes up to `fine` are no failure."""
        done = subprocess.run(
            ["git", "-C", str(self.place), *words], stdout=subprocess.PIPE, check=False
        )
        if done.returncode > fine:
            raise subprocess.CalledProcessError(done.returncode, words)
        return done.stdout.decode(errors="replace")

    def merges(self, *options: str) -> list[Merge]:
        """Its merges of two parents, the oldest first."""
        said = self.git("log", "--merges", "--reverse", "--format=%H %ct %P", *options)
        each = (line.split() for line in said.splitlines())
        return [Merge(c, (p[0], p[1]), int(t)) for c, t, *p in each if len(p) == 2]

    def audited(self, heads: list[str], since: str = "") -> Report:
        """What the audit says where these commits are the only branches, the first as `main`."""
        with tempfile.TemporaryDirectory(prefix="crosstalk-hindsight-") as folder:
            place = Path(folder) / "then.git"
            subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(place)], check=True)
            (place / "objects/info/alternates").write_text(f"{self.place}/objects\n")
            for number, head in enumerate(heads):
                name = f"branch-{number}" if number else "main"
                (place / "refs/heads" / name).write_text(f"{head}\n")
            return audit(place, since=since)

    def remade(self, merge: Merge) -> tuple[str, set[str]]:
        """The tree of git's merge of the parents, and the paths in which it gives up."""
        said = self.git(
            *("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"),
            *("--allow-unrelated-histories", *merge.parents),
            fine=1,
        )
        tree, *names = said.split("\0")
        return tree.strip(), {name for name in names if name}

    def branch(self, merge: Merge) -> list[tuple[int, str]]:
        """The times and ids of the commits that the merge brought in, the newest first."""
        trunk, tip = merge.parents
        said = self.git("log", "--format=%ct %H", "--topo-order", tip, f"^{trunk}")
        return [(int(time), commit) for time, commit in map(str.split, said.splitlines())]


def compared(repository: Repository) -> Counter[str]:
    """What the audit told before each merge, by what git says of it and what was made of it."""
    counts: Counter[str] = Counter()
    for merge in repository.merges("--all"):
        tree, conflicts = repository.remade(merge)
        really = repository.git("rev-parse", f"{merge.commit}^{{tree}}").strip()
        base = repository.git("merge-base", *merge.parents, fine=1).strip()
        report = repository.audited(list(merge.parents), since=base)
        told = [finding for finding in report.findings if finding.kind in UNMERGED]
        paths = {path for f in told if f.kind is Kind.MERGE_CONFLICT for path in f.paths}
        what = "conflict" if conflicts else "clean" if tree == really else "clean, then changed"
        counts[f"merges: {what}"] += 1
        counts[f"told of a conflict, merge: {what}"] += bool(paths)
        counts["paths in conflict"] += len(conflicts)
        counts["of these told"] += len(conflicts & paths)
        counts["told and none"] += len(paths - conflicts)
        counts.update(f"told of {f.kind} before a merge: {what}" for f in told)
    return counts


def moments(repository: Repository, number: int) -> Iterator[tuple[Merge, int, Report]]:
    """The merges before which the most branches stood open, how many, and the audit then."""
    line = repository.merges("--first-parent", "main")
    branches = [(merge, repository.branch(merge)) for merge in line]
    standing: list[tuple[Merge, list[str]]] = []
    for place, merge in enumerate(line):
        heads = [merge.parents[0]]
        for _, commits in branches[place:]:
            heads += [commit for time, commit in commits if time < merge.time][:1]
        standing.append((merge, list(dict.fromkeys(heads))))
    standing.sort(key=lambda one: -len(one[1]))
    for merge, heads in standing[:number]:
        yield merge, len(heads), repository.audited(heads)


def _say(line: str) -> None:
    print(line)  # noqa: T201 - what a command prints


def _told(finding: AuditFinding) -> str:
    return f"      {finding.verdict} {finding.severity} {finding.kind}: {finding.summary}"


def main() -> None:
    """Print both comparisons for each repository."""
    parser = argparse.ArgumentParser(prog="python -m tests.auditing.hindsight")
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPOSITORY")
    parser.add_argument("--moments", type=int, default=8, metavar="N")
    parser.add_argument("--list", action="store_true", help="print the findings at each moment")
    options = parser.parse_args()
    for place in options.repositories:
        repository = Repository(place)
        _say(place.name)
        for what, count in sorted(compared(repository).items()):
            _say(f"  {count:5} {what}")
        for merge, heads, report in moments(repository, options.moments):
            found = [finding for finding in report.findings if finding.kind in UNMERGED]
            kinds = Counter(finding.kind.value for finding in found)
            quiet = sum(report.quiet.get(kind, 0) for kind in UNMERGED)
            said = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())) or "nothing"
            _say(f"  before {merge.commit[:10]}, {heads} heads: {said}; {quiet} quiet")
            for finding in found if options.list else ():
                _say(_told(finding))


if __name__ == "__main__":
    main()
