"""How long the audit of a hundred thousand commits takes, and one `git log` of the same.

The repository is made up: forty authors who change a few of three thousand files a commit, in
random places, all on one branch, so nearly every commit follows somebody else's. `limit` is
`git log` with the same options to nowhere; `plain` is what one would reach for, GitPython's
`commit.stats` of each, measured on a few commits and scaled. The two are run in turns, and the
medians are told: other work on the machine then strikes both alike.

    python -m tests.benchmarks.auditing
"""

import random
import subprocess
import tempfile
import time
from itertools import islice
from pathlib import Path
from statistics import median

from tests.benchmarks.table import Row, Target, rendered
from workspaces.auditing.audit import audit
from workspaces.auditing.past import LOG_OPTIONS

COMMITS = 100_000
SAMPLE = 50
TURNS = 3
AUTHORS, FILES, LINES = 40, 3000, 60


def run(quick: bool) -> list[Row]:
    """The rows for the table of all benchmarks."""
    commits = COMMITS // 50 if quick else COMMITS
    with tempfile.TemporaryDirectory(prefix="crosstalk-bench-") as folder:
        place = Path(folder) / "r.git"
        make(place, commits)
        each = [(_log(place), *_audit(place)) for _ in range(1 if quick else TURNS)]
        log, reading, whole = map(median, zip(*each, strict=True))
        plain = _plain(place, commits)
    twice = Target(2 * log)
    return [
        Row(f"reading {commits:,} commits for the audit, s", reading, plain, log, twice, digits=1),
        Row(
            "the whole audit, s", whole, None, log, digits=1,
            note="reads and compares the contents of the newest 2,000 contested versions",
        ),
    ]  # fmt: skip


def make(place: Path, commits: int) -> None:
    """Write the repository by one `git fast-import`; the same each time."""
    pick = random.Random(7)
    subprocess.run(["git", "init", "--quiet", "--bare", place], check=True)
    process = subprocess.Popen(
        ["git", "-C", place, "fast-import", "--quiet"], stdin=subprocess.PIPE
    )
    assert process.stdin
    write = process.stdin.write
    texts: dict[int, list[bytes]] = {}
    now = 1_500_000_000
    for number in range(1, commits + 1):
        now += pick.randrange(600)
        author = pick.randrange(AUTHORS)
        who = b"dev%d <dev%d@example.org> %d +0000" % (author, author, now)
        write(
            b"commit refs/heads/main\nauthor %s\ncommitter %s\ndata 40\n%-40s\n"
            % (who, who, b"Change number %d" % number)
        )
        for _ in range(pick.choice((1, 1, 2, 3))):
            file = pick.randrange(FILES)
            lines = texts.setdefault(file, [b"line %d\n" % at for at in range(LINES)])
            for _ in range(pick.choice((1, 2, 8))):
                lines[pick.randrange(LINES)] = b"value %d\n" % pick.randrange(10**9)
            data = b"".join(lines)
            path = b"d%d/e%d/f%d.py" % (file % 20, file % 7, file)
            write(b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(data), data))
    process.stdin.close()
    if process.wait():
        raise RuntimeError("git fast-import refused")


def _log(place: Path) -> float:
    began = time.perf_counter()
    subprocess.run(
        ["git", "-C", place, "log", *LOG_OPTIONS],
        input=b"main\n",
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - began


def _audit(place: Path) -> tuple[float, float]:
    """Seconds until all commits were read, and until the report was there."""
    read: list[float] = []
    began = time.perf_counter()

    def tell(what: str, _: int) -> None:
        if what == "sessions":
            read.append(time.perf_counter())

    audit(place, progress=tell)
    return read[0] - began, time.perf_counter() - began


def _plain(place: Path, commits: int) -> float:
    import git

    with git.Repo(place) as repository:
        began = time.perf_counter()
        for commit in islice(repository.iter_commits("main"), SAMPLE):
            assert commit.stats.files
        return (time.perf_counter() - began) / SAMPLE * commits


if __name__ == "__main__":
    print(rendered(run(quick=False)))
